"""From a file of tests to a verdict: the tester's path of docs/quality-gate.md."""

import json
import os
import threading
from xml.etree import ElementTree

import pytest
from conftest import SNAPSHOTS, same

PART = 4 << 20
# The demo endpoint of the stack knows the answers of the demo's tests and no others.
GOOD = '{"prompt": "%s", "expected": "%s"}\n'


@pytest.fixture
def known(stack) -> list[dict]:
    """Tests that the demo endpoint answers as they expect."""
    folder = SNAPSHOTS.parents[3] / "infra" / "local" / "demo"
    faults = {json.loads(line)["prompt"] for line in (folder / "faults.jsonl").read_text().splitlines()}
    tests = [json.loads(line) for line in (folder / "tests.jsonl").read_text().splitlines()]
    return [test for test in tests if test["prompt"] not in faults][:3]


def write(path, tests) -> None:
    path.write_text("".join(json.dumps(test) + "\n" for test in tests))


def test_a_file_becomes_a_verdict_a_report_and_an_exit_status(tool, stack, tmp_path, known):
    bad = {"prompt": "Who knows?", "expected": "nobody & <nothing>"}
    write(tmp_path / "mixed.jsonl", [*known, bad])
    words = ["run", "mixed.jsonl", "--url", stack["endpoint_url"], "--junit", "report.xml"]
    good = tool(*words, "--fail-under", "75%")
    assert good.status == 0, good.err
    [run] = good.objects()
    assert (run["total"], run["passed"], run["failed"], run["errors"]) == (4, 3, 1, 0)
    assert run["verdict"] == {"failed": False, "reasons": []}
    suite = ElementTree.parse(tmp_path / "report.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("5", "1", "0")
    assert len(suite.findall(".//testcase")) == 5 and len(suite.findall(".//failure")) == 1
    # The same again, in red; and the same set against the run of before.
    red = tool.terminal("run", "show", run["id"], "--fail-under", "76%")
    assert red.status == 1
    same("red", red.out)
    again = tool("run", "--test-set", run["test_set"]["id"], "--endpoint", run["endpoint"]["id"], "--metric", "exact",
                 "--fail-on-regression", run["id"], "--name", "again")
    assert again.status == 0, again.err
    assert again.objects()[0]["id"] != run["id"]
    later = again.objects()[0]["id"]
    compared = tool("compare", run["id"], later)
    assert compared.status == 0 and compared.objects()[0]["worse"] == 0
    same("compare", tool.terminal("-q", "compare", run["id"], later).out)
    failed = tool("results", run["id"], "--failed").objects()
    assert [result["prompt"] for result in failed] == ["Who knows?"]
    assert tool("results", run["id"], "--grep", "who knows").objects() == failed
    same("results", tool.terminal("-q", "results", run["id"], "--failed").out)
    assert run["id"] in [line["id"] for line in tool("runs", "-n", "5").objects()]
    assert tool.terminal("runs", "-n", "1").status == 0
    table = tool("run", "download", run["id"], "-o", "run.csv")
    assert table.status == 0 and (tmp_path / "run.csv").read_bytes().decode() == tool("run", "download", run["id"]).out
    assert sorted(os.listdir(tmp_path)) == ["mixed.jsonl", "report.xml", "run.csv"]


def test_a_download_onto_a_full_disk_leaves_nothing(tool, stack, tmp_path, known):
    write(tmp_path / "t.jsonl", known)
    [run] = tool("run", "t.jsonl", "--url", stack["endpoint_url"]).objects()
    with open("/dev/full", "w") as full:
        child = tool.popen("run", "download", run["id"], stdout=full)
        _, said = child.communicate(timeout=60)
    assert child.returncode == 1 and said.startswith(b"error: ")
    missing = tool("run", "download", run["id"], "-o", "no/such/folder/run.csv")
    assert missing.status == 1 and not (tmp_path / "no").exists()


def test_ctrl_c_leaves_the_run_and_says_how_to_come_back(tool, stack, tmp_path, known):
    write(tmp_path / "t.jsonl", known)
    stopped = tool.terminal("run", "t.jsonl", "--url", stack["endpoint_url"], "--junit", "r.xml", interrupt_at="run 0")
    assert stopped.status == 130 and "rhesis-tasks run show --wait" in stopped.out
    assert os.listdir(tmp_path) == ["t.jsonl"]
    run = stopped.out.split("run show --wait ")[1].split()[0]
    assert tool("run", "show", "--wait", run, "--fail-under", "100%").status == 0


def test_a_file_is_imported_whole_or_not_at_all(tool, tmp_path):
    (tmp_path / "t.csv").write_text("prompt,expected\nhello,there\n")
    [made] = tool("import", "t.csv", "--name", "cli").objects()
    assert made["tests"] == 1
    (tmp_path / "bad.csv").write_text("prompt,expected\nhello,there\n,nothing\n")
    bad = tool("import", "bad.csv")
    assert (bad.status, bad.out) == (2, "") and "line 3" in bad.err
    for name, text in (("empty.csv", ""), ("t.txt", "x"), ("no.csv", None)):
        if text is not None:
            (tmp_path / name).write_text(text)
        assert tool("import", name).status == 2, name
    assert tool("import", "/dev/zero", "--format", "csv").status == 2
    assert tool("import", ".").status == 2


def import_in_part(stack, text: str) -> str:
    """Begins an import of a text of two parts and sends the first; answers its id."""
    import urllib.request

    assert -(-len(text) // PART) == 2

    def ask(method, path, body):
        headers = {"Authorization": f"Bearer {stack['token']}", "Content-Type": "application/json"}
        request = urllib.request.Request(stack["api_url"] + path, data=body, headers=headers, method=method)
        return json.loads(urllib.request.urlopen(request).read() or b"null")

    opened = ask("POST", "/imports", json.dumps({"name": "large", "format": "jsonl", "parts": 2}).encode())
    ask("PUT", f"/imports/{opened['import_id']}/parts/1", text.encode()[:PART])
    return opened["import_id"]


def test_an_import_that_broke_off_goes_on(tool, tmp_path, stack):
    lines = "".join(json.dumps({"prompt": f"{n} " + "x" * 1000}) + "\n" for n in range(6000))
    (tmp_path / "large.jsonl").write_text(lines)
    opened = import_in_part(stack, lines)
    resumed = tool("import", "large.jsonl", "--resume", opened)
    assert resumed.status == 0, resumed.err
    assert resumed.objects()[0]["tests"] == 6000
    (tmp_path / "other.jsonl").write_text('{"prompt": "x"}\n')
    assert tool("import", "other.jsonl", "--resume", opened).status == 2


def test_a_file_that_changes_while_it_is_read_is_not_imported(tmp_path):
    from test_broken import Server
    from conftest import Tool

    file = tmp_path / "t.jsonl"
    file.write_text('{"prompt": "x"}\n' * 300_000)
    imported = (201, {}, {"import_id": "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"})
    server = Server(imported, (204, {}, b""))
    changed = threading.Event()

    def change():
        while not any(method == "PUT" for method, *_ in server.asked):
            changed.wait(0.001)
        with open(file, "a") as more:
            more.write("more\n")

    threading.Thread(target=change, daemon=True).start()
    tool = Tool(tmp_path, RHESIS_TASKS_URL=server.url, RHESIS_TASKS_TOKEN="rh-x")
    ended = tool("import", "t.jsonl")
    assert (ended.status, ended.out) == (1, "") and "changed while it was read" in ended.err
    methods = [method for method, *_ in server.asked]
    assert methods[-1] == "DELETE" and methods.count("POST") == 1


def test_what_is_wrong_is_said_before_anything_is_made(tool, tmp_path, stack):
    (tmp_path / "t.jsonl").write_text('{"prompt": "x"}\n')
    before = tool("runs", "--all").out
    for words in (
        ["run"],
        ["run", "t.jsonl"],
        ["run", "t.jsonl", "--url", "nonsense"],
        ["run", "t.jsonl", "--url", stack["endpoint_url"], "--fail-under", "110%"],
        ["run", "t.jsonl", "--url", stack["endpoint_url"], "--fail-on-regression", "x"],
        ["run", "no.jsonl", "--url", stack["endpoint_url"]],
        ["run", "show", "xyz"],
    ):
        assert tool(*words).status == 2, words
    assert tool("run", "t.jsonl", "--url", stack["endpoint_url"], "--metric", "nobody").status == 5
    assert tool("run", "show", "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23").status == 5
    assert tool("runs", "--all").out == before
