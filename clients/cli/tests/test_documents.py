"""The documents' commands, as they stand there."""

import json
import os
import re
import subprocess
from pathlib import Path

from conftest import BINARY

DOCS = Path(__file__).parents[3] / "docs"


def blocks(document: str) -> list[str]:
    """The shell blocks of a document."""
    return re.findall(r"^```sh\n(.*?)^```", (DOCS / document).read_text(), flags=re.M | re.S)


def test_the_testers_path_leads_to_a_red_pipeline(tool, stack, tmp_path):
    path = f"{Path(BINARY).parent}:{os.environ['PATH']}"
    environment = tool.environment | {"PATH": path, "URL": stack["endpoint_url"]}
    script = "set -euo pipefail\n" + "\n".join(blocks("quality-gate.md"))
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    verdicts = [answer["verdict"]["failed"] for answer in answers if "verdict" in answer]
    assert verdicts == [False, False, True]
    counts = dict.fromkeys(["better", "worse", "changed", "only_before", "only_after", "better_flaky", "worse_flaky"], 0)
    assert answers[-1] == counts | {"same": 2}
    assert {"tests.csv", "report.xml", "run.csv"} <= set(os.listdir(tmp_path))
