"""Builds the functions and packs them for the emulator, once for each change."""

import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..instance import LOCAL, REPOSITORY
from ..problem import Problem

TEMPLATE = REPOSITORY / "template.yaml"
BINARIES = REPOSITORY / "target" / "debug"
OUT = LOCAL / "build"
SAM = Path(sys.executable).with_name("sam")
SAM_ENVIRONMENT = {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_CHECK_UPDATE": "0", "SAM_CLI_POLL_DELAY": "0.1"}
# Lambda's own limit for a direct upload.
LARGEST_ZIP = 50 * 1024 * 1024


def compile_workspace() -> None:
    """Runs cargo in the foreground: its progress is the user's."""
    child = subprocess.Popen(["cargo", "build", "--workspace"], cwd=REPOSITORY)
    try:
        status = child.wait()
    except BaseException:
        child.terminate()
        child.wait()
        raise
    if status != 0:
        fetch = subprocess.run(["cargo", "fetch"], cwd=REPOSITORY, capture_output=True, text=True)
        if fetch.returncode != 0:
            raise Problem("Connect this machine to a Rust package registry: the crates did not download (see above).")
        raise Problem("The build failed: cargo's messages are above.")


def pack() -> Path:
    """The built template, whose functions are zip files; nothing is done if binaries and template are as before."""
    OUT.mkdir(parents=True, exist_ok=True)
    with open(OUT / "lock", "w") as lock:
        # `make run` and `make test` may come here together.
        fcntl.flock(lock, fcntl.LOCK_EX)
        return pack_alone()


def pack_alone() -> Path:
    """`pack`, with nobody else at it."""
    packed, mark = OUT / "packed.yaml", OUT / "packed.json"
    before = json.loads(mark.read_text()) if mark.exists() and packed.exists() else {}
    state = fingerprint(before)
    mark.write_text(json.dumps(state))
    if contents(state) == contents(before):
        return packed
    mark.unlink()
    built = sam_build("dev", OUT / "sam")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(zip_function, [folder for folder in built.iterdir() if (folder / "bootstrap").exists()]))
    text = (built / "template.yaml").read_text()
    # `sam build` leaves a nested template beside it, where nobody looks who reads the packed one.
    text = re.sub(r"^(\s+TemplateURL: )(.+)$", lambda m: f"{m[1]}{(built / m[2]).resolve()}", text, flags=re.M)
    packed.write_text(re.sub(r"^(\s+CodeUri: )(\w+)$", lambda m: f"{m[1]}{OUT / 'zip' / m[2]}.zip", text, flags=re.M))
    mark.write_text(json.dumps(state))
    return packed


def fingerprint(before: dict) -> dict:
    """What the packages depend on: size, time and digest of each file; the digest is read anew when those move."""
    sources = [TEMPLATE, *(REPOSITORY / "infra").glob("*.yaml"), REPOSITORY / "infra" / "build" / "Makefile"]
    for folder in re.findall(r"^\s+CodeUri: (\S+)$", TEMPLATE.read_text(), flags=re.M):
        sources.append(BINARIES / Path(folder).name)
        if not sources[-1].exists():
            raise Problem(f"Give {folder} a binary named {Path(folder).name}: the template has it, cargo built none.")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(pool.map(lambda source: (str(source), look_at(source, before.get(str(source)))), sources))


def look_at(source: Path, before: list | None) -> list:
    """Size, time and digest of a file. `cargo test` links some binaries again, so time alone says too little."""
    now = [source.stat().st_size, source.stat().st_mtime_ns]
    if before and before[:2] == now:
        return before
    return [*now, hashlib.sha256(source.read_bytes()).hexdigest()]


def contents(state: dict) -> dict:
    """The digests alone."""
    return {source: facts[-1] for source, facts in state.items()}


def sam_build(profile: str, folder: Path) -> Path:
    """Runs the ordinary `sam build` with a profile of cargo into a folder, and returns it; `dev` is what is compiled already."""
    argv = [SAM, "build", "--build-in-source", "--parallel", "--template-file", TEMPLATE, "--build-dir", folder]
    environment = os.environ | SAM_ENVIRONMENT | {"PROFILE": profile}
    done = subprocess.run(argv, cwd=REPOSITORY, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise Problem(f"`sam build` failed:\n{done.stdout}{done.stderr}")
    return folder


def zip_function(folder: Path) -> None:
    """Zips one built function. Level 1 is several times as fast as the default, for a few more bytes."""
    target = OUT / "zip" / f"{folder.name}.zip"
    target.parent.mkdir(exist_ok=True)
    entry = zipfile.ZipInfo("bootstrap", (2000, 1, 1, 0, 0, 0))
    entry.external_attr, entry.compress_type = 0o755 << 16, zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(entry, (folder / "bootstrap").read_bytes(), compresslevel=1)
    if target.stat().st_size > LARGEST_ZIP:
        raise Problem(f"{folder.name} is {target.stat().st_size >> 20} MiB zipped; Lambda takes 50 MiB.")
