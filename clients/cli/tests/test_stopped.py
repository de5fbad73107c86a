"""What somebody changes or stops half-way: nothing is half-done, and it is said how to go on."""

import json
import os
import select
import signal
import subprocess
import termios
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import BINARY, Tool
from test_broken import KIND, Server, tool_for

TASK = "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"


def stopped(tool: Tool, *words: str, when: threading.Event, sign: int = signal.SIGINT) -> tuple[int, str]:
    """How a call ends that is sent a signal when something has happened, and what it said on stderr."""
    child = tool.popen(*words)
    assert when.wait(60), "it never came so far"
    child.send_signal(sign)
    _, said = child.communicate(timeout=60)
    return child.returncode, said.decode()


class Stuck(Server):
    """Answers a few requests, and then holds one until it is let go."""

    def __init__(self, *answers):
        super().__init__(*answers)
        self.reached, self.served = threading.Event(), 0
        self.until = len(answers)

    def process_request(self, request, address):
        self.served += 1
        if self.served > self.until:
            self.held = request
            self.reached.set()
            return
        super().process_request(request, address)


@pytest.mark.parametrize(
    ("words", "answers", "said"),
    [
        (["start", "k"], [KIND], "--idempotency-key"),
        (["wait", TASK], [], f"rhesis-tasks wait {TASK}"),
        (["watch", TASK], [], f"rhesis-tasks watch {TASK}"),
        (["import", "t.jsonl"], [(201, {}, {"import_id": TASK})], f"rhesis-tasks import t.jsonl --resume {TASK}"),
        (["run", "--configuration", TASK], [(200, {}, {"test_run_id": TASK})], f"rhesis-tasks run show --wait {TASK}"),
        (["start", "--file", "t.jsonl"], [], "rhesis-tasks start --file t.jsonl --from-line 1"),
    ],
)
def test_whoever_stops_it_is_told_how_to_go_on(tmp_path, words, answers, said):
    (tmp_path / "t.jsonl").write_text('{"kind": "k", "prompt": "x"}\n')
    closing = [(status, headers | {"Connection": "close"}, body) for status, headers, body in answers]
    for sign, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        server = Stuck(*closing)
        ended = stopped(tool_for(server, tmp_path), *words, when=server.reached, sign=sign)
        assert ended[0] == status and said in ended[1], ended
    assert os.listdir(tmp_path) == ["t.jsonl"]


def test_an_import_that_was_stopped_goes_on_as_it_was_told(tool, tmp_path):
    lines = "".join(json.dumps({"prompt": f"{n} " + "x" * 1000}) + "\n" for n in range(14_000))
    (tmp_path / "large.jsonl").write_text(lines)
    ended = tool.terminal("import", "large.jsonl", interrupt_at="parts ")
    assert ended.status == 130, ended.out
    again = ended.out.split("rhesis-tasks ")[-1].split()
    resumed = tool(*again)
    assert resumed.status == 0 and resumed.objects()[0]["tests"] == 14_000, resumed.err


def test_an_import_of_a_file_that_changed_since_is_of_the_file_as_it_is(tool, tmp_path, stack):
    from test_runs import import_in_part

    old, new = ("".join(json.dumps({"prompt": f"{word} {n} " + "x" * 1000}) + "\n" for n in range(6000)) for word in ("old", "new"))
    opened = import_in_part(stack, old)
    time.sleep(0.1)
    (tmp_path / "t.jsonl").write_text(new)
    resumed = tool("import", "t.jsonl", "--resume", opened)
    assert resumed.status == 0, resumed.err
    [made] = resumed.objects()
    request = urllib.request.Request(
        f"{stack['api_url']}/test_sets/{made['test_set_id']}/tests?limit=1", headers={"Authorization": f"Bearer {stack['token']}"}
    )
    [first] = json.load(urllib.request.urlopen(request))
    assert made["tests"] == 6000 and "new 0 " in json.dumps(first)


def test_tasks_of_a_file_that_changes_meanwhile_are_started_up_to_a_line_that_is_told(tmp_path):
    file = tmp_path / "t.jsonl"
    file.write_text('{"kind": "k"}\n' * 2000)
    ids = {"task_ids": [TASK] * 1000}

    class Changing(Server):
        def process_request(self, request, address):
            with open(file, "a") as more:
                more.write('{"kind": "k"}\n')
            super().process_request(request, address)

    ended = tool_for(Changing((202, {}, ids)), tmp_path)("start", "--file", "t.jsonl")
    assert ended.status == 1 and "changed while it was read" in ended.err and "--from-line 1001" in ended.err, ended.err
    assert len(ended.objects()) == 1000


def test_a_terminal_shows_again_what_is_typed_when_a_login_is_stopped(tmp_path):
    import pty

    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [BINARY, "login", "--url", "http://127.0.0.1:1"], env=Tool(tmp_path).environment, stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True, preexec_fn=lambda: __import__("fcntl").ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip

    def shows() -> bool:
        return bool(termios.tcgetattr(theirs)[3] & termios.ECHO)

    until = time.monotonic() + 60
    while shows() and time.monotonic() < until:
        time.sleep(0.01)
    assert not shows()
    os.write(ours, b"\x03")
    while child.poll() is None and time.monotonic() < until:
        if select.select([ours], [], [], 0.05)[0]:
            os.read(ours, 4096)
    assert child.returncode == 130 and shows()
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize(("sign", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_new_kind_that_is_stopped_while_it_is_made_leaves_the_checkout_as_it_was(tmp_path, sign, status):
    checkout, cargo = tmp_path / "checkout", tmp_path / "cargo"
    (checkout / "shared/catalog/src").mkdir(parents=True)
    (checkout / "functions/tasks").mkdir(parents=True)
    (checkout / "tests/events").mkdir(parents=True)
    repository = Path(__file__).parents[3]
    for name in ("template.yaml", "Cargo.lock", "shared/catalog/src/lib.rs"):
        (checkout / name).write_bytes((repository / name).read_bytes())
    # A cargo that is in the midst of it, and would write once more.
    cargo.write_text("#!/bin/sh\necho half > template.yaml\nsleep 60\necho late > template.yaml\n")
    cargo.chmod(0o755)

    def world() -> dict:
        return {path: path.is_file() and path.read_bytes() for path in checkout.rglob("*")}

    before = world()
    tool = Tool(checkout, CARGO=str(cargo), HOME=str(tmp_path))
    child = tool.popen("new", "task", "word_count")
    until = time.monotonic() + 60
    while (checkout / "template.yaml").read_text() != "half\n" and time.monotonic() < until:
        time.sleep(0.01)
    assert world() != before
    child.send_signal(sign)
    _, said = child.communicate(timeout=60)
    assert child.returncode == status and b"Nothing was changed." in said
    assert world() == before
