"""python -m stack run | test | test-containers | test-cli | test-console | test-python | test-sdk | bench | import | stop | validate"""

import signal
import sys

from .bench import bench
from .browser import browser
from .cli import cli
from .console import complain
from .containers import containers
from .problem import Problem
from .python import python
from .run import run
from .sdk import sdk
from .stop import stop
from .test import test
from .upload import upload
from .validate import validate

COMMANDS = {
    "run": run,
    "test": test,
    "test-cli": cli,
    "test-containers": containers,
    "test-console": browser,
    "test-python": python,
    "test-sdk": sdk,
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
