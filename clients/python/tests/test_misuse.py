"""What a caller gives that makes no sense, and what answers that is no API: one sentence each, and nothing is sent."""

import asyncio
import json

import pytest
import rhesis_tasks as tasks
from rhesis_tasks import AsyncTasks, NotConfigured, NotReached, Refused, Tasks, UnsupportedOption
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from servers import server

ID = "01976ad0-0000-7000-8000-000000000000"
KIND = (200, "application/json", json.dumps({"argument_names": ["first", "second"], "arguments": {}}))
STARTED = (202, "application/json", json.dumps({"task_id": ID, "status": "PENDING"}))
PENDING = (200, "application/json", '{"status": "PENDING"}')


def posted(asked):
    """The arguments and options of the tasks that were started."""
    return [json.loads(body) for method, _, _, body in asked if method == "POST"]


@pytest.mark.parametrize("body", ["{}", "[]", "7", '"x"', '{"x": 1}', '[{"x": 1}]', '{"argument_names": 3, "arguments": {}}'])
@pytest.mark.parametrize("ask", [
    lambda app: app.task("k").delay(), lambda app: app.AsyncResult(ID).status, lambda app: app.AsyncResult(ID).get(timeout=1),
    lambda app: app.group_handle(ID, []).ready(), lambda app: tasks.group(app.task("k").s())(),
])
def test_json_of_something_else_is_one_sentence(ask, body, no_pauses):
    with server((200, "application/json", body)) as (url, _):
        with pytest.raises(NotReached, match="is it the API"):
            ask(Tasks(url, "rh-x"))


@pytest.mark.parametrize("body", ["{}", '[{"x": 1}]', "[7]"])
def test_a_start_and_a_list_that_are_answered_with_something_else(body, no_pauses):
    other = (200, "application/json", body)
    with server(KIND, other) as (url, _):
        with pytest.raises(NotReached, match="is it the API"):
            Tasks(url, "rh-x").task("k").delay()
    with server(other) as (url, _):
        with pytest.raises(NotReached, match="is it the API"):
            Tasks(url, "rh-x").AsyncResult(ID).children


@pytest.mark.parametrize("detail", [[{"loc": ["body"], "msg": "wrong"}], {"msg": "wrong"}])
def test_a_refusal_in_the_manner_of_another_server_is_a_text(detail):
    with server((422, "application/json", json.dumps({"detail": detail}))) as (url, _):
        with pytest.raises(Refused, match="wrong") as refused:
            Tasks(url, "rh-x").task("k").delay()
    assert isinstance(refused.value.detail, str)


@pytest.mark.parametrize(("given", "named"), [
    ({"headers": {"x": None}}, "headers"), ({"headers": {"x": b"x"}}, "headers"), ({"headers": {"x": []}}, "headers"),
    ({"backoff": "x"}, "backoff"), ({"backoff": 3}, "backoff"), ({"limit_key": 3}, "limit_key"), ({"idempotency_key": 3}, "idempotency_key"),
    ({"link": "x"}, "link"), ({"link": [3]}, "link"), ({"retry_policy": {"max_retries": 3}}, "retry_policy"), ({"retry": False}, "retry"),
])
def test_an_option_that_makes_no_sense_is_refused_before_anything_is_sent(given, named):
    with server(KIND, STARTED) as (url, asked):
        with pytest.raises(UnsupportedOption) as refused:
            Tasks(url, "rh-x").task("k").apply_async(**given)
    assert refused.value.name == named and posted(asked) == []


def test_options_that_ask_for_nothing_are_taken_and_the_third_is_the_id_as_with_celery():
    with server(KIND, STARTED) as (url, asked):
        task = Tasks(url, "rh-x").task("k")
        task.apply_async((1,), {}, ID, None, [], link_error=None, retry_policy={}, expires=None)
    assert posted(asked) == [{"args": {"first": 1}, "task_id": ID}]


@pytest.mark.parametrize(("args", "kwargs"), [("abc", None), (5, None), (None, ["x"]), ({"first": 1}, None)])
def test_arguments_that_are_none_are_refused_wherever_they_are_given(args, kwargs):
    task = Tasks("http://127.0.0.1:9", "rh-x").task("k")
    for give in (lambda: task.apply_async(args, kwargs, link=task.si()), lambda: task.signature(args, kwargs),
                 lambda: task.s().apply_async(args, kwargs)):
        with pytest.raises(TypeError, match=r"k\(\) takes k?w?args as a"):
            give()


def test_a_signature_takes_further_arguments_before_its_own():
    with server(KIND, STARTED) as (url, asked):
        task = Tasks(url, "rh-x").task("k")
        later = task.s(2)
        later.delay(1)
        later.apply_async((1,), priority=9)
        later.clone((1,), countdown=3)()
        task.s(first=1).delay(second=2)
        with pytest.raises(UnsupportedOption, match="no further arguments"):
            task.si(2).delay(1)
    assert posted(asked) == [
        {"args": {"first": 1, "second": 2}}, {"args": {"first": 1, "second": 2}, "priority": "high"},
        {"args": {"first": 1, "second": 2}, "countdown": 3}, {"args": {"first": 1, "second": 2}}]
    assert later.args == (2,) and later.options == {}, "it is as it was"


@pytest.mark.parametrize("timeout", ["x", float("nan"), [], True])
def test_a_timeout_that_is_none_is_refused_and_nothing_waits(timeout):
    with server(PENDING) as (url, asked):
        with pytest.raises(UnsupportedOption, match="timeout"):
            Tasks(url, "rh-x").AsyncResult(ID).get(timeout=timeout)
        with pytest.raises(NotConfigured, match="timeout"):
            Tasks(url, "rh-x", timeout=timeout)
    assert asked == []


@pytest.mark.parametrize("name", [None, 5, ""])
def test_a_task_has_a_name_and_an_id(name):
    app = Tasks("http://127.0.0.1:9", "rh-x")
    with pytest.raises(UnsupportedOption, match="name"):
        app.task(name)
    if name != 5:
        with pytest.raises(UnsupportedOption, match="task_id"):
            app.AsyncResult(name)


def test_a_result_without_an_application_is_of_the_one_that_the_environment_configures(stack):
    started = tasks.app.task("count_test_sets").delay()
    assert tasks.AsyncResult(started.id).get(timeout=30) >= 1


@pytest.mark.parametrize("given", [
    None, 5, create_engine("sqlite://"), sessionmaker(create_engine("sqlite://")), Session(create_engine("sqlite://")),
    create_engine("sqlite://").connect(),
])
def test_what_has_no_transaction_of_postgres_is_refused(given):
    with pytest.raises(UnsupportedOption, match="session"):
        with Tasks("http://127.0.0.1:9", "rh-x").using(given):
            pytest.fail("must not begin")


@pytest.mark.parametrize(("variable", "value"), [("SSL_CERT_FILE", "/there/is/none"), ("ALL_PROXY", "socks5://me:s3cr3t@127.0.0.1:9")])
def test_an_environment_that_cannot_be_used_is_one_sentence_without_its_secrets(variable, value, monkeypatch, no_pauses):
    monkeypatch.setenv(variable, value)
    for app in (Tasks("http://192.0.2.1", "rh-x", timeout=1), AsyncTasks("http://192.0.2.1", "rh-x", timeout=1)):
        with pytest.raises(NotConfigured, match="environment") as refused:
            asyncio.run(app.task("k").delay()) if isinstance(app, AsyncTasks) else app.task("k").delay()
        assert "s3cr3t" not in str(refused.value)
