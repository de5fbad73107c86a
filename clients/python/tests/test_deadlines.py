"""A wait lasts as long as its timeout says, whatever the server does meanwhile."""

import json
import time

import pytest
import rhesis_tasks as tasks

from servers import ID, dripping, flooding, hanging, server, twins

BUSY = (503, "text/html", "busy", ("Retry-After", "5"))
FULL = (429, "application/problem+json", '{"status": 429, "detail": "At most 3"}', ("Retry-After", "5"))
PENDING = (200, "application/json", '{"status": "PENDING"}')
ENDED = (200, "application/json", json.dumps({"task_id": ID, "status": "SUCCESS", "result": 7}))


def lasted(do):
    began = time.monotonic()
    do()
    return time.monotonic() - began


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("answers", [[BUSY], [hanging], [dripping], [None], [FULL, hanging], [PENDING, BUSY]])
def test_a_wait_is_over_in_time(answers, place):
    with server(*answers) as (url, _):
        app, run = twins(url, timeout=2)[place]

        def wait():
            with pytest.raises(tasks.TimeoutError, match="not ended in time"):
                run(app.AsyncResult(ID).get(timeout=1))

        # What is pending is asked for again and again by this server, which holds nothing back.
        assert 0.9 < lasted(wait) < 1.8


@pytest.mark.parametrize("place", [0, 1])
def test_a_wait_for_many_is_over_in_time_too(place):
    with server(ENDED, hanging) as (url, _):
        app, run = twins(url)[place]

        def wait():
            with pytest.raises(tasks.TimeoutError):
                run(app.group_handle(ID, [ID] * 50).get(timeout=0.5))

        assert lasted(wait) < 1.3


def test_without_any_time_a_task_is_looked_at_once():
    with server(ENDED) as (url, asked):
        for app, run in twins(url):
            assert run(app.AsyncResult(ID).get(timeout=0)) == 7
    assert len(asked) == 2


@pytest.mark.parametrize("place", [0, 1])
def test_an_applications_timeout_is_for_the_whole_answer(place, no_pauses):
    with server(dripping) as (url, asked):
        app, run = twins(url, timeout=0.4)[place]

        def ask():
            with pytest.raises(tasks.NotReached, match="no whole answer in time"):
                run(app.task("k").delay())

        assert lasted(ask) < 3 and len(asked) == 4


@pytest.mark.parametrize("place", [0, 1])
def test_an_answer_larger_than_any_of_the_apis_is_not_kept(place):
    with server(flooding) as (url, asked):
        app, run = twins(url)[place]
        with pytest.raises(tasks.NotReached, match="16 MiB"):
            run(app.task("k").delay())
    assert len(asked) == 1


def test_a_busy_server_that_is_well_again_in_time_is_no_end_of_a_wait():
    with server((503, "text/html", "", ("Retry-After", "1")), ENDED) as (url, _):
        for app, run in twins(url):
            assert run(app.AsyncResult(ID).get(timeout=5)) == 7


def test_a_timeout_that_no_clock_has_is_refused():
    for timeout in (10**400, 1e300, float("inf")):
        with pytest.raises(tasks.NotConfigured, match="timeout"):
            tasks.Tasks("http://127.0.0.1:9", "rh-x", timeout=timeout)
