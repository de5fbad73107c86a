"""The application: what `Tasks` and `AsyncTasks` have in common."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import httpx

from . import transaction
from .api import address
from .api.wire import GRACE, Flow, Request, left
from .canvas.task import Task
from .errors import NotConfigured, UnsupportedOption

if TYPE_CHECKING:
    from .app import Tasks

# What the start of a task answers, and the start of a group.
S = TypeVar("S")
G = TypeVar("G")
# The longest that an application may wait for an answer, in seconds: a day.
LONGEST = 86_400


class Core(Generic[S, G]):
    """An address, a token, and what is known of the kinds there.

    Copies are the application itself. Pickled, it is what the environment of the other process configures; one with an address or a
    token of the code's refuses that.
    """

    # Whether what asks the API is awaited.
    asynchronous: bool

    def __init__(self, url: str | httpx.URL | None = None, token: str | None = None, *, timeout: float = 30.0):
        if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not 0 < timeout <= LONGEST:
            raise NotConfigured("The timeout must be a number of seconds above 0, of a day at most.")
        self._url, self._token, self.timeout = url, token, timeout
        # What kinds take; a deployment that changes one is a new process of its callers.
        self.kinds: dict[str, Any] = {}

    def __repr__(self) -> str:
        # Neither the address nor the token: each may hold a secret.
        return f"<{type(self).__name__}>"

    def __copy__(self) -> Core[S, G]:
        return self

    def __deepcopy__(self, _: Any) -> Core[S, G]:
        # A copied signature is of the same application.
        return self

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        if self._url or self._token:
            raise UnsupportedOption("pickle", "its application has an address or a token of the code's, which stay in their process: "
                                    "let RHESIS_TASKS_URL and RHESIS_TASKS_TOKEN configure it")
        return of_environment, (type(self), self.timeout)

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

    def using(self, session: Any, organization_id: Any = None) -> transaction.Caller:
        """Within `with app.using(session) as caller` tasks, groups and chains are started in the transaction of `session`.

        That reaches what runs in this thread and context; everything else gives `apply_async(…, using=caller)`, for which no `with`
        is needed. `session` is a Session, AsyncSession, Connection or AsyncConnection of SQLAlchemy, or a Connection or AsyncConnection
        of psycopg. Its transaction must be bound to the organization (`app.organization_id`), or is with `organization_id`. After the
        commit of a Session its tasks are sent; of a connection with `caller.committed()`.
        """
        return transaction.Caller(self, session, organization_id)

    def address(self) -> str:
        """Where its API is. It may hold a secret."""
        return address.checked(self._url or os.environ.get("RHESIS_TASKS_URL"))

    def _call(self, request: Request) -> dict[str, Any]:
        url = self.address()
        token = address.bearer(self._token or os.environ.get("RHESIS_TASKS_TOKEN"))
        return {
            "method": request.method,
            "url": url + request.path,
            "headers": {"Authorization": token, **request.headers},
            "json": request.body,
        }

    def _seconds(self, request: Request) -> float:
        # How long its answer may take, to the last byte.
        return max(0.01, min(self.timeout + request.wait, left(request) + GRACE))


@cache
def of_environment(twin: Callable[..., Any], timeout: float) -> Any:
    """The application that the environment configures: one in a process, so that what was pickled apart is started together."""
    from . import app

    return app if twin is type(app) and timeout == app.timeout else twin(timeout=timeout)
