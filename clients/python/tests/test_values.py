"""What no request and no row can carry is refused by its name, in one sentence, before anything is sent."""

import json
import pickle
import uuid
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
import rhesis_tasks as tasks
from rhesis_tasks.api import arguments, uuids

from servers import ID, KIND, STARTED, server, twins

HEX = ID.replace("-", "")
WEST, EAST = timezone(timedelta(hours=-8)), timezone(timedelta(hours=9))
UUIDS = {"argument_names": ["first"], "arguments": {"properties": {"first": {"type": "string", "format": "uuid"}}}}


def posted(asked):
    return [json.loads(body) for method, _, _, body in asked if method == "POST"]


@pytest.mark.parametrize("given", [ID, ID.upper(), HEX, f"urn:uuid:{ID}", f"URN:UUID:{ID}".upper(), f"{{{ID}}}", uuid.UUID(ID)])
def test_every_form_of_a_uuid_that_the_api_reads_is_one(given):
    assert uuids.canonical(given) == ID
    arguments.check(UUIDS, "k", {"first": str(given)})
    with server(*[KIND, STARTED] * 2) as (url, asked):
        for app, run in twins(url):
            assert run(app.task("k").apply_async(task_id=given)).id == ID
            assert app.AsyncResult(given) == app.AsyncResult(ID) and app.AsyncResult(given).id == ID
    assert [one["task_id"] for one in posted(asked)] == [ID, ID]


@pytest.mark.parametrize("given", [
    "01976ad000007000-8000000000000000", f"{HEX[:4]}-{HEX[4:]}", f"{ID}\n", f" {ID}", f"{{{HEX}}}", f"{{{ID}", f"urn:uuid:{HEX}", HEX[1:],
    f"{ID[:-1]}g", f"{ID[:-1]}\N{FULLWIDTH DIGIT ONE}", "", 3,
])
def test_what_only_python_takes_for_a_uuid_is_none(given):
    assert uuids.canonical(given) is None
    with pytest.raises(TypeError, match="must be"):
        arguments.check(UUIDS, "k", {"first": given})
    with pytest.raises(tasks.UnsupportedOption, match="task_id"):
        tasks.app.task("k").apply_async(task_id=given)


@pytest.mark.parametrize("form", [str.upper, lambda text: text.replace("-", ""), uuid.UUID])
def test_an_organization_is_the_same_in_every_form(form):
    me = (200, "application/json", json.dumps({"organization_id": ID}))
    with server(KIND, me, STARTED) as (url, asked):
        tasks.Tasks(url, "rh-x").task("k").delay(organization_id=form(ID))
    assert posted(asked) == [{"args": {}}]


@pytest.mark.parametrize("text", ["a\0b", "half \ud83d", "\udc00"])
@pytest.mark.parametrize(("name", "option"), [
    ("headers", lambda text: {"x": text}), ("headers", lambda text: {text: "x"}), ("limit_key", str), ("idempotency_key", str),
    ("backoff", lambda text: {text: 1}),
])
def test_a_text_that_nothing_can_hold_is_refused_by_its_option(text, name, option):
    with server(KIND, STARTED) as (url, asked):
        for app, run in twins(url):
            with pytest.raises(tasks.UnsupportedOption, match="NUL or a lone surrogate") as refused:
                run(app.task("k").apply_async(**{name: option(text)}))
            assert refused.value.name == name
    assert posted(asked) == []


@pytest.mark.parametrize("value", ["a\0b", "\ud800", ["x", {"deep": ["\0"]}], {"\udfff": 1}])
def test_a_text_that_nothing_can_hold_is_refused_by_its_argument(value):
    with server(KIND) as (url, asked):
        for app, run in twins(url):
            task = app.task("k")
            for start in (lambda: task.delay(value), lambda: tasks.group(task.s(first=value))()):
                with pytest.raises(TypeError, match=r"k\(\) argument 'first' has a NUL or a lone surrogate"):
                    run(start())
    assert posted(asked) == []


def test_names_and_ids_that_nothing_can_hold_are_none():
    for wrong in ("\0", "x\ud800"):
        with pytest.raises(tasks.UnsupportedOption, match="name"):
            tasks.app.task(wrong)
        with pytest.raises(tasks.UnsupportedOption, match="task_id"):
            tasks.app.AsyncResult(wrong)


@pytest.mark.parametrize("given", [
    {"backoff": {"factor": Decimal(1)}}, {"backoff": {"factor": float("nan")}}, {"backoff": {"factor": "x"}}, {"backoff": {1: 1}},
    {"backoff": {"cap": 10**400}}, {"countdown": 10**400}, {"countdown": -(10**400)}, {"countdown": 10**5000}, {"expires": 10**400},
    {"time_limit": 10**400}, {"time_limit": float("inf")}, {"eta": datetime.max.replace(tzinfo=WEST)}, {"eta": datetime.min.replace(tzinfo=EAST)},
    {"expires": datetime.max.replace(tzinfo=WEST)}, {"eta": "9999-12-31T23:59:59-08:00"}, {"headers": {"x": datetime.max.replace(tzinfo=WEST)}},
    {"headers": {"x": 10**5000}}, {"priority": 10**5000}, {"task_id": 10**5000}, {"max_retries": 10**400}, {"max_retries": 2**31},
    {"limit_key": 10**5000},
])
def test_a_value_that_is_beyond_all_bounds_is_refused_by_name(given):
    with server(KIND, STARTED) as (url, asked):
        for app, run in twins(url):
            with pytest.raises(tasks.UnsupportedOption) as refused:
                run(app.task("k").apply_async(**given))
            assert refused.value.name in given and len(str(refused.value)) < 250
    assert posted(asked) == []


def test_a_number_that_only_python_reads_is_no_argument():
    with server(KIND, STARTED) as (url, asked):
        task = tasks.Tasks(url, "rh-x").task("k")
        for number in (10**400, [-(10**400)], 10**5000):
            with pytest.raises(TypeError, match="JSON cannot carry"):
                task.delay(number)
        task.delay(2**70)
    assert posted(asked) == [{"args": {"first": 2**70}}]


def test_backoff_goes_as_numbers_of_seconds():
    with server(KIND, STARTED) as (url, asked):
        tasks.Tasks(url, "rh-x").task("k").apply_async(backoff={"factor": timedelta(minutes=1), "cap": 90})
    assert posted(asked) == [{"args": {}, "backoff": {"factor": 60.0, "cap": 90}}]


@pytest.mark.parametrize("window", [0, -1, 1.5, "x", float("nan"), True])
def test_a_window_is_a_whole_number(window):
    task = tasks.Tasks("http://127.0.0.1:9", "rh-x").task("k")
    for start in (tasks.group(task.s(), window=window), tasks.chord(tasks.group(task.s()), task.si(), window=window)):
        if window or not isinstance(start, tasks.chord):
            with pytest.raises(tasks.UnsupportedOption, match="window"):
                start.delay()


def test_what_a_task_failed_of_may_be_said_in_any_form():
    for error, shown in (("gone", "gone"), (["a"], "['a']"), ({"type": "T", "message": "m"}, "T: m"), (None, "None")):
        answer = (200, "application/json", json.dumps({"task_id": ID, "status": "FAILURE", "error": error}))
        with server(answer) as (url, _):
            for app, run in twins(url):
                with pytest.raises(tasks.TaskFailed) as failed:
                    run(app.AsyncResult(ID).get(timeout=1))
                assert str(failed.value) == shown == str(pickle.loads(pickle.dumps(failed.value)))
