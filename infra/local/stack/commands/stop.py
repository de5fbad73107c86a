"""`make stop`: ends a stack from another terminal, and whatever a killed one left behind."""

import os
import signal

import psutil

from ..account import Account
from ..console import say
from ..functions import emulator
from ..instance import Instance
from ..postgres.cluster import end_earlier
from ..processes import Processes


def stop() -> int:
    """Asks the holder of each stack to end; if there is none, ends what it left."""
    for instance in (Instance.run(), Instance.test(), Instance.containers(), Instance.bench()):
        holder = instance.holder()
        if holder:
            os.kill(holder, signal.SIGTERM)
            psutil.wait_procs([psutil.Process(holder)], timeout=60)
            say(f"stopped `make {instance.name}`")
        elif instance.directory.exists():
            for name in Processes(instance).end_leftovers(emulator.code_cache(instance)):
                say(f"ended the {name} that `make {instance.name}` left")
            for data in Account.choose().room(instance.directory / "postgres").glob("data-*"):
                end_earlier(data)
            instance.stack_json.unlink(missing_ok=True)
    return 0
