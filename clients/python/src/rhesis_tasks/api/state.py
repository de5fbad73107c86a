"""How a task and a group stand, as the API tells it."""

from __future__ import annotations

from typing import Any, TypedDict

from ..errors import TaskFailed, TaskRevoked

NoneType = type(None)
FINAL = ("SUCCESS", "FAILURE", "REVOKED")


class State(TypedDict):
    """How a task stands."""

    task_id: str
    kind: str
    status: str
    args: dict[str, Any]
    result: Any
    error: dict[str, Any] | None
    retries: int | None
    parent_id: str | None
    finished_at: str | None
    group: dict[str, Any] | None


# What is read of it, where it is told, is of these types.
TASK: dict[str, Any] = {
    "task_id": str, "kind": str, "status": str, "args": dict, "retries": (int, NoneType), "parent_id": (str, NoneType),
    "finished_at": (str, NoneType), "group": (dict, NoneType),
}


class GroupState(TypedDict):
    """How a group stands: how many members it has, and how many have ended."""

    total: int
    done: int
    succeeded: int
    unsuccessful: int


GROUP: dict[str, Any] = {"total": int, "done": int, "succeeded": int, "unsuccessful": int}


def status(state: State) -> str:
    """One of Celery's words."""
    return state["status"]


def kind(state: State) -> str:
    """The name of its kind."""
    return state["kind"]


def args(state: State) -> dict[str, Any]:
    """Its arguments by their names."""
    return state["args"]


def retries(state: State) -> int | None:
    """Retries spent."""
    return state["retries"]


def date_done(state: State) -> str | None:
    """When it ended."""
    return state["finished_at"]


def parent(state: State) -> str | None:
    """The id of the task that started it."""
    return state["parent_id"]


def ready(state: State) -> bool:
    """Whether it has ended."""
    return state["status"] in FINAL


def successful(state: State) -> bool:
    """Whether it ended in SUCCESS."""
    return state["status"] == "SUCCESS"


def failed(state: State) -> bool:
    """Whether it ended in FAILURE."""
    return state["status"] == "FAILURE"


def outcome(state: State) -> Any:
    """What a task answered, or the exception that it ended with."""
    return failure(state) if state["status"] in ("FAILURE", "REVOKED") else state["result"]


def failure(state: State) -> TaskFailed:
    """The exception of a task that has not succeeded."""
    return (TaskRevoked if state["status"] == "REVOKED" else TaskFailed)(state["task_id"], state["error"])


def traceback(state: State) -> str | None:
    """The error of a task as a text."""
    return None if state["error"] is None else str(failure(state))


def completed(group: GroupState) -> int:
    """How many members succeeded."""
    return group["succeeded"]


def all_ready(group: GroupState) -> bool:
    """Whether every member has ended."""
    return group["done"] == group["total"]


def all_successful(group: GroupState) -> bool:
    """Whether every member succeeded."""
    return group["succeeded"] == group["total"]


def any_failed(group: GroupState) -> bool:
    """Whether a member ended without success."""
    return group["unsuccessful"] > 0


def any_waiting(group: GroupState) -> bool:
    """Whether a member has not ended."""
    return group["done"] < group["total"]
