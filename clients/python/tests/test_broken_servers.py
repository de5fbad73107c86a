"""What is no API, or none that answers: one sentence, and nothing is started twice."""

import asyncio
import json
import time

import pytest
from rhesis_tasks import AsyncTasks, NotConfigured, NotReached, Tasks, chain, chord, group

from servers import server

KIND = (200, "application/json", json.dumps({"argument_names": [], "arguments": {}}))
STARTED = (202, "application/json", json.dumps({"task_id": "01976ad0-0000-7000-8000-000000000000", "status": "PENDING"}))


async def awaited(coming):
    return await coming


@pytest.mark.parametrize("twin", [Tasks, AsyncTasks])
def test_a_start_whose_answer_was_lost_is_sent_again_with_the_same_key(twin, no_pauses):
    with server(KIND, None, (503, "text/html", "<h1>busy</h1>"), STARTED) as (url, asked):
        started = twin(url, "rh-x").task("k").delay()
        started = asyncio.run(awaited(started)) if twin is AsyncTasks else started
        assert started.id.startswith("01976ad0")
    keys = [key for method, _, key, _ in asked if method == "POST"]
    assert len(keys) == 3 and len(set(keys)) == 1 and keys[0]


@pytest.mark.parametrize("start", [
    lambda task: group(task.s())(), lambda task: chain(task.s(), task.si())(), lambda task: chord([task.s()])(task.si()),
    lambda task: task.apply_async(link=task.si()),
])
def test_a_canvas_whose_answer_was_lost_is_sent_again_with_the_same_key(start, no_pauses):
    made = {"group_id": "g", "task_ids": ["a", "b"], "callback_id": "c", "status": "PENDING"}
    with server(KIND, None, (502, "text/html", ""), (202, "application/json", json.dumps(made))) as (url, asked):
        start(Tasks(url, "rh-x").task("k"))
    keys = [key for method, _, key, _ in asked if method == "POST"]
    assert len(keys) == 3 and len(set(keys)) == 1 and keys[0]


def test_html_is_no_answer_of_the_api():
    with server((200, "text/html", "<h1>hello</h1>")) as (url, _):
        with pytest.raises(NotReached, match="is it the API"):
            Tasks(url, "rh-x").task("k").delay()



def test_a_server_that_is_busy_says_when_to_come_again():
    busy = (503, "text/html", "busy", ("Retry-After", "1"))
    with server(busy, KIND, STARTED) as (url, _):
        began = time.monotonic()
        Tasks(url, "rh-x").task("k").delay()
    assert time.monotonic() - began >= 1


def test_a_wait_for_which_there_is_no_room_goes_on_without_being_held_as_late_as_the_api_asked():
    full = (429, "application/problem+json", '{"status": 429, "detail": "At most 3 requests"}', ("Retry-After", "1"))
    pending, ended = (200, "application/json", '{"status": "PENDING"}'), (200, "application/json", '{"status": "SUCCESS", "result": 7}')
    # More often than any other refusal is tried again.
    with server(*[full, pending] * 5, full, ended) as (url, asked):
        began = time.monotonic()
        assert Tasks(url, "rh-x").AsyncResult("x").get(timeout=60) == 7
    assert time.monotonic() - began >= 6
    assert ["wait" in path for _, path, *_ in asked] == [True, False] * 6


@pytest.mark.parametrize("answer", [
    (200, "application/json", "{"), (200, "application/json", ""), (302, "text/html", ""), (404, "application/json", '["no"]'),
    (500, "application/json", '"no"'), (200, "", "x"), (200, "application/json", "null"),
])
def test_whatever_else_answers_is_one_sentence(answer, no_pauses):
    with server(answer) as (url, _):
        with pytest.raises(NotReached, match="is it the API"):
            Tasks(url, "rh-x").task("k").delay()


def test_a_list_is_read_to_its_last_page():
    lines = lambda *ids: json.dumps([{"task_id": one} for one in ids])  # noqa: E731
    first = (200, "application/json", lines("a", "b"), ("Link", '<?parent_id=x&limit=200&cursor=c>; rel="next"'))
    with server(first, (200, "application/json", lines("c"))) as (url, asked):
        assert [one.id for one in Tasks(url, "rh-x").AsyncResult("x").children] == ["a", "b", "c"]
    assert asked[1][1] == "/tasks?parent_id=x&limit=200&cursor=c"


def test_nobody_there_and_nothing_configured(monkeypatch, no_pauses):
    with pytest.raises(NotReached, match="cannot be reached"):
        Tasks("http://127.0.0.1:9", "rh-x").task("k").delay()
    monkeypatch.delenv("RHESIS_TASKS_URL")
    monkeypatch.delenv("RHESIS_TASKS_TOKEN")
    with pytest.raises(NotConfigured, match="RHESIS_TASKS_URL"):
        Tasks().task("k").delay()
    with pytest.raises(NotConfigured, match="RHESIS_TASKS_TOKEN"):
        Tasks("http://127.0.0.1:9").task("k").delay()
