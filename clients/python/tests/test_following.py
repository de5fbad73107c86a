"""What never began since a task before it failed: whose failure `get` raises."""

import pytest
import rhesis_tasks as tasks

UNKNOWN = "01976ad0-0000-7000-8000-000000000000"


def test_what_follows_a_failure_raises_it(app):
    count, fails = app.task("count_test_sets"), app.task("execute_test_configuration").si(UNKNOWN).set(max_retries=0)
    chained = tasks.chain(fails, count.si(), count.si())()
    with pytest.raises(tasks.TaskFailed) as failed:
        chained.get(timeout=60)
    assert type(failed.value) is tasks.TaskFailed and failed.value.task_id == chained.parent.parent.id
    with pytest.raises(tasks.TaskRevoked):
        chained.get(timeout=5, follow_parents=False)
    assert isinstance(chained.get(timeout=5, propagate=False), tasks.TaskRevoked)
    with pytest.raises(tasks.TaskRevoked):
        app.AsyncResult(chained.id).get(timeout=5)
    chord = tasks.chord([fails, count.s()])(count.si())
    with pytest.raises(tasks.TaskFailed) as failed:
        chord.get(timeout=60)
    assert failed.value.task_id == chord.parent[0].id
