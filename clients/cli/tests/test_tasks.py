"""Starting, looking at and ending tasks."""

import json
import re
import subprocess

from conftest import same


def test_a_task_is_started_and_waited_for_and_its_outcome_is_the_exit_status(tool):
    started = tool("start", "count_test_sets")
    assert started.status == 0, started.err
    [task] = started.objects()
    assert set(task) == {"task_id", "status"} and started.err == ""
    waited = tool("wait", task["task_id"])
    assert waited.status == 0
    assert waited.objects()[0]["status"] == "SUCCESS"


def test_a_task_that_did_not_succeed_is_exit_status_1(tool):
    [task] = tool("start", "count_test_sets", "--countdown", "600").objects()
    assert tool("revoke", task["task_id"]).objects() == [{"task_id": task["task_id"], "status": "REVOKED"}]
    assert tool("wait", task["task_id"]).status == 1
    again = tool("revoke", task["task_id"])
    assert (again.status, again.out) == (1, "") and again.err.startswith("error: ")
    assert tool("retry", task["task_id"]).objects()[0]["status"] == "PENDING"
    watched = tool("watch", task["task_id"])
    assert watched.status == 0 and watched.objects()[-1]["status"] == "SUCCESS"


def test_a_wait_that_takes_too_long_ends_and_the_task_goes_on(tool):
    [task] = tool("start", "count_test_sets", "--countdown", "600").objects()
    waited = tool("wait", "--timeout", "1", task["task_id"])
    assert waited.status == 1 and "goes on" in waited.err
    assert tool("show", task["task_id"]).objects()[0]["status"] == "PENDING"


def test_ctrl_c_stops_waiting_and_says_how_to_go_on(tool):
    [task] = tool("start", "count_test_sets", "--countdown", "600").objects()
    stopped = tool.terminal("wait", task["task_id"], interrupt_at="PENDING")
    assert stopped.status == 130
    assert f"rhesis-tasks wait {task['task_id']}" in stopped.out


def test_a_task_is_shown_in_a_table_at_a_terminal_and_as_json_in_a_pipe(tool):
    [task] = tool("start", "count_test_sets", "--wait").objects()
    shown = tool.terminal("show", task["task_id"])
    assert shown.status == 0
    same("show", re.sub(r"result( +)\d+", r"result\1<n>", shown.out))
    assert tool("show", task["task_id"]).objects()[0]["task_id"] == task["task_id"]
    assert json.loads(tool.terminal("show", "--json", "-q", task["task_id"]).out)["status"] == "SUCCESS"


def test_what_a_task_waits_for_is_said(tool):
    [task] = tool("start", "count_test_sets", "--countdown", "600").objects()
    said = tool.terminal("why", task["task_id"])
    assert said.status == 0 and said.out.count("not_before") == 1
    assert tool("why", task["task_id"]).objects()[0]["waiting_for"] == "time"


def test_the_beginning_of_an_id_is_enough_if_it_is_one_tasks_alone(tool):
    [task] = tool("start", "count_test_sets", "--wait").objects()
    assert tool("show", task["task_id"][:18]).objects()[0]["task_id"] == task["task_id"]
    address = f"https://example.org/console/tasks/{task['task_id']}?x=1"
    assert tool("show", address).objects()[0]["task_id"] == task["task_id"]
    lines = "\n".join(json.dumps({"kind": "count_test_sets", "countdown": 600}) for _ in range(3))
    many = tool("start", "--file", "-", stdin=lines).objects()
    assert len(many) == 3
    ambiguous = tool("show", many[0]["task_id"][:8])
    assert (ambiguous.status, ambiguous.out) == (2, "") and "several tasks" in ambiguous.err
    assert tool("show", "00000000").status == 5
    assert tool("show", "xyz").status == 2


