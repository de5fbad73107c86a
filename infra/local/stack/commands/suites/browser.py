"""`make test-console`: the console of a stack of its own, in a real browser."""

import os
import shutil

from ... import endpoint, job, ports
from ...console import say
from ...instance import Instance
from ...problem import Problem
from ...seed import seed
from ...up import up
from .pytest import pytest


def browser() -> int:
    """The command; pytest's exit status is its own."""
    chromium = shutil.which(os.environ.get("CHROMIUM") or "chromium")
    if chromium is None:
        raise Problem("Install Chromium (Debian: apt install chromium), or name it with CHROMIUM=…: it is not on the PATH.")
    # Where a test's own endpoint listens, which answers what no demo does.
    hostile = ports.choose()
    with up(Instance.test(), endpoints=(hostile,)) as stack:
        seeded = seed(stack.databases.owner_url, endpoint.TESTS, stack.endpoint.url, ["exact", "similarity"])
        stranger = seed(stack.databases.owner_url, endpoint.TESTS, stack.endpoint.url, [])
        stack.publish(seeded, stranger_token=stranger["token"], hostile_port=hostile)
        job.execute(job.Api(stack.api_url, seeded["token"]), seeded["test_configuration_id"], 50)
        say()
        return pytest("browser", "tests/browser", {"STACK_JSON": str(stack.instance.stack_json), "CHROMIUM": chromium})
