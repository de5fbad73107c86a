"""The unprivileged user that runs Postgres when the stack is started by root, whom Postgres refuses."""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .problem import Problem

CANDIDATES = ["postgres", "nobody"]


@dataclass
class Account:
    """Who runs Postgres; `options` go to the process that is started."""

    name: str
    options: dict

    @classmethod
    def choose(cls) -> "Account":
        """The caller, or an existing unprivileged user if the caller is root."""
        if os.geteuid() != 0:
            return cls(pwd.getpwuid(os.geteuid()).pw_name, {})
        for name in CANDIDATES:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(name, {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []})
        raise Problem(
            "Run this as an ordinary user: Postgres refuses root and there is no user `postgres` or `nobody`."
        )

    def can_enter(self, folder: Path) -> bool:
        """Whether this user may go into a folder, wherever it lies."""
        if not self.options:
            return os.access(folder, os.X_OK)
        argv = ["test", "-x", str(folder)]
        return subprocess.run(argv, cwd="/", env={"PATH": os.defpath}, **self.options).returncode == 0

    def own(self, folder: Path) -> None:
        """Makes a folder that only this user may enter."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.options:
            os.chown(folder, self.options["user"], self.options["group"])
        folder.chmod(0o700)

    def room(self, folder: Path) -> Path:
        """A place for files of this user: the folder, or one in /var/tmp when the user cannot enter the checkout."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.can_enter(folder):
            return folder
        elsewhere = Path("/var/tmp") / f"rhesis-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
        elsewhere.mkdir(mode=0o755, exist_ok=True)
        if elsewhere.is_symlink() or elsewhere.stat().st_uid != os.geteuid():
            raise Problem(f"Remove {elsewhere}, which belongs to somebody else: Postgres's files go there.")
        elsewhere.chmod(0o755)
        return elsewhere

    def reachable(self, binaries: Path, room: Path) -> Path:
        """The binaries' folder, or a copy of the Python package it is from when this user cannot enter that."""
        if self.can_enter(binaries):
            return binaries
        package, libraries = binaries.parents[1], binaries.parents[2] / f"{binaries.parents[1].name}.libs"
        copy = room / f"programs-{hashlib.sha256(str(binaries).encode()).hexdigest()[:8]}"
        if not copy.exists():
            draft = copy.with_name(copy.name + ".draft")
            shutil.rmtree(draft, ignore_errors=True)
            shutil.copytree(package, draft / package.name, symlinks=True)
            if libraries.exists():
                # The programs look for these beside their package.
                shutil.copytree(libraries, draft / libraries.name, symlinks=True)
            draft.rename(copy)
        return copy / binaries.relative_to(package.parent)
