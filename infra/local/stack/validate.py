"""`make check`'s last part: is the template one that AWS would take?"""

import os
import subprocess

from .build import SAM, SAM_ENVIRONMENT, TEMPLATE


def validate() -> int:
    """Runs cfn-lint through SAM; offline, and for one region because the rules want one."""
    argv = [SAM, "validate", "--lint", "--template-file", TEMPLATE, "--region", "us-east-1"]
    return subprocess.call(argv, env=os.environ | SAM_ENVIRONMENT)
