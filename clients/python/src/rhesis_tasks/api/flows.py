"""What is asked for each thing that can be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import uuid4

from ..errors import NotReached, Refused, TaskUnknown
from . import options as option
from .arguments import arguments
from .pages import ask_all
from .state import GROUP, TASK, GroupState, State
from .wire import PAUSES, Flow, Pause, Request, ask, asked_pause, fitting, having, parsed, sent

T = TypeVar("T")
# There is no room for another request that waits.
TOO_MANY = 429


def start(kinds: dict[str, Any], name: str, args: Any, kwargs: Any, options: dict[str, Any]) -> Flow[str]:
    """Starts a task; answers its id. Sent again after a cut connection, it is still one task: it has a key of its own."""
    fields = option.fields(options)
    body = {"args": (yield from arguments(kinds, name, args, kwargs)), **fields}
    headers = {} if "task_id" in body or "idempotency_key" in body else {"Idempotency-Key": str(uuid4())}
    started = yield from ask(Request("POST", f"/tasks/{quote(name, safe='')}", body, headers))
    return str(having(started, task_id=str)["task_id"])


def show(task_id: str, wait: float = 0, until: float | None = None) -> Flow[State]:
    """How a task stands, as soon as it has ended or after so many seconds. `until`: when nobody waits for it any more."""
    path = f"/tasks/{quote(task_id, safe='')}"
    if wait > 0:
        reply = yield from sent(Request("GET", f"{path}?wait={wait:g}", wait=wait, until=until))
        if reply.status != TOO_MANY:
            return told(parsed(reply))
        # As many requests wait already as may: the time passes here, and the task is looked at without a wait.
        yield Pause(min(wait, asked_pause(reply) or PAUSES[-1]))
    return told((yield from ask(Request("GET", path, until=until))))


def told(answer: Any) -> State:
    """How a task stands, if that is what was answered."""
    state: Any = fitting(having(answer, status=str), TASK)
    found: State = state
    return found


def read(task_id: str, of: Callable[[State], T]) -> Flow[T]:
    """Something of how a task stands."""
    return seen((yield from show(task_id)), of)


def seen(state: Any, of: Callable[[Any], T]) -> T:
    """Something of what was answered."""
    try:
        return of(state)
    except KeyError as missing:
        raise NotReached(f"The address answered with JSON without {missing.args[0]}, not as the API does: is it the API's?") from None


def exists(task_id: str) -> Flow[bool]:
    """Whether there is such a task."""
    try:
        yield from show(task_id)
    except TaskUnknown:
        return False
    return True


def revoke(task_id: str, rest: dict[str, Any]) -> Flow[None]:
    """Ends a task; one that has ended stays as it is, as with Celery. `rest`: further options of Celery's `revoke`."""
    option.revoking(rest)
    try:
        yield from ask(Request("DELETE", f"/tasks/{quote(task_id, safe='')}"))
    except Refused as refused:
        if refused.status != 409:
            raise


def children(task_id: str) -> Flow[list[str]]:
    """The ids of the tasks that a task started, newest first."""
    lines = yield from ask_all(f"/tasks?parent_id={quote(task_id, safe='')}&limit=200")
    return [having(line, task_id=str)["task_id"] for line in lines]


def read_group(group_id: str, of: Callable[[GroupState], T]) -> Flow[T]:
    """Something of how a group stands."""
    answer = yield from ask(Request("GET", f"/groups/{quote(group_id, safe='')}"))
    state: Any = fitting(having(answer, total=int), GROUP)
    return seen(state, of)


def revoke_group(group_id: str, rest: dict[str, Any]) -> Flow[None]:
    """Cancels a group; one that has ended stays as it is."""
    option.revoking(rest)
    try:
        yield from ask(Request("DELETE", f"/groups/{quote(group_id, safe='')}"))
    except Refused as refused:
        if refused.status != 409:
            raise
