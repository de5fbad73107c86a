"""How far a `with app.using(…)` reaches, and what is given its caller where it does not."""

import asyncio
import contextvars
import copy
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import rhesis_tasks as tasks
from rhesis_tasks.transaction import context
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

LATER = {"countdown": 600}


@pytest.fixture(scope="module")
def engine(stack):
    return create_engine(stack["admin_url"].replace("postgres://", "postgresql+psycopg://"))


@pytest.fixture
def session(engine):
    with Session(engine) as session:
        begin(session)
        yield session


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    monkeypatch.setattr("rhesis_tasks.transaction.ledger.kick", lambda *_: None)


def begin(session):
    session.execute(text("set local role tasks_tenant"))


def in_thread(do):
    """What is done in a thread that knows nothing of this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(do).result()


def dependency(app, session, organization_id):
    """As FastAPI has them: its parts run wherever there is a thread."""
    with app.using(session, organization_id) as caller:
        yield caller


def test_a_caller_that_is_given_needs_no_context(app, stack, session):
    count, caller = app.task("count_test_sets"), app.using(session, stack["organization_id"])
    starts = [
        lambda: count.apply_async(using=caller, **LATER),
        lambda: app.send_task("count_test_sets", using=caller, **LATER),
        lambda: count.s().set(using=caller, **LATER).delay(),
        lambda: count.s().apply_async(using=caller, **LATER),
        lambda: copy.deepcopy(count.s().set(using=caller)).apply_async(**LATER),
        lambda: tasks.group(count.s(), count.s()).apply_async(using=caller)[0],
        lambda: tasks.chain(count.s(), count.si()).apply_async(using=caller),
        lambda: tasks.chord([count.s()], count.si()).apply_async(using=caller),
        lambda: tasks.chord([count.s()])(count.si(), using=caller),
        lambda: count.apply_async(link=count.si(), using=caller),
    ]
    started = [*(in_thread(start) for start in starts), *(start() for start in starts)]
    assert not any(one.exists() for one in started)
    session.commit()
    assert all(one.exists() for one in started)
    for one in started:
        one.revoke()


def test_a_generator_may_end_in_another_context_than_it_began(app, stack, session):
    made = dependency(app, session, stack["organization_id"])
    caller = in_thread(lambda: next(made))
    result = app.task("count_test_sets").apply_async(using=caller, **LATER)
    session.rollback()
    assert not result.exists()
    in_thread(lambda: next(made, None))
    assert context.current(app) is None
    with pytest.raises(tasks.UnsupportedOption, match="has ended"):
        app.task("count_test_sets").apply_async(using=caller)


def test_a_thread_in_which_a_generator_only_began_is_in_no_transaction_after_its_end(app, session):
    made = dependency(app, session, None)
    with ThreadPoolExecutor(1) as pool:
        caller = pool.submit(next, made).result()
        assert pool.submit(context.current, app).result() is caller
        made.close()
        assert pool.submit(context.current, app).result() is None


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_generators_may_end_in_any_order(app, session, order):
    made = [dependency(app, session, None) for _ in range(2)]
    callers = [next(one) for one in made]
    assert context.current(app) is callers[1]
    made[order[0]].close()
    assert context.current(app) is callers[order[1]]
    made[order[1]].close()
    assert context.current(app) is None


def test_what_began_within_and_goes_on_after_the_end_is_told_so(app, session):
    with app.using(session) as caller:
        within = contextvars.copy_context()
    for start in (lambda: app.task("count_test_sets").delay(), lambda: tasks.group(app.task("count_test_sets").s())()):
        with pytest.raises(tasks.UnsupportedOption, match="has ended"):
            within.run(start)
    with pytest.raises(tasks.UnsupportedOption, match="one `with`"), caller:
        pass
    caller.committed()


def test_a_coroutine_that_is_awaited_after_the_end_writes_nothing(async_app, stack):
    async def use():
        engine = create_async_engine(stack["admin_url"].replace("postgres://", "postgresql+psycopg://"))
        async with AsyncSession(engine) as session:
            await begun(session)
            with async_app.using(session, stack["organization_id"]) as caller:
                late = async_app.task("count_test_sets").apply_async(**LATER)
                later = asyncio.create_task(started_later(async_app))
            for one in (late, later):
                with pytest.raises(tasks.UnsupportedOption, match="has ended"):
                    await one
            with pytest.raises(tasks.UnsupportedOption, match="has ended"):
                await async_app.task("count_test_sets").apply_async(using=caller)
            given = async_app.using(session, stack["organization_id"])
            first = await async_app.task("count_test_sets").apply_async(using=given, **LATER)
            group = await tasks.group(async_app.task("count_test_sets").s()).apply_async(using=given)
            await session.rollback()
            assert not await first.exists() and not await group[0].exists()
        await engine.dispose()
        await async_app.close()

    async def begun(session):
        await session.execute(text("set local role tasks_tenant"))

    async def started_later(app):
        await asyncio.sleep(0)
        return await app.task("count_test_sets").delay()

    asyncio.run(use())


def test_a_thread_of_its_own_is_not_within(app, stack, session):
    found = []
    with app.using(session, stack["organization_id"]):
        thread = threading.Thread(target=lambda: found.append(context.current(app)))
        thread.start()
        thread.join()
    assert found == [None]


def test_another_applications_task_of_the_same_api_is_refused_within(app, async_app, stack, session):
    others = [tasks.app, tasks.Tasks(stack["api_url"] + "/", "rh-other"), async_app]
    with app.using(session, stack["organization_id"]) as caller:
        for other in others:
            for start in (other.task("count_test_sets").delay, tasks.group(other.task("count_test_sets").s())):
                with pytest.raises(tasks.UnsupportedOption, match="another application's"):
                    start()
        # Given the caller, it is of that one's transaction.
        result = tasks.app.task("count_test_sets").apply_async(using=caller, **LATER)
        # In its own transaction it is where it belongs, and one of another API is none of this database's.
        with tasks.app.using(session, stack["organization_id"]):
            mine = tasks.app.task("count_test_sets").apply_async(**LATER)
            outer = app.task("count_test_sets").apply_async(**LATER)
        with pytest.raises(tasks.NotReached):
            tasks.Tasks("http://127.0.0.1:9", "rh-x").task("count_test_sets").delay()
    session.rollback()
    assert not any(one.exists() for one in (result, mine, outer)) and result.app is app


@pytest.mark.parametrize("given", [3, "session", object(), Session])
def test_what_is_no_caller_is_refused_by_name(app, given):
    count = app.task("count_test_sets")
    for start in (count, tasks.group(count.s()), tasks.chain(count.s()), tasks.chord(count.s(), count.si())):
        with pytest.raises(tasks.UnsupportedOption, match="using: must be what app.using"):
            start.apply_async(using=given)


def test_a_caller_of_code_that_waits_is_none_for_coroutines(app, async_app, session):
    with pytest.raises(tasks.UnsupportedOption, match="of Tasks, and the task of AsyncTasks"):
        async_app.task("count_test_sets").apply_async(using=app.using(session))


def test_a_task_of_a_group_has_no_caller_of_its_own(app, session):
    count = app.task("count_test_sets")
    with pytest.raises(tasks.UnsupportedOption, match="using"):
        tasks.group(count.s().set(using=app.using(session)))()
