"""In whose transaction tasks are started now."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ..api import options as option
from ..api.arguments import arguments, check, is_uuid, kind
from ..api.wire import Flow
from ..errors import UnsupportedOption
from ..statement import Statement
from .connections import Mine, connection
from .kick import kick

if TYPE_CHECKING:
    from ..core import Core

TASK = "select cast(tasks.enqueue({kind}, cast({args} as jsonb), cast({options} as jsonb)) as text)"
GROUP = "select cast(tasks.enqueue_group(cast({group} as jsonb)) as text)"
BOUND = "select nullif(current_setting('app.organization_id', true), '')"
BIND = "select set_config('app.organization_id', coalesce(nullif(current_setting('app.organization_id', true), ''), {id}), true)"
_callers: ContextVar[dict[int, Caller]] = ContextVar("rhesis_tasks_callers", default={})


class Caller:
    """A connection or session in whose transaction tasks are started."""

    def __init__(self, app: Core[Any, Any], mine: Mine, organization_id: str | None):
        self.app, self.connection, self.organization_id = app, mine, organization_id

    def committed(self) -> None:
        """Sends what was committed, beside whatever the caller does next. A Session tells it by itself."""
        kick(self.app, self.connection.take())

    def bound(self) -> Flow[str | None]:
        """The organization of the transaction, which is bound to it if it is to none."""
        if self.organization_id is None:
            found: str | None = yield Statement(self.connection, BOUND)
            return found.lower() if found and is_uuid(found) else found
        found = yield Statement(self.connection, BIND, {"id": self.organization_id})
        if found is None or not is_uuid(found) or UUID(found) != UUID(self.organization_id):
            raise UnsupportedOption("organization_id", "is not the organization that the transaction is bound to")
        return self.organization_id

    def enqueue(self, name: str, args: Any, kwargs: Any, options: dict[str, Any]) -> Flow[str]:
        """Starts a task. Its arguments are checked here: Postgres does not know the contracts."""
        fields = option.fields(options)
        organization = yield from self.bound()
        given = yield from arguments(self.app.kinds, name, args, kwargs, organization)
        check((yield from kind(self.app.kinds, name)), name, given)
        values = {"kind": name, "args": json.dumps(given), "options": json.dumps(fields)}
        task_id: str = yield Statement(self.connection, TASK, values)
        self.connection.note(self.app, [task_id])
        return task_id

    def enqueue_group(self, group: dict[str, Any]) -> Flow[dict[str, Any]]:
        """Starts tasks together. `kicked`: nobody has sent those that may begin, so that a kick does."""
        for task in [*group["members"], *([group["callback"]] if "callback" in group else [])]:
            check((yield from kind(self.app.kinds, task["kind"])), task["kind"], task["args"])
        answer = yield Statement(self.connection, GROUP, {"group": json.dumps({**group, "kicked": False})})
        made = json.loads(answer)
        self.connection.note(self.app, made["ids"][: group["window"]])
        # Another than was asked for, if the key had one.
        return {"group_id": made.get("group_id", group["id"]), "task_ids": made["ids"], "callback_id": made["callback_id"]}


def current(app: Core[Any, Any]) -> Caller | None:
    """In whose transaction tasks of `app` are started now."""
    return _callers.get().get(id(app))


@contextmanager
def using(app: Core[Any, Any], session: Any, organization_id: Any) -> Generator[Caller, None, None]:
    """Within it, tasks are started in the transaction of `session`."""
    if organization_id is not None and not is_uuid(str(organization_id)):
        raise UnsupportedOption("organization_id", "must be a UUID")
    caller = Caller(app, connection(session, app.asynchronous), None if organization_id is None else str(UUID(str(organization_id))))
    before = _callers.set({**_callers.get(), id(app): caller})
    try:
        yield caller
    finally:
        _callers.reset(before)
