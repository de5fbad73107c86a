"""A token and an address may hold a secret: whatever goes wrong, no text of it and no traceback shows them."""

import traceback

import pytest
from rhesis_tasks import AsyncTasks, NotConfigured, NotReached, Tasks, TasksError

from servers import server

SECRET = "s3cr3t"


def shown(problem):
    """All that is printed of an exception, and all that it keeps."""
    texts = ["".join(traceback.format_exception(problem))]
    seen = problem
    while seen is not None:
        texts += [repr(seen), str(seen), repr(vars(seen))]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(texts)


async def asked(app):
    return await app.task("count_test_sets").delay()


def refusal(app):
    import asyncio

    with pytest.raises(TasksError) as refused:
        if isinstance(app, AsyncTasks):
            asyncio.run(asked(app))
        else:
            app.task("count_test_sets").delay()
    return refused.value


@pytest.mark.parametrize("twin", [Tasks, AsyncTasks])
@pytest.mark.parametrize("token", [
    f"rh-{SECRET}\n", f"rh-{SECRET}\r\nX: y", f"rh-{SECRET}-ü", f"rh-{SECRET} ", f"rh-{SECRET}\0", f"\N{ZERO WIDTH SPACE}rh-{SECRET}",
    f"rh-{SECRET}-\ud800",
])
def test_a_token_that_no_header_carries_is_refused_unseen(twin, token):
    problem = refusal(twin("http://127.0.0.1:9", token))
    assert isinstance(problem, NotConfigured) and "token" in str(problem)
    assert SECRET not in shown(problem)


@pytest.mark.parametrize("twin", [Tasks, AsyncTasks])
@pytest.mark.parametrize("url", [
    f"http://user:{SECRET}@127.0.0.1:9", f"http://{SECRET}@127.0.0.1:9", f"http://user:{SECRET}:x@127.0.0.1:9", f"http://127.0.0.1:{SECRET}",
    f"http://127.0.0.1:9/?key={SECRET}", f"http://127.0.0.1:9/#{SECRET}", f"ftp://127.0.0.1/{SECRET}", f"//{SECRET}",
    f"http://127.0.0.1/\n{SECRET}", f"{SECRET}", f"http:///{SECRET}", f"http://{SECRET}\ud800",
])
def test_an_address_with_a_secret_is_refused_unseen(twin, url):
    problem = refusal(twin(url, "rh-x"))
    assert isinstance(problem, NotConfigured) and "address" in str(problem)
    assert SECRET not in shown(problem)


def test_what_the_environment_says_is_held_to_the_same(monkeypatch):
    monkeypatch.setenv("RHESIS_TASKS_TOKEN", f"rh-{SECRET}\n")
    assert SECRET not in shown(refusal(Tasks()))


@pytest.mark.parametrize("twin", [Tasks, AsyncTasks])
def test_an_application_does_not_print_what_it_was_given(twin):
    app = twin(f"https://{SECRET}.example", f"rh-{SECRET}")
    task = app.task("k")
    for one in (app, task, task.s(), app.AsyncResult("x")):
        assert SECRET not in repr(one) + str(one)


@pytest.mark.parametrize("twin", [Tasks, AsyncTasks])
@pytest.mark.parametrize("answer", [None, (503, "text/html", "<h1>busy</h1>"), (401, "application/problem+json", '{"detail": "no"}')])
def test_a_server_that_fails_does_not_bring_the_token_out(twin, answer, no_pauses):
    with server(answer) as (url, _):
        problem = refusal(twin(url, f"rh-{SECRET}"))
    assert SECRET not in shown(problem)
    assert isinstance(problem, NotReached) or str(problem) == "no"
