"""What `apply_async` takes, as the fields of a request."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from .errors import UnsupportedOption

# Celery's options that say how a message is published. Their usual values ask for nothing.
PUBLISHING = {
    "add_to_parent": (None, True, False),
    "compression": (None,),
    "connection": (None,),
    "exchange": (None, ""),
    "ignore_result": (None, False),
    "producer": (None,),
    "publisher": (None,),
    "queue": (None,),
    "retry": (None, True),
    "retry_policy": (None,),
    "routing_key": (None,),
    "serializer": (None, "json"),
    "shadow": (None,),
}
WHY = {
    "link_error": "make a webhook for task.failed instead",
    "soft_time_limit": "a handler is told in time that its time is nearly up: set time_limit",
}
OURS = ("backoff", "idempotency_key", "limit_key", "parent_id", "time_limit")
PRIORITIES = ("low", "normal", "high")


def fields(options: dict[str, Any], now: datetime | None = None) -> dict[str, Any]:
    """The fields of a new task beside its kind and arguments. Whatever cannot be honoured is an UnsupportedOption."""
    options, asked = dict(options), {}
    for name, usual in PUBLISHING.items():
        if name in options and options.pop(name) not in usual:
            raise UnsupportedOption(name, "each kind has a queue of its own, and its messages one form")
    for name, why in WHY.items():
        if options.pop(name, None) is not None:
            raise UnsupportedOption(name, why)
    countdown, eta = options.pop("countdown", None), options.pop("eta", None)
    if countdown is not None:
        asked["countdown"] = max(0, countdown)
    # Celery runs what is past at once.
    if eta is not None and moment(eta) > (now or datetime.now(timezone.utc)):
        asked["eta"] = text(eta)
    expires = options.pop("expires", None)
    if expires is not None:
        asked["expires"] = text(expires) if isinstance(expires, (datetime, str)) else seconds(expires)
    retries = [options.pop(name, None) for name in ("max_retries", "retries")]
    if retries[0] is not None and retries[1] not in (None, retries[0]):
        raise UnsupportedOption("retries", "contradicts max_retries: give one of them")
    if any(value is not None for value in retries):
        asked["max_retries"] = retries[0] if retries[0] is not None else retries[1]
    if (value := options.pop("priority", None)) is not None:
        asked["priority"] = priority(value)
    if headers := options.pop("headers", None):
        asked["headers"] = {str(name): str(value) for name, value in headers.items()}
    if (task_id := options.pop("task_id", None)) is not None:
        asked["task_id"] = identifier(task_id)
    for name in OURS:
        if (value := options.pop(name, None)) is not None:
            asked[name] = str(value) if isinstance(value, UUID) else value
    if options:
        raise UnsupportedOption(sorted(options)[0], "is no option of apply_async")
    return asked


def identifier(value: Any) -> str:
    """A task's id."""
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise UnsupportedOption("task_id", f"must be a UUID: {value!r} is none") from None


def priority(value: Any) -> str:
    """One of the three words: Celery's 0 to 3 are low, 4 to 6 normal, 7 to 9 high."""
    if value in PRIORITIES:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9:
        return PRIORITIES[(value >= 4) + (value >= 7)]
    raise UnsupportedOption("priority", f"must be 0 to 9, or low, normal or high: {value!r} is none of them")


def seconds(value: Any) -> float:
    """A number of seconds."""
    return value.total_seconds() if isinstance(value, timedelta) else value


def moment(value: datetime | str) -> datetime:
    """A time; one without a zone is UTC, as with Celery's `enable_utc`."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)


def text(value: datetime | str) -> str:
    """A time as the API reads it."""
    return moment(value).astimezone(timezone.utc).isoformat()
