"""A first look at the user's tests, before anything slow starts. `seed`, which reads them again, is the authority."""

import csv
import json
from pathlib import Path

from .problem import Problem

SUFFIXES = {".jsonl", ".ndjson", ".csv"}


def count(path: Path) -> int:
    """The number of tests in a JSONL or CSV file; a Problem names file and line of the first that is wrong."""
    if path.suffix.lower() not in SUFFIXES:
        raise Problem(f"{path}: the name must end in .jsonl, .ndjson or .csv.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Problem(f"{path}: there is no such file.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{path}: cannot be read as UTF-8 text: {error}.") from None
    rows = csv_rows(path, text) if path.suffix.lower() == ".csv" else json_rows(path, text)
    total = 0
    for line, row in rows:
        check(path, line, row)
        total += 1
    if total == 0:
        raise Problem(f"{path}: the file has no tests.")
    return total


def json_rows(path: Path, text: str):
    """Line number and object of each line that is not blank."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError as error:
                raise Problem(f"{path}, line {number}: not JSON: {error.msg}.") from None


def csv_rows(path: Path, text: str):
    """Line number and object of each row under the header."""
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    if "prompt" not in (reader.fieldnames or []):
        raise Problem(f"{path}, line 1: the header has no column `prompt`.")
    try:
        for row in reader:
            yield reader.line_num, {name: value for name, value in row.items() if value != "" or name == "prompt"}
    except csv.Error as error:
        raise Problem(f"{path}, line {reader.line_num}: not CSV: {error}.") from None


def check(path: Path, line: int, row) -> None:
    """Says what is wrong with one test."""
    if not isinstance(row, dict):
        raise Problem(f"{path}, line {line}: a test is an object with `prompt` and an optional `expected`.")
    prompt, expected = row.get("prompt"), row.get("expected")
    if not isinstance(prompt, str) or not prompt.strip():
        raise Problem(f"{path}, line {line}: `prompt` must be a text that is not empty.")
    if expected is not None and not isinstance(expected, str):
        raise Problem(f"{path}, line {line}: `expected` must be a text.")
