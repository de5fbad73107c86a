"""The value of one option, as the API reads it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from ..errors import UnsupportedOption
from . import texts
from .uuids import canonical, written

PRIORITIES = ("low", "normal", "high")


def of_ours(name: str, value: Any) -> Any:
    """An option beyond Celery's."""
    if name == "time_limit":
        return seconds(name, value)
    if name == "backoff" and isinstance(value, Mapping) and all(isinstance(one, str) for one in value):
        return {one: None if many is None else seconds(name, many) for one, many in value.items()}
    if name != "backoff" and isinstance(value, str):
        return value
    what = "a dict with factor and cap" if name == "backoff" else "a text"
    raise UnsupportedOption(name, f"must be {what}: {shown(value)} is none")


def key(value: Any) -> str:
    """The key of a group, which goes as a header."""
    if isinstance(value, str) and 1 <= len(value) <= 255 and value.isascii() and value.isprintable() and value == value.strip():
        return value
    raise UnsupportedOption("idempotency_key", "must be 1 to 255 characters of ASCII that can be printed, with no space at their ends")


def header(name: Any, value: Any) -> str:
    """A header's text. What has none that everybody would write alike is refused: a None, bytes, lists."""
    if isinstance(value, datetime):
        return text("headers", value)
    if isinstance(value, (str, int, float, UUID, Decimal)):
        try:
            return str(value)
        except ValueError:
            # Python writes no number of more than some thousand digits.
            pass
    raise UnsupportedOption("headers", f"{name!r} must be a text, a number or a UUID: {shown(value)} is none")


def identifier(name: str, value: Any) -> str:
    """A task's id."""
    if (found := canonical(value)) is None:
        raise UnsupportedOption(name, f"must be a UUID: {shown(value)} is none")
    return found


def of_task(value: Any) -> str:
    """The id of a task that may be there; which it is, the API says."""
    text = None if value is None else written(value)
    if not text or texts.unheld(text):
        raise UnsupportedOption("task_id", f"must be a UUID: {shown(value)} is none")
    return canonical(text) or text


def repeats(value: Any) -> int:
    """How often a task may be repeated."""
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**31) <= value < 2**31:
        raise UnsupportedOption("max_retries", f"must be a whole number: {shown(value)} is none that Postgres has")
    return value


def priority(value: Any) -> str:
    """One of the three words: Celery's 0 to 3 are low, 4 to 6 normal, 7 to 9 high."""
    if isinstance(value, str) and value in PRIORITIES:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9:
        return PRIORITIES[(value >= 4) + (value >= 7)]
    raise UnsupportedOption("priority", f"must be 0 to 9, or low, normal or high: {shown(value)} is none of them")


def seconds(name: str, value: Any) -> float:
    """A number of seconds."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not holds(value):
        raise UnsupportedOption(name, f"must be a number of seconds: {shown(value)} is none")
    return value


def holds(number: float) -> bool:
    """Whether a number is one that a double can hold: neither infinite nor NaN, nor a whole one of a thousand digits."""
    return -sys.float_info.max <= number <= sys.float_info.max


def moment(name: str, value: Any) -> datetime:
    """A time, in UTC; one without a zone is that already, as with Celery's `enable_utc`."""
    given = value
    if isinstance(value, str):
        try:
            given = datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            pass
    if isinstance(given, datetime):
        try:
            return given.replace(tzinfo=timezone.utc) if given.utcoffset() is None else given.astimezone(timezone.utc)
        except OverflowError:
            # In UTC it lies before the first or after the last year that there is.
            pass
    raise UnsupportedOption(name, f"must be a time: {shown(value)} is none")


def text(name: str, value: Any) -> str:
    """A time as the API reads it."""
    return moment(name, value).isoformat()


def shown(value: Any) -> str:
    """A value as a sentence about it can show it, however large it is."""
    try:
        whole = repr(value)
    except ValueError:
        return f"such a {type(value).__name__}"
    return whole if len(whole) <= 100 else f"{whole[:99]}…"
