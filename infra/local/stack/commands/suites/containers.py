"""`make test-containers`: every function as `sam local` runs it, in a container, with its events; where there is a Docker engine."""

import json
import os
from urllib.parse import urlsplit

import docker

from ...console import say, step
from ...containers import door, image
from ...functions import build
from ...instance import Instance, write_private
from ...postgres import databases
from ...processes import Processes
from .pytest import pytest


def containers() -> int:
    """The command; pytest's exit status is its own. Without an engine it says so and is content."""
    engine = docker_engine()
    if engine is None:
        say("no Docker engine answers here: `sam local` in containers is passed over")
        return 0
    instance = Instance.containers()
    held = instance.hold()
    processes = Processes(instance)
    processes.end_leftovers(instance.directory / "functions")
    profile = os.environ.get("PROFILE") or "dev"
    try:
        with step("functions built"):
            build.compile_workspace()
        with step(f"`sam build`, profile {profile}"):
            built = build.sam_build(profile, instance.directory / "sam")
        with step("Postgres started") as notes:
            served = databases.prepare(instance, processes)
            notes.append(served.note)
        with image.present(engine) as made, door.door(engine, urlsplit(served.owner_url).port or 5432) as (port, options):
            say(f"           image: {made}")
            facts = {
                "template": str(built / "template.yaml"),
                "owner_url": served.owner_url,
                "function_password": served.function_password,
                "host": f"{door.HOST}:{port}",
                "options": options,
            }
            write_private(instance.stack_json, json.dumps(facts))
            variables = build.SAM_ENVIRONMENT | {"STACK_JSON": str(instance.stack_json), "SAM": str(build.SAM), "SEED": str(build.BINARIES / "seed")}
            return pytest("python", "tests/containers", variables)
    finally:
        instance.stack_json.unlink(missing_ok=True)
        processes.stop("postgres")
        held.close()


def docker_engine() -> docker.DockerClient | None:
    """The engine that DOCKER_HOST or the usual socket leads to."""
    try:
        engine = docker.from_env()
        engine.ping()
        return engine
    except docker.errors.DockerException:
        return None
