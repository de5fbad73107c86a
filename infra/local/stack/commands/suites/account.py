"""`make dashboard`: what an account would make of the templates. What its console shows of a local run, and what its roles may."""

from urllib.parse import urlsplit, urlunsplit

from ... import endpoint
from ...console import say
from ...functions.deploy import STACK
from ...instance import LOCAL, Instance
from ...seed import seed
from ...up import up
from .pytest import pytest

PICTURES = LOCAL / "dashboard"


def account() -> int:
    """The command; pytest's exit status is its own."""
    with up(Instance.test()) as stack:
        seeded = seed(stack.databases.owner_url, endpoint.TESTS, stack.endpoint.url, [])
        stack.publish(
            seeded,
            # Who may do to the tables what only bugs do.
            admin_url=urlunsplit(urlsplit(stack.databases.superuser_url)._replace(path=urlsplit(stack.databases.owner_url).path)),
            relay_function=stack.outputs["RelayFunctionName"],
            log_group=stack.outputs["LogGroup"],
            stack_name=STACK,
        )
        say()
        variables = stack.emulator.environment() | {"STACK_JSON": str(stack.instance.stack_json), "PICTURES": str(PICTURES)}
        status = pytest("account", "tests/account", variables)
    say(f"the pictures are in {PICTURES}")
    return status
