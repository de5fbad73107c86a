"""The application, for code that waits and for coroutines."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any, TypeVar

import httpx

from . import aio, result
from .api.wire import Flow, Pause, Reply, Request, Step
from .core import Core
from .exchange import asked, awaited, opened
from .statement import Statement

T = TypeVar("T")


class Tasks(Core[result.AsyncResult, result.GroupResult]):
    """The application, for code that waits."""

    asynchronous = False
    _client: tuple[int, httpx.Client] | None = None

    def AsyncResult(self, task_id: Any) -> result.AsyncResult:
        """A task by its id."""
        return self.handle(task_id)

    def handle(self, task_id: str, parent: Any = None) -> result.AsyncResult:
        """A task that was started, by its id."""
        return result.AsyncResult(task_id, self, parent)

    def group_handle(self, group_id: str, task_ids: list[str]) -> result.GroupResult:
        """A group that was started, by its id and those of its members."""
        return result.GroupResult(group_id, [self.handle(one) for one in task_ids], self)

    def run(self, flow: Flow[T]) -> T:
        """Does what a flow wants done."""
        came: Any = None
        while True:
            try:
                step = flow.send(came)
            except StopIteration as end:
                answer: T = end.value
                return answer
            came = self._do(step)

    def close(self) -> None:
        """Closes its connections; the next request opens one."""
        client, self._client = self._client, None
        if client is not None:
            client[1].close()

    def _do(self, step: Step) -> Any:
        if isinstance(step, Pause):
            return time.sleep(step.seconds)
        if isinstance(step, Statement):
            return step.connection.value(step.sql, step.values)
        return self._ask(step)

    def _ask(self, request: Request) -> Reply:
        call = self._call(request)
        return asked(self._connected(), call, self._seconds(request))

    def _connected(self) -> httpx.Client:
        # A client of a forked parent shares its sockets.
        if self._client is None or self._client[0] != os.getpid():
            self._client = os.getpid(), opened(httpx.Client)
        return self._client[1]


class AsyncTasks(Core["aio.Coming[aio.AsyncResult]", "aio.Coming[aio.GroupResult]"]):
    """The application, for coroutines: whatever asks the API is awaited."""

    asynchronous = True
    _client: tuple[Any, httpx.AsyncClient] | None = None

    def AsyncResult(self, task_id: Any) -> aio.AsyncResult:
        """A task by its id."""
        return self.handle(task_id)

    def handle(self, task_id: str, parent: Any = None) -> aio.AsyncResult:
        """A task that was started, by its id."""
        return aio.AsyncResult(task_id, self, parent)

    def group_handle(self, group_id: str, task_ids: list[str]) -> aio.GroupResult:
        """A group that was started, by its id and those of its members."""
        return aio.GroupResult(group_id, [self.handle(one) for one in task_ids], self)

    async def run(self, flow: Flow[T]) -> T:
        """Does what a flow wants done."""
        came: Any = None
        while True:
            try:
                step = flow.send(came)
            except StopIteration as end:
                answer: T = end.value
                return answer
            came = await self._do(step)

    async def close(self) -> None:
        """Closes its connections; the next request opens one."""
        client, self._client = self._client, None
        if client is not None:
            await client[1].aclose()

    async def _do(self, step: Step) -> Any:
        if isinstance(step, Pause):
            return await asyncio.sleep(step.seconds)
        if isinstance(step, Statement):
            value = step.connection.value(step.sql, step.values)
            return await value if step.connection.asynchronous else value
        return await self._ask(step)

    async def _ask(self, request: Request) -> Reply:
        call = self._call(request)
        return await awaited(self._connected(), call, self._seconds(request))

    def _connected(self) -> httpx.AsyncClient:
        # A client belongs to the loop that it was made in.
        loop = asyncio.get_running_loop()
        if self._client is None or self._client[0] is not loop:
            self._client = loop, opened(httpx.AsyncClient)
        return self._client[1]
