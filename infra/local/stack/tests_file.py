"""The file of tests that the user names. What is in it, only the API's own reader reads."""

import os
from pathlib import Path

from .instance import REPOSITORY
from .problem import Problem

# By the end of the name, as `Format::of_name` in shared/rhesis knows it.
FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}


def given(default: Path | None = None) -> Path:
    """The file that TESTS names, else the default."""
    tests = os.environ.get("TESTS")
    if not tests and default is None:
        raise Problem("Give TESTS: the file of tests, .jsonl, .ndjson or .csv.")
    path = (REPOSITORY / tests).resolve() if tests else default
    if path.suffix.lower() not in FORMATS:
        raise Problem(f"{path}: the name must end in .jsonl, .ndjson or .csv.")
    if not path.is_file() or path.stat().st_size == 0:
        raise Problem(f"{path}: there is no such file, or it is empty.")
    return path


def format_of(path: Path) -> str:
    """How the file is written, in the API's word."""
    return FORMATS[path.suffix.lower()]
