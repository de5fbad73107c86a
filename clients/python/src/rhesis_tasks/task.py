"""A kind of task, as its callers see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import flows, transaction
from .canvas import Signature
from .result import AsyncResult
from .wire import Flow

if TYPE_CHECKING:
    from .app import Core


class Task:
    """A kind by its name: `app.task("count_test_sets").delay()`."""

    def __init__(self, name: str, app: Core):
        self.name, self.app = name, app

    def __repr__(self) -> str:
        return f"<Task: {self.name}>"

    def delay(self, *args: Any, **kwargs: Any) -> Any:
        """Starts one with these arguments."""
        return self.apply_async(args, kwargs)

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        """Starts one, with Celery's options. What cannot be honoured is an UnsupportedOption; nothing is passed over."""
        caller = transaction.current(self.app)

        def flow() -> Flow[AsyncResult]:
            if caller is not None:
                return AsyncResult((yield from caller.enqueue(self.name, args, kwargs, options)), self.app)
            started = yield from flows.start(self.app.kinds, self.name, args, kwargs, options)
            return AsyncResult(started["task_id"], self.app)

        return self.app.run(flow())

    def s(self, *args: Any, **kwargs: Any) -> Signature:
        """One to be started later."""
        return Signature(self, args, kwargs, immutable=False)

    def si(self, *args: Any, **kwargs: Any) -> Signature:
        """One to be started later, that takes no other's result."""
        return Signature(self, args, kwargs, immutable=True)

    signature = s
    subtask = s

    def AsyncResult(self, task_id: Any) -> AsyncResult:
        """A task by its id."""
        return AsyncResult(task_id, self.app)
