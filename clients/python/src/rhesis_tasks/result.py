"""A task that was started, and how it stands."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from . import flows
from .errors import TaskFailed, TaskRevoked, TaskUnknown
from .wire import Flow, Request, ask

if TYPE_CHECKING:
    from .app import Core

log = logging.getLogger(__name__)


class AsyncResult:
    """A task by its id. With `AsyncTasks` whatever asks the API is awaited: `await result.status`."""

    def __init__(self, task_id: Any, app: Core):
        self.id = self.task_id = str(task_id)
        self.app = app

    def __repr__(self) -> str:
        return f"<AsyncResult: {self.id}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AsyncResult) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def _of(self, read: Any) -> Any:
        def flow() -> Flow[Any]:
            return read((yield from flows.show(self.id)))

        return self.app.run(flow())

    @property
    def status(self) -> Any:
        """PENDING, STARTED, RETRY, SUCCESS, FAILURE or REVOKED; an unknown id raises TaskUnknown."""
        return self._of(lambda state: state["status"])

    state = status

    @property
    def result(self) -> Any:
        """What the task answered, or the exception that it ended with; None before its end."""
        return self._of(outcome)

    info = result

    @property
    def name(self) -> Any:
        """Its kind."""
        return self._of(lambda state: state["kind"])

    @property
    def args(self) -> Any:
        """Its arguments, by their names."""
        return self._of(lambda state: state["args"])

    @property
    def retries(self) -> Any:
        """Retries spent; None once it has ended."""
        return self._of(lambda state: state["retries"])

    @property
    def date_done(self) -> Any:
        """When it ended, in RFC 3339; None before."""
        return self._of(lambda state: state["finished_at"])

    @property
    def traceback(self) -> Any:
        """The error as a text; None if there is none."""
        return self._of(lambda state: None if state["error"] is None else str(failure(state)))

    @property
    def parent(self) -> Any:
        """The task that started it; None if none did."""
        return self._of(lambda state: state["parent_id"] and AsyncResult(state["parent_id"], self.app))

    @property
    def children(self) -> Any:
        """The tasks that it started, newest first; 200 at most."""

        def flow() -> Flow[list[AsyncResult]]:
            lines = yield from ask(Request("GET", f"/tasks?parent_id={self.id}&limit=200"))
            return [AsyncResult(line["task_id"], self.app) for line in lines]

        return self.app.run(flow())

    def ready(self) -> Any:
        """Whether it has ended."""
        return self._of(lambda state: state["status"] in flows.FINAL)

    def successful(self) -> Any:
        """Whether it ended in SUCCESS."""
        return self._of(lambda state: state["status"] == "SUCCESS")

    def failed(self) -> Any:
        """Whether it ended in FAILURE."""
        return self._of(lambda state: state["status"] == "FAILURE")

    def exists(self) -> Any:
        """Whether there is such a task."""

        def flow() -> Flow[bool]:
            try:
                yield from flows.show(self.id)
            except TaskUnknown:
                return False
            return True

        return self.app.run(flow())

    def get(self, timeout: float | None = None, propagate: bool = True, interval: float | None = None, **_: Any) -> Any:
        """What it answers, once it has ended; its failure is raised, or with propagate=False answered. TimeoutError after `timeout`."""

        def flow() -> Flow[Any]:
            found = outcome((yield from flows.ended(self.id, timeout)))
            if propagate and isinstance(found, TaskFailed):
                raise found
            return found

        return self.app.run(flow())

    wait = get

    def revoke(self, terminate: bool = True, wait: None = None, **_: Any) -> Any:
        """Ends it, before it begins or while it runs. One that has ended stays as it is."""
        return self.app.run(flows.revoke(self.id))

    def forget(self) -> None:
        """Nothing: a result is kept as long as its kind says."""
        log.warning("forget: results are kept as long as their kind says")


class GroupResult:
    """Tasks that were started together."""

    def __init__(self, group_id: str, results: Iterable[AsyncResult], app: Core, last: AsyncResult | None = None):
        self.id, self.results, self.app, self.last = group_id, list(results), app, last

    def _of(self, read: Any) -> Any:
        def flow() -> Flow[Any]:
            return read((yield from ask(Request("GET", f"/groups/{self.id}"))))

        return self.app.run(flow())

    def completed_count(self) -> Any:
        """How many members succeeded."""
        return self._of(lambda group: group["succeeded"])

    def ready(self) -> Any:
        """Whether every member has ended."""
        return self._of(lambda group: group["done"] == group["total"])

    def revoke(self, **_: Any) -> Any:
        """Cancels the group."""
        return self.app.run(ask(Request("DELETE", f"/groups/{self.id}")))

    def get(self, timeout: float | None = None, propagate: bool = True, **_: Any) -> Any:
        """What the members answer, in their order; of a chord or chain, what its last task answers."""

        def flow() -> Flow[Any]:
            found = []
            for result in [self.last] if self.last else self.results:
                found.append(outcome((yield from flows.ended(result.id, timeout))))
                if propagate and isinstance(found[-1], TaskFailed):
                    raise found[-1]
            return found[0] if self.last else found

        return self.app.run(flow())


def outcome(state: dict[str, Any]) -> Any:
    """What a task answered, or the exception that it ended with."""
    return failure(state) if state["status"] in ("FAILURE", "REVOKED") else state["result"]


def failure(state: dict[str, Any]) -> TaskFailed:
    """The exception of a task that has not succeeded."""
    return (TaskRevoked if state["status"] == "REVOKED" else TaskFailed)(state["task_id"], state["error"])
