"""`sam local` as its users call it, on the functions that `sam build` left, with a database that the containers reach."""

import json
import os
import re
import subprocess
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
EVENTS = ROOT / "tests" / "events"
KINDS = sorted(folder.name for folder in (ROOT / "functions" / "tasks").iterdir() if folder.is_dir())
# Logical ids by folder, as the template has them.
FUNCTIONS = {name: "".join(word.capitalize() for word in name.split("_")) + "Function" for name in ["api", "relay", "migrate", *KINDS]}
# A function in a container, the container and SAM itself.
PATIENCE = 120


class Sam:
    """Calls of `sam local` with the variables of each function."""

    def __init__(self, facts: dict, folder: Path):
        self.facts, self.folder = facts, folder
        # Milliseconds of a first invocation by function: the emulator counts the start of the process in.
        self.first: dict[str, float] = {}

    def database_url(self, function: str, host: str | None = None) -> str:
        """The database as the function's own role; migrate is its owner."""
        owner = urlsplit(self.facts["owner_url"])
        role = {"api": "tasks_api", "relay": "tasks_relay"}.get(function, f"task_{function}")
        login = f"{role}:{self.facts['function_password']}" if function != "migrate" else f"{owner.username}:{quote(owner.password or '')}"
        return f"postgres://{login}@{host or self.facts['host']}{owner.path}?sslmode=disable"

    def options(self, host: str | None = None) -> list:
        """What every call has: the built template, the variables, and no look for a newer image."""
        variables = {
            logical: {"DATABASE_URL": self.database_url(name, host), "DATABASE_AUTH": "password"} for name, logical in FUNCTIONS.items()
        }
        variables["MigrateFunction"] |= {"FUNCTION_ROLE_AUTH": "password", "FUNCTION_ROLE_PASSWORD": self.facts["function_password"]}
        file = self.folder / f"variables-{host or 'database'}.json".replace(":", "-")
        file.write_text(json.dumps(variables))
        file.chmod(0o600)
        return ["--template", self.facts["template"], "--env-vars", file, "--skip-pull-image", *self.facts["options"]]

    def environment(self) -> dict:
        """No caller's account is reached: a key of nobody's, and no file that has another. Nor is anything else of the caller's
        shell: SAM prefers its variables to the template's."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME") or name.startswith(("DOCKER_", "SAM_CLI_"))}
        return kept | {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def invoke(self, function: str, event: str | dict, host: str | None = None) -> dict:
        """`sam local invoke` with a committed event, or one made of it; returns the function's answer."""
        text = event if isinstance(event, str) else json.dumps(event)
        argv = [os.environ["SAM"], "local", "invoke", FUNCTIONS[function], "--event", "-", *self.options(host)]
        done = subprocess.run(argv, input=text, cwd=ROOT, env=self.environment(), capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, f"{function}: {done.stdout}\n{done.stderr}"
        reported = re.search(r"\tDuration: ([\d.]+) ms", done.stderr)
        assert reported, f"{function}: no report of the runtime in {done.stderr}"
        if host is None:
            self.first[function] = float(reported[1])
        return json.loads(done.stdout.strip().splitlines()[-1])


def event(name: str, **replaced: str) -> str:
    """A committed event, with what is each user's own put in."""
    text = (EVENTS / f"{name}.json").read_text()
    for old, new in replaced.items():
        assert old in text, f"{name}.json has no {old}"
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="session")
def facts() -> dict:
    """What `make test-containers` made."""
    return json.loads(Path(os.environ["STACK_JSON"]).read_text())


@pytest.fixture(scope="session")
def sam(facts, tmp_path_factory, request):
    """`sam local` with a database that MigrateFunction, in its container, has just filled."""
    sam = Sam(facts, tmp_path_factory.mktemp("sam"))
    sam.migrated = sam.invoke("migrate", event("migrate"))
    request.config.first = sam.first
    return sam


@pytest.fixture(scope="session")
def token(sam, facts) -> str:
    """A user's token, as `make run` makes one."""
    tests = ROOT / "infra" / "local" / "demo" / "tests.jsonl"
    argv = [os.environ["SEED"], "--database-url", facts["owner_url"], "--tests", tests, "--endpoint-url", "http://127.0.0.1:9/"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])["token"]


def pytest_terminal_summary(terminalreporter, config):
    """Start, first answer and memory as they were seen: they are no check, machines differ."""
    for function, first in sorted(getattr(config, "first", {}).items()):
        terminalreporter.write_line(f"{function}: start and first answer {first:.0f} ms")
    for seen in getattr(config, "memory", []):
        terminalreporter.write_line(f"api, warm: {seen}")
