"""A session of SQLAlchemy on a connection of the caller's: whose commit is the last says that tasks may be sent."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session


@pytest.fixture(scope="module")
def engine(stack):
    return create_engine(stack["admin_url"].replace("postgres://", "postgresql+psycopg://"))


def begin(connection):
    connection.execute(text("set local role tasks_tenant"))


def later(app):
    return app.task("count_test_sets").apply_async(countdown=600)


@pytest.mark.parametrize("mode", ["create_savepoint", "conditional_savepoint", "rollback_only", "control_fully"])
def test_a_session_that_has_joined_a_transaction_is_told_of_its_commit_by_the_owner(app, stack, engine, sent, mode):
    with engine.connect() as connection, connection.begin() as outermost:
        begin(connection)
        with Session(bind=connection, join_transaction_mode=mode) as session:
            with app.using(session, stack["organization_id"]) as caller:
                result = later(app)
                session.commit()
        if mode == "control_fully":
            assert sent == [result.id], "its commit was the outermost"
        else:
            assert sent == []
            outermost.commit()
            caller.committed()
            caller.committed()
    assert sent == [result.id] and result.exists()


def test_a_session_of_a_connection_without_a_transaction_tells_of_its_commit_by_itself(app, stack, engine, sent):
    with engine.connect() as connection, Session(bind=connection) as session:
        for _ in range(2):
            begin(session)
            with app.using(session, stack["organization_id"]):
                result = later(app)
            session.commit()
            assert sent[-1] == result.id
