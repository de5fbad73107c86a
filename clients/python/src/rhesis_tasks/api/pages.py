"""Lists, which the API answers page by page."""

from __future__ import annotations

from typing import Any

from ..errors import NotReached
from .wire import Flow, Request, parsed, sent


def ask_all(path: str) -> Flow[list[Any]]:
    """Every page of a list."""
    found: list[Any] = []
    following: str | None = path
    while following is not None:
        lines, following = yield from ask_page(following)
        found += lines
    return found


def ask_page(path: str, until: float | None = None) -> Flow[tuple[list[Any], str | None]]:
    """One page of a list, and where the list goes on. `until`: when nobody waits for it any more."""
    reply = yield from sent(Request("GET", path, until=until))
    page = parsed(reply)
    if not isinstance(page, list):
        raise NotReached("The address answered with JSON that is no list, not as the API does: is it the API's?")
    return page, next_page(path, reply.headers.get("link", ""))


def next_page(path: str, link: str) -> str | None:
    """Where a list goes on; the link is relative to the address that was asked."""
    target, _, relation = link.partition(">")
    if 'rel="next"' not in relation:
        return None
    target = target.lstrip("<")
    if not target.startswith(("?", "/")):
        raise NotReached("The address says that a list goes on elsewhere, not as the API does: is it the API's?")
    return path.partition("?")[0] + target if target.startswith("?") else target
