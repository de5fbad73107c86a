"""The connections and sessions that a transaction may be of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

from ..errors import Refused, UnsupportedOption

if TYPE_CHECKING:
    from ..core import Core

KNOWN = "must be a Session or Connection of SQLAlchemy or a Connection of psycopg, or their asynchronous twin"
# What tasks.enqueue says of an option that it cannot honour, and of a transaction that is bound to nobody.
INVALID, UNBOUND = "22023", "42501"


class Mine(Protocol):
    """A connection, with the tasks that its transaction has started."""

    asynchronous: bool

    def value(self, sql: str, values: dict[str, str]) -> Any:
        """The one value that a statement answers; awaited if it is asynchronous."""

    def note(self, app: Core[Any, Any], ids: list[str]) -> None:
        """Keeps the ids of tasks until the commit."""

    def take(self, app: Core[Any, Any]) -> list[str]:
        """The ids of tasks of `app` that were kept, which are kept no longer."""


def connection(session: Any, awaited: bool) -> Mine:
    """What a caller gave, as statements can be run on it. `awaited`: whether its application awaits."""
    found = _connection(session)
    if found is None:
        raise UnsupportedOption("session", f"{KNOWN}: {type(session).__name__} is none")
    if found.asynchronous and not awaited:
        raise UnsupportedOption("session", "is asynchronous: use AsyncTasks")
    return found


def _connection(session: Any) -> Mine | None:
    if callable(registry := getattr(session, "registry", None)) and not isinstance(session, type):
        # A scoped session stands for the one of this thread or task.
        session = registry()
    libraries = {base.__module__.partition(".")[0] for base in type(session).__mro__}
    if "sqlalchemy" in libraries:
        from . import alchemy

        return alchemy.connection(session)
    if "psycopg" in libraries:
        from . import psycopg3

        return psycopg3.connection(session)
    return None


def commits_each_statement() -> UnsupportedOption:
    """That a connection is in autocommit: no rollback would take a task back."""
    return UnsupportedOption("session", "commits each statement by itself: begin a transaction")


def refusal(error: Exception) -> Refused | None:
    """What Postgres refused in the words of the engine; None if that is not what went wrong."""
    cause: Any = getattr(error, "orig", None) or error
    # psycopg 2 calls it pgcode.
    state = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    if state not in (INVALID, UNBOUND):
        return None
    message = str(cause).partition("\n")[0].rpartition(">: ")[2]
    named = re.fullmatch(r"([a-z_]+): (.*)", message)
    status = 422 if state == INVALID else 403
    return Refused(status, named[2], named[1]) if named else Refused(status, message)
