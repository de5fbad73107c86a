"""`make test-openapi`: is the API's document sound, and does a stack of its own do what it says? No request leaves this machine."""

import json
import os
import subprocess

from ... import endpoint
from ...console import say
from ...instance import LOCAL, REPOSITORY, Instance
from ...problem import Problem
from ...seed import seed
from ...up import up

PROGRAMS = LOCAL / "openapi" / "bin"
DOCUMENT = REPOSITORY / "docs" / "openapi.json"
TESTS = REPOSITORY / "tests" / "openapi"
REPORTS = LOCAL / "openapi-report"
# How many requests are made up over all operations, beside those that follow from the bounds of each field; with fewer those are left out.
CASES = 2000
# Seconds for the whole run: it stops by itself.
TIME = 3600


def openapi() -> int:
    """The command; the linter's exit status, or schemathesis's own."""
    cases = asked()
    status = subprocess.call([PROGRAMS / "openapi-spec-validator", "--schema", "3.1", DOCUMENT])
    if status != 0:
        return status
    with up(Instance.test()) as stack:
        seeded = seed(stack.databases.owner_url, endpoint.TESTS, stack.endpoint.url, ["exact"])
        say()
        variables = {
            "API_URL": stack.api_url,
            "TOKEN": seeded["token"],
            "ENDPOINT_URL": stack.endpoint.url,
            "PYTHONPATH": str(TESTS),
            "PYTHONDONTWRITEBYTECODE": "1",
            "NO_PROXY": "127.0.0.1",
        }
        try:
            return subprocess.run(command(cases, stack.api_url), cwd=TESTS, env=os.environ | variables, timeout=TIME).returncode
        except subprocess.TimeoutExpired:
            raise Problem(f"schemathesis was not done in {TIME} s") from None


def asked() -> int:
    """CASES."""
    given = os.environ.get("CASES") or str(CASES)
    if not given.isdigit() or int(given) == 0:
        raise Problem(f"CASES is how many requests to make up, as {CASES}: {given!r} is not.")
    return int(given)


def operations() -> int:
    """How many operations the document has."""
    return sum(map(len, json.loads(DOCUMENT.read_text())["paths"].values()))


def command(cases: int, api_url: str) -> list:
    """What runs schemathesis: all of its checks, but for what its configuration says; one worker, because two break `ast` in Python 3.11."""
    phases = "examples,coverage,fuzzing,stateful" if cases >= CASES else "examples,fuzzing,stateful"
    return [
        *(PROGRAMS / "schemathesis", "--config-file", TESTS / "schemathesis.toml"),
        *("run", f"{api_url}/openapi.json", "--url", api_url, "--phases", phases),
        *("--max-examples", str(max(1, cases // operations())), "--generation-database", "none", "--warnings", "off", "--no-color"),
        *("--report", "junit", "--report-junit-path", REPORTS / "junit.xml"),
        *os.environ.get("ARGS", "").split(),
    ]
