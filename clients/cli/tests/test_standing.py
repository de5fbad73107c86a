"""Groups, chains, what is done to many at once, and what stands until it is taken away."""

import json

from conftest import Tool


def lines(count: int, **more) -> str:
    return "".join(json.dumps({"kind": "count_test_sets", **more}) + "\n" for _ in range(count))


def test_a_group_is_started_shown_and_cancelled_and_says_how_many_it_ends(tool, tmp_path):
    (tmp_path / "tasks.jsonl").write_text(lines(3))
    callback = json.dumps({"kind": "count_test_sets"})
    [group] = tool("group", "start", "tasks.jsonl", "--window", "1", "--callback", callback).objects()
    assert len(group["task_ids"]) == 3 and group["callback_id"]
    [shown] = tool("group", "show", group["group_id"]).objects()
    assert shown["total"] == 3 and not shown["chain"]
    assert "of 3" in tool.terminal("group", "show", group["group_id"]).out
    refused = tool("group", "cancel", group["group_id"])
    assert (refused.status, refused.out) == (2, "") and "of the 3 of the group" in refused.err and "--yes" in refused.err
    assert tool("group", "show", "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23").status == 5
    assert tool("group", "show", "xyz").status == 2
    for bad in ("", "nonsense\n", "[]\n"):
        (tmp_path / "bad.jsonl").write_text(bad)
        assert tool("group", "start", "bad.jsonl").status == 2
    assert tool("group", "start", "tasks.jsonl", "--callback", "{").status == 2


def test_a_chain_is_a_group_in_order(tool):
    [chain] = tool("chain", "start", "-", stdin=lines(2)).objects()
    [shown] = tool("chain", "show", chain["group_id"]).objects()
    assert shown["chain"] and shown["total"] == 2
    assert tool("wait", *chain["task_ids"]).status == 0


def test_many_are_counted_before_they_are_revoked_and_a_person_is_asked(tool):
    parent = tool("start", "count_test_sets", "--countdown", "600").objects()[0]["task_id"]
    tool("start", "--file", "-", stdin=lines(3, countdown=600, parent_id=parent))
    words = ["batch", "revoke", "--parent", parent]
    assert tool(*words, "--dry-run").objects() == [{"matched": 3, "dry_run": True}]
    refused = tool(*words)
    assert (refused.status, refused.out) == (2, "") and "Ends 3 tasks." in refused.err
    [batch] = tool(*words, "--yes").objects()
    assert (batch["done"], batch["matched"], bool(batch["finished_at"])) == (3, 3, True)
    assert tool("list", "--parent", parent, "--status", "REVOKED").out.count("\n") == 3
    assert batch["id"] in [it["id"] for it in tool("batch", "list").objects()]
    assert tool("batch", "show", batch["id"]).objects()[0]["matched"] == 3
    again = tool("batch", "retry", "--parent", parent, "--yes").objects()[0]
    assert again["done"] == 3


def test_dead_letters_are_listed_and_redriven_after_a_count(tool):
    assert tool("dead-letters").status == 0
    nothing = tool("redrive", "--kind", "count_test_sets", "--dry-run")
    assert nothing.objects() == [{"count": 0, "dry_run": True, "task_ids": []}]
    assert tool("redrive", "--limit", "1001").status == 2


def test_a_schedule_is_made_paused_resumed_and_deleted(tool):
    made = tool("schedules", "create", "cli", "count_test_sets", "--cron", "0 8 * * 1-5", "--time-zone", "Europe/Berlin")
    [schedule] = made.objects()
    id = schedule["schedule_id"]
    assert id in [it["schedule_id"] for it in tool("schedules", "list").objects()]
    assert "Europe/Berlin" in tool.terminal("schedules", "show", id).out
    assert tool("schedules", "pause", id).objects()[0]["paused_at"]
    assert tool("schedules", "resume", id).objects()[0]["paused_at"] is None
    refused = tool("schedules", "delete", id)
    assert refused.status == 2 and "Deletes 1 schedule, cli" in refused.err
    assert tool("schedules", "delete", id, "--yes").objects() == [{"schedule_id": id}]
    assert tool("schedules", "show", id).status == 5
    assert tool("schedules", "create", "x", "count_test_sets", "surprise=1", "--every", "60").status == 2
    assert tool("schedules", "create", "x", "count_test_sets", "--cron", "nonsense").status == 2


def test_a_limit_is_set_of_any_key_and_lifted(tool):
    key = "cli/a key?&"
    assert tool("limits", "set", key, "--max-running", "2", "--rate", "10/60").objects()[0]["max_running"] == 2
    [limit] = [it for it in tool("limits", "list").objects() if it["key"] == key]
    assert limit["rate"] == {"count": 10, "per_seconds": 60}
    assert "10 in 60 s" in tool.terminal("limits", "list").out
    assert tool("limits", "set", key, "--rate", "1.5/0.5").objects()[0]["rate"] == {"count": 1.5, "per_seconds": 0.5}
    assert tool("limits", "lift", key).status == 2
    assert tool("limits", "lift", key, "--yes").status == 0
    assert tool("limits", "lift", key, "--yes").status == 5
    for bad in ("10", "10/", "NaN/1", "0/60", "10/-1"):
        assert tool("limits", "set", key, "--rate", bad).status == 2, bad
    assert tool("limits", "set", key).status == 2


def test_a_token_is_shown_once_and_refused_once_it_is_revoked(tool, stack, tmp_path):
    made = tool("tokens", "create", "cli", "--days", "1").objects()[0]
    other = Tool(tmp_path, RHESIS_TASKS_URL=stack["api_url"], RHESIS_TASKS_TOKEN=made["access_token"])
    assert other("whoami").status == 0
    assert made["access_token"] not in tool("tokens", "list").out
    refused = tool("tokens", "delete", made["id"])
    assert refused.status == 2 and "Revokes 1 token, cli." in refused.err
    assert tool("tokens", "delete", made["id"], "--yes").status == 0
    assert other("whoami").status == 4
    assert tool("tokens", "delete", made["id"], "--yes").status == 5


def test_a_token_is_found_by_its_id_behind_the_first_page(tool):
    oldest, *_ = [tool("tokens", "create", f"page {number}", "--days", "1").objects()[0] for number in range(51)]
    assert tool("tokens", "list").out.count("\n") > 50
    assert tool("tokens", "delete", oldest["id"], "--yes").objects() == [{"id": oldest["id"]}]
    assert oldest["id"] not in tool("tokens", "list").out


def test_webhooks_are_listed_and_unknown_ones_are_not_found(tool):
    assert tool("webhooks", "list").status == 0
    assert tool("webhooks", "create", "nonsense", "--event", "task.failed").status == 2
    assert tool("webhooks", "create", "https://example.org").status == 2
    unknown = "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"
    assert tool("webhooks", "delete", unknown, "--yes").status == 5
    assert tool("webhooks", "test", unknown).status == 5
