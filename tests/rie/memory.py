"""Runs two functions of 128 MB under the local stack's keeper, one that takes 60 MB and one that takes 200, and prints how each ended."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "infra" / "local"))

from stack.functions import memory

TAKE = "import sys; taken = b'x' * int(sys.argv[1]); print(len(taken), flush=True); sys.stdin.read()"


def start(name: str, megabytes: int) -> subprocess.Popen:
    """A process as the emulator starts a function, which takes its memory and then waits for the end of its input."""
    environment = os.environ | {"AWS_LAMBDA_FUNCTION_NAME": name, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128"}
    return subprocess.Popen(
        [sys.executable, "-c", TAKE, str(megabytes * 1000 * 1000)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


with tempfile.TemporaryDirectory() as folder:
    log = Path(folder, "functions.log")
    log.write_text("")
    keeper = memory.Keeper(os.getpid(), log)
    keeper.start()
    modest, greedy = start("modest", 60), start("greedy", 200)
    # Both have what they take before either is asked how it ends.
    modest.stdout.readline()
    killed = greedy.wait(60) == -signal.SIGKILL
    modest.stdin.close()
    print(json.dumps({"greedy": killed, "modest": modest.wait(60) == -signal.SIGKILL, "log": log.read_text()}))
    keeper.stop()
