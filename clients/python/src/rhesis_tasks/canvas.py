"""Signatures, groups, chains and chords. Results are not passed on: a task reads what it needs from the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from . import flows
from . import options as option
from .errors import UnsupportedOption
from .result import AsyncResult, GroupResult
from .wire import Flow, Request, ask

if TYPE_CHECKING:
    from .task import Task


class Signature:
    """A task to be started later: its arguments and options."""

    def __init__(self, task: Task, args: tuple[Any, ...], kwargs: dict[str, Any], immutable: bool):
        self.task, self.args, self.kwargs, self.immutable = task, args, kwargs, immutable
        self.options: dict[str, Any] = {}

    def set(self, **options: Any) -> Signature:
        """The same with these options of `apply_async`."""
        self.options |= options
        return self

    def delay(self) -> Any:
        """Starts it."""
        return self.apply_async()

    def apply_async(self, **options: Any) -> Any:
        """Starts it, with options."""
        return self.task.apply_async(self.args, self.kwargs, **(self.options | options))

    def described(self, kinds: dict[str, Any]) -> Flow[dict[str, Any]]:
        """As a task of a list."""
        args = yield from flows.arguments(kinds, self.task.name, self.args, self.kwargs)
        return {"kind": self.task.name, "args": args, **option.fields(self.options)}

    def must_be_immutable(self, place: str) -> None:
        """Refuses a signature that waits for the result of another."""
        if not self.immutable:
            raise UnsupportedOption(place, f"results are not passed on: write {self.task.name}.si(…) instead of .s(…)")


def _signatures(given: tuple[Any, ...]) -> list[Signature]:
    found = list(given[0]) if len(given) == 1 and isinstance(given[0], Iterable) else list(given)
    for one in found:
        if not isinstance(one, Signature):
            raise UnsupportedOption(type(one).__name__, "only signatures of tasks stand in a group, chain or chord")
    if not found:
        raise UnsupportedOption("tasks", "there is none")
    return found


class group:
    """Tasks that run side by side, `window` at a time: `group(task.s(1), task.s(2))()`."""

    policy = "all_ended"

    def __init__(self, *tasks: Any, window: int | None = None):
        self.tasks, self.window = _signatures(tasks), window

    def __call__(self) -> Any:
        return self.apply_async()

    delay = __call__

    def apply_async(self) -> Any:
        """Starts them in one commit."""
        return self._start(None)

    def _start(self, body: Signature | None) -> Any:
        app = self.tasks[0].task.app

        def flow() -> Flow[GroupResult]:
            asked: dict[str, Any] = {"policy": self.policy, "members": []}
            for task in self.tasks:
                asked["members"].append((yield from task.described(app.kinds)))
            if body is not None:
                asked["callback"] = yield from body.described(app.kinds)
            if self.window is not None:
                asked["window"] = self.window
            made = yield from ask(Request("POST", "/groups", asked))
            last = AsyncResult(made["callback_id"], app) if body is not None else None
            return GroupResult(made["group_id"], [AsyncResult(id, app) for id in made["task_ids"]], app, last)

        return app.run(flow())


class chord(group):
    """Tasks side by side, and one that follows when all have succeeded: `chord([task.s(1), task.s(2)])(after.si())`."""

    policy = "all_succeeded"

    def __call__(self, body: Signature) -> Any:  # type: ignore[override]
        body.must_be_immutable("chord")
        return self._start(body)


class chain:
    """Tasks one after the other, each if the one before it succeeded: `chain(first.s(1), second.si(2))()`."""

    def __init__(self, *tasks: Any):
        self.tasks = _signatures(tasks)
        for task in self.tasks[1:]:
            task.must_be_immutable("chain")

    def __call__(self) -> Any:
        return self.apply_async()

    delay = __call__

    def apply_async(self) -> Any:
        """Starts them in one commit."""
        app = self.tasks[0].task.app

        def flow() -> Flow[GroupResult]:
            tasks = []
            for task in self.tasks:
                tasks.append((yield from task.described(app.kinds)))
            made = yield from ask(Request("POST", "/chains", {"tasks": tasks}))
            results = [AsyncResult(id, app) for id in made["task_ids"]]
            return GroupResult(made["group_id"], results, app, results[-1])

        return app.run(flow())
