"""A connection that commits each statement by itself has no transaction, however that was said: it is refused before anything is written."""

import asyncio

import psycopg
import pytest
import rhesis_tasks as tasks
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

LATER = {"countdown": 600}
OF_SESSION = "select set_config('role', 'tasks_tenant', false), set_config('app.organization_id', :id, false)"


def url(stack, driver):
    return stack["admin_url"].replace("postgres://", f"postgresql+{driver}://")


def written(stack):
    with psycopg.connect(stack["admin_url"]) as connection:
        return connection.execute("select count(*) from tasks.task").fetchone()


@pytest.fixture(params=["engine", "engine's options", "connection's options"])
def said(request):
    """Where AUTOCOMMIT is said: what makes an engine, and what becomes of it."""
    return {
        "engine": ({"isolation_level": "AUTOCOMMIT"}, lambda engine: engine),
        "engine's options": ({}, lambda engine: engine.execution_options(isolation_level="AUTOCOMMIT")),
        "connection's options": ({}, lambda engine: engine),
    }[request.param], request.param.startswith("connection")


@pytest.mark.parametrize("kind", [Session, "connection"])
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_autocommit_is_refused(app, stack, driver, kind, said):
    (made, become), by_connection = said
    options = {"isolation_level": "AUTOCOMMIT"} if by_connection else {}
    engine = become(create_engine(url(stack, driver), **made))
    app.task("count_test_sets").apply_async(**LATER).revoke()
    before = written(stack)
    with engine.connect().execution_options(**options) as connection, Session(bind=connection if by_connection else engine) as session:
        given = session if kind is Session else connection
        given.execute(text(OF_SESSION), {"id": stack["organization_id"]})
        count = app.task("count_test_sets")
        for organization in (None, stack["organization_id"]):
            with app.using(given, organization):
                for start in (lambda: count.apply_async(**LATER), tasks.group(count.s()), tasks.chain(count.s(), count.si())):
                    with pytest.raises(tasks.UnsupportedOption, match="commits each statement by itself") as refused:
                        start()
                    assert refused.value.name == "session"
        given.rollback()
        # The role is of the connection, which goes back to its pool.
        given.execute(text("reset role"))
        given.execute(text("select set_config('app.organization_id', '', false)"))
    assert written(stack) == before
    engine.dispose()


@pytest.mark.parametrize("kind", [AsyncSession, AsyncConnection])
@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_autocommit_is_refused_to_coroutines_too(async_app, stack, driver, kind, said):
    (made, become), by_connection = said

    async def use():
        engine = become(create_async_engine(url(stack, driver), **made))
        before = written(stack)
        async with engine.connect() as connection:
            if by_connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
            async with AsyncSession(connection if by_connection else engine) as session:
                given = session if kind is AsyncSession else connection
                await given.execute(text(OF_SESSION), {"id": stack["organization_id"]})
                count = async_app.task("count_test_sets")
                with async_app.using(given):
                    for start in (lambda: count.apply_async(**LATER), tasks.group(count.s())):
                        with pytest.raises(tasks.UnsupportedOption, match="commits each statement by itself"):
                            await start()
                await given.rollback()
        assert written(stack) == before
        await engine.dispose()
        await async_app.close()

    asyncio.run(use())
