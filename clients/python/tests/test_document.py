"""The caller's lines of the document on background tasks, with another import and nothing else changed."""

from rhesis_tasks import app
from rhesis_tasks.tasks import execute_test_configuration


def get_task_status(task_id):
    """Get the status of a task."""
    task_result = app.AsyncResult(task_id)
    return {
        "task_id": task_id,
        "status": task_result.status,
        "result": task_result.result if task_result.ready() else None,
    }


def test_direct_invocation_and_status(stack):
    test_configuration_id = stack["test_configuration_id"]
    task = execute_test_configuration.delay(test_configuration_id)
    task_id = task.id
    assert task.get(timeout=120)["total"] == 50
    status = get_task_status(task_id)
    assert (status["task_id"], status["status"]) == (task_id, "SUCCESS")
    assert status["result"]["test_configuration_id"] == test_configuration_id


def test_scheduled_execution(stack):
    test_configuration_id = stack["test_configuration_id"]
    task = execute_test_configuration.apply_async(
        args=[test_configuration_id],
        countdown=10
    )
    assert get_task_status(task.id) == {"task_id": task.id, "status": "PENDING", "result": None}
    task.revoke()


def test_the_route_hands_its_organization_on(stack):
    organization_id = stack["organization_id"]
    task = execute_test_configuration.delay(stack["test_configuration_id"], organization_id)
    assert {"task_id": task.id}
    task.revoke()
    assert task.status in ("REVOKED", "STARTED", "SUCCESS")
