"""python -m stack run | test | test-containers | test-cli | test-console | test-openapi | test-python | test-sdk | dashboard | guard | bench | import | stop | validate"""

import signal
import sys

from .commands.bench import bench
from .commands.guard import guard
from .commands.run import run
from .commands.stop import stop
from .commands.suites.account import account
from .commands.suites.browser import browser
from .commands.suites.cli import cli
from .commands.suites.containers import containers
from .commands.suites.openapi import openapi
from .commands.suites.python import python
from .commands.suites.sdk import sdk
from .commands.suites.test import test
from .commands.upload import upload
from .commands.validate import validate
from .console import complain
from .problem import Problem

COMMANDS = {
    "run": run,
    "test": test,
    "test-cli": cli,
    "test-containers": containers,
    "test-console": browser,
    "test-openapi": openapi,
    "test-python": python,
    "test-sdk": sdk,
    "dashboard": account,
    "guard": guard,
    "bench": bench,
    "import": upload,
    "stop": stop,
    "validate": validate,
}


def interrupt(*_):
    """A signal to end is a Ctrl-C."""
    raise KeyboardInterrupt


def main() -> int:
    """Runs one command; an end that the user asked for is reported as the shell expects it."""
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        complain(f"usage: {__doc__}")
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        return COMMANDS[sys.argv[1]]()
    except Problem as problem:
        complain(str(problem))
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
