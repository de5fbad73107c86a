"""The functions as `make run` builds them, for what does not depend on the optimiser, and their world."""

import subprocess

from driver.cluster import Cluster
from driver.places import ROOT

from .process import Function
from .world import World, event

BINARIES = ROOT / "target" / "debug"


def build(*functions: str) -> None:
    """Compiles these functions, and what fills a database; its progress is the user's."""
    argv = ["cargo", "build", "--locked", *[f"--bin={name}" for name in ("migrate", "seed", *functions)]]
    subprocess.run(argv, cwd=ROOT, check=True)


def migrated(cluster: Cluster) -> World:
    """A database that `migrate` has filled."""
    world = World(cluster, BINARIES)
    with Function(BINARIES / "migrate", world.settings("migrate")) as migrate:
        migrate.invoke(event("migrate"))
    return world
