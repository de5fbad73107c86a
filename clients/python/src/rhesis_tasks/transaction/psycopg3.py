"""psycopg's connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import AsyncConnection, Connection
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from .connections import Mine, commits_each_statement, refusal

if TYPE_CHECKING:
    from ..core import Core


def connection(given: Any) -> Mine | None:
    """A connection of psycopg; None if it is something else of it."""
    return Psycopg(given) if isinstance(given, (Connection, AsyncConnection)) else None


class Psycopg:
    """A connection, whose owner says when it has committed."""

    def __init__(self, given: Connection[Any] | AsyncConnection[Any]):
        self.given = given
        self.asynchronous = isinstance(given, AsyncConnection)
        self.ids: list[str] = []

    def value(self, sql: str, values: dict[str, str]) -> Any:
        """The one value that a statement answers."""
        if self.given.autocommit and self.given.info.transaction_status is TransactionStatus.IDLE:
            raise commits_each_statement()
        statement = sql.format(**{name: f"%({name})s" for name in values})
        if isinstance(self.given, AsyncConnection):
            return self._awaited(self.given, statement, values)
        try:
            with self.given.cursor(row_factory=tuple_row) as cursor:
                return first(cursor.execute(statement.encode(), values).fetchone())
        except Exception as error:
            if (refused := refusal(error)) is None:
                raise
        raise refused

    async def _awaited(self, given: AsyncConnection[Any], statement: str, values: dict[str, str]) -> Any:
        try:
            async with given.cursor(row_factory=tuple_row) as cursor:
                await cursor.execute(statement.encode(), values)
                return first(await cursor.fetchone())
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


def first(row: tuple[Any, ...] | None) -> Any:
    """The one value of a row."""
    return None if row is None else row[0]
