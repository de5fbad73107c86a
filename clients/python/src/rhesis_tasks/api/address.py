"""Where the API is, and by which token it is asked. Both may hold a secret, so no error shows them."""

from __future__ import annotations

import re

import httpx

from ..errors import NotConfigured


def checked(url: str | None) -> str:
    """An address that requests can be sent to, without its last slash."""
    if not url:
        raise NotConfigured("There is no address: set RHESIS_TASKS_URL, or give Tasks(url, token).")
    parsed = None
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError, ValueError, TypeError):
        # Raised below: what is raised here would carry the address with it.
        pass
    if parsed is None or parsed.scheme not in ("http", "https") or not parsed.host:
        raise NotConfigured("The address is none: it must begin with https:// or http://, and have a host.")
    if parsed.userinfo:
        raise NotConfigured("The address must have no user and no password in it: the token says who asks.")
    if parsed.query or parsed.fragment:
        raise NotConfigured("The address must have no query and no fragment.")
    return url.rstrip("/")


def bearer(token: str | None) -> str:
    """A token as a header carries it."""
    if not token:
        raise NotConfigured("There is no token: set RHESIS_TASKS_TOKEN, or give Tasks(url, token).")
    if not isinstance(token, str) or re.fullmatch(r"[\x21-\x7e]+", token) is None:
        raise NotConfigured("The token is none: it has a space, a line break or a letter that no token has.")
    return f"Bearer {token}"
