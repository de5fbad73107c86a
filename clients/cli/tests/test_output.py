"""What is printed: the API's own objects in a pipe, tables of one width at a terminal, help for everything, and all of it in little memory."""

import json
import os
import re
import subprocess
import urllib.request

import pytest
from conftest import BINARY, Tool, same
from test_broken import Server, tool_for

TASK = "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"
OTHER = "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a24"
LONG = "2026-03-12T19:03:58.124Z"
# Of each table an answer of the API, and who asks for it.
TABLES = {
    "tasks": (["list"], {"task_id": TASK, "kind": "execute_test_configuration", "status": "FAILURE", "attempt": 2, "created_at": LONG, "duration_ms": 1234}),
    "runs": (["runs"], {"id": TASK, "status": "Partial", "total": 50, "passed": 41, "failed": 6, "errors": 3, "test_set": {"name": "nightly"}, "created_at": LONG}),
    "schedules": (["schedules", "list"], {"schedule_id": TASK, "name": "morning", "kind": "count_test_sets", "cron": "0 8 * * 1-5", "time_zone": "Europe/Berlin", "next_at": LONG, "paused_at": None, "problem": None}),
    "limits": (["limits", "list"], {"key": "openai", "max_running": 5, "rate": {"count": 100.0, "per_seconds": 60.0}, "running": 5, "waiting": 12}),
    "dead_letters": (["dead-letters"], {"fingerprint": "5f2a9c", "kind": "execute_test", "count": 12, "last": LONG, "error_type": "Refused", "message": "the endpoint answered 503 to every attempt that was made"}),
    "batches": (["batch", "list"], {"id": TASK, "operation": "retry", "done": 3, "matched": 12, "skipped": 0, "created_at": LONG, "finished_at": None, "stopped_at": None}),
    "tokens": (["tokens", "list"], {"id": TASK, "name": "pipeline", "token_obfuscated": "rh-…YIRI", "created_at": LONG, "last_used_at": LONG, "expires_at": None}),
    "webhooks": (["webhooks", "list"], {"id": TASK, "url": "https://example.org/hook", "events": ["task.failed"], "is_active": True, "last_attempt_at": LONG, "last_status": 500, "last_error": None}),
    "compared": (["compare", TASK, OTHER], {"change": "worse", "before_status": "Pass", "after_status": "Fail", "prompt": "What is 6 * 7?"}),
}  # fmt: skip


@pytest.mark.parametrize("width", [80, 160])
@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_no_wider_than_the_terminal_and_its_ids_are_whole(tmp_path, name, width):
    words, row = TABLES[name]
    counts = (200, {}, {"worse": 1, "better": 0, "changed": 0, "same": 9, "only_before": 0, "only_after": 0})
    answers = [counts, (200, {}, [row])] if name == "compared" else [(200, {}, [row])]
    shown = tool_for(Server(*answers), tmp_path).terminal(*words, width=width)
    assert shown.status == 0
    assert all(len(line) <= width for line in shown.out.splitlines()), shown.out
    assert name in ("limits", "dead_letters", "compared") or TASK in shown.out
    same(f"{name}_{width}", shown.out)


def test_json_is_what_the_api_answers(tool, stack):
    tool("start", "count_test_sets", "--wait")
    made = tool("schedules", "create", "json", "count_test_sets", "--every", "86400").objects()[0]["schedule_id"]
    tool("limits", "set", "json", "--max-running", "1")

    def asked(path: str) -> list:
        request = urllib.request.Request(stack["api_url"] + path, headers={"Authorization": f"Bearer {stack['token']}"})
        answer = json.load(urllib.request.urlopen(request))
        return answer if isinstance(answer, list) else [answer]

    for words, path in (
        (["kinds"], "/kinds"), (["kinds", "count_test_sets"], "/kinds/count_test_sets"), (["list", "-n", "5"], "/tasks?limit=5"),
        (["runs", "-n", "5"], "/test_runs?limit=5"), (["limits", "list"], "/limits"), (["schedules", "list"], "/schedules"),
        (["schedules", "show", made], f"/schedules/{made}"), (["webhooks", "list"], "/webhooks"), (["tokens", "list"], "/tokens"),
        (["whoami"], "/me"), (["dead-letters"], "/dead-letters"), (["batch", "list"], "/batch_operations"),
    ):  # fmt: skip
        ended = tool(*words)
        assert ended.status == 0 and ended.objects()[: len(asked(path))] == asked(path), words
        assert len(ended.out.splitlines()) == len(ended.objects())
    assert tool("schedules", "delete", made, "--yes").status == 0
    assert tool("limits", "lift", "json", "--yes").status == 0


