"""`make test-sdk`: Rhesis's own SDK, as its registry has it, against a stack of its own: an old release and the newest."""

import sys

from ... import endpoint
from ...console import say
from ...instance import LOCAL, Instance
from ...seed import seed
from ...up import up
from .pytest import pytest


# The newest release says 3.12, and uses nothing that 3.11 has not.
OLDEST_PYTHON = (3, 11)


def sdk() -> int:
    """The command; pytest's exit status is its own, that of the first release that fails."""
    with up(Instance.test()) as stack:
        seeded = seed(stack.databases.owner_url, endpoint.TESTS, stack.endpoint.url, [])
        stack.publish(seeded)
        say()
        variables = {
            "RHESIS_BASE_URL": stack.api_url,
            "RHESIS_API_KEY": seeded["token"],
            "ENDPOINT_URL": stack.endpoint.url,
            # A package that it imports would ask the Internet for prices of models.
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        }
        status = pytest("sdk", "tests/sdk", variables)
        if sys.version_info < OLDEST_PYTHON:
            say("not tried: the newest release, which needs Python 3.11")
            return status
        return status or pytest("sdk", "tests/sdk", variables | {"PYTHONPATH": str(LOCAL / "sdk-newest")})
