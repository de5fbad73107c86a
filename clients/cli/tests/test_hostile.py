"""A world that is not as it should be: nobody answers, somebody else does, values are none, readers go, disks are full."""

import json
import os
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import BINARY, Tool
from test_broken import PROBLEM, Server, tool_for

TASK = "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"
# One of each way in which the API is asked.
CALLS = (
    ["list"], ["kinds"], ["kinds", "k"], ["start", "k"], ["show", TASK], ["why", TASK], ["wait", TASK], ["watch", TASK],
    ["revoke", TASK], ["retry", TASK], ["group", "show", TASK], ["group", "start", "t.jsonl"], ["chain", "start", "t.jsonl"],
    ["start", "--file", "t.jsonl"], ["dead-letters"], ["redrive", "--yes"], ["batch", "revoke", "--yes"], ["batch", "show", TASK],
    ["schedules", "list"], ["schedules", "show", TASK], ["schedules", "create", "n", "k", "--every", "60"], ["limits", "list"],
    ["limits", "set", "k", "--max-running", "1"], ["limits", "lift", "k", "--yes"], ["tokens", "list"], ["tokens", "create", "n"],
    ["webhooks", "list"], ["webhooks", "create", "https://example.org", "--event", "task.failed"], ["webhooks", "test", TASK],
    ["runs"], ["run", "show", TASK], ["run", "download", TASK], ["run", "t.jsonl", "--url", "http://example.org"],
    ["run", "--configuration", TASK], ["results", TASK], ["compare", TASK, TASK], ["import", "t.jsonl"], ["whoami"],
)  # fmt: skip


def answered(server: Server, folder) -> list:
    """How every call ends, at once."""
    (folder / "t.jsonl").write_text('{"kind": "k", "prompt": "x"}\n')
    tool = tool_for(server, folder)
    with ThreadPoolExecutor(8) as pool:
        return list(zip(CALLS, pool.map(lambda words: tool(*words), CALLS)))


def one_sentence(ended) -> bool:
    last = ended.err.splitlines()[-1] if ended.err else ""
    return last.startswith("error: ") and "panicked" not in ended.err and ended.err.count("error: ") == 1


@pytest.mark.parametrize(
    "said",
    [b"<html>Sign in to this network</html>", b"", b"{}", b"null", b"7", b'"ok"', b'["ok"]', b'{"status": "ok"}', b"[" * 100_000, b"\xff"],
)
def test_an_answer_of_somebody_else_is_no_success_of_any_command(tmp_path, said):
    for words, ended in answered(Server((200, {}, said)), tmp_path):
        assert (ended.status, ended.out) == (3, ""), (words, ended)
        assert one_sentence(ended), (words, ended)


@pytest.mark.parametrize(("status", "exit_status"), [(302, 3), (401, 4), (403, 4), (500, 3), (511, 3)])
def test_a_refusal_of_whoever_stands_before_the_api_is_one_sentence_of_every_command(tmp_path, status, exit_status):
    where = {"Content-Type": "text/html", "Location": "https://login.example.org/"}
    for words, ended in answered(Server((status, where, b"<html>")), tmp_path):
        assert (ended.status, ended.out) == (exit_status, ""), (words, ended)
        assert one_sentence(ended), (words, ended)
        assert status != 302 or "https://login.example.org/" in ended.err


def test_a_listener_that_never_answers_is_given_up_after_a_time(tmp_path):
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    (tmp_path / "t.jsonl").write_text('{"prompt": "x"}\n')
    tool = Tool(tmp_path, RHESIS_TASKS_URL=f"http://127.0.0.1:{listener.getsockname()[1]}", RHESIS_TASKS_TOKEN="rh-x")
    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(lambda words: tool(*words), (["list"], ["start", "k"], ["import", "t.jsonl"], ["wait", TASK])))
    assert 30 < time.monotonic() - began < 80
    for ended in ends:
        assert (ended.status, ended.out) == (3, "") and "does not answer" in ended.err and one_sentence(ended), ended


def test_an_api_that_stays_asleep_is_given_up_and_says_so(tmp_path):
    server = Server((503, {"Retry-After": "0"}, PROBLEM))
    ended = tool_for(server, tmp_path)("list")
    assert ended.status == 3 and one_sentence(ended) and 2 < len(server.asked) < 8


def test_no_network_and_a_server_without_tls_are_told(tmp_path):
    server = Server((200, {}, []))
    for url in ("http://no-such-host.invalid", f"https://127.0.0.1:{server.server_port}"):
        ended = Tool(tmp_path, RHESIS_TASKS_URL=url, RHESIS_TASKS_TOKEN="rh-x")("list")
        assert (ended.status, ended.out) == (3, "") and one_sentence(ended) and url in ended.err, ended


