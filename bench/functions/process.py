"""One process of a function: how soon it asks for its first event, what memory and CPU it took."""

import os
import re
import signal
import time
from pathlib import Path

from .lambda_stub import Runtime


class Function:
    """A function's binary under a runtime API of its own, until it is closed; perhaps `below` a tool that watches it."""

    def __init__(self, binary: Path, settings: dict, below: tuple = ()) -> None:
        self.runtime = Runtime()
        environment = settings | {"AWS_LAMBDA_RUNTIME_API": self.runtime.address}
        nothing = os.open(os.devnull, os.O_RDWR)
        argv = [*below, str(binary)]
        files = [(os.POSIX_SPAWN_DUP2, nothing, 1), (os.POSIX_SPAWN_DUP2, nothing, 2)]
        began = time.perf_counter_ns()
        self.pid = os.posix_spawn(argv[0], argv, environment, file_actions=files, setpgroup=0)
        os.close(nothing)
        self.start_ms = (self.asks(120) - began) / 1e6
        self.start_cpu_ms = self.cpu_ms()

    def asks(self, seconds: int) -> int:
        """When it asked for its first event; what ends before, with its settings wrong, is not waited for."""
        for _ in range(seconds * 10):
            if self.runtime.has_asked(0.1):
                return self.runtime.wait_asked()
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                raise RuntimeError("the function ended before it asked for an event")
        self.close()
        raise RuntimeError(f"the function did not ask for an event within {seconds} s")

    def invoke(self, event: dict) -> tuple[dict, float]:
        """Gives it an event; its answer, and how many milliseconds it took. Waits until it asks for the next."""
        answered = self.runtime.invoke(event)
        self.runtime.wait_asked()
        return answered

    def peak_mib(self) -> float:
        """The most memory that it had at any time (VmHWM)."""
        return kib(self.pid, "VmHWM") / 1024

    def cpu_ms(self) -> float:
        """CPU time of its threads so far, exactly: nobody else's load is in it."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6

    def close(self) -> None:
        """Ends it, and its runtime API."""
        self.end()
        self.runtime.close()

    def end(self) -> None:
        """Asks it to end, then ends it."""
        os.kill(self.pid, signal.SIGTERM)
        for _ in range(300):
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                return
            time.sleep(0.01)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def __enter__(self) -> "Function":
        return self

    def __exit__(self, *_) -> None:
        self.close()


def kib(pid: int, name: str) -> int:
    """A line of /proc/<pid>/status."""
    return int(re.search(rf"^{name}:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.M)[1])
