"""What needs no API: the console's address, completions, man pages."""

import subprocess

from conftest import Tool


def test_the_consoles_address_completions_and_manual_need_no_api(tmp_path):
    tool = Tool(tmp_path, RHESIS_TASKS_URL="http://127.0.0.1:1", RHESIS_TASKS_TOKEN="rh-test")
    task = "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"
    assert tool("open", task).out == f"http://127.0.0.1:1/console/tasks/{task}\n"
    assert tool("open", "--json").objects() == [{"url": "http://127.0.0.1:1/console/overview"}]
    assert tool("open", "xyz").status == 2
    script = tool("completions", "bash")
    assert script.status == 0 and subprocess.run(["bash", "-n"], input=script.out, text=True).returncode == 0
    (tmp_path / "man1").mkdir()
    assert tool("man", "man1").status == 0
    pages = {page.name for page in (tmp_path / "man1").iterdir()}
    assert {"rhesis-tasks.1", "rhesis-tasks-run-download.1", "rhesis-tasks-schedules-create.1", "rhesis-tasks-start.1"} <= pages
    assert tool("man", "no/such/folder").status == 1
    assert tool("completions", "nonsense").status == 2
