"""Groups, chains and chords. Results are not passed on: a task reads what it needs from the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import uuid4

from .. import transaction
from ..api import values
from ..api.wire import Flow, Request, ask, having
from ..errors import UnsupportedOption
from .signature import Given, Signature, signatures

if TYPE_CHECKING:
    from ..core import Core

S = TypeVar("S")
G = TypeVar("G")
# How many members run at a time if a group does not say, as the API has it.
WINDOW = 10


class Started:
    """The ids of a group that was started."""

    def __init__(self, made: dict[str, Any]):
        having(made, group_id=str, task_ids=list)
        self.group_id: str = made["group_id"]
        self.task_ids: list[str] = made["task_ids"]
        self.callback_id: str | None = made.get("callback_id")


def start(app: Core[Any, Any], asked: dict[str, Any], members: list[tuple[Signature[Any, Any], dict[str, Any]]],
          body: Signature[Any, Any] | None, key: str | None, caller: transaction.Caller | None) -> Flow[Started]:
    """Starts tasks together in one commit: the caller's, where there is one. The same tasks with the same key are started once."""
    keyed = {} if key is None else {"idempotency_key": values.key(key)}
    organization = None if caller is None else (yield from caller.bound())
    listed = []
    for signature, more in members:
        listed.append((yield from signature.described(app.kinds, more, organization)))
    last = None if body is None else (yield from body.described(app.kinds, {}, organization))
    if caller is not None:
        group = {"id": str(uuid4()), "window": WINDOW, **asked, **keyed, "members": listed, **({"callback": last} if last else {})}
        return Started((yield from caller.enqueue_group(group)))
    # Sent again after a cut connection, they are still the same tasks.
    headers = {"Idempotency-Key": keyed.get("idempotency_key", str(uuid4()))}
    if asked.get("stops_on_failure"):
        return Started((yield from ask(Request("POST", "/chains", {"tasks": listed}, headers))))
    request = {**asked, "members": listed, **({"callback": last} if last else {})}
    return Started((yield from ask(Request("POST", "/groups", request, headers))))


class group(Generic[S, G]):
    """Tasks that run side by side, `window` at a time: `group(task.s(1), task.s(2))()`."""

    def __init__(self, *tasks: Given[S, G], window: int | None = None):
        self.tasks, self.window = signatures(tasks), window

    def __call__(self) -> G:
        return self.apply_async()

    def delay(self) -> G:
        """Starts them in one commit."""
        return self.apply_async()

    def apply_async(self, *, idempotency_key: str | None = None, using: transaction.Caller | None = None, **options: Any) -> G:
        """Starts them in one commit, each with these options beside its own; the same group with the same key is started once."""
        app, caller = transaction.starting(self.tasks[0].task.app, using)

        def flow() -> Flow[Any]:
            how, members = asked("all_ended", self.window), [(task, options) for task in self.tasks]
            started = yield from start(app, how, members, None, idempotency_key, caller)
            return app.group_handle(started.group_id, started.task_ids)

        made: G = app.run(flow())
        return made

    def __or__(self, body: Signature[S, G]) -> chord[S, G]:
        return chord(self.tasks, body, window=self.window)


class chord(Generic[S, G]):
    """Tasks side by side, and one that follows when all have succeeded: `chord([task.s(1), task.s(2)])(after.si())`."""

    def __init__(self, header: Given[S, G] | group[S, G], body: Signature[S, G] | None = None, *, window: int | None = None):
        self.tasks = header.tasks if isinstance(header, group) else signatures((header,))
        self.body, self.window = body, window or (header.window if isinstance(header, group) else None)

    def __call__(self, body: Signature[S, G] | None = None, *, idempotency_key: str | None = None,
                 using: transaction.Caller | None = None) -> S:
        body = body or self.body
        if not isinstance(body, Signature):
            raise UnsupportedOption("chord", "needs the signature of the task that follows")
        body.must_be_immutable("chord")
        app, caller = transaction.starting(self.tasks[0].task.app, using)

        def flow() -> Flow[Any]:
            how = asked("all_succeeded", self.window)
            started = yield from start(app, how, [(task, {}) for task in self.tasks], body, idempotency_key, caller)
            return app.handle(str(started.callback_id), app.group_handle(started.group_id, started.task_ids))

        made: S = app.run(flow())
        return made

    def delay(self) -> S:
        """Starts them in one commit."""
        return self()

    def apply_async(self, *, idempotency_key: str | None = None, using: transaction.Caller | None = None) -> S:
        """Starts them in one commit; the same chord with the same key is started once."""
        return self(idempotency_key=idempotency_key, using=using)


class chain(Generic[S, G]):
    """Tasks one after the other, each if the one before it succeeded: `chain(first.s(1), second.si(2))()`."""

    def __init__(self, *tasks: Given[S, G]):
        self.tasks = signatures(tasks)
        for task in self.tasks[1:]:
            task.must_be_immutable("chain")

    def __call__(self) -> S:
        return self.apply_async()

    def delay(self) -> S:
        """Starts them in one commit; answers the last."""
        return self.apply_async()

    def apply_async(self, *, idempotency_key: str | None = None, using: transaction.Caller | None = None) -> S:
        """Starts them in one commit; answers the last, whose `parent` is the one before it. The same chain with the same key is started
        once."""
        return self._run(True, idempotency_key, using)

    def first(self, *, idempotency_key: str | None = None, using: transaction.Caller | None = None) -> S:
        """Starts them in one commit; answers the first."""
        return self._run(False, idempotency_key, using)

    def _run(self, last: bool, key: str | None, using: transaction.Caller | None) -> S:
        app, caller = transaction.starting(self.tasks[0].task.app, using)

        def flow() -> Flow[Any]:
            how = {"policy": "all_ended", "stops_on_failure": True, "window": 1}
            started = yield from start(app, how, [(task, {}) for task in self.tasks], None, key, caller)
            handle = None
            for task_id in started.task_ids if last else started.task_ids[:1]:
                handle = app.handle(task_id, handle)
            return handle

        made: S = app.run(flow())
        return made

    def __or__(self, other: Signature[S, G]) -> chain[S, G]:
        return chain(*self.tasks, other)


def asked(policy: str, window: int | None) -> dict[str, Any]:
    """How a group runs."""
    if window is not None and (isinstance(window, bool) or not isinstance(window, int) or window < 1):
        raise UnsupportedOption("window", f"must be a whole number from 1: {values.shown(window)} is none")
    return {"policy": policy} if window is None else {"policy": policy, "window": window}
