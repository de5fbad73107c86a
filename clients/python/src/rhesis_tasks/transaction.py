"""Starting tasks in the caller's own transaction: rolled back, they never were; after the commit they are sent at once."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from . import flows
from . import options as option
from .errors import TasksError, UnsupportedOption
from .wire import Flow, Request, ask

if TYPE_CHECKING:
    from .app import Core

log = logging.getLogger(__name__)
ENQUEUE = "select tasks.enqueue({0}kind{1}, cast({0}args{1} as jsonb), cast({0}options{1} as jsonb))"
BIND = "select set_config('app.organization_id', coalesce(nullif(current_setting('app.organization_id', true), ''), {0}id{1}), true)"
_callers: ContextVar[dict[int, Caller]] = ContextVar("rhesis_tasks_callers", default={})


class Caller:
    """A connection or session in whose transaction tasks are started."""

    def __init__(self, app: Core, session: Any, organization_id: Any):
        self.app, self.session, self.organization_id = app, session, organization_id
        self.ids: list[str] = []
        self.alchemy = hasattr(session, "get_bind")
        if self.alchemy:
            from sqlalchemy import event

            if hasattr(session, "sync_session"):
                raise UnsupportedOption("session", "give the Session within await session.run_sync(…)")
            # Once, at whatever ends the transaction; a savepoint does not.
            event.listen(session, "after_commit", self.committed, once=True)
            event.listen(session, "after_rollback", self.rolled_back, once=True)

    def enqueue(self, name: str, args: Any, kwargs: Any, options: dict[str, Any]) -> Flow[str]:
        """Starts a task in the transaction. Its arguments' names are checked first: Postgres does not know them."""
        if options.get("link") is not None:
            raise UnsupportedOption("link", "has no meaning in a transaction of your own")
        fields = option.fields(options)
        given = yield from flows.arguments(self.app.kinds, name, args, kwargs)
        contract = yield from flows.kind(self.app.kinds, name)
        schema = contract["arguments"]
        for unknown in sorted(set(given) - set(contract["argument_names"])):
            raise TypeError(f"{name}() got an unexpected keyword argument {unknown!r}")
        for missing in sorted(set(schema.get("required", ())) - set(given)):
            raise TypeError(f"{name}() missing required argument {missing!r}")
        if self.organization_id is not None:
            self.execute(BIND, id=str(self.organization_id))
        task_id = str(self.execute(ENQUEUE, kind=name, args=json.dumps(given), options=json.dumps(fields)))
        self.ids.append(task_id)
        return task_id

    def execute(self, statement: str, **values: str) -> Any:
        """Runs a statement on the caller's connection; answers its one value."""
        if self.alchemy:
            from sqlalchemy import text

            return self.session.execute(text(statement.format(":", "")), values).scalar()
        return self.session.execute(statement.format("%(", ")s"), values).fetchone()[0]

    def committed(self, *_: Any) -> None:
        """Sends what was committed, beside whatever the caller does next."""
        ids, self.ids = self.ids, []
        if ids:
            threading.Thread(target=self.kick, args=(ids,), daemon=True).start()

    def rolled_back(self, *_: Any) -> None:
        """Nothing was started."""
        self.ids = []

    def kick(self, ids: list[str]) -> None:
        """Without it they begin with the relay's next sweep, so nothing is raised."""
        try:
            self.app.twin().run(ask(Request("POST", "/kick", {"task_ids": ids})))
        except TasksError as error:
            log.warning("not sent at once, but with the next sweep: %s", error)


def current(app: Core) -> Caller | None:
    """In whose transaction tasks of `app` are started now."""
    return _callers.get().get(id(app))


@contextmanager
def using(app: Core, session: Any, organization_id: Any) -> Generator[Caller, None, None]:
    """Within it, tasks are started in the transaction of `session`."""
    caller = Caller(app, session, organization_id)
    before = _callers.set({**_callers.get(), id(app): caller})
    try:
        yield caller
    finally:
        _callers.reset(before)
