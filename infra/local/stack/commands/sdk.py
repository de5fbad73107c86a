"""`make test-sdk`: Rhesis's own SDK, as its registry has it, against a stack of its own."""

from .. import endpoint
from ..console import say
from ..instance import Instance
from ..seed import seed
from ..up import up
from .suite import pytest


def sdk() -> int:
    """The command; pytest's exit status is its own."""
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
        return pytest("sdk", "tests/sdk", variables)
