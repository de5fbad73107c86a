"""In the caller's transaction: a rollback starts nothing, a commit sends at once."""

import time
import uuid
from datetime import datetime, timedelta, timezone

import psycopg
import pytest
import rhesis_tasks as tasks
from psycopg.rows import dict_row
from rhesis_tasks import TaskUnknown, UnsupportedOption
from rhesis_tasks.api import flows, wire
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, scoped_session, sessionmaker

OTHER = "01976ad0-0000-7000-8000-000000000000"
SOON = (datetime.now(timezone.utc) + timedelta(hours=1)).isoformat()


@pytest.fixture(scope="module", params=["psycopg", "psycopg2"])
def engine(stack, request):
    return create_engine(stack["admin_url"].replace("postgres://", f"postgresql+{request.param}://"))


@pytest.fixture
def session(engine):
    with Session(engine) as session:
        begin(session)
        yield session


def begin(session):
    session.execute(text("set local role tasks_tenant"))


def later(app):
    return app.task("count_test_sets").apply_async(countdown=600)


def test_a_sessions_task_begins_at_once_when_it_is_committed(app, stack, session):
    began = time.monotonic()
    with app.using(session, stack["organization_id"]):
        result = app.task("count_test_sets").delay()
    with pytest.raises(TaskUnknown):
        result.status
    session.commit()
    assert result.get(timeout=25) >= 1, "not only with the relay's next sweep"
    assert time.monotonic() - began < 25


def test_what_is_rolled_back_never_was(app, stack, session, sent):
    with app.using(session, stack["organization_id"]):
        result = later(app)
    session.rollback()
    begin(session)
    session.commit()
    assert not result.exists() and sent == []


def test_what_is_closed_without_a_commit_is_not_sent_by_the_next_one(app, stack, session, sent):
    with app.using(session, stack["organization_id"]):
        result = later(app)
        session.close()
        begin(session)
        other = later(app)
        session.commit()
    assert not result.exists() and other.exists() and sent == [other.id]


@pytest.mark.parametrize("canvas", ["group", "chain", "chord", "link"])
def test_a_canvas_is_of_the_transaction_too(app, stack, session, sent, canvas):
    count = app.task("count_test_sets")
    started = {
        "group": lambda: tasks.group(count.s(), count.s())().results[0],
        "chain": lambda: tasks.chain(count.s(), count.si())(),
        "chord": lambda: tasks.chord([count.s(), count.s()])(count.si()),
        "link": lambda: count.apply_async(link=count.si()),
    }[canvas]
    with app.using(session, stack["organization_id"]):
        result = started()
        session.rollback()
        assert not result.exists() and sent == []
        begin(session)
        result = started()
        assert not result.exists()
        session.commit()
    assert result.exists() and len(sent) == {"group": 2, "chain": 1, "chord": 2, "link": 1}[canvas]
    assert app.run(wire.ask(wire.Request("POST", "/kick", {"task_ids": sent})))["kicked"] == len(sent)
    assert result.get(timeout=60) >= 1


def test_a_canvas_with_a_key_is_started_once_by_transactions_too(app, stack, session, sent):
    count, key = app.task("count_test_sets"), str(uuid.uuid4())
    with app.using(session, stack["organization_id"]):
        first = tasks.group(count.s(), count.s()).apply_async(idempotency_key=key)
        session.commit()
        begin(session)
        again = tasks.group(count.s(), count.s()).apply_async(idempotency_key=key)
        session.commit()
    assert (first.id, first.results) == (again.id, again.results)
    # By a request it is the same, too.
    assert tasks.group(count.s(), count.s()).apply_async(idempotency_key=key).id == first.id


def test_a_canvas_is_checked_before_anything_is_written(app, stack, session):
    count, execute = app.task("count_test_sets"), app.task("execute_test_configuration")
    with app.using(session, stack["organization_id"]):
        for wrong in (count.s(surprise=1), execute.s(), execute.s(3), execute.s("x"), app.task("execute_test").s(OTHER, OTHER)):
            with pytest.raises(TypeError):
                tasks.group(count.s(), wrong)()
        for wrong in ("01976ad000007000-8000000000000000", "a\0b", "\ud800"):
            with pytest.raises(TypeError, match="test_configuration_id"):
                execute.delay(wrong)
        with pytest.raises(tasks.NotRegistered):
            tasks.chain(count.s(), app.task("nothing").si())()
        with pytest.raises(UnsupportedOption, match="countdown"):
            tasks.group(count.s().set(countdown=3))()
    assert session.execute(text("select 1")).scalar() == 1, "the transaction lives"


