"""Where one stack keeps its things. `make run`, `make test` and `make bench` have one each and do not know of each other."""

import fcntl
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from .problem import Problem

REPOSITORY = Path(__file__).resolve().parents[3]
LOCAL = REPOSITORY / ".local"


@dataclass
class Instance:
    """A stack's name, its directory and the file that tells scripts where it is."""

    name: str
    directory: Path
    stack_json: Path

    @classmethod
    def run(cls):
        return cls("run", LOCAL / "run", LOCAL / "stack.json")

    @classmethod
    def test(cls):
        return cls("test", LOCAL / "test", LOCAL / "test" / "stack.json")

    @classmethod
    def containers(cls):
        return cls("test-containers", LOCAL / "containers", LOCAL / "containers" / "stack.json")

    @classmethod
    def bench(cls):
        return cls("bench", LOCAL / "bench" / "stack", LOCAL / "bench" / "stack" / "stack.json")

    def log(self, name: str) -> Path:
        """The log file of one process of this stack."""
        folder = self.directory / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"

    def hold(self):
        """Takes this stack for the life of the process; the kernel gives it back however the process ends."""
        self.directory.mkdir(parents=True, exist_ok=True)
        lock = open(self.directory / "lock", "a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Problem(
                f"`make {self.name}` is already running in this checkout (process {lock.read().strip() or 'unknown'}): "
                "stop it with Ctrl-C there, or with `make stop`."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        return lock

    def holder(self) -> int | None:
        """The process that holds this stack now."""
        try:
            with open(self.directory / "lock") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return int(lock.read().strip() or 0) or None
        except FileNotFoundError:
            pass
        return None

    def secret(self, name: str) -> str:
        """A password of this stack, made at the first call and kept."""
        path = self.directory / "secrets.json"
        known = json.loads(path.read_text()) if path.exists() else {}
        if name not in known:
            known[name] = secrets.token_hex(16)
            write_private(path, json.dumps(known))
        return known[name]


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner may read, in one step for whoever reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".draft")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
    draft.replace(path)