def test_quiet_is_data_and_errors_only(tool, tmp_path):
    for _ in range(2):
        tool("start", "count_test_sets")
    (tmp_path / "t.jsonl").write_text('{"kind": "count_test_sets"}\n')
    for words in (["list", "-n", "1"], ["start", "--file", "t.jsonl"], ["start", "count_test_sets", "--wait"], ["list", "--until", "2020-01-01T00:00:00Z"]):
        assert tool("-q", *words).err == "", words
    shown = tool.terminal("-q", "start", "count_test_sets", "--wait")
    assert shown.out.startswith("count_test_sets 0"), shown.out
    assert tool("-q", "show", TASK).err.startswith("error: ")


def commands(tool: Tool, *words: str) -> list[list[str]]:
    """A command and all below it, as its help lists them."""
    listed = tool(*words, "--help").out.partition("\nCommands:\n")[2].partition("\n\n")[0]
    names = re.findall(r"^  (\S+)", listed, flags=re.M)
    below = [commands(tool, *words, name) for name in names if name != "help"]
    return [list(words), *(found for some in below for found in some)]


def test_everything_has_help_with_an_example_a_page_of_the_manual_and_is_completed(tmp_path):
    tool = Tool(tmp_path, COLUMNS="100")
    all_of_them = commands(tool)
    assert len(all_of_them) > 50, all_of_them
    assert tool("man", ".").status == 0
    scripts = {shell: tool("completions", shell).out for shell in ("bash", "zsh", "fish", "elvish", "powershell")}
    for words in all_of_them:
        for flag in ("--help", "-h"):
            said = tool(*words, flag)
            assert said.status == 0 and said.err == "" and "Examples:" in said.out, (words, flag)
        assert "Examples" in (tmp_path / f"{'-'.join(['rhesis-tasks', *words])}.1").read_text(), words
        for shell, script in scripts.items():
            assert not words or words[-1] in script, (shell, words)


def pages(count: int, body, kind: str):
    """Answers of a list whose pages follow each other."""
    link = [{"Link": f'<?cursor={number}>; rel="next"', "Content-Type": kind} for number in range(1, count)]
    return [(200, headers, body) for headers in [*link, {"Content-Type": kind}]]


def peak(tool: Tool, *words: str) -> int:
    """The most memory that a call held, in KiB."""
    child = subprocess.Popen([BINARY, *words], cwd=tool.folder, env=tool.environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return usage.ru_maxrss


@pytest.mark.parametrize("words", [["list", "--all"], ["results", TASK], ["runs", "--all"], ["tokens", "list"], ["run", "download", TASK], ["run", "download", TASK, "-o", "t.csv"]])
def test_memory_does_not_grow_with_what_is_printed(tmp_path, words):
    if "download" in words:
        body, kind = b"position,prompt\n" * 65536, "text/csv"
    else:
        row = {"task_id": TASK, "id": TASK, "kind": "k", "status": "SUCCESS", "prompt": "x" * 400}
        body, kind = json.dumps([row] * 200).encode(), "application/json"
    few, many = (peak(tool_for(Server(*pages(count, body, kind)), tmp_path), *words) for count in (5, 60))
    assert many - few < 8 << 10, f"{few} KiB for 5 pages, {many} KiB for 60"
