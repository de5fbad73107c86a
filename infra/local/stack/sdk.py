"""`make test-sdk`: Rhesis's own SDK, as its registry has it, against a stack of its own."""

import os
import subprocess

from . import endpoint
from .console import say
from .instance import LOCAL, REPOSITORY, Instance
from .seed import seed
from .up import up


def sdk() -> int:
    """The command; pytest's exit status is its own."""
    with up(Instance.test()) as stack:
        seeded = seed(stack.databases.owner_url, endpoint.TESTS, stack.endpoint.url, [])
        stack.publish(seeded)
        say()
        argv = [LOCAL / "sdk" / "bin" / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        argv += [*os.environ.get("ARGS", "").split(), REPOSITORY / "tests" / "sdk"]
        environment = os.environ | {
            "RHESIS_BASE_URL": stack.api_url,
            "RHESIS_API_KEY": seeded["token"],
            "ENDPOINT_URL": stack.endpoint.url,
            # A package that it imports would ask the Internet for prices of models.
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        }
        return subprocess.call(argv, cwd=REPOSITORY, env=environment)
