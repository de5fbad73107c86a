"""Runs `python -m stack ...` in a private environment, made at the first call. Needs no package itself, only Python 3.10."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LOCAL = os.path.join(os.path.dirname(os.path.dirname(HERE)), ".local")
PYTHON = os.path.join(LOCAL, "venv", "bin", "python")
# Folders of packages in .local, and the files that pin them.
STACK = ("venv", os.path.join(HERE, "requirements.txt"))
LINT = ("lint", os.path.join(os.path.dirname(HERE), "lint", "requirements.txt"))
BROWSER = ("browser", os.path.join(os.path.dirname(os.path.dirname(HERE)), "tests", "browser", "requirements.txt"))
CLIENT = ("python", os.path.join(os.path.dirname(os.path.dirname(HERE)), "clients", "python", "tests", "requirements.txt"))
OPENAPI = ("openapi", os.path.join(os.path.dirname(os.path.dirname(HERE)), "tests", "openapi", "requirements.txt"))
ACCOUNT = ("account", os.path.join(os.path.dirname(os.path.dirname(HERE)), "tests", "account", "requirements.txt"))
SDK = ("sdk", os.path.join(os.path.dirname(os.path.dirname(HERE)), "tests", "sdk", "requirements.txt"))
# Its newest release, in a folder of its own beside those packages.
NEWEST = ("sdk-newest", os.path.join(os.path.dirname(os.path.dirname(HERE)), "tests", "sdk", "newest.txt"))
TOOLS = {
    "cargo": "Install Rust 1.94.1 or later with rustup: cargo is not on the PATH.",
    "cc": "Install a C compiler and linker (Debian: apt install build-essential): cc is not on the PATH.",
    "strip": "Install binutils (Debian: apt install binutils): strip is not on the PATH.",
}


def give_up(sentence):
    sys.stderr.write("error: " + sentence + "\n")
    sys.exit(2)


def fingerprint(venv, pins):
    with open(pins, "rb") as file:
        return hashlib.sha256(file.read() + sys.version.encode() + venv.encode()).hexdigest()


def is_made(venv, pins):
    try:
        with open(os.path.join(venv, "made-from")) as mark:
            return mark.read() == fingerprint(venv, pins)
    except OSError:
        return False


def step(argv, log, sentence):
    if subprocess.call(argv, stdout=log, stderr=subprocess.STDOUT) != 0:
        give_up(sentence + " The details are in " + log.name + ".")


def make(name, pins):
    venv = os.path.join(LOCAL, name)
    if is_made(venv, pins):
        return
    print("installing Python packages into .local/%s (once, about a minute)" % name, flush=True)
    shutil.rmtree(venv, ignore_errors=True)
    with open(os.path.join(LOCAL, "pip.log"), "w") as log:
        step(
            [sys.executable, "-m", "venv", venv],
            log,
            "Install Python's venv module (Debian: apt install python3-venv).",
        )
        install(os.path.join(venv, "bin", "python"), ["-r", pins], log)
    with open(os.path.join(venv, "made-from"), "w") as mark:
        mark.write(fingerprint(venv, pins))


def install(python, what, log):
    pip = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    step(pip + what, log, "Connect this machine to a Python package registry: packages did not install.")


def make_folder(name, pins, python):
    """Packages in a folder of .local, for the interpreter of a venv there that has what they need."""
    folder = os.path.join(LOCAL, name)
    if is_made(folder, pins):
        return
    shutil.rmtree(folder, ignore_errors=True)
    with open(os.path.join(LOCAL, "pip.log"), "w") as log:
        # What asks for a later Python than it needs is tried with this one, too.
        what = ["--ignore-requires-python", "--target", folder, "-r", pins]
        install(os.path.join(LOCAL, python, "bin", "python"), what, log)
    with open(os.path.join(folder, "made-from"), "w") as mark:
        mark.write(fingerprint(folder, pins))


def main():
    if sys.version_info < (3, 10):
        give_up("Install Python 3.10 or later, or name it with PYTHON=...: this is %d.%d." % sys.version_info[:2])
    for tool, sentence in TOOLS.items():
        if shutil.which(tool) is None:
            give_up(sentence)
    os.makedirs(LOCAL, exist_ok=True)
    with open(os.path.join(LOCAL, "venv.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make(*STACK)
        if sys.argv[1:] == ["validate"]:
            make(*LINT)
        if sys.argv[1:] == ["test-console"]:
            make(*BROWSER)
        if sys.argv[1:] in (["test-python"], ["test-cli"], ["test-containers"]):
            make(*CLIENT)
        if sys.argv[1:] == ["test-openapi"]:
            make(*OPENAPI)
        if sys.argv[1:] == ["test-sdk"]:
            make(*SDK)
            make_folder(*NEWEST, python=SDK[0])
        if sys.argv[1:] == ["dashboard"]:
            make(*ACCOUNT)
    os.environ["PYTHONPATH"] = HERE
    # Binaries are looked for where this checkout has them.
    os.environ.pop("CARGO_TARGET_DIR", None)
    os.execv(PYTHON, [PYTHON, "-m", "stack"] + sys.argv[1:])


if __name__ == "__main__":
    main()
