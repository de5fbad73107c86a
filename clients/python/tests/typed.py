"""What a type checker knows of both twins. It is checked, never run."""

from typing import Any

from rhesis_tasks import AsyncResult, AsyncTasks, GroupResult, Tasks, aio, chain, chord, group
from rhesis_tasks.tasks import execute_test_configuration
from rhesis_tasks.transaction import Caller
from typing_extensions import assert_type


def waits(app: Tasks) -> None:
    task = app.task("count_test_sets")
    result = assert_type(task.delay(), AsyncResult)
    assert_type(result.status, str)
    assert_type(result.ready(), bool)
    assert_type(result.children, list[AsyncResult])
    assert_type(result.parent, AsyncResult | GroupResult | None)
    assert_type(app.AsyncResult("x").traceback, str | None)
    assert_type(group(task.s(), task.s())(), GroupResult)
    assert_type(group(task.s() for _ in range(3)).delay(), GroupResult)
    assert_type(chain(task.s(), task.si())(), AsyncResult)
    assert_type((task.s() | task.si()).delay(), AsyncResult)
    assert_type(chord([task.s()])(task.si()), AsyncResult)
    assert_type(task.s().set(priority=9).apply_async(), AsyncResult)
    assert_type(app.send_task("count_test_sets"), AsyncResult)
    assert_type(execute_test_configuration.delay("x"), AsyncResult)
    caller = assert_type(app.using(object()), Caller)
    assert_type(task.apply_async(using=caller), AsyncResult)
    assert_type(group(task.s()).apply_async(using=caller), GroupResult)
    assert_type(chain(task.s()).apply_async(using=caller), AsyncResult)
    assert_type(chord([task.s()]).apply_async(using=caller), AsyncResult)


async def awaits(app: AsyncTasks) -> None:
    task = app.task("count_test_sets")
    result = assert_type(await task.delay(), aio.AsyncResult)
    assert_type(await result.status, str)
    assert_type(await result.ready(), bool)
    assert_type(await result.get(timeout=3), Any)
    assert_type(await result.children, list[aio.AsyncResult])
    assert_type(await group(task.s(), task.s())(), aio.GroupResult)
    assert_type(await chain(task.s(), task.si())(), aio.AsyncResult)
    assert_type(await chord([task.s()])(task.si()), aio.AsyncResult)
    assert_type(app.AsyncResult("x"), aio.AsyncResult)
    with app.using(object()) as caller:
        assert_type(caller.committed(), None)
