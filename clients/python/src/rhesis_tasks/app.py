"""The application: where the API is, and who asks."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import httpx

from . import transaction
from .errors import NotConfigured, NotReached
from .result import AsyncResult
from .task import Task
from .wire import Flow, Reply, Request

T = TypeVar("T")
# Pauses before a request that may be repeated is sent again, in seconds.
PAUSES = (0.2, 0.8, 2.0)
BUSY = (502, 503, 504)


class Core:
    """What `Tasks` and `AsyncTasks` have in common."""

    def __init__(self, url: str | None = None, token: str | None = None, *, timeout: float = 30.0):
        self._url, self._token, self.timeout = url, token, timeout
        # What kinds take; a deployment that changes one is a new process of its callers.
        self.kinds: dict[str, Any] = {}

    def run(self, flow: Flow[Any]) -> Any:
        """Asks what a flow wants asked."""
        raise NotImplementedError

    def twin(self) -> Tasks:
        """The same application, for a thread of its own."""
        return Tasks(self._url, self._token, timeout=1.0)

    def task(self, name: str) -> Task:
        """A kind by its name. Whether there is one, its first start tells."""
        return Task(name, self)

    def send_task(self, name: str, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        """Starts a task by the name of its kind."""
        return self.task(name).apply_async(args, kwargs, **options)

    def AsyncResult(self, task_id: Any) -> AsyncResult:
        """A task by its id."""
        return AsyncResult(task_id, self)

    def using(self, session: Any, organization_id: Any = None) -> AbstractContextManager[Any]:
        """Within it tasks are started in the transaction of `session`: of SQLAlchemy's Session, or psycopg's connection.

        The transaction must be bound to the organization (`app.organization_id`), or is with `organization_id`. After the commit
        of a Session its tasks are sent; of a connection with `caller.committed()`.
        """
        return transaction.using(self, session, organization_id)

    def _address(self, path: str) -> str:
        url = self._url or os.environ.get("RHESIS_TASKS_URL")
        if not url:
            raise NotConfigured("There is no address: set RHESIS_TASKS_URL, or give Tasks(url, token).")
        return url.rstrip("/") + path

    def _headers(self, request: Request) -> dict[str, str]:
        token = self._token or os.environ.get("RHESIS_TASKS_TOKEN")
        if not token:
            raise NotConfigured("There is no token: set RHESIS_TASKS_TOKEN, or give Tasks(url, token).")
        return {"Authorization": f"Bearer {token}", **request.headers}

    def _call(self, request: Request) -> dict[str, Any]:
        return {
            "method": request.method,
            "url": self._address(request.path),
            "headers": self._headers(request),
            "json": request.body,
            "timeout": self.timeout + request.wait,
        }


def _reply(answer: httpx.Response) -> Reply:
    return Reply(answer.status_code, answer.content, {name.lower(): value for name, value in answer.headers.items()})


def _lost(error: Exception) -> NotReached:
    return NotReached(f"The API cannot be reached: {type(error).__name__}: {error}")


class Tasks(Core):
    """The application, for code that waits."""

    _client: tuple[int, httpx.Client] | None = None

    def run(self, flow: Flow[T]) -> T:
        reply: Any = None
        while True:
            try:
                request = flow.send(reply)
            except StopIteration as end:
                return end.value
            reply = self._ask(request)

    def _ask(self, request: Request) -> Reply:
        call = self._call(request)
        for pause in (*PAUSES, None) if request.repeatable else (None,):
            try:
                answer = self._connected().request(**call)
            except httpx.HTTPError as error:
                if pause is None:
                    raise _lost(error) from error
            except httpx.InvalidURL as error:
                raise NotConfigured(f"The address is none: {error}") from error
            else:
                if pause is None or answer.status_code not in BUSY:
                    return _reply(answer)
            time.sleep(pause)
        raise AssertionError("the last try answers or raises")

    def _connected(self) -> httpx.Client:
        # A client of a forked parent shares its sockets.
        if self._client is None or self._client[0] != os.getpid():
            self._client = os.getpid(), httpx.Client()
        return self._client[1]


class AsyncTasks(Core):
    """The application, for coroutines: whatever asks the API is awaited."""

    _client: tuple[Any, httpx.AsyncClient] | None = None

    async def run(self, flow: Flow[T]) -> T:  # type: ignore[override]
        reply: Any = None
        while True:
            try:
                request = flow.send(reply)
            except StopIteration as end:
                return end.value
            reply = await self._ask(request)

    async def _ask(self, request: Request) -> Reply:
        call = self._call(request)
        for pause in (*PAUSES, None) if request.repeatable else (None,):
            try:
                answer = await self._connected().request(**call)
            except httpx.HTTPError as error:
                if pause is None:
                    raise _lost(error) from error
            else:
                if pause is None or answer.status_code not in BUSY:
                    return _reply(answer)
            await asyncio.sleep(pause)
        raise AssertionError("the last try answers or raises")

    def _connected(self) -> httpx.AsyncClient:
        # A client belongs to the loop that it was made in.
        loop = asyncio.get_running_loop()
        if self._client is None or self._client[0] is not loop:
            self._client = loop, httpx.AsyncClient()
        return self._client[1]
