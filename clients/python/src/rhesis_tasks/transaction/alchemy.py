"""SQLAlchemy's sessions and connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Dialect, text
from sqlalchemy.orm import Session

from ..errors import UnsupportedOption
from .connections import Mine, commits_each_statement, refusal
from .ledger import Ledger

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

    from ..core import Core

LEDGER = "rhesis_tasks"


def connection(session: Any) -> Mine | None:
    """A session or connection of SQLAlchemy; None if it is something else of it."""
    if isinstance(session, Session) or is_asynchronous(session) and hasattr(session, "sync_session"):
        return OfSession(session)
    if isinstance(session, Connection) or is_asynchronous(session) and hasattr(session, "sync_connection"):
        must_be_postgres(session.dialect)
        return Alchemy(session)
    return None


def is_asynchronous(session: Any) -> bool:
    """Whether it is one of SQLAlchemy's for asyncio, which is not imported here: it needs a package that callers may not have."""
    return any(base.__module__.startswith("sqlalchemy.ext.asyncio") for base in type(session).__mro__)


def must_be_postgres(dialect: Dialect) -> None:
    """Refuses another database: tasks are rows of Postgres."""
    if dialect.name != "postgresql":
        raise UnsupportedOption("session", f"must be of Postgres, where the tasks are: it is of {dialect.name}")


def must_not_autocommit(connection: Any) -> None:
    """Refuses a connection on which SQLAlchemy begins no transactions (AUTOCOMMIT), whoever has said so."""
    # The drivers' own word for it, and SQLAlchemy's in front of those that are awaited.
    if getattr(connection.connection.dbapi_connection, "autocommit", False):
        raise commits_each_statement()


class Alchemy:
    """A connection, whose owner says when it has committed: its events come before that."""

    def __init__(self, session: Connection | AsyncConnection | Session | AsyncSession):
        self.session = session
        self.asynchronous = is_asynchronous(session)
        self.ids: list[str] = []

    def value(self, sql: str, values: dict[str, str]) -> Any:
        """The one value that a statement answers."""
        statement = text(sql.format(**{name: f":{name}" for name in values}))
        if self.asynchronous:
            return self._awaited(statement, values)
        must_not_autocommit(self.session.connection() if isinstance(self.session, Session) else self.session)
        try:
            return self.session.execute(statement, values).scalar()  # type: ignore[union-attr]
        except Exception as error:
            if (refused := refusal(error)) is None:
                raise
        raise refused

    async def _awaited(self, statement: Any, values: dict[str, str]) -> Any:
        session: Any = self.session
        must_not_autocommit((await session.connection() if hasattr(session, "sync_session") else session).sync_connection)
        try:
            return (await session.execute(statement, values)).scalar()
        except Exception as error:
            if (refused := refusal(error)) is None:
                raise
        raise refused

    def note(self, app: Core[Any, Any], ids: list[str]) -> None:
        """Keeps the ids of tasks until the commit."""
        self.ids += ids

    def take(self, app: Core[Any, Any]) -> list[str]:
        """The ids that were kept."""
        ids, self.ids = self.ids, []
        return ids


class OfSession(Alchemy):
    """A session, which tells of its commits by itself."""

    def __init__(self, session: Session | AsyncSession):
        super().__init__(session)
        plain = session if isinstance(session, Session) else session.sync_session
        must_be_postgres(plain.get_bind().dialect)
        if LEDGER not in plain.info:
            plain.info[LEDGER] = Ledger(plain)
        self.ledger: Ledger = plain.info[LEDGER]

    def note(self, app: Core[Any, Any], ids: list[str]) -> None:
        """Keeps the ids of tasks until the commit."""
        self.ledger.note(app, ids)

    def take(self, app: Core[Any, Any]) -> list[str]:
        """The ids that its own commit did not send: those of a transaction that it has joined."""
        return self.ledger.take(app)
