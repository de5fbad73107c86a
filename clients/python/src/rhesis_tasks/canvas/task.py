"""A kind of task, as its callers see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .. import transaction
from ..api import flows, texts
from ..api.arguments import both
from ..api.wire import Flow
from ..errors import UnsupportedOption
from .groups import chain
from .signature import Signature

if TYPE_CHECKING:
    from ..core import Core

S = TypeVar("S")
G = TypeVar("G")


class Task(Generic[S, G]):
    """A kind by its name: `app.task("count_test_sets").delay()`."""

    def __init__(self, name: str, app: Core[S, G]):
        if not isinstance(name, str) or not name or texts.unheld(name):
            raise UnsupportedOption("name", f"must be that of a kind of task: {name!r} is none")
        self.name, self.app = name, app

    def __repr__(self) -> str:
        return f"<Task: {self.name}>"

    def delay(self, *args: Any, **kwargs: Any) -> S:
        """Starts one with these arguments."""
        return self.apply_async(args, kwargs)

    def apply_async(
        self, args: Any = None, kwargs: Any = None, task_id: Any = None, producer: Any = None, link: Any = None, *,
        using: transaction.Caller | None = None, **options: Any
    ) -> S:
        """Starts one, with Celery's options. What cannot be honoured is an UnsupportedOption; nothing is passed over.

        `using`: in whose transaction, if it is not that of the `with app.using(…)` around it.
        """
        options |= {"task_id": task_id, "producer": producer}
        if link is not None and link != [] and link != ():
            return self._linked(args, kwargs, options, link, using)
        app, caller = transaction.starting(self.app, using)

        def flow() -> Flow[Any]:
            if caller is None:
                task_id = yield from flows.start(app.kinds, self.name, args, kwargs, options)
            else:
                task_id = yield from caller.enqueue(self.name, args, kwargs, options)
            return app.handle(task_id)

        started: S = app.run(flow())
        return started

    def _linked(self, args: Any, kwargs: Any, options: dict[str, Any], link: Any, using: transaction.Caller | None) -> S:
        """A chain; what is answered is its first task, as Celery does."""
        for refused in ("countdown", "eta", "task_id"):
            if options.get(refused) is not None:
                raise UnsupportedOption("link", f"cannot be given together with {refused}")
        # It is the chain's: the first task has no life of its own.
        key = options.pop("idempotency_key", None)
        first = Signature(self, *both(self.name, args, kwargs), immutable=True).set(**options)
        links = link if isinstance(link, (list, tuple)) else [link]
        for one in links:
            if not isinstance(one, Signature):
                raise UnsupportedOption("link", f"must be a signature of a task, or a list of them: a {type(one).__name__} is none")
            one.must_be_immutable("link")
        linked: chain[S, G] = chain(first, *links)
        return linked.first(idempotency_key=key, using=using)

    def s(self, *args: Any, **kwargs: Any) -> Signature[S, G]:
        """One to be started later."""
        return Signature(self, args, kwargs, immutable=False)

    def si(self, *args: Any, **kwargs: Any) -> Signature[S, G]:
        """One to be started later, that takes no other's result."""
        return Signature(self, args, kwargs, immutable=True)

    def signature(
        self, args: Any = None, kwargs: Any = None, options: dict[str, Any] | None = None, immutable: bool = False, **more: Any
    ) -> Signature[S, G]:
        """One to be started later, with options."""
        made = Signature(self, *both(self.name, args, kwargs), immutable)
        return made.set(**{**(options or {}), **more})

    subtask = signature

    def AsyncResult(self, task_id: Any) -> Any:
        """A task by its id."""
        return self.app.handle(task_id)
