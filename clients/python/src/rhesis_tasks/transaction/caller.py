"""In whose transaction tasks are started now."""

from __future__ import annotations

import json
from contextvars import Token
from typing import TYPE_CHECKING, Any

from ..api import options as option
from ..api.arguments import arguments, check, kind
from ..api.uuids import canonical
from ..api.wire import Flow
from ..errors import UnsupportedOption
from ..statement import Statement
from . import context
from .connections import connection
from .kick import kick

if TYPE_CHECKING:
    from ..core import Core

TASK = "select cast(tasks.enqueue({kind}, cast({args} as jsonb), cast({options} as jsonb)) as text)"
GROUP = "select cast(tasks.enqueue_group(cast({group} as jsonb)) as text)"
BOUND = "select nullif(current_setting('app.organization_id', true), '')"
BIND = "select set_config('app.organization_id', coalesce(nullif(current_setting('app.organization_id', true), ''), {id}), true)"


class Caller:
    """A connection or session in whose transaction tasks are started: those of its `with`, and all that are given it as `using`."""

    # Whether its `with` has ended, and whether that was elsewhere than it began.
    closed = astray = False
    _entered: Token[context.Callers] | None = None

    def __init__(self, app: Core[Any, Any], session: Any, organization_id: Any):
        self.organization_id = None if organization_id is None else canonical(organization_id)
        if self.organization_id is None and organization_id is not None:
            raise UnsupportedOption("organization_id", "must be a UUID")
        self.app, self.connection = app, connection(session, app.asynchronous)

    def __enter__(self) -> Caller:
        if self._entered is not None:
            raise UnsupportedOption("using", "is for one `with`: call using(…) for another")
        self._entered = context.enter(self)
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True
        if self._entered is not None:
            self.astray = not context.leave(self._entered)

    def __copy__(self) -> Caller:
        return self

    def __deepcopy__(self, _: Any) -> Caller:
        # A copied signature is of the same transaction.
        return self

    def __reduce__(self) -> str | tuple[Any, ...]:
        raise UnsupportedOption("pickle", "a transaction stays in its process")

    def must_be_open(self) -> None:
        """Refuses a start after the end of its `with`: nobody may commit it any more."""
        if self.closed:
            raise UnsupportedOption("using", "the `with app.using(…)` that this was to be started in has ended")

    def committed(self) -> None:
        """Sends what was committed, beside whatever the caller does next. A Session tells it by itself, but for one that has joined the
        transaction of a connection."""
        kick(self.app, self.connection.take(self.app))

    def bound(self) -> Flow[str | None]:
        """The organization of the transaction, which is bound to it if it is to none."""
        self.must_be_open()
        if self.organization_id is None:
            found: str | None = yield Statement(self.connection, BOUND)
            return canonical(found) or found
        found = yield Statement(self.connection, BIND, {"id": self.organization_id})
        if canonical(found) != self.organization_id:
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


def starting(app: Core[Any, Any], using: Any) -> tuple[Core[Any, Any], Caller | None]:
    """Which application starts tasks of `app`, and in whose transaction: the one that was given, or that of the `with` around it.

    What is given another application's caller is started by that one.
    """
    if using is None:
        return app, context.current(app)
    if not isinstance(using, Caller):
        raise UnsupportedOption("using", f"must be what app.using(session) answers: a {type(using).__name__} is none")
    if using.app.asynchronous is not app.asynchronous:
        raise UnsupportedOption("using", f"is of {type(using.app).__name__}, and the task of {type(app).__name__}")
    using.must_be_open()
    return using.app, using
