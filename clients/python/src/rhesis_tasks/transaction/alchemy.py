"""SQLAlchemy's sessions and connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Dialect, event, text
from sqlalchemy.orm import Session, SessionTransaction

from ..errors import UnsupportedOption
from .connections import Mine, refusal
from .kick import kick

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
        try:
            return self.session.execute(statement, values).scalar()  # type: ignore[union-attr]
        except Exception as error:
            if (refused := refusal(error)) is None:
                raise
        raise refused

    async def _awaited(self, statement: Any, values: dict[str, str]) -> Any:
        try:
            return (await self.session.execute(statement, values)).scalar()  # type: ignore[misc]
        except Exception as error:
            if (refused := refusal(error)) is None:
                raise
        raise refused

    def note(self, app: Core[Any, Any], ids: list[str]) -> None:
        """Keeps the ids of tasks until the commit."""
        self.ids += ids

    def take(self) -> list[str]:
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

    def take(self) -> list[str]:
        """None: they are sent by the session's own commit."""
        return []


class Ledger:
    """The tasks that a session has started and not committed, each with the transaction or savepoint that it is of."""

    def __init__(self, session: Session):
        self.session = session
        self.entries: list[tuple[SessionTransaction | None, Core[Any, Any], str]] = []
        event.listen(session, "after_commit", self.committed)
        event.listen(session, "after_transaction_end", self.ended)

    def note(self, app: Core[Any, Any], ids: list[str]) -> None:
        """Writes down tasks of the innermost savepoint, or of the transaction."""
        within = self.session.get_nested_transaction() or self.session.get_transaction()
        self.entries += [(within, app, one) for one in ids]

    def committed(self, session: Session) -> None:
        """A savepoint's tasks become those of what is around it; a transaction's are sent."""
        savepoint = session.get_nested_transaction()
        if savepoint is not None:
            self.entries = [(one[0] if one[0] is not savepoint else around(savepoint), *one[1:]) for one in self.entries]
            return
        entries, self.entries = self.entries, []
        for app in {id(one[1]): one[1] for one in entries}.values():
            kick(app, [one[2] for one in entries if one[1] is app])

    def ended(self, _: Session, transaction: SessionTransaction) -> None:
        """What is still of a transaction that has ended was rolled back with it."""
        self.entries = [one for one in self.entries if one[0] is not transaction]


def around(savepoint: SessionTransaction) -> SessionTransaction | None:
    """The savepoint or transaction that a savepoint is in."""
    found = savepoint.parent
    while found is not None and not found.nested and found.parent is not None:
        found = found.parent
    return found
