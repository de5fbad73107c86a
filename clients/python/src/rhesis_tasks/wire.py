"""Requests and replies, without a connection: what is asked is yielded, and what was answered is sent back."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .errors import NotReached, NotRegistered, Refused, TaskUnknown

T = TypeVar("T")


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
        return self.method != "POST" or "Idempotency-Key" in self.headers or "task_id" in (self.body or {})


@dataclass(frozen=True)
class Reply:
    """What was answered."""

    status: int
    content: bytes
    headers: dict[str, str]


Flow = Generator[Request, Reply, T]


def parsed(reply: Reply) -> Any:
    """The JSON of a reply; what the API refused is raised."""
    kind = reply.headers.get("content-type", "").split(";")[0]
    try:
        if not kind.endswith("json"):
            raise ValueError
        answer = json.loads(reply.content)
    except ValueError:
        if reply.status == 204:
            return None
        what = kind or "nothing"
        raise NotReached(f"The address answered {reply.status} with {what}, not with JSON: is it the API's?") from None
    if reply.status < 400:
        return answer
    detail, name = answer.get("detail", "refused"), answer.get("field")
    error = {"There is no task of this kind.": NotRegistered, "There is no such task.": TaskUnknown}.get(detail, Refused)
    if reply.status >= 500:
        raise NotReached(f"The API answered {reply.status}: {detail}")
    raise error(reply.status, detail, name)


def ask(request: Request) -> Flow[Any]:
    """One request; answers its JSON."""
    reply = yield request
    return parsed(reply)
