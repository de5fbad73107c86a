"""`make check`'s last part: are the templates such that AWS would take them, and would a reviewer? Are the scripts sound?"""

import os
import subprocess
import sys
from pathlib import Path

from ..functions.build import SAM, SAM_ENVIRONMENT, TEMPLATE
from ..instance import LOCAL, REPOSITORY


def validate() -> int:
    """Runs SAM, cfn-lint, checkov and shellcheck, offline, and every one of them; for one region because the rules want one."""
    nested = sorted((REPOSITORY / "infra").glob("*.yaml"))
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    scripts = sorted([*(REPOSITORY / "infra").glob("*.sh"), *(REPOSITORY / "tests" / "wiring").rglob("*.sh")])
    commands = [
        [SAM, "validate", "--lint", "--template-file", TEMPLATE, "--region", "us-east-1"],
        [cfn_lint, "--regions", "us-east-1", "--", *nested],
        [LOCAL / "lint" / "bin" / "checkov", "--config-file", "infra/lint/checkov.yaml"],
        [LOCAL / "lint" / "bin" / "shellcheck", "--", *scripts],
    ]
    statuses = [subprocess.call(argv, cwd=REPOSITORY, env=os.environ | SAM_ENVIRONMENT) for argv in commands]
    return max(map(abs, statuses))
