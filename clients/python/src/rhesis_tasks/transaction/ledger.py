"""The tasks of a session of SQLAlchemy until they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, SessionTransaction

from .kick import kick

if TYPE_CHECKING:
    from ..core import Core


class Ledger:
    """The tasks that a session has started and not committed, each with the transaction or savepoint that it is of."""

    def __init__(self, session: Session):
        self.session = session
        self.entries: list[tuple[SessionTransaction | None, Core[Any, Any], str]] = []
        # Committed by the session, but not yet by the owner of the connection whose transaction it has joined.
        self.held: list[tuple[Core[Any, Any], str]] = []
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
        entries, self.entries = [one[1:] for one in self.entries], []
        bind = session.get_bind()
        if isinstance(bind, Connection) and bind.in_transaction():
            # Of its end SQLAlchemy tells before Postgres knows of it, so that its owner does: caller.committed().
            self.held += entries
            return
        for app in {id(app): app for app, _ in entries}.values():
            kick(app, [one for of, one in entries if of is app])

    def take(self, app: Core[Any, Any]) -> list[str]:
        """The tasks of `app` that are held, which are held no longer."""
        taken = [one for of, one in self.held if of is app]
        self.held = [entry for entry in self.held if entry[0] is not app]
        return taken

    def ended(self, _: Session, transaction: SessionTransaction) -> None:
        """What is still of a transaction that has ended was rolled back with it."""
        self.entries = [one for one in self.entries if one[0] is not transaction]


def around(savepoint: SessionTransaction) -> SessionTransaction | None:
    """The savepoint or transaction that a savepoint is in."""
    found = savepoint.parent
    while found is not None and not found.nested and found.parent is not None:
        found = found.parent
    return found
