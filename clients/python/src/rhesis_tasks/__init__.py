"""Starts and watches background tasks, in Celery's manner.

`app` is configured by RHESIS_TASKS_URL and RHESIS_TASKS_TOKEN when it is first used; `Tasks(url, token)` by what it is given.
"""

from .app import AsyncTasks, Tasks
from .canvas import Signature, Task, chain, chord, group
from .errors import (
    NotConfigured,
    NotReached,
    NotRegistered,
    Refused,
    TaskFailed,
    TaskRevoked,
    TasksError,
    TaskUnknown,
    TimeoutError,
    UnsupportedOption,
)
from .result import AsyncResult, GroupResult

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
    "Task",
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
