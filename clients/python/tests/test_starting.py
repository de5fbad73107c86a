"""Options, results and errors, against a running stack."""

import asyncio
import time
import uuid
from datetime import datetime, timedelta, timezone

import pytest
import rhesis_tasks as tasks
from rhesis_tasks.api import flows, options

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
    group = tasks.group(count.s(), count.s(), window=2)()
    assert len(group.get(timeout=60)) == len(group) == 2 and list(group) == group.children
    assert group.ready() and group.successful() and group.completed_count() == 2 and not group.failed() and not group.waiting()
    ends = tasks.chord([count.s(), count.s()])(count.si())
    assert ends.get(timeout=60) >= 1 and ends.status == "SUCCESS" and ends.parent.completed_count() == 2
    chained = tasks.chain(count.s(), count.si())()
    assert chained.get(timeout=60) >= 1 and chained.ready() and chained.parent.successful() and chained.parent.parent is None
    assert count.apply_async(link=count.si()).get(timeout=60) >= 1
    assert (count.s() | count.si()).delay().get(timeout=60) >= 1
    assert (tasks.group(count.s()) | count.si()).delay().get(timeout=60) >= 1
    for wrong in (lambda: tasks.chain(count.s(), count.s()), lambda: tasks.chord(count.s())(count.s()), lambda: tasks.group(3),
                  lambda: tasks.group([]), lambda: tasks.chord(count.s())(), lambda: tasks.group(tasks.group(count.s())),
                  lambda: tasks.group(count.s(), tasks.Tasks().task("count_test_sets").s())):
        with pytest.raises(tasks.UnsupportedOption):
            wrong()


@pytest.mark.parametrize("options", [
    {"countdown": 3}, {"eta": "2040-01-01"}, {"task_id": str(uuid.uuid4())}, {"idempotency_key": "x"}, {"link": 3}, {"queue": "fast"},
    {"surprise": 3},
])
def test_a_task_of_a_group_refuses_what_has_no_meaning_there(app, options):
    count = app.task("count_test_sets")
    starts = [lambda: tasks.group(count.s().set(**options))(), lambda: tasks.chain(count.s(), count.si().set(**options))()]
    # A group itself has a key.
    if "idempotency_key" not in options:
        starts.append(lambda: tasks.group(count.s()).apply_async(**options))
    for start in starts:
        with pytest.raises(tasks.UnsupportedOption, match=next(iter(options))):
            start()


def test_a_canvas_with_a_key_is_started_once(app):
    count, key = app.task("count_test_sets"), str(uuid.uuid4())
    for start in (
        lambda key: tasks.group(count.s(), count.s()).apply_async(idempotency_key=key).id,
        lambda key: tasks.chain(count.s(), count.si()).apply_async(idempotency_key=key + "a").id,
        lambda key: tasks.chord([count.s()], count.si()).apply_async(idempotency_key=key + "b").id,
        lambda key: count.apply_async(link=count.si(), idempotency_key=key + "c").id,
    ):
        assert start(key) == start(key) != start(key + "other")
    with pytest.raises(tasks.Refused, match="was used for another request"):
        tasks.group(count.s()).apply_async(idempotency_key=key)
    for wrong in (3, "", "x" * 256, "é", "a\r\nb", " a", b"a"):
        with pytest.raises(tasks.UnsupportedOption, match="idempotency_key"):
            tasks.group(count.s()).apply_async(idempotency_key=wrong)


def test_a_wait_for_a_group_has_one_timeout(app):
    group = tasks.group(app.task("count_test_sets").s() for _ in range(2))()
    group.get(timeout=60)
    waits = app.group_handle(group.id, [app.task("count_test_sets").apply_async(countdown=600).id for _ in range(3)])
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        waits.get(timeout=1)
    assert time.monotonic() - began < 2.5
    for one in waits:
        one.revoke()
    assert [type(one) for one in waits.get(timeout=5, propagate=False)] == [tasks.TaskRevoked] * 3
    group.revoke()


