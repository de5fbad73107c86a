"""In a coroutine's transaction: the same, awaited."""

import asyncio

import psycopg
import pytest
import rhesis_tasks as tasks
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine


def engine(stack, driver="psycopg"):
    return create_async_engine(stack["admin_url"].replace("postgres://", f"postgresql+{driver}://"))


async def begin(session):
    await session.execute(text("set local role tasks_tenant"))


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_an_async_sessions_tasks_are_its_transactions(async_app, stack, sent, driver):
    count = async_app.task("count_test_sets")

    async def use():
        made = engine(stack, driver)
        async with AsyncSession(made) as session:
            await begin(session)
            with async_app.using(session, stack["organization_id"]):
                gone = await count.delay()
                await session.rollback()
                assert not await gone.exists() and sent == []
                await begin(session)
                first = await count.apply_async(countdown=600)
                with pytest.raises(ZeroDivisionError):
                    async with session.begin_nested():
                        lost = await count.delay()
                        1 / 0
                async with session.begin_nested():
                    group = await tasks.group(count.s(), count.s())()
                with pytest.raises(tasks.Refused, match="backoff"):
                    async with session.begin_nested():
                        await count.apply_async(backoff={"faktor": 3})
                assert sent == []
                await session.commit()
            assert sent == [first.id, *(one.id for one in group)]
            assert await first.exists() and await group[1].exists() and not await lost.exists()
            await first.revoke()
        await made.dispose()
        await async_app.close()

    asyncio.run(use())


def test_an_async_connection_will_do(async_app, stack, sent):
    async def use():
        made = engine(stack)
        async with made.connect() as connection:
            await begin(connection)
            with async_app.using(connection, stack["organization_id"]) as caller:
                result = await async_app.task("count_test_sets").apply_async(countdown=600)
            await connection.commit()
            caller.committed()
        await made.dispose()
        async with await psycopg.AsyncConnection.connect(stack["admin_url"]) as connection:
            await connection.execute("set local role tasks_tenant")
            with async_app.using(connection, stack["organization_id"]) as caller:
                other = await async_app.task("count_test_sets").apply_async(countdown=600)
                chained = await tasks.chain(async_app.task("count_test_sets").s(), async_app.task("count_test_sets").si())()
            await connection.rollback()
            assert not await other.exists() and not await chained.exists()
        return await result.exists(), sent == [result.id]

    assert asyncio.run(use()) == (True, True)


def test_a_coroutines_task_begins_at_once_when_it_is_committed(async_app, stack):
    async def use():
        made = engine(stack)
        async with AsyncSession(made) as session, session.begin():
            await begin(session)
            with async_app.using(session, stack["organization_id"]):
                result = await async_app.task("count_test_sets").delay()
        found = await result.get(timeout=25)
        await made.dispose()
        return found

    assert asyncio.run(use()) >= 1


def test_code_that_waits_cannot_use_an_async_session(app, stack):
    with pytest.raises(tasks.UnsupportedOption, match="AsyncTasks"), app.using(AsyncSession(engine(stack))):
        pass


def test_tasks_of_two_coroutines_are_each_of_its_own_transaction(async_app, stack, sent):
    async def one(made, commits):
        async with AsyncSession(made) as session:
            await begin(session)
            with async_app.using(session, stack["organization_id"]):
                result = await async_app.task("count_test_sets").apply_async(countdown=600)
                await asyncio.sleep(0)
            await (session.commit() if commits else session.rollback())
        return await result.exists()

    async def use():
        made = engine(stack)
        found = await asyncio.gather(*(one(made, place % 2 == 0) for place in range(8)))
        await made.dispose()
        return found

    assert asyncio.run(use()) == [place % 2 == 0 for place in range(8)]
    assert len(sent) == 4
