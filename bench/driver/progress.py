"""What a command tells of its progress, beside its results."""

import sys


def say(text: str) -> None:
    """A line, at once."""
    print(text, file=sys.stderr, flush=True)