@pytest.mark.parametrize("given", [
    {"countdown": "x"}, {"countdown": True}, {"countdown": float("nan")}, {"countdown": float("inf")}, {"eta": "tomorrow"}, {"eta": 3},
    {"expires": []}, {"expires": "soon"}, {"headers": ["x"]}, {"headers": "x"}, {"max_retries": "x"}, {"retries": 1.5}, {"priority": []},
    {"task_id": 3}, {"parent_id": "x"}, {"time_limit": "x"}, {"countdown": 1, "eta": "2040-01-01"}, {"serializer": "pickle"},
    {"queue": []}, {"compression": "zlib"}, {"ignore_result": True},
])
def test_a_wrong_type_is_refused_by_name(app, given):
    with pytest.raises(tasks.UnsupportedOption) as refused:
        app.task("count_test_sets").apply_async(**given)
    assert refused.value.name in given or refused.value.name == "max_retries"


@pytest.mark.parametrize("options", [{"interval": 0.1}, {"no_ack": True}, {"follow_parents": False}, {"disable_sync_subtasks": False}])
def test_options_of_get_that_ask_for_nothing_are_taken(app, options):
    assert app.task("count_test_sets").delay().get(timeout=30, **options) >= 1


@pytest.mark.parametrize("options", [{"callback": print}, {"on_message": print}, {"surprise": 3}])
def test_other_options_of_get_and_revoke_are_refused(app, options):
    result = app.AsyncResult(UNKNOWN)
    for asks in (result.get, result.revoke):
        with pytest.raises(tasks.UnsupportedOption, match=next(iter(options))):
            asks(**options)


def test_arguments_go_as_celerys_serializer_writes_them(app):
    from decimal import Decimal

    from rhesis_tasks.api.arguments import in_json

    at = datetime(2030, 1, 1, tzinfo=timezone.utc)
    given = {"id": uuid.UUID(UNKNOWN), "at": at, "sum": Decimal("1.10"), "deep": [{"id": uuid.UUID(UNKNOWN)}], "pair": (1, None)}
    assert in_json("k", given) == {
        "id": UNKNOWN, "at": at.isoformat(), "sum": "1.10", "deep": [{"id": UNKNOWN}], "pair": [1, None]}
    loop = []
    loop.append(loop)
    for bad in ({1, 2}, b"x", object(), float("nan"), loop):
        with pytest.raises(TypeError, match="JSON"):
            app.task("execute_test_configuration").delay(bad)
    for call in (lambda: app.task("count_test_sets").apply_async("abc"), lambda: app.task("count_test_sets").apply_async(kwargs=["x"])):
        with pytest.raises(TypeError, match="count_test_sets"):
            call()


def test_a_key_may_be_any_text(app):
    key = f"schlüssel {uuid.uuid4()}\n"
    started = {app.task("count_test_sets").apply_async(idempotency_key=key).id for _ in range(2)}
    assert len(started) == 1


def test_exceptions_travel_between_processes():
    import pickle

    for one in (tasks.Refused(422, "must be", "x"), tasks.NotRegistered(404, "none"), tasks.UnsupportedOption("queue", "none"),
                tasks.TaskRevoked(UNKNOWN, {"type": "T", "message": "m"}), tasks.TimeoutError("late"), tasks.NotReached("away")):
        back = pickle.loads(pickle.dumps(one))
        assert type(back) is type(one) and str(back) == str(one) and vars(back) == vars(one)


def test_the_async_twin_does_the_same(async_app):
    async def use():
        count = async_app.task("count_test_sets")
        result = await count.delay()
        found = await result.get(timeout=30), await result.status, await result.ready(), await result.exists(), await result.children
        assert found[0] >= 1 and found[1:] == ("SUCCESS", True, True, [])
        chained = await tasks.chain(count.s(), count.si())()
        assert await chained.get(timeout=60) >= 1 and await (await chained.parent).successful() and await result.parent is None
        group = await tasks.group(count.s(), count.s())()
        assert len(await group.get(timeout=60)) == 2 and await group.successful()
        assert await (await tasks.chord([count.s()])(count.si())).get(timeout=60) >= 1
        waits = await count.apply_async(countdown=600)
        with pytest.raises(TimeoutError):
            await waits.get(timeout=0.2)
        fails = async_app.task("execute_test_configuration").si(UNKNOWN).set(max_retries=0)
        with pytest.raises(tasks.TaskFailed) as failed:
            await (await tasks.chain(fails, count.si())()).get(timeout=60)
        assert type(failed.value) is tasks.TaskFailed
        await waits.revoke()
        assert isinstance(await waits.get(timeout=5, propagate=False), tasks.TaskRevoked)
        assert not await async_app.AsyncResult(UNKNOWN).exists()
        await async_app.close()

    asyncio.run(use())