def test_a_wrong_token_is_refused_by_the_real_api_whatever_is_asked(stack, tmp_path):
    for token in ("rh-wrong", "x" * 5000, "ä"):
        tool = Tool(tmp_path, RHESIS_TASKS_URL=stack["api_url"], RHESIS_TASKS_TOKEN=token)
        for words in (["list"], ["start", "count_test_sets"], ["runs"], ["whoami"]):
            ended = tool(*words)
            assert (ended.status, ended.out) == (4, "") and one_sentence(ended), (words, ended)
            assert token not in ended.err


def test_what_there_is_not_is_not_found_by_any_command(tool, tmp_path):
    (tmp_path / "t.jsonl").write_text('{"prompt": "x"}\n')
    for words in (
        ["show"], ["why"], ["watch"], ["wait"], ["revoke"], ["retry"], ["group", "show"], ["chain", "show"], ["group", "cancel", "--yes"],
        ["batch", "show"], ["batch", "stop"], ["schedules", "show"], ["schedules", "pause"], ["schedules", "resume"],
        ["schedules", "delete", "--yes"], ["tokens", "delete", "--yes"], ["webhooks", "delete", "--yes"], ["webhooks", "test"],
        ["limits", "lift", "--yes"], ["run", "show"], ["run", "download"], ["results"], ["compare", TASK], ["kinds"],
        ["import", "t.jsonl", "--resume"], ["run", "--configuration"],
    ):  # fmt: skip
        ended = tool(*words, TASK)
        assert (ended.status, ended.out) == (5, "") and one_sentence(ended), (words, ended)


@pytest.mark.parametrize(
    "words",
    [
        ["start", "count_test_sets", "--countdown", "nan"], ["start", "count_test_sets", "--countdown", "inf"],
        ["start", "count_test_sets", "--countdown", "-1"], ["start", "count_test_sets", "--time-limit", "NaN"],
        ["start", "count_test_sets", "--expires", "nan"], ["start", "count_test_sets", "--limit-key", ""],
        ["start", "count_test_sets", "--header", "x"], ["start", "count_test_sets", "--parent", "x"],
        ["start", "count_test_sets", "x=\\u0000"], ["start", "count_test_sets", "x:=\"\\u0000\""],
        ["retry", TASK, "--countdown", "nan"], ["batch", "revoke", "--rate", "nan", "--dry-run"], ["redrive", "--rate", "inf", "--dry-run"],
        ["limits", "set", "k", "--rate", "nan/1"], ["list", "-n", "0"], ["list", "-n", "99999999999999999999"],
        ["show", "\x1b[2J"], ["show", ""], ["show", "é" * 9], ["show", "01976ad0" * 20], ["group", "show", "0" * 31],
    ],
)  # fmt: skip
def test_a_value_that_is_none_is_a_wrong_call_and_starts_nothing(tool, words):
    ended = tool(*words)
    assert (ended.status, ended.out) == (2, "") and "\x1b" not in ended.err and ended.err.startswith("error: "), ended


def test_arguments_that_are_no_text_are_a_wrong_call(tool, tmp_path):
    for words in ([b"show", b"\xff\xfe"], [b"start", b"count_test_sets", b"x=\xff"], [b"start", b"--file", b"\xff"], [b"--profile", b"\xff", b"list"]):
        done = subprocess.run([BINARY.encode(), *words], cwd=tmp_path, env=tool.environment, capture_output=True)
        assert (done.returncode, done.stdout) == (2, b"") and done.stderr.startswith(b"error: "), (words, done)
    # The name of a file may be any bytes.
    path = os.fsencode(tmp_path) + b"/\xff.jsonl"
    with open(path, "w") as file:
        file.write('{"prompt": "x"}\n')
    done = subprocess.run([BINARY.encode(), b"import", path, b"--name", b"bytes"], env=tool.environment, capture_output=True)
    assert done.returncode == 0, done
    environment = os.environb | {b"RHESIS_TASKS_TOKEN": b"\xff", b"HOME": os.fsencode(tmp_path)}
    done = subprocess.run([BINARY.encode(), b"list"], cwd=tmp_path, env=environment, capture_output=True)
    assert done.returncode == 2 and b"RHESIS_TASKS_TOKEN is not UTF-8" in done.stderr


def test_a_wait_for_ever_is_no_crash(tool):
    [task] = tool("start", "count_test_sets").objects()
    assert tool("wait", "--timeout", str(2**64 - 1), task["task_id"]).status == 0


