"""In the caller's transaction: a rollback starts nothing, a commit sends at once."""

import time

import psycopg
import pytest
from rhesis_tasks import TaskUnknown
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session


@pytest.fixture
def engine(stack):
    return create_engine(stack["admin_url"].replace("postgres://", "postgresql+psycopg://"))


def test_a_sessions_task_begins_at_once_when_it_is_committed(app, stack, engine):
    with Session(engine) as session:
        session.execute(text("set local role tasks_tenant"))
        began = time.monotonic()
        with app.using(session, stack["organization_id"]):
            result = app.task("count_test_sets").delay()
        with pytest.raises(TaskUnknown):
            result.status
        session.commit()
        assert result.get(timeout=25) >= 1, "not only with the relay's next sweep"
        assert time.monotonic() - began < 25


def test_what_is_rolled_back_never_was(app, stack, engine):
    with Session(engine) as session:
        session.execute(text("set local role tasks_tenant"))
        with app.using(session, stack["organization_id"]):
            result = app.task("count_test_sets").apply_async(countdown=60)
        session.rollback()
    assert not result.exists()


def test_a_psycopg_connection_will_do_and_arguments_are_checked_before(app, stack):
    with psycopg.connect(stack["admin_url"]) as connection:
        connection.execute("set local role tasks_tenant")
        with app.using(connection, stack["organization_id"]) as caller:
            result = app.task("count_test_sets").delay()
            with pytest.raises(TypeError, match="missing"):
                app.task("execute_test_configuration").delay()
            with pytest.raises(TypeError, match="unexpected"):
                app.task("count_test_sets").delay(surprise=1)
        connection.commit()
        caller.committed()
    assert result.get(timeout=25) >= 1
