"""What is asked of the caller's own transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol


class Connection(Protocol):
    """A connection or session of the caller's. If it is asynchronous, its value is awaited."""

    asynchronous: bool

    def value(self, sql: str, values: dict[str, str]) -> Any:
        """The one value that a statement answers; in `sql` the names of `values` stand in braces."""


@dataclass(frozen=True)
class Statement:
    """A statement that answers one value."""

    connection: Connection
    sql: str
    values: dict[str, str] = field(default_factory=dict)
