"""Texts that JSON and Postgres can both hold."""

from __future__ import annotations

import re
from typing import Any

# A NUL is no character to Postgres, half of a surrogate pair is none to UTF-8.
UNHELD = re.compile("[\0\ud800-\udfff]")
WHY = "has a NUL or a lone surrogate in it, which no text of Postgres can hold"


def unheld(value: Any) -> bool:
    """Whether a value of JSON has a text in it, or a name, that cannot be written."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            if UNHELD.search(one):
                return True
        elif isinstance(one, dict):
            left += [*one, *one.values()]
        elif isinstance(one, (list, tuple)):
            left += one
    return False
