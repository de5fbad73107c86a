"""MiniStack: SQS, Lambda, API Gateway, Scheduler and CloudFormation on 127.0.0.1, functions run as processes."""

import os
import shutil
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import botocore.session

from .. import ports
from ..instance import Instance
from ..postgres.cluster import last_line
from ..problem import Problem
from ..processes import Processes

REGION = "us-east-1"


@dataclass
class Emulator:
    """An emulator that answers."""

    url: str
    pid: int

    def environment(self) -> dict:
        """What an AWS tool needs to talk to this emulator and to nothing else."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }

    def client(self, service: str):
        """A botocore client of one service."""
        session = botocore.session.Session()
        session.set_credentials("test", "test")
        config = botocore.config.Config(
            proxies={},
            retries={"max_attempts": 0},
            read_timeout=310,
            parameter_validation=False,
        )
        return session.create_client(service, region_name=REGION, endpoint_url=self.url, config=config)


def code_cache(instance: Instance) -> Path:
    """Where the emulator unpacks the functions; every process that runs from here is the stack's."""
    return instance.directory / "emulator"


def start(instance: Instance, processes: Processes) -> Emulator:
    """Starts the emulator with nothing in it."""
    port = ports.choose(4566 if instance.name == "run" else None)
    url = f"http://127.0.0.1:{port}"
    temporary = code_cache(instance)
    # Each build leaves its unpacked functions here, and the emulator removes none.
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True, exist_ok=True)
    log = instance.log("emulator")
    log.write_bytes(b"")
    # Functions inherit this environment: it holds nothing of the caller's but the path.
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(temporary),
        "TMPDIR": str(temporary),
        "LANG": "C.UTF-8",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "DOCKER_HOST": "unix:///nonexistent",
        "AWS_ENDPOINT_URL": url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    child = processes.start("emulator", [sys.executable, "-m", "ministack"], log, env=environment, cwd=temporary)
    deadline = time.monotonic() + 60
    while not is_ready(url):
        if child.poll() is not None or time.monotonic() > deadline:
            raise Problem(
                f"The AWS emulator did not start: {last_line(log.read_text(errors='replace'))} (all of it: {log})"
            )
        time.sleep(0.05)
    return Emulator(url, child.pid)


def is_ready(url: str) -> bool:
    """Whether the emulator answers."""
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        return opener.open(f"{url}/_ministack/health", timeout=2).status == 200
    except (urllib.error.URLError, OSError):
        return False
