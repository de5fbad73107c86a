"""`make check`'s last part: are templates and workflows such that AWS and GitHub would take them, and would a reviewer? Are the scripts sound?"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from ..console import say
from ..functions.build import SAM, SAM_ENVIRONMENT, TEMPLATE
from ..instance import LOCAL, REPOSITORY


def validate() -> int:
    """Runs SAM, cfn-lint, checkov, shellcheck, and what reads GitHub's workflows, offline, and every one of them; for one region because
    the rules want one. Dependencies are held to deny.toml where cargo-deny is installed; their advisories are asked for by the pipeline."""
    nested = sorted((REPOSITORY / "infra").glob("*.yaml"))
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    scripts = sorted([*(REPOSITORY / "infra").glob("*.sh"), *(REPOSITORY / "tests" / "wiring").rglob("*.sh")])
    workflows = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
    tools = LOCAL / "lint" / "bin"
    commands = [
        [SAM, "validate", "--lint", "--template-file", TEMPLATE, "--region", "us-east-1"],
        [cfn_lint, "--regions", "us-east-1", "--", *nested],
        [tools / "checkov", "--config-file", "infra/lint/checkov.yaml"],
        [tools / "shellcheck", "--", *scripts],
        [tools / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows],
        [tools / "zizmor", "--offline", "--no-progress", "--quiet", "--persona", "pedantic", "--config", "infra/lint/zizmor.yaml", ".github/workflows"],
    ]
    if shutil.which("cargo-deny"):
        commands.append(["cargo", "deny", "--offline", "--locked", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"])
    else:
        say("no cargo-deny here: licences, bans and sources of crates are passed over")
    statuses = [subprocess.call(argv, cwd=REPOSITORY, env=os.environ | SAM_ENVIRONMENT) for argv in commands]
    return max(map(abs, statuses))
