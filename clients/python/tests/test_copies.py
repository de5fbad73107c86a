"""Copies and pickles of what callers hold: a copy is of the same application, and a pickle has neither a token nor a connection."""

import copy
import pickle

import pytest
import rhesis_tasks as tasks
from rhesis_tasks import aio
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from servers import ID, KIND, STARTED, server, twins

SECRET = "rh-s3cr3t"


def held(app):
    """Whatever a caller may keep of an application."""
    task = app.task("k")
    return [
        app, task, task.s(1, second=[2]).set(priority=9), app.AsyncResult(ID), app.handle(ID, app.handle(ID)), app.group_handle(ID, [ID]),
        tasks.group(task.s(1), task.s(2), window=3), tasks.chain(task.s(), task.si()), tasks.chord([task.s()], task.si())]


def test_copies_are_of_the_same_application_also_after_a_request():
    with server(*[KIND, STARTED, STARTED] * 2) as (url, _):
        for app, run in twins(url):
            run(app.task("k").delay())
            for one in held(app):
                for made in (copy.copy(one), copy.deepcopy(one)):
                    assert type(made) is type(one) and getattr(made, "app", app) is app
            signature = app.task("k").s([1], x={"y": 2}).set(headers={"a": 1})
            shallow = copy.copy(signature).set(priority=9)
            assert shallow.args == signature.args and shallow.options == {"headers": {"a": 1}, "priority": 9}
            deep = copy.deepcopy(signature)
            deep.args[0].append(3)
            deep.kwargs["x"]["y"] = 4
            deep.options["headers"]["b"] = 5
            assert (signature.args, signature.kwargs, signature.options) == (([1],), {"x": {"y": 2}}, {"headers": {"a": 1}})
            assert run(deep.task.delay()).id == ID and deep.task.app is app


@pytest.mark.parametrize("asks", [False, True])
def test_a_pickle_never_has_a_token_or_an_address_of_the_codes(asks):
    with server(*[KIND, STARTED] * 2) as (url, _):
        applications = [*twins(url), (tasks.Tasks(None, SECRET), None), (tasks.AsyncTasks(url), None)]
        for app, run in applications:
            if asks and run:
                run(app.task("k").delay())
            for one in held(app):
                with pytest.raises(tasks.UnsupportedOption, match="RHESIS_TASKS_URL and RHESIS_TASKS_TOKEN configure it"):
                    pickle.dumps(one)


def test_what_the_environment_configures_travels_and_is_one_application_there(monkeypatch):
    with server(KIND, STARTED) as (url, _):
        monkeypatch.setenv("RHESIS_TASKS_URL", url)
        monkeypatch.setenv("RHESIS_TASKS_TOKEN", SECRET)
        tasks.app.task("k").delay()
        for app in (tasks.app, tasks.Tasks(timeout=3), tasks.AsyncTasks()):
            written = [pickle.dumps(one) for one in held(app)]
            assert not any(SECRET.encode() in one or url.encode() in one for one in written)
            back = [pickle.loads(one) for one in written]
            assert [type(one) for one in back] == [type(one) for one in held(app)]
            assert all(one.app is back[0] for one in (back[1], back[2].task, back[3], back[6].tasks[1].task))
            assert type(back[0]) is type(app) and back[0].timeout == app.timeout
            # Pickled apart, they are of one application still.
            tasks.group(back[2], back[7].tasks[0])
        assert pickle.loads(pickle.dumps(tasks.app)) is tasks.app
        assert pickle.loads(pickle.dumps(tasks.app.task("k").s(7))).delay().id == ID
        assert type(pickle.loads(pickle.dumps(tasks.AsyncTasks().AsyncResult(ID)))) is aio.AsyncResult
    tasks.app.close()


def test_a_transaction_stays_in_its_process():
    session = Session(create_engine("postgresql+psycopg://nobody@127.0.0.1:9/none"))
    caller = tasks.app.using(session)
    signature = tasks.app.task("k").s().set(using=caller)
    assert copy.deepcopy(signature).options["using"] is caller is copy.copy(caller)
    for one in (caller, signature):
        with pytest.raises(tasks.UnsupportedOption, match="stays in its process"):
            pickle.dumps(one)
