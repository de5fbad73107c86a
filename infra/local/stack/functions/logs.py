"""Follows the functions' log group into a file."""

import threading
import time
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from .emulator import Emulator

# The platform's own lines, which a file for reading is better without.
PLATFORM = ("START RequestId", "END RequestId", "REPORT RequestId")


class Follower(threading.Thread):
    """Copies new log events to a file, about every second, until it is stopped."""

    def __init__(self, emulator: Emulator, group: str, path: Path):
        super().__init__(daemon=True, name="log follower")
        self.client, self.group, self.path = emulator.client("logs"), group, path
        self.since, self.seen = int(time.time() * 1000), set()
        self.done = threading.Event()
        path.write_bytes(b"")

    def run(self) -> None:
        last = False
        while not last:
            last = self.done.wait(1)
            try:
                self.copy()
            except (BotoCoreError, ClientError, OSError):
                # The emulator is gone; the file keeps what it has.
                continue

    def copy(self) -> None:
        """Appends the events since the last look. Those of its last millisecond come again, and are left out."""
        fresh, token = [], {}
        while True:
            page = self.client.filter_log_events(logGroupName=self.group, startTime=self.since, **token)
            fresh += [event for event in page["events"] if identity(event) not in self.seen]
            if not page.get("nextToken"):
                break
            token = {"nextToken": page["nextToken"]}
        if not fresh:
            return
        latest = max(event["timestamp"] for event in fresh)
        kept = self.seen if latest == self.since else set()
        self.seen = kept | {identity(event) for event in fresh if event["timestamp"] == latest}
        self.since = latest
        with open(self.path, "a", encoding="utf-8") as file:
            for event in fresh:
                if not event["message"].startswith(PLATFORM):
                    file.write(event["message"].rstrip("\n") + "\n")

    def stop(self) -> None:
        """Takes a last look and ends."""
        self.done.set()
        self.join(5)


def identity(event: dict) -> tuple:
    """What tells two events apart; the emulator gives them no ids."""
    return event["logStreamName"], event["timestamp"], event["message"]
