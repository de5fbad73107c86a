"""What `apply_async` takes, as the fields of a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ..errors import UnsupportedOption
from . import texts
from .values import header, identifier, moment, of_ours, priority, repeats, seconds, text

# Celery's options that say how a message is published. Their usual values ask for nothing.
PUBLISHING: dict[str, tuple[Any, ...]] = {
    "add_to_parent": (None, True, False),
    "compression": (None,),
    "connection": (None,),
    "exchange": (None, ""),
    "ignore_result": (None, False),
    "producer": (None,),
    "publisher": (None,),
    "queue": (None,),
    "retry": (None, True),
    "retry_policy": (None, {}),
    "routing_key": (None,),
    "serializer": (None, "json"),
    "shadow": (None,),
}
WHY = {
    "link_error": "make a webhook for task.failed instead",
    "soft_time_limit": "a handler is told in time that its time is nearly up: set time_limit",
}
OURS = ("backoff", "idempotency_key", "limit_key", "time_limit")

# What `get` and `revoke` of Celery take beside what is honoured, and the values that ask for nothing.
WAITING: dict[str, tuple[Any, ...]] = {
    "no_ack": (None, True, False), "follow_parents": (None, True, False), "disable_sync_subtasks": (None, True, False),
    "callback": (None,), "on_message": (None,), "on_interval": (None,), "EXCEPTION_STATES": (None,), "PROPAGATE_STATES": (None,),
}
REVOKING: dict[str, tuple[Any, ...]] = {
    "connection": (None,), "signal": (None, "TERM", "SIGTERM"), "wait": (None, False), "timeout": (None,), "reply": (None, False),
}


def fields(options: dict[str, Any], now: datetime | None = None) -> dict[str, Any]:
    """The fields of a new task beside its kind and arguments. Whatever cannot be honoured is an UnsupportedOption."""
    options = dict(options)
    asked: dict[str, Any] = {}
    refuse_unless_default(options, PUBLISHING, "each kind has a queue of its own, and its messages one form")
    for name, why in WHY.items():
        if options.pop(name, None) is not None:
            raise UnsupportedOption(name, why)
    countdown, eta = options.pop("countdown", None), options.pop("eta", None)
    if countdown is not None and eta is not None:
        raise UnsupportedOption("countdown", "contradicts eta: give one of them")
    if countdown is not None:
        asked["countdown"] = max(0, seconds("countdown", countdown))
    # Celery runs what is past at once.
    if eta is not None and moment("eta", eta) > (now or datetime.now(timezone.utc)):
        asked["eta"] = text("eta", eta)
    expires = options.pop("expires", None)
    if expires is not None:
        asked["expires"] = (text if isinstance(expires, (datetime, str)) else seconds)("expires", expires)
    if (retries := retried(options)) is not None:
        asked["max_retries"] = retries
    if (value := options.pop("priority", None)) is not None:
        asked["priority"] = priority(value)
    if (headers := options.pop("headers", None)) is not None:
        if not isinstance(headers, Mapping):
            raise UnsupportedOption("headers", "must be a dict")
        asked |= {"headers": {str(name): header(name, value) for name, value in headers.items()}} if headers else {}
    for name in ("task_id", "parent_id"):
        if (value := options.pop(name, None)) is not None:
            asked[name] = identifier(name, value)
    for name in OURS:
        if (value := options.pop(name, None)) is not None:
            asked[name] = of_ours(name, value)
    if options:
        raise UnsupportedOption(sorted(options)[0], "is no option of apply_async")
    for name, value in asked.items():
        if texts.unheld(value):
            raise UnsupportedOption(name, texts.WHY)
    return asked


def refuse_unless_default(options: dict[str, Any], known: dict[str, tuple[Any, ...]], why: str) -> None:
    """Takes what asks for nothing out of `options`, and refuses it where it asks for something."""
    for name, nothing in known.items():
        if name in options and not any(value is options[name] or value == options[name] for value in nothing):
            raise UnsupportedOption(name, why)
        options.pop(name, None)


def waiting(options: dict[str, Any]) -> None:
    """Refuses options of `get` that cannot be honoured."""
    refuse_unless_default(options := dict(options), WAITING, "the API tells how a task ended, and nothing before that")
    if options:
        raise UnsupportedOption(sorted(options)[0], "is no option of get")


def revoking(options: dict[str, Any]) -> None:
    """Refuses options of `revoke` that cannot be honoured."""
    refuse_unless_default(options := dict(options), REVOKING, "a revoke is written at once, and stops what runs by itself")
    if options:
        raise UnsupportedOption(sorted(options)[0], "is no option of revoke")


def retried(options: dict[str, Any]) -> int | None:
    """How often a task may be repeated, by either of its names."""
    given = [value for name in ("max_retries", "retries") if (value := options.pop(name, None)) is not None]
    if len(given) == 2 and given[0] != given[1]:
        raise UnsupportedOption("retries", "contradicts max_retries: give one of them")
    return repeats(given[0]) if given else None
