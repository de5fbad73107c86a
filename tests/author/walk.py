"""`make test-author`: types the commands of docs/first-task.md, as they stand there, in a copy of this checkout.

The copy is kept in .local/author, with the packages that its local stack needs. Its compiled crates begin as a copy of this checkout's: shared, those that
are not of crates.io would be taken for the other checkout's.
`WHOLE=1` also runs the whole of `make test` before the kind is taken away.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COPY = ROOT / ".local" / "author" / "checkout"
PAGE = "docs/first-task.md"
# Until the local stack answers; the first time it installs its packages and compiles everything.
PATIENCE = 3600


def blocks() -> list[str]:
    """The shell blocks of the page, in their order."""
    return re.findall(r"^```sh\n(.*?)^```", (ROOT / PAGE).read_text(), flags=re.M | re.S)


def git(*words: str, at: Path = COPY) -> str:
    """What git answers."""
    return subprocess.run(["git", *words], cwd=at, check=True, capture_output=True, text=True).stdout


def copy() -> None:
    """Makes the copy what this checkout is now, as one commit."""
    COPY.mkdir(parents=True, exist_ok=True)
    for entry in COPY.iterdir():
        if entry.name not in (".local", "target"):
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for name in git("ls-files", "-z", "--cached", "--others", "--exclude-standard", at=ROOT).split("\0"):
        if name and (ROOT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, COPY / name)
    if (COPY / "target").is_symlink():
        (COPY / "target").unlink()
    if not (COPY / "target").exists():
        (COPY / "target").mkdir()
        subprocess.run(["cp", "--archive", "--reflink=auto", ROOT / "target" / "debug", COPY / "target"], check=True)
    git("init", "--quiet")
    git("add", "--all")
    git("-c", "user.name=author", "-c", "user.email=author@localhost", "commit", "--quiet", "--message", "as it is")


def environment() -> dict[str, str]:
    """An author's: the binary on the path, no profile of the user's own."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("RHESIS_TASKS", "MAKE", "MFLAGS"))}
    return keep | {"PATH": f"{ROOT / 'target' / 'debug'}:{os.environ['PATH']}", "XDG_CONFIG_HOME": str(COPY.parent / "config")}


def typed(block: str) -> str:
    """Runs a block and answers what it printed on stdout; if it fails, that is the end."""
    print(f"$ {block.splitlines()[0]}", flush=True)
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=COPY, env=environment(), stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"error: {PAGE}: exit status {done.returncode}:\n{block}{done.stdout}")
    return done.stdout


@contextlib.contextmanager
def running(block: str):
    """A block that runs in a terminal of its own, until Ctrl-C; answers once its stack does."""
    print(f"$ {block.strip()}", flush=True)
    stack = COPY / ".local" / "stack.json"
    stack.unlink(missing_ok=True)
    # Whoever runs the walk in the background has Ctrl-C ignored; a terminal has not.
    heeds = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    child = subprocess.Popen(["bash", "-c", f"exec {block}"], cwd=COPY, env=environment(), start_new_session=True, preexec_fn=heeds)
    try:
        until = time.monotonic() + PATIENCE
        while not stack.exists():
            if child.poll() is not None or time.monotonic() > until:
                sys.exit(f"error: {PAGE}: `{block.strip()}` did not come up")
            time.sleep(0.5)
        yield
    finally:
        os.killpg(child.pid, signal.SIGINT)
        child.wait(timeout=120)


def main() -> None:
    """Walks the page from its first block to its last."""
    subprocess.run(["cargo", "build", "--quiet", "--workspace"], cwd=ROOT, check=True)
    copy()
    commands = blocks()
    up = next(number for number, block in enumerate(commands) if block.strip() == "make run")
    for block in commands[:up]:
        typed(block)
    *below, away = commands[up + 1 :]
    with running(commands[up]):
        said = "".join(typed(block) for block in below)
    [result] = [task for task in map(json.loads, said.splitlines()) if task.get("kind") == "word_count"]
    if (result["status"], result["result"]) != ("SUCCESS", 6):
        sys.exit(f"error: the task is {result}")
    if os.environ.get("WHOLE"):
        typed("make test")
    left = [line for line in typed(away).splitlines() if not line.startswith("{")]
    if left or git("status", "--short"):
        sys.exit(f"error: this is left: {left}")
    print(f"{len(commands)} blocks of {PAGE} do what they say")


if __name__ == "__main__":
    main()
