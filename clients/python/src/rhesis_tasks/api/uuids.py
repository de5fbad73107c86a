"""UUIDs, in every form in which the API reads them."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

HYPHENATED = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
# Python's own UUID() also takes hyphens wherever they stand, which nobody else reads.
FORMS = re.compile(rf"(?:[0-9a-fA-F]{{32}}|{HYPHENATED}|(?i:urn:uuid:){HYPHENATED}|\{{{HYPHENATED}\}})")


def canonical(value: Any) -> str | None:
    """A UUID as everybody writes it, in lower case with four hyphens; None if it is none."""
    text = written(value)
    return str(UUID(text.lower())) if text is not None and FORMS.fullmatch(text) else None


def written(value: Any) -> str | None:
    """An id as a text; None for a number of more digits than Python writes."""
    try:
        return str(value)
    except ValueError:
        return None
