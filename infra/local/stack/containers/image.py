"""The image that `sam local` starts functions in: AWS's own where Docker has it, else one made of this machine's files."""

import io
import os
import platform
import re
import shutil
import subprocess
import tarfile
from contextlib import contextmanager

import docker

from ..problem import Problem

# SAM's names of processors, and the name that SAM looks for (`LambdaImage` in its sources).
PROCESSOR = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
NAME, TAG = "public.ecr.aws/lambda/provided", f"al2023-{PROCESSOR}"
# By it ours is told from AWS's own.
LABEL = "made-by-make-test-containers"
# SAM runs `mv` and `chmod` in it when it adds its emulator of the runtime; the functions need libraries and nothing else.
PROGRAMS = ["sh", "mv", "chmod"]
LIBRARIES = ["libgcc_s.so.1", "libm.so.6"]


@contextmanager
def present(engine: docker.DockerClient):
    """Yields what the image is. Ours bears AWS's name only as long as it is needed."""
    try:
        if LABEL not in engine.images.get(f"{NAME}:{TAG}").labels:
            yield f"{NAME}:{TAG}, AWS's own"
            return
    except docker.errors.ImageNotFound:
        pass
    remove(engine)
    engine.api.import_image_from_data(
        root_file_system(), repository=NAME, tag=TAG, changes=["WORKDIR /var/task", "ENV PATH=/usr/bin", f"LABEL {LABEL}=true"]
    )
    try:
        yield f"made of this machine's files, {' '.join(platform.libc_ver())}"
    finally:
        remove(engine)


def remove(engine: docker.DockerClient) -> None:
    """Removes our image, and what SAM made of it."""
    for image in engine.images.list(filters={"label": LABEL}):
        for tag in image.tags:
            engine.images.remove(tag, force=True)


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
