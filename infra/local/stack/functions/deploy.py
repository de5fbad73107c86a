"""Deploys the template to the emulator with the ordinary `sam deploy`, and reads what came out."""

import json
import os
import subprocess
from base64 import urlsafe_b64encode
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from ..instance import Instance, write_private
from ..postgres.database import ssl_mode
from ..postgres.databases import Databases
from ..problem import Problem
from .build import SAM, SAM_ENVIRONMENT
from .emulator import Emulator

STACK = "rhesis"
BUCKET = "artifacts"


def deploy(
    instance: Instance,
    emulator: Emulator,
    template: Path,
    databases: Databases,
    pooler: int | None,
    allowed: tuple[str, str],
) -> dict:
    """Deploys, and returns the template's outputs by name. `pooler` is the port of a pooler for the functions, `allowed` the
    lists of `allow.lists`."""
    emulator.client("s3").create_bucket(Bucket=BUCKET)
    config = instance.directory / "samconfig.toml"
    # In a private file, because a process's arguments are everybody's to read.
    write_private(config, samconfig(parameters(databases.owner_url, databases.function_password, pooler, allowed)))
    argv = [SAM, "deploy", "--template-file", template, "--config-file", config]
    log = instance.log("deploy")
    environment = {**os.environ, **SAM_ENVIRONMENT, **emulator.environment()}
    environment.pop("AWS_PROFILE", None)
    environment.pop("AWS_SESSION_TOKEN", None)
    with open(log, "wb") as out:
        done = subprocess.run(argv, cwd=instance.directory, env=environment, stdout=out, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise Problem(
            f"`sam deploy` to the emulator failed; the end of {log}:\n{log.read_text(errors='replace')[-3000:]}"
        )
    stacks = emulator.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stacks[0]["Outputs"]}


def parameters(owner_url: str, password: str, pooler: int | None, allowed: tuple[str, str]) -> dict:
    """The template's parameters for this database."""
    parts = urlsplit(owner_url)
    pooled = {"DatabasePooler": "transaction", "PoolerHost": "127.0.0.1", "PoolerPort": pooler} if pooler else {}
    return pooled | {
        "DatabaseHost": parts.hostname,
        "DatabasePort": parts.port or 5432,
        "DatabaseName": unquote(parts.path.lstrip("/")),
        "DatabaseSslMode": ssl_mode(owner_url),
        "DatabaseAuth": "password",
        "DatabasePassword": password,
        "LocalStack": "true",
        "DatabaseOwner": quote(unquote(parts.username or "postgres"), safe=""),
        # The template wants one; a server that trusts this connection does not look at it.
        "DatabaseOwnerPassword": quote(unquote(parts.password or "trusted"), safe=""),
        "LogLevel": os.environ.get("LOG_LEVEL", "info"),
        "EndpointAllow": allowed[0],
        "LocalEndpoints": allowed[1],
        "EncryptionKey": os.environ.get("DB_ENCRYPTION_KEY") or urlsafe_b64encode(os.urandom(32)).decode(),
    }


def samconfig(values: dict) -> str:
    """A samconfig.toml for `sam deploy`. JSON's strings and lists are TOML's. What is empty keeps its default: sam takes no empty value."""
    overrides = json.dumps([f"{name}={value}" for name, value in values.items() if value != ""])
    return (
        "version = 0.1\n[default.deploy.parameters]\n"
        f'stack_name = "{STACK}"\ns3_bucket = "{BUCKET}"\ncapabilities = ["CAPABILITY_IAM"]\n'
        f"confirm_changeset = false\nfail_on_empty_changeset = false\nparameter_overrides = {overrides}\n"
    )
