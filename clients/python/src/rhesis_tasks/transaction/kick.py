"""Sending what was committed."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from ..api.wire import Request, ask
from ..errors import TasksError

if TYPE_CHECKING:
    from ..core import Core

log = logging.getLogger(__name__)
# How many tasks one request may name, and how long it may take, in seconds.
MOST = 10_000
PATIENCE = 1.0


def kick(app: Core[Any, Any], ids: list[str]) -> None:
    """Sends tasks in a thread of its own: a commit is not to wait for the network."""
    if ids:
        # No daemon: a program that ends with its commit waits the second.
        threading.Thread(target=send, args=(app, ids), name="rhesis-tasks-kick").start()


def send(app: Core[Any, Any], ids: list[str]) -> None:
    """Without it they begin with the relay's next sweep, so nothing is raised."""
    twin = app.twin(PATIENCE)
    try:
        for first in range(0, len(ids), MOST):
            twin.run(ask(Request("POST", "/kick", {"task_ids": ids[first : first + MOST]})))
    except TasksError as error:
        log.warning("not sent at once, but with the next sweep: %s", error)
    finally:
        twin.close()
