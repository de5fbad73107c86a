"""What goes wrong. Each is one sentence."""

from __future__ import annotations

import builtins
from typing import Any


class TasksError(Exception):
    """Whatever goes wrong here."""


class NotConfigured(TasksError):
    """There is no address or no token, or one that cannot be used. Neither of them is ever shown."""


class NotReached(TasksError):
    """The API did not answer, or what answered was not the API. Whether something was started is unknown."""


class Refused(TasksError):
    """The API refused a request, or Postgres a start in a transaction; nothing was written."""

    def __init__(self, status: int, detail: str, field: str | None = None):
        super().__init__(status, detail, field)
        self.status, self.detail, self.field = status, detail, field

    def __str__(self) -> str:
        return f"{self.field}: {self.detail}" if self.field else self.detail


class NotRegistered(Refused):
    """There is no task of this kind."""


class TaskUnknown(Refused):
    """There is no such task: it never was, is another organization's, or was deleted for its age."""


class UnsupportedOption(TasksError, TypeError):
    """An option of Celery's that has no meaning here; it is never passed over."""

    def __init__(self, name: str, why: str):
        super().__init__(name, why)
        self.name, self.why = name, why

    def __str__(self) -> str:
        return f"{self.name}: {self.why}"


class TimeoutError(TasksError, builtins.TimeoutError):
    """The task has not ended in time; it goes on."""


class TaskFailed(TasksError):
    """The task ended in FAILURE."""

    def __init__(self, task_id: str, error: Any):
        super().__init__(task_id, error)
        # A handler may say more than these two, and something else than the engine, too.
        said = error if isinstance(error, dict) else {"message": error}
        self.task_id, self.type, self.message = task_id, said.get("type"), said.get("message")

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" if self.type else str(self.message)


class TaskRevoked(TaskFailed):
    """The task ended in REVOKED."""
