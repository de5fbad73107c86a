"""One system under test: a directory with run.sh, remaining.sql and peer.json."""

import json
import subprocess
from pathlib import Path

from .places import EXECUTIONS, HOME

RECORD = 32


class Peer:
    """Calls the verbs of a peer's run.sh, see bench/README.md."""

    def __init__(self, directory: Path, environment: dict) -> None:
        self.directory = directory
        self.name = directory.name
        self.environment = environment
        self.settings = json.loads((directory / "peer.json").read_text())
        self.remaining = (directory / "remaining.sql").read_text()

    def call(self, *verb, extra: dict | None = None, timeout: float = 900):
        """Runs a verb to its end; answers the JSON of its last line."""
        return self.end(self.begin(*verb, extra=extra), *verb, timeout=timeout)

    def begin(self, *verb, extra: dict | None = None) -> subprocess.Popen:
        """Starts a verb."""
        argv = ["bash", self.directory / "run.sh", *map(str, verb)]
        environment = self.environment | (extra or {})
        return subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def end(self, process: subprocess.Popen, *verb, timeout: float = 900):
        """Waits for the end of a verb; answers the JSON of its last line."""
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        if process.returncode != 0:
            said = (err or out).strip()[-600:]
            raise RuntimeError(f"{self.name} {' '.join(map(str, verb))}: {said}")
        lines = out.strip().splitlines()
        return json.loads(lines[-1]) if lines else None

    def work(self, mode: str, extra: dict | None = None) -> subprocess.Popen:
        """Starts its worker."""
        log = (HOME / f"worker-{self.name}.log").open("w")
        argv = ["bash", self.directory / "run.sh", "worker", mode]
        environment = self.environment | (extra or {})
        return subprocess.Popen(argv, env=environment, stdout=log, stderr=log, start_new_session=True)


def forget_executions() -> None:
    """Empties the file that tasks write their lines into."""
    EXECUTIONS.write_bytes(b"")


def executed() -> int:
    """How many tasks have written their line."""
    return EXECUTIONS.stat().st_size // RECORD


def executions() -> list[tuple[int, int]]:
    """For each line, the task's number and when it began, in nanoseconds of the epoch."""
    return [tuple(map(int, line.split())) for line in EXECUTIONS.read_bytes().splitlines()]
