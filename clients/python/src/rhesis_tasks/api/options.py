"""What `apply_async` takes, as the fields of a request."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from ..errors import UnsupportedOption

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
PRIORITIES = ("low", "normal", "high")


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
    if (retries := repeats(options)) is not None:
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
    return asked


def of_ours(name: str, value: Any) -> Any:
    """An option beyond Celery's."""
    if name == "time_limit":
        return seconds(name, value)
    if name == "backoff" and isinstance(value, Mapping):
        return dict(value)
    if name != "backoff" and isinstance(value, str):
        return value
    what = "a dict with factor and cap" if name == "backoff" else "a text"
    raise UnsupportedOption(name, f"must be {what}: {value!r} is none")


def key(value: Any) -> str:
    """The key of a group, which goes as a header."""
    if isinstance(value, str) and 1 <= len(value) <= 255 and value.isascii() and value.isprintable() and value == value.strip():
        return value
    raise UnsupportedOption("idempotency_key", "must be 1 to 255 characters of ASCII that can be printed, with no space at their ends")


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


def repeats(options: dict[str, Any]) -> int | None:
    """How often a task may be repeated."""
    given = [value for name in ("max_retries", "retries") if (value := options.pop(name, None)) is not None]
    if len(given) == 2 and given[0] != given[1]:
        raise UnsupportedOption("retries", "contradicts max_retries: give one of them")
    if given and (isinstance(given[0], bool) or not isinstance(given[0], int)):
        raise UnsupportedOption("max_retries", "must be a whole number")
    return given[0] if given else None


def header(name: Any, value: Any) -> str:
    """A header's text. What has none that everybody would write alike is refused: a None, bytes, lists."""
    if isinstance(value, datetime):
        return text("headers", value)
    if isinstance(value, (str, int, float, UUID, Decimal)):
        return str(value)
    raise UnsupportedOption("headers", f"{name!r} must be a text, a number or a UUID: {type(value).__name__} is none")


def identifier(name: str, value: Any) -> str:
    """A task's id."""
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise UnsupportedOption(name, f"must be a UUID: {value!r} is none") from None


def of_task(value: Any) -> str:
    """The id of a task that may be there; which it is, the API says."""
    if value is None or not str(value):
        raise UnsupportedOption("task_id", f"must be a UUID: {value!r} is none")
    return str(value)


def priority(value: Any) -> str:
    """One of the three words: Celery's 0 to 3 are low, 4 to 6 normal, 7 to 9 high."""
    if isinstance(value, str) and value in PRIORITIES:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9:
        return PRIORITIES[(value >= 4) + (value >= 7)]
    raise UnsupportedOption("priority", f"must be 0 to 9, or low, normal or high: {value!r} is none of them")


def seconds(name: str, value: Any) -> float:
    """A number of seconds."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise UnsupportedOption(name, f"must be a number of seconds: {value!r} is none")
    return value


def moment(name: str, value: Any) -> datetime:
    """A time; one without a zone is UTC, as with Celery's `enable_utc`."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            pass
    if not isinstance(value, datetime):
        raise UnsupportedOption(name, f"must be a time: {value!r} is none")
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)


def text(name: str, value: Any) -> str:
    """A time as the API reads it."""
    return moment(name, value).astimezone(timezone.utc).isoformat()
