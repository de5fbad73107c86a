"""`make test-python`: the types of the Python client, and the client against a stack of its own."""

import os
import subprocess

from ... import endpoint
from ...console import say
from ...instance import LOCAL, REPOSITORY, Instance
from ...seed import seed
from ...up import up
from .pytest import pytest


def python() -> int:
    """The command; pytest's exit status is its own."""
    client = REPOSITORY / "clients" / "python"
    python = LOCAL / "python" / "bin" / "python"
    types = [python, "-m", "mypy", "--config-file", client / "pyproject.toml", "--cache-dir", LOCAL / "mypy"]
    status = subprocess.call([*types, client / "src", client / "tests" / "typed.py"], env=os.environ | {"MYPYPATH": str(client / "src")})
    if status != 0:
        return status
    with up(Instance.test()) as stack:
        seeded = seed(stack.databases.owner_url, endpoint.TESTS, stack.endpoint.url, [])
        stack.publish(seeded, admin_url=stack.databases.owner_url)
        say()
        variables = {"STACK_JSON": str(stack.instance.stack_json), "PYTHONPATH": str(client / "src")}
        return pytest("python", "clients/python/tests", variables)