def test_savepoints_take_their_tasks_with_them(app, stack, session, sent):
    with app.using(session, stack["organization_id"]):
        first = later(app)
        with session.begin_nested():
            kept = later(app)
            with pytest.raises(ZeroDivisionError), session.begin_nested():
                lost = later(app)
                1 / 0
            inner = session.begin_nested()
            innermost = later(app)
            inner.commit()
        assert sent == [], "a savepoint is no commit"
        outer = session.begin_nested()
        with session.begin_nested():
            released_and_lost = later(app)
        outer.rollback()
        last = later(app)
        assert sent == []
        session.commit()
        assert sent == [one.id for one in (first, kept, innermost, last)]
        assert not lost.exists() and not released_and_lost.exists()
        begin(session)
        again = later(app)
        session.commit()
    assert sent[-1] == again.id and again.exists(), "each transaction of the session sends its own"


def test_a_commit_with_an_open_savepoint_sends_what_both_started(app, stack, session, sent):
    with app.using(session, stack["organization_id"]):
        outer = later(app)
        session.begin_nested()
        inner = later(app)
        session.commit()
    assert sent == [outer.id, inner.id]


def test_another_organizations_transaction_is_refused(app, stack, session):
    session.execute(text("select set_config('app.organization_id', :id, true)"), {"id": OTHER})
    with app.using(session, stack["organization_id"]), pytest.raises(UnsupportedOption, match="organization_id"):
        later(app)
    with app.using(session, stack["organization_id"]), pytest.raises(UnsupportedOption, match="organization_id"):
        tasks.group(app.task("count_test_sets").s())()
    with pytest.raises(UnsupportedOption, match="UUID"), app.using(session, "x"):
        pass
    with app.using(session, OTHER.upper()), pytest.raises(UnsupportedOption, match="organization_id"):
        app.task("execute_test_configuration").delay(OTHER, stack["organization_id"])


def test_what_the_engine_refuses_is_one_sentence(app, stack, session):
    with app.using(session), pytest.raises(tasks.Refused, match="app.organization_id is not set") as refused:
        later(app)
    assert refused.value.status == 403
    session.rollback()
    begin(session)
    with app.using(session, stack["organization_id"]), pytest.raises(tasks.Refused) as refused:
        app.task("count_test_sets").apply_async(backoff={"faktor": 3})
    assert (refused.value.status, refused.value.field) == (422, "backoff")


@pytest.mark.parametrize("options", [
    {"countdown": 600}, {"expires": 700}, {"max_retries": 3}, {"retries": 2}, {"priority": 0}, {"priority": "high"}, {"headers": {"x": 1}},
    {"time_limit": 5}, {"limit_key": "tests"}, {"backoff": {"factor": 1, "cap": 2}}, {"task_id": True}, {"idempotency_key": True},
    {"eta": SOON}, {"headers": {"x": "\N{SNOWMAN}\t"}},
])
def test_options_mean_the_same_at_both_doors(app, stack, session, sent, options):

    def start():
        given = {"countdown": 600} | ({"countdown": None} if "eta" in options else {}) | options
        given |= {name: str(uuid.uuid4()) for name, value in options.items() if value is True}
        return app.task("count_test_sets").apply_async(**given)

    def told(result):
        state = app.run(flows.show(result.id))
        return state["options"], {name: one for name, one in state["headers"].items() if name != "traceparent"}, bool(state["expires_at"])

    with app.using(session, stack["organization_id"]):
        here = start()
    session.commit()
    there = start()
    assert told(here) == told(there)
    here.revoke(), there.revoke()


def test_a_scoped_session_and_a_connection_will_do(app, stack, engine, sent):
    scoped = scoped_session(sessionmaker(engine))
    begin(scoped)
    with app.using(scoped, stack["organization_id"]):
        result = later(app)
    scoped.commit()
    scoped.remove()
    assert result.exists() and sent == [result.id]
    with engine.connect() as connection:
        begin(connection)
        with app.using(connection, stack["organization_id"]) as caller:
            other = later(app)
        connection.commit()
        caller.committed()
    assert other.exists() and sent == [result.id, other.id]


def test_a_psycopg_connection_will_do_and_arguments_are_checked_before(app, stack):
    with psycopg.connect(stack["admin_url"], row_factory=dict_row) as connection:
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


def test_a_connection_that_commits_each_statement_is_refused(app, stack):
    with psycopg.connect(stack["admin_url"], autocommit=True) as connection:
        with app.using(connection, stack["organization_id"]) as caller:
            with pytest.raises(UnsupportedOption, match="begin a transaction"):
                later(app)
            with connection.transaction():
                connection.execute("set local role tasks_tenant")
                result = later(app)
        caller.committed()
    assert result.exists()


@pytest.mark.parametrize("session", [None, 3, "session", object(), dict])
def test_what_is_no_session_is_refused_by_name(app, session):
    with pytest.raises(UnsupportedOption, match="session"), app.using(session):
        pass
