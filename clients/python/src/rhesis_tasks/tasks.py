"""Every kind by its name: `from rhesis_tasks.tasks import execute_test_configuration`."""

from __future__ import annotations

from . import app
from .canvas.task import Task
from .result import AsyncResult, GroupResult


def __getattr__(name: str) -> Task[AsyncResult, GroupResult]:
    if name.startswith("_"):
        raise AttributeError(name)
    return app.task(name)