def test_of_several_tasks_none_is_touched_if_one_is_not_known_and_one_that_has_ended_stops_no_other(tool):
    ids = [tool("start", "count_test_sets", "--countdown", "600").objects()[0]["task_id"] for _ in range(3)]
    assert tool("revoke", ids[0], "xyz").status == 2
    assert tool("show", ids[0]).objects()[0]["status"] == "PENDING"
    assert tool("revoke", ids[1]).status == 0
    ended = tool("revoke", *ids)
    assert ended.status == 1 and [task["task_id"] for task in ended.objects()] == [ids[0], ids[2]]
    assert ended.err.count("error: ") == 1 and ids[1] in ended.err


@pytest.mark.parametrize("width", [0, 1, 2, 7, 20])
@pytest.mark.parametrize("variables", [{"TERM": "dumb"}, {"COLUMNS": "20"}, {"COLUMNS": "0"}, {"TERM": ""}, {"COLUMNS": "x"}])
def test_a_terminal_without_colour_or_width_shows_all_the_same(tmp_path, width, variables):
    task = {"task_id": TASK, "kind": "k", "status": "SUCCESS", "attempt": 1, "result": "a result", "progress": None}
    tool = tool_for(Server((200, {}, [task]), (200, {}, task)), tmp_path)
    tool.environment |= variables
    listed, waited = tool.terminal("list", width=width, colour=True), tool.terminal("wait", TASK, width=width, colour=True)
    assert (listed.status, waited.status) == (0, 0)
    assert TASK in listed.out and TASK in waited.out and "SUCCESS" in listed.out, listed.out
    if variables.get("TERM") == "dumb":
        assert "\x1b" not in listed.out + waited.out and "\r" not in waited.out


def test_a_reader_that_goes_ends_lists_and_lets_acts_be_done(tool, tmp_path):
    def headed(*words: str) -> subprocess.CompletedProcess:
        script = '"$0" "$@" | head -c 1 >/dev/null; echo "${PIPESTATUS[0]}"'
        return subprocess.run(["bash", "-c", script, BINARY, *words], cwd=tmp_path, env=tool.environment, capture_output=True, text=True)

    for words in (["--help"], ["completions", "bash"], ["man", "."], ["list", "--all"], ["kinds"], ["runs"], ["start", "--help"]):
        done = headed(*words)
        assert (done.stdout, done.stderr) == ("0\n", ""), (words, done)
    lines = [json.dumps({"kind": "count_test_sets", "countdown": 86400, "limit_key": "head"}) for _ in range(2500)]
    (tmp_path / "many.jsonl").write_text("\n".join(lines))
    before = len(tool("list", "--status", "PENDING", "--all").objects())
    done = headed("start", "--file", "many.jsonl")
    assert done.stdout == "0\n" and "2500 tasks started" in done.stderr
    assert len(tool("list", "--status", "PENDING", "--all").objects()) == before + 2500
    # An outcome is told though nobody reads what there is to say.
    [task] = tool("start", "count_test_sets", "--countdown", "600").objects()
    assert tool("revoke", task["task_id"]).status == 0
    child = tool.popen("wait", task["task_id"])
    child.stdout.close()
    assert child.wait(60) == 1


def test_a_file_that_may_not_grow_is_told_and_leaves_nothing(tmp_path):
    row = b"a,b\n" + b"x" * 100_000 + b"\n"
    tool = tool_for(Server((200, {"Content-Type": "text/csv"}, row)), tmp_path)
    script = f"ulimit -f 10; exec '{BINARY}' run download {TASK} -o run.csv"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=tool.environment, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.startswith("error: run.csv: "), done
    assert os.listdir(tmp_path) == []
    # What was there before stays; a device is written to and stays one.
    (tmp_path / "run.csv").write_text("before")
    subprocess.run(["bash", "-c", script], cwd=tmp_path, env=tool.environment, capture_output=True)
    assert (tmp_path / "run.csv").read_text() == "before" and os.listdir(tmp_path) == ["run.csv"]
    assert tool("run", "download", TASK, "-o", "/dev/full").status == 1 and not os.path.isfile("/dev/full")
    assert tool("run", "download", TASK, "-o", "/dev/null").status == 0 and not os.path.isfile("/dev/null")
    assert tool("run", "download", TASK, "-o", ".").status == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts; `ulimit -f` above is the same fault for everybody")
def test_a_disk_that_is_full_is_told_and_leaves_nothing(tmp_path):
    row = b"a,b\n" + b"x" * 100_000 + b"\n"
    tool = tool_for(Server((200, {"Content-Type": "text/csv"}, row)), tmp_path)
    script = f"mount -t tmpfs -o size=16k none /mnt && cd /mnt && '{BINARY}' run download {TASK} -o run.csv; echo $?; ls -A /mnt"
    done = subprocess.run(["unshare", "-m", "bash", "-c", script], env=tool.environment, capture_output=True, text=True)
    assert done.stdout == "1\n" and "run.csv: No space left" in done.stderr, done
