"""Options, results and errors, against a running stack."""

import asyncio
import uuid
from datetime import datetime, timedelta, timezone

import pytest
import rhesis_tasks as tasks
from rhesis_tasks import flows, options

UNKNOWN = "01976ad0-0000-7000-8000-000000000000"


def test_a_task_answers_its_result(app):
    result = app.task("count_test_sets").delay()
    assert result.get(timeout=30) >= 1
    assert (result.status, result.state, result.ready(), result.successful(), result.failed()) == (
        "SUCCESS", "SUCCESS", True, True, False)
    assert result.name == "count_test_sets" and result.date_done and result.exists()
    assert app.AsyncResult(result.id) == result


def test_options_arrive(app):
    task_id = uuid.uuid4()
    at = datetime.now(timezone.utc) + timedelta(hours=1)
    result = app.task("count_test_sets").apply_async(
        eta=at, expires=7200, retries=5, priority=9, headers={"x": 1}, task_id=task_id, queue=None, serializer="json")
    assert result.id == str(task_id)
    state = app.run(flows.show(result.id))
    assert state["options"] == {"max_retries": 5, "priority": "high"}
    assert state["headers"]["x"] == "1" and state["expires_at"]
    again = app.task("count_test_sets").apply_async(eta=at, expires=7200, retries=5, priority=9, headers={"x": 1}, task_id=task_id)
    assert again == result
    with pytest.raises(tasks.Refused) as refused:
        app.task("count_test_sets").apply_async(task_id=task_id)
    assert (refused.value.status, refused.value.field) == (409, "task_id")
    result.revoke()
    result.revoke()
    assert result.status == "REVOKED"
    with pytest.raises(tasks.TaskRevoked):
        result.get(timeout=5)
    assert isinstance(result.get(timeout=5, propagate=False), tasks.TaskRevoked)


@pytest.mark.parametrize("given", [
    {"queue": "fast"}, {"link_error": object()}, {"soft_time_limit": 3}, {"countdwn": 3}, {"priority": 11},
    {"task_id": "x"}, {"retries": 1, "max_retries": 2},
])
def test_what_cannot_be_honoured_is_refused_by_name(app, given):
    with pytest.raises(tasks.UnsupportedOption) as refused:
        app.task("count_test_sets").apply_async(**given)
    assert str(refused.value).split(":")[0] in given


def test_priorities_and_times_are_celerys():
    assert [options.priority(n) for n in (0, 3, 4, 6, 7, 9)] == ["low", "low", "normal", "normal", "high", "high"]
    naive = datetime(2030, 1, 1, 12)
    assert options.fields({"eta": naive})["eta"] == "2030-01-01T12:00:00+00:00"
    assert options.fields({"eta": datetime(2020, 1, 1)}) == {}
    assert options.fields({"expires": timedelta(minutes=2)}) == {"expires": 120.0}


def test_arguments_are_the_contracts(app):
    execute = app.task("execute_test_configuration")
    with pytest.raises(TypeError, match="takes 1 positional"):
        execute.delay(UNKNOWN, None, 3)
    with pytest.raises(TypeError, match="multiple values"):
        execute.delay(UNKNOWN, test_configuration_id=UNKNOWN)
    with pytest.raises(tasks.Refused, match="args.test_configuration_id"):
        execute.delay("x")
    with pytest.raises(tasks.UnsupportedOption, match="organization_id"):
        execute.delay(UNKNOWN, UNKNOWN)
    with pytest.raises(tasks.NotRegistered):
        app.task("nothing").delay()
    with pytest.raises(tasks.Refused, match="kind"):
        app.task("execute_test").delay(UNKNOWN, UNKNOWN)


def test_an_unknown_id_is_no_task_that_waits_for_ever(app):
    assert not app.AsyncResult(UNKNOWN).exists()
    with pytest.raises(tasks.TaskUnknown):
        app.AsyncResult(UNKNOWN).get(timeout=1)


def test_a_wait_ends_in_time_and_the_task_goes_on(app):
    result = app.task("count_test_sets").apply_async(countdown=3600)
    with pytest.raises(TimeoutError):
        result.get(timeout=0.5)
    assert result.status == "PENDING"
    result.revoke()


def test_groups_chains_chords_and_links(app):
    count = app.task("count_test_sets")
    assert len(tasks.group(count.s(), count.s(), window=2)().get(timeout=60)) == 2
    assert tasks.chord([count.s(), count.s()])(count.si()).get(timeout=60) >= 1
    chained = tasks.chain(count.s(), count.si())()
    assert chained.get(timeout=60) >= 1 and chained.ready() and chained.completed_count() == 2
    assert count.apply_async(link=count.si()).get(timeout=60) >= 1
    for wrong in (lambda: tasks.chain(count.s(), count.s()), lambda: tasks.chord(count.s())(count.s()), lambda: tasks.group(3)):
        with pytest.raises(tasks.UnsupportedOption):
            wrong()


def test_the_async_twin_does_the_same(async_app):
    async def use():
        result = await async_app.task("count_test_sets").delay()
        return await result.get(timeout=30), await result.status, await result.ready()

    found = asyncio.run(use())
    assert found[0] >= 1 and found[1:] == ("SUCCESS", True)
