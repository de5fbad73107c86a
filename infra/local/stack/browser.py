"""`make test-console`: the console of a stack of its own, in a real browser."""

import os
import shutil
import subprocess

from . import endpoint, job
from .console import say
from .instance import LOCAL, REPOSITORY, Instance
from .problem import Problem
from .seed import seed
from .up import up


def browser() -> int:
    """The command; pytest's exit status is its own."""
    chromium = shutil.which(os.environ.get("CHROMIUM") or "chromium")
    if chromium is None:
        raise Problem("Install Chromium (Debian: apt install chromium), or name it with CHROMIUM=…: it is not on the PATH.")
    with up(Instance.test()) as stack:
        seeded = seed(stack.databases.owner_url, endpoint.TESTS, stack.endpoint.url, ["exact", "similarity"])
        stack.publish(seeded)
        job.execute(job.Api(stack.api_url, seeded["token"]), seeded["test_configuration_id"], 50)
        say()
        python = LOCAL / "browser" / "bin" / "python"
        argv = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *os.environ.get("ARGS", "").split(), "tests/browser"]
        environment = os.environ | {"STACK_JSON": str(stack.instance.stack_json), "CHROMIUM": chromium}
        return subprocess.call(argv, cwd=REPOSITORY, env=environment)
