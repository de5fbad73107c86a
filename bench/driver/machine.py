"""What processes use, and what everybody else on the machine does meanwhile."""

import contextlib
import os
import resource
import signal
import subprocess
import time
from pathlib import Path

import psutil


def busy() -> float:
    """CPU seconds that the whole machine has spent working."""
    fields = list(map(int, Path("/proc/stat").read_text().splitlines()[0].split()[1:9]))
    return sum(fields[i] for i in (0, 1, 2, 5, 6, 7)) / os.sysconf("SC_CLK_TCK")


def mine() -> float:
    """CPU seconds of the driver and of the children that have ended."""
    usages = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def wait_calm(patience: float, others: float = 0.15) -> None:
    """Waits for half a second in which nobody else uses the machine, at most so long."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        used, began = busy() - mine(), time.monotonic()
        time.sleep(0.5)
        if (busy() - mine() - used) / (time.monotonic() - began) < others:
            return


def tree(process: subprocess.Popen) -> list[psutil.Process]:
    """A process and all that it started."""
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(process.pid)
        return [root, *root.children(recursive=True)]
    return []


def cpu_of(process: subprocess.Popen) -> float:
    """CPU seconds of a process and all that it started."""
    total = 0.0
    for one in tree(process):
        with contextlib.suppress(psutil.Error):
            times = one.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def memory_of(process: subprocess.Popen) -> float:
    """Megabytes that a process and all that it started keep for themselves."""
    total = 0
    for one in tree(process):
        with contextlib.suppress(psutil.Error, OSError):
            for line in Path(f"/proc/{one.pid}/smaps_rollup").read_text().splitlines():
                total += int(line.split()[1]) if line.startswith("Pss:") else 0
    return round(total / 1024, 1)


def stop(process: subprocess.Popen, grace: float = 20) -> None:
    """Asks a process to end, then ends its group."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
