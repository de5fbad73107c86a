"""Requests and replies, without a connection: what is to be done is yielded, and what came of it is sent back."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, TypeVar, Union

from ..errors import NotReached, NotRegistered, Refused, TaskUnknown
from ..statement import Statement

T = TypeVar("T")
# Pauses before a request that may be repeated is sent again, in seconds, and the longest that the API may ask for.
PAUSES = (0.2, 0.8, 2.0)
LONGEST_PAUSE = 20.0
BUSY = (502, 503, 504)


@dataclass(frozen=True)
class Request:
    """What is asked."""

    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    # How long an answer may be held back, in seconds.
    wait: float = 0

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
    for pause in PAUSES if request.repeatable else ():
        reply: Reply = yield request
        if not reply.busy:
            return reply
        yield Pause(max(pause, asked_pause(reply)))
    last: Reply = yield request
    return last


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
    kind = reply.headers.get("content-type", "").split(";")[0]
    answer = None
    if kind.endswith("json"):
        try:
            answer = json.loads(reply.content)
        except ValueError:
            kind += " that cannot be read"
    if answer is None or reply.status >= 300 and not isinstance(answer, dict):
        raise NotReached(f"The address answered {reply.status} with {kind or 'nothing'}, not as the API does: is it the API's?")
    if reply.status < 300:
        return answer
    said, name = answer.get("detail") or answer.get("message") or "refused", answer.get("field")
    # Others than this API say it in lists and objects.
    detail = said if isinstance(said, str) else json.dumps(said)
    if reply.status >= 500:
        raise NotReached(f"The API answered {reply.status}: {detail}")
    error = {"There is no task of this kind.": NotRegistered, "There is no such task.": TaskUnknown}.get(detail, Refused)
    raise error(reply.status, detail, name)


def having(answer: Any, *names: str) -> Any:
    """An object that has these fields; whatever else is JSON is no answer of the API."""
    if not isinstance(answer, dict) or not all(name in answer for name in names):
        raise NotReached(f"The address answered with JSON without {' and '.join(names)}, not as the API does: is it the API's?")
    return answer


def ask(request: Request) -> Flow[Any]:
    """One request; answers its JSON."""
    return parsed((yield from sent(request)))


def ask_all(path: str) -> Flow[list[Any]]:
    """Every page of a list."""
    found: list[Any] = []
    following: str | None = path
    while following is not None:
        reply = yield from sent(Request("GET", following))
        page = parsed(reply)
        if not isinstance(page, list):
            raise NotReached("The address answered with JSON that is no list, not as the API does: is it the API's?")
        found += page
        following = next_page(following, reply.headers.get("link", ""))
    return found


def next_page(path: str, link: str) -> str | None:
    """Where a list goes on; the link is relative to the address that was asked."""
    target, _, relation = link.partition(">")
    if 'rel="next"' not in relation:
        return None
    target = target.lstrip("<")
    return path.partition("?")[0] + target if target.startswith("?") else target
