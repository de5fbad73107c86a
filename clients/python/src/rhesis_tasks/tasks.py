"""Every kind by its name: `from rhesis_tasks.tasks import execute_test_configuration`."""

from __future__ import annotations

from . import app
from .result import AsyncResult, GroupResult
from .task import Task


def __getattr__(name: str) -> Task[AsyncResult, GroupResult]:
    if name.startswith("_"):
        raise AttributeError(name)
    return app.task(name)
