"""Runs `python -m driver`, or what FUNCTIONS=1, GROWTH=1, LISTS=1, PAGES=1 or STACK=1 ask for, in a private environment that the first call
makes. Needs no package itself."""

import hashlib
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
HOME = os.path.join(ROOT, ".local", "bench")
VENV = os.path.join(HOME, "venv")
PYTHON = os.path.join(VENV, "bin", "python")
PINS = os.path.join(HERE, "requirements.txt")


def make(mark):
    with open(PINS, "rb") as pins:
        wanted = hashlib.sha256(pins.read() + sys.version.encode()).hexdigest()
    try:
        with open(mark) as made:
            if made.read() == wanted:
                return
    except OSError:
        pass
    sys.stderr.write("installing the benchmark's Python packages into .local/bench/venv\n")
    with open(os.path.join(HOME, "venv.log"), "w") as log:
        pip = [PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "-r", PINS]
        for argv in [sys.executable, "-m", "venv", VENV], pip:
            if subprocess.call(argv, stdout=log, stderr=subprocess.STDOUT) != 0:
                sys.exit(f"error: {' '.join(argv[:4])} failed; the details are in {log.name}")
    with open(mark, "w") as made:
        made.write(wanted)


if os.environ.get("STACK"):
    # The emulator's packages are the local stack's.
    os.execv(sys.executable, [sys.executable, os.path.join(ROOT, "infra", "local", "start.py"), "bench"])
os.makedirs(HOME, exist_ok=True)
make(os.path.join(VENV, "made-from"))
os.environ["PYTHONPATH"] = os.pathsep.join([HERE, os.path.join(ROOT, "infra", "local")])
package = next((name.lower() for name in ("FUNCTIONS", "GROWTH", "LISTS", "PAGES") if os.environ.get(name)), "driver")
os.execv(PYTHON, [PYTHON, "-m", package, *sys.argv[1:]])
