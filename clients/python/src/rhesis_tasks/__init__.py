"""Starts and watches background tasks, in Celery's manner.

`app` is configured by RHESIS_TASKS_URL and RHESIS_TASKS_TOKEN when it is first used; `Tasks(url, token)` by what it is given.
"""

from .app import AsyncTasks, Tasks
from .canvas import chain, chord, group
from .errors import (
    NotConfigured,
    NotRegistered,
    NotReached,
    Refused,
    TaskFailed,
    TaskRevoked,
    TasksError,
    TaskUnknown,
    TimeoutError,
    UnsupportedOption,
)
from .result import AsyncResult, GroupResult
from .signature import Signature

app = Tasks()

__all__ = [
    "AsyncResult",
    "AsyncTasks",
    "GroupResult",
    "NotConfigured",
    "NotReached",
    "NotRegistered",
    "Refused",
    "Signature",
    "TaskFailed",
    "TaskRevoked",
    "TaskUnknown",
    "Tasks",
    "TasksError",
    "TimeoutError",
    "UnsupportedOption",
    "app",
    "chain",
    "chord",
    "group",
]
