"""The suites in Python, which are pytest's in an environment of their own."""

import os
import subprocess

from ...instance import LOCAL, REPOSITORY


def pytest(environment: str, folder: str, variables: dict[str, str]) -> int:
    """Runs the tests of a folder with the packages of an environment in `.local` and ARGS; the exit status is pytest's own."""
    argv = [LOCAL / environment / "bin" / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    argv += [*os.environ.get("ARGS", "").split(), REPOSITORY / folder]
    return subprocess.call(argv, cwd=REPOSITORY, env=os.environ | variables)
