"""`make test`: a stack of its own, then every test of the workspace against it."""

import os
import subprocess

from ... import endpoint, ports
from ...console import say
from ...instance import REPOSITORY, Instance
from ...seed import seed
from ...up import up


ENDPOINTS = 24


def test() -> int:
    """The command; cargo's exit status is its own, cargo's output goes through as it is."""
    # Of the endpoints that the tests of the whole system start.
    free = tuple(ports.choose() for _ in range(ENDPOINTS))
    with up(Instance.test(), pooled=bool(os.environ.get("POOLER")), endpoints=free) as stack:
        seeded = seed(stack.databases.owner_url, endpoint.TESTS, stack.endpoint.url, [])
        stack.publish(
            seeded,
            admin_url=stack.databases.owner_url,
            emulator_pid=stack.emulator.pid,
            relay_function=stack.outputs["RelayFunctionName"],
        )
        say()
        environment = (
            os.environ
            | stack.emulator.environment()
            | {
                "TEST_DATABASE_URL": stack.databases.superuser_url,
                "FUNCTION_ROLE_PASSWORD": stack.databases.function_password,
                "STACK_JSON": str(stack.instance.stack_json),
                "ENDPOINT_PORTS": ",".join(map(str, free)),
            }
        )
        if stack.pooler_port:
            environment |= {"DATABASE_POOLER": "transaction", "TEST_POOLER": f"127.0.0.1:{stack.pooler_port}"}
        asked = os.environ.get("ARGS", "").split()
        # Of the workspace and a package cargo takes the workspace.
        whole = [] if any(word.startswith(("-p", "--package")) for word in asked) else ["--workspace"]
        argv = ["cargo", "test", *whole, *asked]
        child = subprocess.Popen(argv, cwd=REPOSITORY, env=environment)
        try:
            return child.wait()
        except BaseException:
            child.terminate()
            child.wait()
            raise