def test_lists_are_in_one_order_whatever_is_asked_for(tool):
    for _ in range(3):
        tool("start", "count_test_sets", "--wait")
    [late] = tool("start", "count_test_sets", "--countdown", "600").objects()
    both = tool("list", "--status", "pending,SUCCESS", "--since", "1h", "--all")
    ids = [task["task_id"] for task in both.objects()]
    assert ids == sorted(ids, reverse=True) and late["task_id"] in ids
    assert {task["status"] for task in both.objects()} == {"PENDING", "SUCCESS"}
    some = tool("list", "-n", "2")
    assert len(some.objects()) == 2 and some.err == "", "so many were asked for"
    tool("start", "--file", "-", stdin=json.dumps({"kind": "count_test_sets", "countdown": 600}) + "\n" + (json.dumps({"kind": "count_test_sets", "countdown": 600}) + "\n") * 50)
    usual = tool("list")
    assert len(usual.objects()) == 50 and "--all" in usual.err
    table = tool.terminal("list", "-n", "1", "--kind", "count_test_sets", "--status", "SUCCESS")
    assert table.status == 0
    same("list", table.out)
    assert all(len(line) <= 60 for line in tool.terminal("-q", "list", "-n", "3", width=60).out.splitlines())


def test_a_list_whose_reader_has_gone_ends_quietly(tool):
    for _ in range(3):
        tool("start", "count_test_sets", "--countdown", "600")
    child = tool.popen("list", "--all")
    child.stdout.close()
    assert child.wait(60) == 0 and child.stderr.read() == b""


def test_a_full_disk_is_told(tool):
    with open("/dev/full", "w") as full:
        child = tool.popen("kinds", stdout=full)
        _, said = child.communicate(timeout=60)
    assert child.returncode == 1 and b"cannot be written" in said


def test_kinds_are_listed_and_shown(tool):
    assert "count_test_sets" in [kind["name"] for kind in tool("kinds").objects()]
    same("kind", tool.terminal("kinds", "execute_test_configuration").out)
    unknown = tool("kinds", "count_test_set")
    assert unknown.status == 5 and "Is count_test_sets meant?" in unknown.err


def test_arguments_are_checked_before_they_are_sent(tool):
    for words in (
        ["count_test_sets", "surprise=1"],
        ["execute_test_configuration"],
        ["execute_test_configuration", "test_configuration_id=7"],
        ["execute_test", "x=1"],
        ["count_test_sets", "word"],
        ["count_test_sets", "--max-retries", "1001"],
        ["count_test_sets", "--countdown", "-1"],
    ):
        refused = tool("start", *words)
        assert (refused.status, refused.out) == (2, ""), words
        assert refused.err.startswith("error: ") and refused.err.count("\n") == 1 or "--help" in refused.err, refused.err
    assert tool("start", "no_such_kind").status == 5
    from_stdin = tool("start", "count_test_sets", "--json", "-", stdin="{}")
    assert from_stdin.status == 0, from_stdin.err
    assert tool("start", "count_test_sets", "-", stdin="[]").status == 2
    assert tool("start", "count_test_sets", "-", stdin="{").status == 2


def test_the_same_key_is_the_same_task(tool):
    words = ["start", "count_test_sets", "--idempotency-key", "cli-same-key", "--countdown", "600"]
    assert tool(*words).objects()[0]["task_id"] == tool(*words).objects()[0]["task_id"]


def test_a_file_with_a_bad_line_is_refused_by_that_line(tool, tmp_path):
    file = tmp_path / "tasks.jsonl"
    file.write_text('{"kind": "count_test_sets", "countdown": 600}\n\n{"kind": "count_test_sets", "args": {"x": 1}}\n')
    refused = tool("start", "--file", "tasks.jsonl")
    assert (refused.status, refused.out) == (2, "") and "line 3" in refused.err
    file.write_text('{"kind": "count_test_sets"}\nnonsense\n')
    refused = tool("start", "--file", "tasks.jsonl")
    assert (refused.status, refused.out) == (2, "") and "line 2" in refused.err
    assert tool("start", "--file", "missing.jsonl").status == 2


def test_memory_does_not_grow_with_a_file(tool, tmp_path):
    line = json.dumps({"kind": "count_test_sets", "countdown": 86400}) + "\n"
    (tmp_path / "tasks.jsonl").write_text(line * 3000)
    child = subprocess.run(
        ["bash", "-c", f"ulimit -v 400000; exec '{tool_path()}' start --file tasks.jsonl"],
        cwd=tool.folder,
        env=tool.environment,
        capture_output=True,
        text=True,
    )
    assert child.returncode == 0, child.stderr
    assert len(child.stdout.splitlines()) == 3000


def tool_path() -> str:
    from conftest import BINARY

    return BINARY
