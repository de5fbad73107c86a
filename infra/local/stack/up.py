"""The whole stack: up in order, down in the opposite order, whatever happens in between."""

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from . import allow, endpoint
from .console import say, step
from .functions import build, concurrency, deploy, emulator, logs, memory
from .instance import Instance, write_private
from .postgres import databases, pooler
from .processes import Processes


@dataclass
class Stack:
    """A stack that is up."""

    instance: Instance
    emulator: emulator.Emulator
    endpoint: endpoint.Endpoint
    databases: databases.Databases
    pooler_port: int | None = None
    outputs: dict = field(default_factory=dict)
    console_url: str = ""

    @property
    def api_url(self) -> str:
        """Where the HTTP API answers on this machine."""
        return f"{self.emulator.url}/_aws/execute-api/{self.outputs['ApiId']}"

    def own_ports(self) -> dict[int, str]:
        """The ports of this machine that no endpoint may name, by what is there."""
        servers = {
            self.databases.owner_url: "Postgres",
            self.databases.superuser_url: "Postgres",
            self.emulator.url: "emulator",
        }
        ports = {urlsplit(url).port or 5432: name for url, name in servers.items()}
        return ports | ({self.pooler_port: "pooler"} if self.pooler_port else {})

    def publish(self, seeded: dict, **more) -> None:
        """Writes stack.json, which says to scripts that the stack is ready."""
        self.console_url = f"{self.api_url}/console/sign-in?code={seeded.pop('sign_in_code')}"
        facts = {
            "api_url": self.api_url,
            "console_url": self.console_url,
            **seeded,
            "database_url": self.databases.reader_url,
            "endpoint_url": self.endpoint.url,
            "emulator_url": self.emulator.url,
            "log_file": str(self.instance.log("functions")),
            "pid": os.getpid(),
            **more,
        }
        write_private(self.instance.stack_json, json.dumps(facts, indent=2) + "\n")


@contextmanager
def up(instance: Instance, pooled: bool = False, endpoints: tuple[int, ...] = (), built=lambda: None):
    """Builds, starts and deploys; yields the stack; ends everything that was started. With `pooled` the functions reach
    Postgres through pgbouncer; migrations and the makers of databases never do. `endpoints` are ports of this machine that
    endpoints may name beside the demo's and those of ALLOW and URL. `built` is called once there are binaries: what it has against
    the user's wish, the user hears before anything slow."""
    # What can be wrong with it is said before anything is built.
    allow.wanted()
    held = instance.hold()
    instance.stack_json.unlink(missing_ok=True)
    processes = Processes(instance)
    for name in processes.end_leftovers(emulator.code_cache(instance)):
        say(f"ended the {name} of an earlier start")
    follower = keeper = None
    try:
        with ThreadPoolExecutor() as pool:
            # Both start while cargo compiles; whatever they say, they say at the end.
            emulating = pool.submit(emulator.start, instance, processes)
            serving = pool.submit(databases.prepare, instance, processes)
            with step("functions built"):
                build.compile_workspace()
            built()
            with step("functions packed"):
                template = build.pack()
            with step("Postgres started") as notes:
                served = serving.result()
                notes.append(served.note)
            with step("emulator started") as notes:
                running = emulating.result()
                notes.append(running.url)
        stack = Stack(instance, running, endpoint.Endpoint(8801), served)
        if pooled:
            with step("pgbouncer started") as notes:
                stack.pooler_port = pooler.start(instance, processes, served)
                notes.append(f"transaction mode, port {stack.pooler_port}")
        with step("template deployed, database migrated"):
            allowed = allow.lists([stack.endpoint.server_port, *endpoints], stack.own_ports())
            stack.outputs = deploy.deploy(instance, running, template, served, stack.pooler_port, allowed)
            concurrency.hold(running)
        follower = logs.Follower(running, stack.outputs["LogGroup"], instance.log("functions"))
        follower.start()
        keeper = memory.Keeper(running.pid, instance.log("functions"))
        keeper.start()
        yield stack
    except KeyboardInterrupt:
        say("\nstopping the stack")
        raise
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        instance.stack_json.unlink(missing_ok=True)
        for thread in filter(None, (keeper, follower)):
            thread.stop()
        processes.stop("emulator")
        processes.stop("pooler")
        processes.stop("postgres")
        held.close()
