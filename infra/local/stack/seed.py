"""Puts an organization with a test configuration into the database, by the `seed` binary."""

import json
import subprocess
from pathlib import Path

from .build import BINARIES
from .problem import Problem


def seed(owner_url: str, tests: Path, endpoint_url: str, metrics: list[str]) -> dict:
    """Returns the ids and the token that `seed` printed; what it has against the file is the Problem."""
    argv = [BINARIES / "seed", "--database-url", owner_url, "--tests", tests, "--endpoint-url", endpoint_url]
    for metric in metrics:
        argv += ["--metric", metric]
    done = subprocess.run([str(part) for part in argv], capture_output=True, text=True)
    if done.returncode != 0:
        raise Problem(done.stderr.strip().removeprefix("seed: ") or f"seed ended with status {done.returncode}.")
    return json.loads(done.stdout.strip().splitlines()[-1])
