"""Answers in other forms than the API's, and addresses that nobody can be asked at: one sentence."""

import json

import httpx
import pytest
import rhesis_tasks as tasks

from servers import ID, KIND, STARTED, server, twins

JSON = "application/json"
DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize("answer", [
    (200, JSON, DEEP), (422, JSON, '{"detail": ' + DEEP + "}"), (307, JSON, "{}"), (301, JSON, '{"detail": "elsewhere"}'), (304, JSON, "{}"),
    (200, JSON, "1" * 5000), (200, "Text/HTML; charset=utf-8", "{}"),
])
def test_what_is_no_answer_of_the_api_is_told_as_such(answer, no_pauses):
    with server(answer) as (url, _):
        for app, run in twins(url):
            with pytest.raises(tasks.NotReached, match="is it the API's"):
                run(app.task("k").delay())


@pytest.mark.parametrize("kind", ["Application/JSON", "application/json ; charset=utf-8", " application/JSON; x=y"])
def test_a_content_type_is_read_as_http_has_it(kind):
    with server((200, kind, KIND[2]), (202, kind, STARTED[2])) as (url, _):
        assert tasks.Tasks(url, "rh-x").task("k").delay().id == ID


@pytest.mark.parametrize("fields", [
    {"status": 3}, {"status": None}, {"args": []}, {"retries": "x"}, {"parent_id": 3}, {"finished_at": []}, {"kind": None}, {"task_id": 3},
    {"group": "x"},
])
def test_a_task_whose_fields_are_others_is_none_of_the_apis(fields):
    with server((200, JSON, json.dumps({"status": "SUCCESS"} | fields))) as (url, _):
        for app, run in twins(url):
            with pytest.raises(tasks.NotReached, match="is it the API's"):
                run(app.AsyncResult(ID).get(timeout=1))


@pytest.mark.parametrize("fields", [{"total": "x"}, {"done": None}, {"succeeded": []}])
def test_a_group_whose_fields_are_others_is_none_of_the_apis(fields):
    answer = {"total": 1, "done": 1, "succeeded": 1, "unsuccessful": 0} | fields
    with server((200, JSON, json.dumps(answer))) as (url, _):
        with pytest.raises(tasks.NotReached, match="is it the API's"):
            tasks.Tasks(url, "rh-x").group_handle(ID, []).ready()


@pytest.mark.parametrize("schema", [{"properties": []}, {"properties": {"first": "uuid"}}, {"required": 3}])
def test_a_contract_that_is_none_is_told_as_such(schema):
    with server((200, JSON, json.dumps({"argument_names": ["first"], "arguments": schema}))) as (url, _):
        with pytest.raises(tasks.NotReached, match="is it the API's"):
            tasks.Tasks(url, "rh-x").task("k").delay()


@pytest.mark.parametrize("body", [{"task_id": None}, {"task_id": 7}])
def test_a_start_that_is_answered_with_no_id_is_no_start(body):
    with server(KIND, (202, JSON, json.dumps(body))) as (url, _):
        with pytest.raises(tasks.NotReached, match="is it the API's"):
            tasks.Tasks(url, "rh-x").task("k").delay()


def test_a_refusal_names_its_field_in_a_text_whatever_it_was():
    with server((422, JSON, '{"detail": "wrong", "field": ["body", "x"]}')) as (url, _):
        with pytest.raises(tasks.Refused) as refused:
            tasks.Tasks(url, "rh-x").task("k").delay()
    assert refused.value.field == '["body", "x"]'


def test_a_list_goes_on_at_the_same_address_only():
    page = (200, JSON, "[]", ("Link", '<@127.0.0.2/steal>; rel="next"'))
    with server(page) as (url, asked):
        with pytest.raises(tasks.NotReached, match="elsewhere"):
            tasks.Tasks(url, "rh-x").AsyncResult(ID).children
    assert len(asked) == 1


@pytest.mark.parametrize("url", [
    "http://a..b", "http://.", "http://" + "a" * 64 + ".example", "http://127.0.0.1:99999", "http://127.0.0.1:0", object(), 5, b"http://a",
])
def test_an_address_that_nobody_can_be_asked_at_is_refused(url):
    for app, run in twins(url):
        with pytest.raises(tasks.NotConfigured, match="address"):
            run(app.task("k").delay())


def test_an_address_may_be_of_a_type_for_addresses():
    with server(*[KIND, STARTED] * 2) as (url, _):
        for app, run in twins(httpx.URL(url)):
            assert run(app.task("k").delay()).id == ID


def test_a_request_that_is_longer_than_any_address_is_one_sentence(no_pauses):
    for app, run in twins("http://127.0.0.1:9"):
        with pytest.raises(tasks.NotReached, match="InvalidURL"):
            run(app.AsyncResult("x" * 70_000).exists())
