"""What the binaries ask of the system that they run on, against what Amazon Linux 2023 has."""

import re
import subprocess
from pathlib import Path

import pytest
from conftest import FUNCTIONS

# glibc of Amazon Linux 2023: its release notes, "glibc 2.34".
NEWEST = (2, 34)
# What its image for provided.al2023 has without a layer.
LIBRARIES = r"(libc|libm|libgcc_s|ld-linux-x86-64|ld-linux-aarch64|libpthread|libdl|librt)\.so\.\d"


@pytest.mark.parametrize("logical", FUNCTIONS.values())
def test_a_binary_asks_for_no_newer_glibc_than_lambda_has_and_for_no_other_library(facts, logical):
    binary = Path(facts["template"]).parent / logical / "bootstrap"
    symbols = subprocess.run(["objdump", "-T", binary], capture_output=True, text=True, check=True).stdout
    versions = {tuple(map(int, found.split("."))) for found in re.findall(r"GLIBC_(\d+\.\d+)", symbols)}
    assert versions and max(versions) <= NEWEST
    header = subprocess.run(["objdump", "-p", binary], capture_output=True, text=True, check=True).stdout
    needed = re.findall(r"NEEDED\s+(\S+)", header)
    assert needed and [name for name in needed if not re.fullmatch(LIBRARIES, name)] == []
