"""Waiting for the ends of tasks."""

from __future__ import annotations

import time
from typing import Any

from ..errors import TaskFailed, TaskRevoked, TimeoutError
from . import options as option
from .flows import seen, show
from .pages import ask_page
from .state import FINAL, State, failure, outcome
from .values import seconds
from .wire import Flow, having

# The longest that the API holds an answer back, in seconds.
LONGEST_WAIT = 20


def get(task_ids: list[str], timeout: float | None, propagate: bool, rest: dict[str, Any], follows: bool = False) -> Flow[list[Any]]:
    """What tasks answer, in their order, within one timeout. `rest`: further options of Celery's `get`.

    `follows`: what was revoked since a task before it failed raises that one's failure.
    """
    option.waiting(rest)
    until, found = deadline(timeout), []
    for task_id in task_ids:
        state = yield from ended(task_id, until)
        found.append(seen(state, outcome))
        if propagate and isinstance(found[-1], TaskFailed):
            followed = follows and isinstance(found[-1], TaskRevoked) and rest.get("follow_parents") is not False
            raise ((yield from cause(state, until)) if followed else None) or found[-1]
    return found


def deadline(timeout: float | None) -> float | None:
    """When a wait ends, by the monotonic clock."""
    return None if timeout is None else time.monotonic() + seconds("timeout", timeout)


def ended(task_id: str, until: float | None) -> Flow[State]:
    """A task once it has ended. However little time there is, it is looked at once."""
    while True:
        left = LONGEST_WAIT if until is None else max(0.0, min(LONGEST_WAIT, until - time.monotonic()))
        state = yield from show(task_id, left, until)
        if state["status"] in FINAL:
            return state
        if until is not None and time.monotonic() >= until:
            raise TimeoutError(f"The task has not ended in time: it is {state['status']}.")


def cause(state: State, until: float | None) -> Flow[TaskFailed | None]:
    """The failure that cancelled the chain or chord of a task; None if none did, or there is no time to ask."""
    group = state.get("group")
    if group is None:
        return None
    try:
        failed, _ = yield from ask_page(f"/tasks?group_id={having(group, group_id=str)['group_id']}&status=FAILURE&limit=1", until)
        return seen((yield from show(having(failed[0], task_id=str)["task_id"], 0, until)), failure) if failed else None
    except TimeoutError:
        return None
