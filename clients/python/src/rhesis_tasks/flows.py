"""What is asked for each thing that can be done."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from . import options as option
from .errors import Refused, TimeoutError, UnsupportedOption
from .wire import Flow, Request, ask

# The longest that the API holds an answer back, in seconds.
LONGEST_WAIT = 20
FINAL = ("SUCCESS", "FAILURE", "REVOKED")


def kind(kinds: dict[str, Any], name: str) -> Flow[dict[str, Any]]:
    """A kind's contract, asked for once."""
    if name not in kinds:
        kinds[name] = yield from ask(Request("GET", f"/kinds/{quote(name, safe='')}"))
    return kinds[name]


def arguments(kinds: dict[str, Any], name: str, args: Any, kwargs: Any) -> Flow[dict[str, Any]]:
    """The arguments by their names; positional ones have those of the contract, in its order.

    `organization_id`, which the predecessor's tasks took, may be given beside them: the organization comes from the token, and another
    one is refused.
    """
    contract = yield from kind(kinds, name)
    names = contract["argument_names"]
    given = dict(kwargs or {})
    known = [*names, *(["organization_id"] if "organization_id" not in names else [])]
    if len(args or ()) > len(known):
        raise TypeError(f"{name}() takes {len(names)} positional arguments but {len(args)} were given")
    for place, value in zip(known, args or ()):
        if place in given:
            raise TypeError(f"{name}() got multiple values for argument {place!r}")
        given[place] = value
    if "organization_id" not in names and (organization := given.pop("organization_id", None)) is not None:
        me = yield from ask(Request("GET", "/me"))
        if str(organization) != me["organization_id"]:
            raise UnsupportedOption("organization_id", "is not the organization of the token")
    return {key: value if isinstance(value, (str, int, float, bool, list, dict, type(None))) else str(value)
            for key, value in given.items()}


def start(kinds: dict[str, Any], name: str, args: Any, kwargs: Any, options: dict[str, Any]) -> Flow[dict[str, Any]]:
    """Starts a task. Sent again after a cut connection, it is still one task: it has a key of its own."""
    options = dict(options)
    link = options.pop("link", None)
    fields = option.fields(options)
    body = {"args": (yield from arguments(kinds, name, args, kwargs)), **fields}
    if link is not None:
        return (yield from linked(kinds, name, body, link))
    headers = {} if "task_id" in body or "idempotency_key" in body else {"Idempotency-Key": str(uuid4())}
    if key := body.pop("idempotency_key", None):
        headers["Idempotency-Key"] = key
    return (yield from ask(Request("POST", f"/tasks/{quote(name, safe='')}", body, headers)))


def linked(kinds: dict[str, Any], name: str, body: dict[str, Any], link: Any) -> Flow[dict[str, Any]]:
    """`link`: a chain of two, the second if the first succeeds."""
    for refused in ("countdown", "eta", "task_id", "idempotency_key"):
        if refused in body:
            raise UnsupportedOption("link", f"cannot be given together with {refused}")
    links = link if isinstance(link, (list, tuple)) else [link]
    tasks = [{"kind": name, **body}]
    for signature in links:
        tasks.append((yield from signature.described(kinds)))
    made = yield from ask(Request("POST", "/chains", {"tasks": tasks}))
    return {"task_id": made["task_ids"][0], "status": "PENDING"}


def show(task_id: str, wait: float = 0) -> Flow[dict[str, Any]]:
    """How a task stands, as soon as it has ended or after so many seconds."""
    query = f"?wait={wait:g}" if wait > 0 else ""
    return (yield from ask(Request("GET", f"/tasks/{quote(task_id, safe='')}{query}", wait=wait)))


def ended(task_id: str, timeout: float | None) -> Flow[dict[str, Any]]:
    """A task once it has ended."""
    until = None if timeout is None else time.monotonic() + timeout
    while True:
        left = LONGEST_WAIT if until is None else max(0.0, min(LONGEST_WAIT, until - time.monotonic()))
        state = yield from show(task_id, left)
        if state["status"] in FINAL:
            return state
        if until is not None and time.monotonic() >= until:
            raise TimeoutError(f"The task has not ended within {timeout:g} s: it is {state['status']}.")


def revoke(task_id: str) -> Flow[None]:
    """Ends a task; one that has ended stays as it is, as with Celery."""
    try:
        yield from ask(Request("DELETE", f"/tasks/{quote(task_id, safe='')}"))
    except Refused as refused:
        if refused.status != 409:
            raise
