"""Runs `python -m stack ...` in a private environment, made at the first call. Needs no package itself, only Python 3.10."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LOCAL = os.path.join(os.path.dirname(os.path.dirname(HERE)), ".local")
VENV = os.path.join(LOCAL, "venv")
MARK = os.path.join(VENV, "made-from")
PYTHON = os.path.join(VENV, "bin", "python")
PINS = os.path.join(HERE, "requirements.txt")
TOOLS = {
    "cargo": "Install Rust 1.94.1 or later with rustup: cargo is not on the PATH.",
    "cc": "Install a C compiler and linker (Debian: apt install build-essential): cc is not on the PATH.",
    "strip": "Install binutils (Debian: apt install binutils): strip is not on the PATH.",
}


def give_up(sentence):
    sys.stderr.write("error: " + sentence + "\n")
    sys.exit(2)


def fingerprint():
    with open(PINS, "rb") as pins:
        return hashlib.sha256(pins.read() + sys.version.encode() + VENV.encode()).hexdigest()


def is_made():
    try:
        with open(MARK) as mark:
            return mark.read() == fingerprint()
    except OSError:
        return False


def step(argv, log, sentence):
    if subprocess.call(argv, stdout=log, stderr=subprocess.STDOUT) != 0:
        give_up(sentence + " The details are in " + log.name + ".")


def make():
    print("installing the local stack's Python packages into .local/venv (once, about a minute)", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    with open(os.path.join(LOCAL, "pip.log"), "w") as log:
        step(
            [sys.executable, "-m", "venv", VENV],
            log,
            "Install Python's venv module (Debian: apt install python3-venv).",
        )
        pip = [PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--no-deps", "-r", PINS]
        step(pip, log, "Connect this machine to a Python package registry: the local stack's packages did not install.")
    with open(MARK, "w") as mark:
        mark.write(fingerprint())


def main():
    if sys.version_info < (3, 10):
        give_up("Install Python 3.10 or later, or name it with PYTHON=...: this is %d.%d." % sys.version_info[:2])
    for tool, sentence in TOOLS.items():
        if shutil.which(tool) is None:
            give_up(sentence)
    os.makedirs(LOCAL, exist_ok=True)
    with open(os.path.join(LOCAL, "venv.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_made():
            make()
    os.environ["PYTHONPATH"] = HERE
    os.execv(PYTHON, [PYTHON, "-m", "stack"] + sys.argv[1:])


if __name__ == "__main__":
    main()
