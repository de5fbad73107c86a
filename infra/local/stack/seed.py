"""Puts an organization with a test configuration into the database, by the `seed` binary."""

import json
import subprocess
from pathlib import Path

from .functions.build import BINARIES
from .problem import Problem


def check(tests: Path) -> None:
    """Raises what `seed` has against the file as a Problem; needs no database."""
    call("--check", "--tests", tests)


def seed(owner_url: str, tests: Path, endpoint_url: str, metrics: list[str]) -> dict:
    """Returns the ids, the number of tests and the token that `seed` printed."""
    chosen = [part for metric in metrics for part in ("--metric", metric)]
    return call("--database-url", owner_url, "--tests", tests, "--endpoint-url", endpoint_url, *chosen)


def call(*options) -> dict:
    """Runs `seed`; what it complains of is the Problem."""
    argv = [str(part) for part in (BINARIES / "seed", *options)]
    done = subprocess.run(argv, capture_output=True, text=True)
    if done.returncode != 0:
        raise Problem(done.stderr.strip().removeprefix("seed: ") or f"seed ended with status {done.returncode}.")
    return json.loads(done.stdout.strip().splitlines()[-1])
