"""Kills a function's process above its `MemorySize`, as Lambda does.

Counted is the process's anonymous memory (`RssAnon`: heap, stacks, what was copied on write), which weighs the same in a debug build and in a
release build, and `BINARY` for the pages of its file, which do not: a debug binary has several times those of a release binary.
"""

import os
import signal
import threading
import time
from datetime import datetime, timezone
from pathlib import Path

# A release binary, mapped whole, and what it links: the largest has some 12 MB.
BINARY = 16 * 1024 * 1024
# Between two looks at what runs, in seconds: what is above the limit for less may be missed.
LOOK = 0.02
# Between two looks at who runs.
LIST = 0.2


class Keeper(threading.Thread):
    """Watches the emulator's children that are functions, until it is stopped."""

    def __init__(self, emulator: int, log: Path):
        super().__init__(daemon=True, name="memory keeper")
        self.emulator, self.log = emulator, log
        self.done = threading.Event()
        self.functions: dict[int, tuple[str, int]] = {}

    def run(self) -> None:
        listed = 0.0
        while not self.done.wait(LOOK):
            if time.monotonic() - listed > LIST:
                self.functions = functions(self.emulator)
                listed = time.monotonic()
            for pid, (name, limit) in list(self.functions.items()):
                taken = anonymous(pid) + BINARY
                if taken > limit:
                    self.kill(pid, name, taken, limit)

    def kill(self, pid: int, name: str, taken: int, limit: int) -> None:
        """Kills a process and says so as Lambda does."""
        del self.functions[pid]
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        when = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        with open(self.log, "a", encoding="utf-8") as file:
            file.write(
                f"{when} {name} Error: Runtime exited with error: signal: killed Runtime.ExitError "
                f"Memory Size: {limit >> 20} MB Max Memory Used: {taken >> 20} MB\n"
            )

    def stop(self) -> None:
        """Ends it."""
        self.done.set()
        self.join(5)


def functions(emulator: int) -> dict[int, tuple[str, int]]:
    """The name and the memory in bytes of each function that the emulator runs, by process."""
    found = {}
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            stat = Path(entry.path, "stat").read_text()
            # The name in brackets may have any sign in it.
            if int(stat.rpartition(")")[2].split()[1]) != emulator:
                continue
            environ = Path(entry.path, "environ").read_text(errors="replace").split("\0")
        except (OSError, IndexError):
            continue
        known = dict(variable.partition("=")[::2] for variable in environ)
        if size := known.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"):
            found[int(entry.name)] = (known.get("AWS_LAMBDA_FUNCTION_NAME", "function"), int(size) << 20)
    return found


def anonymous(pid: int) -> int:
    """The anonymous memory that a process has, in bytes; none if it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = (line.split() for line in status.splitlines() if line.startswith("RssAnon:"))
    return next((int(line[1]) * 1024 for line in lines), 0)
