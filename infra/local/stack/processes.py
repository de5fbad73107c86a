"""The processes of a stack: started in sessions of their own, written down, and ended even by a later start."""

import json
import os
import signal
import subprocess
import threading
from pathlib import Path

import psutil

from .instance import Instance, write_private


class Processes:
    """Starts and ends processes. A record has the start time, so that a pid used again is not mistaken for ours."""

    def __init__(self, instance: Instance):
        self.path = instance.directory / "processes.json"
        self.lock = threading.Lock()
        self.records: list[dict] = []

    def start(self, name: str, argv: list, log: Path, stop_signal: int = signal.SIGTERM, **options) -> subprocess.Popen:
        """Starts a process that writes to a log file and outlives a Ctrl-C in our terminal."""
        with open(log, "ab") as out:
            child = subprocess.Popen(
                [str(part) for part in argv],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **options,
            )
        self.record(name, child.pid, stop_signal)
        return child

    def record(self, name: str, pid: int, stop_signal: int) -> None:
        """Writes down a process that is ours to end."""
        try:
            created = psutil.Process(pid).create_time()
        except psutil.NoSuchProcess:
            return
        with self.lock:
            self.records.append({"name": name, "pid": pid, "created": created, "signal": int(stop_signal)})
            self.write()

    def stop(self, name: str) -> None:
        """Ends a process if it was started."""
        with self.lock:
            for record in [record for record in self.records if record["name"] == name]:
                end(record)
                self.records.remove(record)
            self.write()

    def write(self) -> None:
        """Brings the file up to date."""
        write_private(self.path, json.dumps(self.records))

    def end_leftovers(self, binaries: Path) -> list[str]:
        """Ends what an earlier start left, and any process whose program lies in `binaries`; returns their names."""
        records = json.loads(self.path.read_text()) if self.path.exists() else []
        names = [record["name"] for record in reversed(records) if end(record)]
        self.path.unlink(missing_ok=True)
        for process in psutil.process_iter(["exe", "pid"]):
            if (process.info["exe"] or "").startswith(f"{binaries}{os.sep}"):
                process.kill()
                names.append(f"function process {process.info['pid']}")
        return names


def end(record: dict, patience: float = 10) -> bool:
    """Asks the process to stop, then kills its session; false if it is gone or is not the one that was recorded."""
    if record["created"] < psutil.boot_time():
        return False
    try:
        process = psutil.Process(record["pid"])
        if abs(process.create_time() - record["created"]) > 1:
            return False
        process.send_signal(record["signal"])
        try:
            process.wait(patience)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(patience)
    except psutil.NoSuchProcess:
        return False
    finally:
        kill_session(record)
    return True


def kill_session(record: dict) -> None:
    """Kills what a recorded leader left running in its session, function processes for example."""
    for process in psutil.process_iter(["create_time"]):
        try:
            ours = os.getsid(process.pid) == record["pid"] != process.pid
            if ours and process.info["create_time"] >= record["created"]:
                process.kill()
        except (ProcessLookupError, PermissionError, psutil.NoSuchProcess):
            pass
