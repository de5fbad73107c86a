"""The application: what `Tasks` and `AsyncTasks` have in common."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import httpx

from . import transaction
from .api import address
from .api.wire import Flow, Reply, Request
from .canvas.task import Task
from .errors import NotConfigured

if TYPE_CHECKING:
    from .app import Tasks

# What the start of a task answers, and the start of a group.
S = TypeVar("S")
G = TypeVar("G")
# A client of httpx.
C = TypeVar("C")


class Core(Generic[S, G]):
    """An address, a token, and what is known of the kinds there."""

    # Whether what asks the API is awaited.
    asynchronous: bool

    def __init__(self, url: str | None = None, token: str | None = None, *, timeout: float = 30.0):
        if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not 0 < timeout < math.inf:
            raise NotConfigured("The timeout must be a number of seconds above 0.")
        self._url, self._token, self.timeout = url, token, timeout
        # What kinds take; a deployment that changes one is a new process of its callers.
        self.kinds: dict[str, Any] = {}

    def __repr__(self) -> str:
        # Neither the address nor the token: each may hold a secret.
        return f"<{type(self).__name__}>"

    def run(self, flow: Flow[Any]) -> Any:
        """Does what a flow wants done."""
        raise NotImplementedError

    def handle(self, task_id: str, parent: Any = None) -> Any:
        """A task that was started, by its id."""
        raise NotImplementedError

    def group_handle(self, group_id: str, task_ids: list[str]) -> Any:
        """A group that was started, by its id and those of its members."""
        raise NotImplementedError

    def twin(self, timeout: float) -> Tasks:
        """The same application for code that waits, with a timeout of its own."""
        from .app import Tasks

        return Tasks(self._url, self._token, timeout=timeout)

    def task(self, name: str) -> Task[S, G]:
        """A kind by its name. Whether there is one, its first start tells."""
        return Task(name, self)

    def send_task(self, name: str, args: Any = None, kwargs: Any = None, **options: Any) -> S:
        """Starts a task by the name of its kind."""
        return self.task(name).apply_async(args, kwargs, **options)

    @contextmanager
    def using(self, session: Any, organization_id: Any = None) -> Generator[transaction.Caller, None, None]:
        """Within it tasks, groups and chains are started in the transaction of `session`.

        `session` is a Session, AsyncSession, Connection or AsyncConnection of SQLAlchemy, or a Connection or AsyncConnection of
        psycopg. Its transaction must be bound to the organization (`app.organization_id`), or is with `organization_id`. After the
        commit of a Session its tasks are sent; of a connection with `caller.committed()`.
        """
        with transaction.using(self, session, organization_id) as caller:
            yield caller

    def _call(self, request: Request) -> dict[str, Any]:
        url = address.checked(self._url or os.environ.get("RHESIS_TASKS_URL"))
        token = address.bearer(self._token or os.environ.get("RHESIS_TASKS_TOKEN"))
        return {
            "method": request.method,
            "url": url + request.path,
            "headers": {"Authorization": token, **request.headers},
            "json": request.body,
            "timeout": self.timeout + request.wait,
        }


def replied(answer: httpx.Response) -> Reply:
    """What a server answered."""
    return Reply(answer.status_code, answer.content, {name.lower(): value for name, value in answer.headers.items()})


def opened(client: Callable[[], C]) -> C:
    """A client of httpx. What the environment says of proxies and certificates it reads when it is made, and may show secrets of."""
    why = ""
    try:
        return client()
    except (httpx.InvalidURL, ValueError, OSError, ImportError) as error:
        why = type(error).__name__
    raise NotConfigured(f"The proxy or the certificates that the environment names cannot be used: {why}.")


def lost(error: Exception) -> Reply:
    """That nothing was answered. What httpx refuses to send it shows, and there may be a secret in it."""
    why = "" if isinstance(error, httpx.LocalProtocolError) else f": {error}"
    return Reply(None, f"{type(error).__name__}{why}".encode())
