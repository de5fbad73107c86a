"""The image is the engine's, which all checkouts of a machine share."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What another checkout does that begins and ends meanwhile.
ANOTHER = """
import docker
from stack.containers import image

engine = docker.from_env()
with image.present(engine):
    pass
print(image.find(engine) is not None)
"""


def test_another_checkout_that_ends_leaves_the_image_to_this_one():
    python = Path(os.environ["SAM"]).with_name("python")
    environment = os.environ | {"PYTHONPATH": str(ROOT / "infra" / "local")}
    said = subprocess.run([python, "-c", ANOTHER], env=environment, capture_output=True, text=True, timeout=60)
    assert (said.stdout.strip(), said.returncode) == ("True", 0), said.stderr
