"""One request over httpx. Its answer is whole within its time, and no larger than one of the API's, or there is none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from .api.wire import Reply
from .errors import NotConfigured, NotReached

# A client of httpx.
C = TypeVar("C")
# The largest answer in bytes. Lambda ends one of the API at 6 MiB.
MOST = 16 * 1024 * 1024
# What goes wrong below a request. Names and addresses that cannot be asked for are found there, too.
LOST = (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OverflowError)


class Body:
    """What has come of an answer."""

    def __init__(self, answer: httpx.Response, until: float):
        self.answer, self.until, self.parts = answer, until, bytearray()
        # httpx counts its timeout anew with every part; what is left is for the first.
        answer.request.extensions["timeout"]["read"] = max(0.01, until - time.monotonic())

    def take(self, part: bytes) -> None:
        """A further part."""
        self.parts += part
        if len(self.parts) > MOST:
            raise NotReached(f"The address answered more than {MOST >> 20} MiB, not as the API does: is it the API's?")
        if time.monotonic() > self.until:
            raise httpx.ReadTimeout("no whole answer in time")

    def reply(self) -> Reply:
        """The whole of it."""
        headers = {name.lower(): value for name, value in self.answer.headers.items()}
        return Reply(self.answer.status_code, bytes(self.parts), headers)


def asked(client: httpx.Client, call: dict[str, Any], seconds: float) -> Reply:
    """What is answered to a request within so many seconds."""
    until = time.monotonic() + seconds
    try:
        with client.stream(**call, timeout=seconds) as answer:
            body = Body(answer, until)
            for part in answer.iter_bytes():
                body.take(part)
            return body.reply()
    except LOST as error:
        return lost(error)


async def awaited(client: httpx.AsyncClient, call: dict[str, Any], seconds: float) -> Reply:
    """The same, awaited."""
    until = time.monotonic() + seconds

    async def whole() -> Reply:
        async with client.stream(**call, timeout=seconds) as answer:
            body = Body(answer, until)
            async for part in answer.aiter_bytes():
                body.take(part)
            return body.reply()

    try:
        return await asyncio.wait_for(whole(), seconds)
    except asyncio.TimeoutError:
        return lost(httpx.ReadTimeout("no whole answer in time"))
    except LOST as error:
        return lost(error)


def opened(client: Callable[[], C]) -> C:
    """A client of httpx. What the environment says of proxies and certificates it reads when it is made, and may show secrets of."""
    why = ""
    try:
        return client()
    except (httpx.InvalidURL, ValueError, OSError, ImportError) as error:
        why = type(error).__name__
    raise NotConfigured(f"The proxy or the certificates that the environment names cannot be used: {why}.")


def lost(error: Exception) -> Reply:
    """That nothing was answered. What httpx refuses to send it shows, and there may be a secret in it."""
    shows = isinstance(error, httpx.HTTPError) and not isinstance(error, httpx.LocalProtocolError)
    return Reply(None, f"{type(error).__name__}{f': {error}' if shows else ''}".encode(errors="replace"))
