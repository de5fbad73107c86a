"""`make test-cli`: the command line against a stack of its own, piped and in a pseudo-terminal."""

from ... import endpoint
from ...console import say
from ...functions.build import BINARIES
from ...instance import Instance
from ...seed import seed
from ...up import up
from .pytest import pytest


def cli() -> int:
    """The command; pytest's exit status is its own."""
    with up(Instance.test()) as stack:
        seeded = seed(stack.databases.owner_url, endpoint.TESTS, stack.endpoint.url, [])
        stack.publish(seeded, admin_url=stack.databases.owner_url, endpoint_url=stack.endpoint.url)
        say()
        variables = {"STACK_JSON": str(stack.instance.stack_json), "RHESIS_TASKS": str(BINARIES / "rhesis-tasks")}
        return pytest("python", "clients/cli/tests", variables)
