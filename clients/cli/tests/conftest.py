"""Runs the binary: piped, or in a pseudo-terminal; and compares what it prints with what it printed before."""

import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

import pytest

SNAPSHOTS = Path(__file__).parent / "snapshots"
BINARY = os.environ["RHESIS_TASKS"]
PATIENCE = 120


@dataclass
class Ended:
    """How a call ended, and what it printed; in a terminal both streams are one."""

    status: int
    out: str
    err: str = ""

    def objects(self) -> list[dict]:
        """What was printed as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


class Tool:
    """The command line, with an environment and a folder of its own."""

    def __init__(self, folder: Path, **variables: str):
        self.folder = folder
        keep = {name: os.environ[name] for name in ("PATH", "RUST_BACKTRACE") if name in os.environ}
        self.environment = keep | {"HOME": str(folder), "LANG": "C.UTF-8", "TERM": "xterm-256color"} | variables

    def popen(self, *words: str, **options) -> subprocess.Popen:
        """A call that is under way."""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        return subprocess.Popen([BINARY, *map(str, words)], cwd=self.folder, env=self.environment, **options)

    def __call__(self, *words: str, stdin: str | bytes = b"") -> Ended:
        """A call whose output is piped."""
        child = self.popen(*words, stdin=subprocess.PIPE)
        given = stdin.encode() if isinstance(stdin, str) else stdin
        out, err = child.communicate(given, timeout=PATIENCE)
        return Ended(child.returncode, out.decode(), err.decode())

    def terminal(self, *words: str, width: int = 100, colour: bool = False, interrupt_at: str | None = None) -> Ended:
        """A call in a terminal; with Ctrl-C as soon as it has said something."""
        ours, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
        environment = self.environment if colour else self.environment | {"NO_COLOR": "1"}
        child = subprocess.Popen(
            [BINARY, *map(str, words)],
            cwd=self.folder,
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)
        said, until = b"", time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    more = os.read(ours, 65536)
                except OSError:
                    break
                if not more:
                    break
                said += more
            if interrupt_at and interrupt_at.encode() in said:
                os.write(ours, b"\x03")
                interrupt_at = None
        else:
            child.send_signal(signal.SIGKILL)
        status = child.wait(timeout=PATIENCE)
        os.close(ours)
        return Ended(status, said.decode(errors="replace").replace("\r\n", "\n"))


def plain(text: str) -> str:
    """A text without what differs from call to call: ids, times, addresses."""
    ids: dict[str, str] = {}
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", lambda m: ids.setdefault(m[0], f"<id {len(ids) + 1:030}>"), text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)", "<time>", text)
    text = re.sub(r"\d+(\.\d)? (s|min|h|d)( ago)?\b", "<while>", text)
    text = re.sub(r"http://127\.0\.0\.1:\d+[^\s,\")]*", "<address>", text)
    text = re.sub(r'"duration_ms":\d+', '"duration_ms":<n>', text)
    text = re.sub(r"from the local stack in \S+\)", "from the local stack in <folder>)", text)
    return "\n".join(line.rstrip() for line in re.sub(r" {3,}", "   ", text).splitlines()) + "\n"


def same(name: str, text: str) -> None:
    """That a text is what it was; SNAPSHOTS=write takes it as it is now."""
    file = SNAPSHOTS / f"{name}.txt"
    now = plain(text)
    if os.environ.get("SNAPSHOTS") == "write":
        file.write_text(now)
    assert file.exists(), f"{file} is missing: see what SNAPSHOTS=write makes of it"
    assert now == file.read_text()


@pytest.fixture
def stack() -> dict:
    """Where the stack is."""
    return json.loads(Path(os.environ["STACK_JSON"]).read_text())


@pytest.fixture
def tool(stack, tmp_path) -> Tool:
    """The command line of a user of the stack."""
    return Tool(tmp_path, RHESIS_TASKS_URL=stack["api_url"], RHESIS_TASKS_TOKEN=stack["token"])
