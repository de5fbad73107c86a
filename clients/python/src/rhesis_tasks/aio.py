"""A task that was started, and how it stands: whatever asks the API is awaited."""

from __future__ import annotations

import logging
from collections.abc import Coroutine, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from .api import flows, waiting
from .api import state as states
from .api.values import of_task

if TYPE_CHECKING:
    from .app import AsyncTasks

T = TypeVar("T")
# What is to be awaited.
Coming = Coroutine[Any, Any, T]

log = logging.getLogger(__name__)


class AsyncResult:
    """A task by its id: `await result.status`, `await result.get()`."""

    def __init__(self, task_id: Any, app: AsyncTasks, parent: AsyncResult | GroupResult | None = None):
        self.id = self.task_id = of_task(task_id)
        self.app, self._parent = app, parent

    def __repr__(self) -> str:
        return f"<AsyncResult: {self.id}>"

    def __str__(self) -> str:
        return self.id

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AsyncResult) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def status(self) -> Coming[str]:
        """PENDING, STARTED, RETRY, SUCCESS, FAILURE or REVOKED; an unknown id raises TaskUnknown."""
        return self.app.run(flows.read(self.id, states.status))

    state = status

    @property
    def result(self) -> Coming[Any]:
        """What the task answered, or the exception that it ended with; None before its end."""
        return self.app.run(flows.read(self.id, states.outcome))

    info = result

    @property
    def name(self) -> Coming[str]:
        """Its kind."""
        return self.app.run(flows.read(self.id, states.kind))

    @property
    def args(self) -> Coming[dict[str, Any]]:
        """Its arguments, by their names."""
        return self.app.run(flows.read(self.id, states.args))

    kwargs = args

    @property
    def retries(self) -> Coming[int | None]:
        """Retries spent; None once it has ended."""
        return self.app.run(flows.read(self.id, states.retries))

    @property
    def date_done(self) -> Coming[str | None]:
        """When it ended, in RFC 3339; None before."""
        return self.app.run(flows.read(self.id, states.date_done))

    @property
    def traceback(self) -> Coming[str | None]:
        """The error as a text; None if there is none."""
        return self.app.run(flows.read(self.id, states.traceback))

    @property
    def parent(self) -> Coming[AsyncResult | GroupResult | None]:
        """The one before it in a chain, the group that it follows, or else the task that started it; None if none did."""
        return self._of_parent()

    async def _of_parent(self) -> AsyncResult | GroupResult | None:
        if self._parent is not None:
            return self._parent
        found: str | None = await self.app.run(flows.read(self.id, states.parent))
        return None if found is None else self.app.handle(found)

    @property
    def children(self) -> Coming[list[AsyncResult]]:
        """The tasks that it started, newest first."""
        return self._of_children()

    async def _of_children(self) -> list[AsyncResult]:
        return [self.app.handle(one) for one in await self.app.run(flows.children(self.id))]

    async def ready(self) -> bool:
        """Whether it has ended."""
        return await self.app.run(flows.read(self.id, states.ready))

    async def successful(self) -> bool:
        """Whether it ended in SUCCESS."""
        return await self.app.run(flows.read(self.id, states.successful))

    async def failed(self) -> bool:
        """Whether it ended in FAILURE."""
        return await self.app.run(flows.read(self.id, states.failed))

    async def exists(self) -> bool:
        """Whether there is such a task."""
        return await self.app.run(flows.exists(self.id))

    async def get(self, timeout: float | None = None, propagate: bool = True, interval: float | None = None, **more: Any) -> Any:
        """What it answers, once it has ended; its failure is raised, or with propagate=False answered. TimeoutError after `timeout`.

        What never began since a task before it in its chain or chord failed raises that one's failure, but for follow_parents=False.
        """
        return (await self.app.run(waiting.get([self.id], timeout, propagate, more, self._parent is not None)))[0]

    wait = get

    async def revoke(self, terminate: bool = True, **more: Any) -> None:
        """Ends it, before it begins or while it runs. One that has ended stays as it is."""
        await self.app.run(flows.revoke(self.id, more))

    def forget(self) -> None:
        """Nothing: a result is kept as long as its kind says."""
        log.warning("forget: results are kept as long as their kind says")


class GroupResult:
    """Tasks that were started together."""

    def __init__(self, group_id: str, results: list[AsyncResult], app: AsyncTasks):
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

    async def completed_count(self) -> int:
        """How many members succeeded."""
        return await self.app.run(flows.read_group(self.id, states.completed))

    async def ready(self) -> bool:
        """Whether every member has ended."""
        return await self.app.run(flows.read_group(self.id, states.all_ready))

    async def successful(self) -> bool:
        """Whether every member succeeded."""
        return await self.app.run(flows.read_group(self.id, states.all_successful))

    async def failed(self) -> bool:
        """Whether a member ended without success."""
        return await self.app.run(flows.read_group(self.id, states.any_failed))

    async def waiting(self) -> bool:
        """Whether a member has not ended."""
        return await self.app.run(flows.read_group(self.id, states.any_waiting))

    async def revoke(self, terminate: bool = True, **more: Any) -> None:
        """Cancels it: nothing of it begins any more, and what runs is stopped. One that has ended stays as it is."""
        await self.app.run(flows.revoke_group(self.id, more))

    async def get(self, timeout: float | None = None, propagate: bool = True, interval: float | None = None, **more: Any) -> list[Any]:
        """What the members answer, in their order, within one timeout; the first failure is raised."""
        return await self.app.run(waiting.get([result.id for result in self.results], timeout, propagate, more))

    join = get
