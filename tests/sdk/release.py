"""What differs between the releases of the SDK that are tried."""

import json
import logging
import os
import sys
from importlib.metadata import version
from types import ModuleType

import requests
import rhesis.sdk
from rhesis.sdk import entities as sdk

# Since 0.19 a behavior is a requirement, and an error that was logged before is raised.
NEWEST = tuple(map(int, version("rhesis-sdk").split(".")[:2])) >= (0, 19)
BEHAVIOR = "requirement" if NEWEST else "behavior"
Behavior = sdk.Requirement if NEWEST else sdk.Behavior
Behaviors = sdk.Requirements if NEWEST else sdk.Behaviors


def refused(call, caplog) -> tuple[int, str | None]:
    """The status of the problem that a call is answered with, and its field, however the release tells it."""
    with caplog.at_level(logging.ERROR):
        caplog.clear()
        try:
            answered = call()
        except requests.HTTPError as error:
            problem = error.response.json()
        except Exception as error:
            if type(error).__name__ != "RhesisAPIError":
                raise
            problem = json.loads(error.response_content)
        else:
            said = [record.getMessage().partition("content: ") for record in caplog.records]
            assert answered is None, answered
            problem = json.loads(next(content for _, found, content in said if found))
    return problem["status"], problem.get("field")


def judges() -> ModuleType:
    """The SDK's classes of judges. The packages around them import much more before 0.19, so those are passed by there."""
    if not NEWEST:
        home = os.path.dirname(rhesis.sdk.__file__)
        for name in ("metrics", "metrics.providers"):
            package = ModuleType(f"rhesis.sdk.{name}")
            package.__path__ = [os.path.join(home, *name.split("."))]
            sys.modules.setdefault(package.__name__, package)
    from rhesis.sdk.metrics.providers import native

    return native
