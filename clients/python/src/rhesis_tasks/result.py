"""A task that was started, and how it stands."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .api import flows, waiting
from .api import state as states
from .api.values import of_task

if TYPE_CHECKING:
    from .app import Tasks

log = logging.getLogger(__name__)


class AsyncResult:
    """A task by its id."""

    def __init__(self, task_id: Any, app: Tasks | None = None, parent: AsyncResult | GroupResult | None = None):
        """A task of `app`; without one, of `rhesis_tasks.app`."""
        self.id = self.task_id = of_task(task_id)
        self.app, self._parent = app or default_app(), parent

    def __repr__(self) -> str:
        return f"<AsyncResult: {self.id}>"

    def __str__(self) -> str:
        return self.id

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AsyncResult) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def status(self) -> str:
        """PENDING, STARTED, RETRY, SUCCESS, FAILURE or REVOKED; an unknown id raises TaskUnknown."""
        return self.app.run(flows.read(self.id, states.status))

    state = status

    @property
    def result(self) -> Any:
        """What the task answered, or the exception that it ended with; None before its end."""
        return self.app.run(flows.read(self.id, states.outcome))

    info = result

    @property
    def name(self) -> str:
        """Its kind."""
        return self.app.run(flows.read(self.id, states.kind))

    @property
    def args(self) -> dict[str, Any]:
        """Its arguments, by their names."""
        return self.app.run(flows.read(self.id, states.args))

    kwargs = args

    @property
    def retries(self) -> int | None:
        """Retries spent; None once it has ended."""
        return self.app.run(flows.read(self.id, states.retries))

    @property
    def date_done(self) -> str | None:
        """When it ended, in RFC 3339; None before."""
        return self.app.run(flows.read(self.id, states.date_done))

    @property
    def traceback(self) -> str | None:
        """The error as a text; None if there is none."""
        return self.app.run(flows.read(self.id, states.traceback))

    @property
    def parent(self) -> AsyncResult | GroupResult | None:
        """The one before it in a chain, the group that it follows, or else the task that started it; None if none did."""
        if self._parent is not None:
            return self._parent
        found: str | None = self.app.run(flows.read(self.id, states.parent))
        return None if found is None else self.app.handle(found)

    @property
    def children(self) -> list[AsyncResult]:
        """The tasks that it started, newest first."""
        return [self.app.handle(one) for one in self.app.run(flows.children(self.id))]

    def ready(self) -> bool:
        """Whether it has ended."""
        return self.app.run(flows.read(self.id, states.ready))

    def successful(self) -> bool:
        """Whether it ended in SUCCESS."""
        return self.app.run(flows.read(self.id, states.successful))

    def failed(self) -> bool:
        """Whether it ended in FAILURE."""
        return self.app.run(flows.read(self.id, states.failed))

    def exists(self) -> bool:
        """Whether there is such a task."""
        return self.app.run(flows.exists(self.id))

    def get(self, timeout: float | None = None, propagate: bool = True, interval: float | None = None, **more: Any) -> Any:
        """What it answers, once it has ended; its failure is raised, or with propagate=False answered. TimeoutError after `timeout`.

        What never began since a task before it in its chain or chord failed raises that one's failure, but for follow_parents=False.
        """
        return (self.app.run(waiting.get([self.id], timeout, propagate, more, self._parent is not None)))[0]

    wait = get

    def revoke(self, terminate: bool = True, **more: Any) -> None:
        """Ends it, before it begins or while it runs. One that has ended stays as it is."""
        self.app.run(flows.revoke(self.id, more))

    def forget(self) -> None:
        """Nothing: a result is kept as long as its kind says."""
        log.warning("forget: results are kept as long as their kind says")


def default_app() -> Tasks:
    """The application that the environment configures."""
    from . import app

    return app


class GroupResult:
    """Tasks that were started together."""

    def __init__(self, group_id: str, results: list[AsyncResult], app: Tasks):
        self.id, self.results, self.app = group_id, results, app

    def __repr__(self) -> str:
        return f"<GroupResult: {self.id} [{len(self.results)}]>"

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[AsyncResult]:
        return iter(self.results)

    def __getitem__(self, place: int) -> AsyncResult:
        return self.results[place]

    @property
    def children(self) -> list[AsyncResult]:
        """Its members."""
        return self.results

    def completed_count(self) -> int:
        """How many members succeeded."""
        return self.app.run(flows.read_group(self.id, states.completed))

    def ready(self) -> bool:
        """Whether every member has ended."""
        return self.app.run(flows.read_group(self.id, states.all_ready))

    def successful(self) -> bool:
        """Whether every member succeeded."""
        return self.app.run(flows.read_group(self.id, states.all_successful))

    def failed(self) -> bool:
        """Whether a member ended without success."""
        return self.app.run(flows.read_group(self.id, states.any_failed))

    def waiting(self) -> bool:
        """Whether a member has not ended."""
        return self.app.run(flows.read_group(self.id, states.any_waiting))

    def revoke(self, terminate: bool = True, **more: Any) -> None:
        """Cancels it: nothing of it begins any more, and what runs is stopped. One that has ended stays as it is."""
        self.app.run(flows.revoke_group(self.id, more))

    def get(self, timeout: float | None = None, propagate: bool = True, interval: float | None = None, **more: Any) -> list[Any]:
        """What the members answer, in their order, within one timeout; the first failure is raised."""
        return self.app.run(waiting.get([result.id for result in self.results], timeout, propagate, more))

    join = get
