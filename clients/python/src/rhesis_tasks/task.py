"""A kind of task, as its callers see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from . import flows, transaction
from .canvas import chain
from .errors import UnsupportedOption
from .signature import Signature
from .wire import Flow

if TYPE_CHECKING:
    from .core import Core

S = TypeVar("S")
G = TypeVar("G")


class Task(Generic[S, G]):
    """A kind by its name: `app.task("count_test_sets").delay()`."""

    def __init__(self, name: str, app: Core[S, G]):
        self.name, self.app = name, app

    def __repr__(self) -> str:
        return f"<Task: {self.name}>"

    def delay(self, *args: Any, **kwargs: Any) -> S:
        """Starts one with these arguments."""
        return self.apply_async(args, kwargs)

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> S:
        """Starts one, with Celery's options. What cannot be honoured is an UnsupportedOption; nothing is passed over."""
        if (link := options.pop("link", None)) is not None:
            return self._linked(args, kwargs, options, link)
        caller = transaction.current(self.app)

        def flow() -> Flow[Any]:
            if caller is None:
                task_id = yield from flows.start(self.app.kinds, self.name, args, kwargs, options)
            else:
                task_id = yield from caller.enqueue(self.name, args, kwargs, options)
            return self.app.handle(task_id)

        started: S = self.app.run(flow())
        return started

    def _linked(self, args: Any, kwargs: Any, options: dict[str, Any], link: Any) -> S:
        """A chain; what is answered is its first task, as Celery does."""
        for refused in ("countdown", "eta", "task_id", "idempotency_key"):
            if options.get(refused) is not None:
                raise UnsupportedOption("link", f"cannot be given together with {refused}")
        first = Signature(self, tuple(args or ()), dict(kwargs or {}), immutable=True).set(**options)
        links = link if isinstance(link, (list, tuple)) else [link]
        linked: chain[S, G] = chain(first, *links)
        return linked.first()

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
        made = Signature(self, tuple(args or ()), dict(kwargs or {}), immutable)
        return made.set(**{**(options or {}), **more})

    subtask = signature

    def AsyncResult(self, task_id: Any) -> Any:
        """A task by its id."""
        return self.app.handle(str(task_id))
