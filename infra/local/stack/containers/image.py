"""The image that `sam local` starts functions in: AWS's own where Docker has it, else one made of this machine's files."""

import fcntl
import io
import os
import platform
import re
import shutil
import subprocess
import tarfile
import tempfile
from contextlib import contextmanager

import docker

from ..problem import Problem

# SAM's names of processors, and the name that SAM looks for (`LambdaImage` in its sources).
PROCESSOR = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
NAME, TAG = "public.ecr.aws/lambda/provided", f"al2023-{PROCESSOR}"
# By it ours is told from AWS's own.
LABEL = "made-by-make-test-containers"
# Held by every checkout of this user that uses ours.
LOCK = os.path.join(tempfile.gettempdir(), f"{LABEL}-{os.getuid()}.lock")
# SAM runs `mv` and `chmod` in it when it adds its emulator of the runtime; the functions need libraries and nothing else.
PROGRAMS = ["sh", "mv", "chmod"]
LIBRARIES = ["libgcc_s.so.1", "libm.so.6"]


@contextmanager
def present(engine: docker.DockerClient):
    """Yields what the image is. Ours bears AWS's name only as long as a checkout needs it: all of them share the engine."""
    known = find(engine)
    if known and LABEL not in known.labels:
        yield f"{NAME}:{TAG}, AWS's own"
        return
    with open(LOCK, "w") as lock:
        while True:
            if is_alone(lock):
                remove(engine)
                make(engine)
            fcntl.flock(lock, fcntl.LOCK_SH)
            # Another checkout may have removed it while this one waited.
            if find(engine):
                break
        try:
            yield f"made of this machine's files, {' '.join(platform.libc_ver())}"
        finally:
            if is_alone(lock):
                remove(engine)


def is_alone(lock) -> bool:
    """Takes the lock for this process alone, if nobody else has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def find(engine: docker.DockerClient):
    """The image that SAM looks for, if it is there."""
    try:
        return engine.images.get(f"{NAME}:{TAG}")
    except docker.errors.ImageNotFound:
        return None


def make(engine: docker.DockerClient) -> None:
    """Makes ours."""
    engine.api.import_image_from_data(
        root_file_system(), repository=NAME, tag=TAG, changes=["WORKDIR /var/task", "ENV PATH=/usr/bin", f"LABEL {LABEL}=true"]
    )


def remove(engine: docker.DockerClient) -> None:
    """Removes ours, what SAM made of it, and what a run that was broken off left of that without a name."""
    for image in engine.images.list(filters={"label": LABEL}):
        for name in image.tags or [image.id]:
            engine.images.remove(name, force=True)


def root_file_system() -> bytes:
    """A tar file of the programs, the libraries, and what they are linked with."""
    programs = {name: shutil.which(name) for name in PROGRAMS}
    linked = linked_with([*programs.values()])
    # In the folder of the C library are its siblings.
    folder = os.path.dirname(next(path for path in linked if os.path.basename(path).startswith("libc.so")))
    libraries = {*linked, *(os.path.join(folder, name) for name in LIBRARIES)}
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, path in programs.items():
            add(archive, path, f"usr/bin/{name}")
        link = tarfile.TarInfo("bin")
        link.type, link.linkname = tarfile.SYMTYPE, "usr/bin"
        archive.addfile(link)
        for path in sorted(libraries):
            add(archive, path, path.lstrip("/"))
    return out.getvalue()


def linked_with(programs: list[str]) -> set[str]:
    """The libraries of programs, and the loader that starts them, as `ldd` names them."""
    said = subprocess.run(["ldd", *programs], capture_output=True, text=True).stdout
    found = set(re.findall(r"(/\S+) \(0x", said))
    if not any(os.path.basename(path).startswith("libc.so") for path in found):
        raise Problem(f"Run this on a Linux with glibc, or pull {NAME}:{TAG}: `ldd` names no libc.so here.")
    return found


def add(archive: tarfile.TarFile, path: str, name: str) -> None:
    """Adds one file as the root's own, through whatever links lead to it."""
    entry = archive.gettarinfo(os.path.realpath(path), name)
    entry.uid = entry.gid = 0
    entry.mode = 0o755
    with open(path, "rb") as file:
        archive.addfile(entry, file)
