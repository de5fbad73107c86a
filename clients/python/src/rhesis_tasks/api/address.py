"""Where the API is, and by which token it is asked. Both may hold a secret, so no error shows them."""

from __future__ import annotations

import re
from typing import Any

import httpx

from ..errors import NotConfigured


def checked(url: Any) -> str:
    """An address that requests can be sent to, without its last slash. It may be of a type for addresses, whose text it is."""
    text = "" if url is None else str(url)
    if not text:
        raise NotConfigured("There is no address: set RHESIS_TASKS_URL, or give Tasks(url, token).")
    parsed = None
    try:
        parsed = httpx.URL(text)
        # As it is when it is looked up: httpx takes empty parts of a name, and such as are too long.
        parsed.raw_host.decode().encode("idna")
    except (httpx.InvalidURL, UnicodeError, ValueError, TypeError):
        # Raised below: what is raised here would carry the address with it.
        parsed = None
    if parsed is None or parsed.scheme not in ("http", "https") or not parsed.host:
        raise NotConfigured("The address is none: it must begin with https:// or http://, and have a host.")
    if parsed.userinfo:
        raise NotConfigured("The address must have no user and no password in it: the token says who asks.")
    if parsed.port is not None and not 0 < parsed.port < 65536:
        raise NotConfigured("The address has a port that there is none of.")
    if parsed.query or parsed.fragment:
        raise NotConfigured("The address must have no query and no fragment.")
    return text.rstrip("/")


def same(one: str, other: str) -> bool:
    """Whether two addresses that were checked are one."""
    return httpx.URL(one) == httpx.URL(other)


def bearer(token: str | None) -> str:
    """A token as a header carries it."""
    if not token:
        raise NotConfigured("There is no token: set RHESIS_TASKS_TOKEN, or give Tasks(url, token).")
    if not isinstance(token, str) or re.fullmatch(r"[\x21-\x7e]+", token) is None:
        raise NotConfigured("The token is none: it has a space, a line break or a letter that no token has.")
    return f"Bearer {token}"
