"""Requests and replies, without a connection: what is to be done is yielded, and what came of it is sent back."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, Union

from ..errors import NotReached, NotRegistered, Refused, TaskUnknown, TimeoutError
from ..statement import Statement

T = TypeVar("T")
# Pauses before a request that may be repeated is sent again, in seconds, and the longest that the API may ask for.
PAUSES = (0.2, 0.8, 2.0)
LONGEST_PAUSE = 20.0
BUSY = (502, 503, 504)
# How much longer than its asker waits an answer may be on its way, in seconds.
GRACE = 0.5


@dataclass(frozen=True)
class Request:
    """What is asked."""

    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    # How long an answer may be held back, in seconds.
    wait: float = 0
    # When its asker waits no longer, by the monotonic clock; None: never.
    until: float | None = None

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again when nobody knows what became of it."""
        return self.method != "POST" or "Idempotency-Key" in self.headers or not {"task_id", "idempotency_key"}.isdisjoint(self.body or ())


@dataclass(frozen=True)
class Reply:
    """What was answered. Without a status nothing was, for the reason in `content`."""

    status: int | None
    content: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def busy(self) -> bool:
        """Whether the same request may fare better in a moment."""
        return self.status is None or self.status in BUSY


@dataclass(frozen=True)
class Pause:
    """Time to let pass."""

    seconds: float


Step = Union[Request, Pause, Statement]
Flow = Generator[Step, Any, T]


def sent(request: Request) -> Flow[Reply]:
    """What is answered to a request, which is sent again where that is safe."""
    if left(request) < -GRACE:
        raise TimeoutError("The task has not ended in time.")
    for pause in PAUSES if request.repeatable else ():
        reply: Reply = yield request
        if not reply.busy:
            return reply
        pause = max(pause, asked_pause(reply))
        in_time = pause < left(request)
        yield Pause(pause if in_time else max(0.0, left(request)))
        if not in_time:
            raise too_late(reply)
    last: Reply = yield request
    if last.busy and left(request) <= 0:
        raise too_late(last)
    return last


def left(request: Request) -> float:
    """How long the asker of a request still waits, in seconds; below 0 if no longer."""
    return math.inf if request.until is None else request.until - time.monotonic()


def too_late(reply: Reply) -> TimeoutError:
    """That the time was over before the API told anything of the task."""
    why = "cannot be reached" if reply.status is None else f"answered {reply.status}"
    return TimeoutError(f"The task has not ended in time, as far as is known: the API {why}.")


def asked_pause(reply: Reply) -> float:
    """How long a reply asks to wait before the next request, in seconds; 0 if it does not."""
    asked = reply.headers.get("retry-after", "")
    return min(float(asked), LONGEST_PAUSE) if asked.isdecimal() else 0.0


def parsed(reply: Reply) -> Any:
    """The JSON of a reply; what the API refused is raised."""
    if reply.status is None:
        raise NotReached(f"The API cannot be reached: {reply.content.decode()}")
    if reply.status == 204:
        return None
    kind = reply.headers.get("content-type", "").split(";")[0].strip().lower()
    answer = None
    if kind.endswith("json"):
        try:
            answer = json.loads(reply.content)
        except (ValueError, RecursionError):
            kind += " that cannot be read"
    succeeded = 200 <= reply.status < 300
    # The API sends nobody elsewhere; whoever does may have written something.
    if answer is None or not succeeded and (reply.status < 400 or not isinstance(answer, dict)):
        raise NotReached(f"The address answered {reply.status} with {kind or 'nothing'}, not as the API does: is it the API's?")
    if succeeded:
        return answer
    # Others than this API say it in lists and objects.
    said, name = answer.get("detail") or answer.get("message") or "refused", answer.get("field")
    detail, name = in_words(said), name if name is None else in_words(name)
    if reply.status >= 500:
        raise NotReached(f"The API answered {reply.status}: {detail}")
    error = {"There is no task of this kind.": NotRegistered, "There is no such task.": TaskUnknown}.get(detail, Refused)
    raise error(reply.status, detail, name)


def in_words(said: Any) -> str:
    """Whatever was said as a text."""
    try:
        return said if isinstance(said, str) else json.dumps(said)
    except RecursionError:
        return "something of many levels"


def having(answer: Any, **fields: type) -> Any:
    """An object that has these fields; whatever else is JSON is no answer of the API."""
    if not isinstance(answer, dict) or not all(isinstance(answer.get(name), one) for name, one in fields.items()):
        raise NotReached(f"The address answered with JSON without {' and '.join(fields)}, not as the API does: is it the API's?")
    return answer


def fitting(answer: dict[str, Any], types: Mapping[str, Any]) -> dict[str, Any]:
    """An object whose fields, where it has them, are of these types."""
    for name, one in types.items():
        if name in answer and not isinstance(answer[name], one):
            raise NotReached(f"The address answered with JSON whose {name} is of another type than the API's: is it the API's?")
    return answer


def ask(request: Request) -> Flow[Any]:
    """One request; answers its JSON."""
    return parsed((yield from sent(request)))
