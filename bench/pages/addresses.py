"""Every page that grows with what there is, at its worst."""

from .large import Large

OF_A_RUN = "select id from test_run where status {} order by id desc limit 1 offset {}"


def addresses(large: Large) -> dict[str, str]:
    """What a page is called → what stands behind `/console/`."""
    run, before = (large.one(OF_A_RUN.format("<> 'Progress'", offset)) for offset in (0, 1))
    goes_on = large.one(OF_A_RUN.format("= 'Progress'", 0))
    failed = "select {} from tasks.task where fingerprint is not null order by id desc limit 1"
    task, fingerprint, kind = (large.one(failed.format(column)) for column in ("id", "fingerprint", "kind"))
    waiting = large.one("select task_id from tasks.outbox order by task_id desc limit 1")
    result = f"select id from test_result where test_run_id = '{run}' and status = 'Fail' limit 1"
    cause = f"select fingerprint from test_result where test_run_id = '{run}' and status = 'Fail' limit 1"
    endpoint = large.one("select id from endpoint limit 1")
    return {
        "overview": "overview",
        "overview, of a week": "overview?window=week",
        "tasks": "tasks",
        "tasks that wait": "tasks?status=PENDING",
        "tasks that failed": "tasks?status=FAILURE&kind=execute_test",
        "tasks that failed of a cause": f"tasks?kind={kind}&fingerprint={fingerprint}",
        "tasks of a kind and status of which there are none": "tasks?kind=deliver_webhook&status=SUCCESS",
        "a task that failed": f"tasks/{task}",
        "a task that waits": f"tasks/{waiting}",
        "dead letters": "dead-letters",
        "batch operations": "batches",
        "schedules": "schedules",
        "limits": "limits",
        "kinds": "kinds",
        "a kind": "kinds/execute_test",
        "runs": "runs",
        "a run": f"runs/{run}",
        "a run, its failures of a cause": f"runs/{run}?fingerprint={large.one(cause)}",
        "a run, a text that no test has": f"runs/{run}?search=zebra",
        "a run, not passed by a metric that all pass": f"runs/{run}?metric=polite",
        "a run that goes on": f"runs/{goes_on}",
        "flaky tests of a run": f"runs/{run}/flaky",
        "two runs": f"runs/{run}/compare/{before}",
        "two runs, all that is the same": f"runs/{run}/compare/{before}?change=same",
        "a result": f"results/{large.one(result)}",
        "test sets": "test-sets",
        "a test set": f"test-sets/{large.test_set}",
        "endpoints": "endpoints",
        "an endpoint": f"endpoints/{endpoint}",
        "metrics": "metrics",
        "models": "models",
        "tokens": "tokens",
        "webhooks": "webhooks",
        "an id that nothing has": "find?q=00000000-0000-7000-8000-000000000001",
    }
