"""`make test-cli`: the command line against a stack of its own, piped and in a pseudo-terminal."""

import os
import subprocess

from . import endpoint
from .build import BINARIES
from .console import say
from .instance import LOCAL, REPOSITORY, Instance
from .seed import seed
from .up import up


def cli() -> int:
    """The command; pytest's exit status is its own."""
    with up(Instance.test()) as stack:
        seeded = seed(stack.databases.owner_url, endpoint.TESTS, stack.endpoint.url, [])
        stack.publish(seeded, admin_url=stack.databases.owner_url, endpoint_url=stack.endpoint.url)
        say()
        argv = [LOCAL / "python" / "bin" / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        argv += [*os.environ.get("ARGS", "").split(), REPOSITORY / "clients" / "cli" / "tests"]
        environment = os.environ | {
            "STACK_JSON": str(stack.instance.stack_json),
            "RHESIS_TASKS": str(BINARIES / "rhesis-tasks"),
        }
        return subprocess.call(argv, cwd=REPOSITORY, env=environment)
