"""Servers that are down, asleep, or somebody else's; and a world that is not as it should be."""

import json
import os
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import Tool

PROBLEM = {"type": "about:blank", "title": "", "detail": "as things stand"}


class Server(ThreadingHTTPServer):
    """Answers with what it is given, one after the other; the last for ever."""

    daemon_threads = True

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        answer = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        status, headers, said = answer
        self.send_response(status)
        data = said if isinstance(said, bytes) else json.dumps(said).encode()
        kind = "application/problem+json" if status >= 400 and not isinstance(said, bytes) else "application/json"
        for name, value in ({"Content-Type": kind, "Content-Length": str(len(data))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *_):
        pass


KIND = (200, {}, {"name": "k", "startable": True, "arguments": {"type": "object"}})
STARTED = (202, {}, {"task_id": "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23", "status": "PENDING"})


def tool_for(server: Server, folder) -> Tool:
    return Tool(folder, RHESIS_TASKS_URL=server.url, RHESIS_TASKS_TOKEN="rh-test")


@pytest.mark.parametrize(
    ("status", "exit_status"), [(400, 2), (401, 4), (403, 4), (404, 5), (409, 1), (413, 2), (422, 2), (500, 3)]
)
def test_each_refusal_is_one_sentence_and_its_exit_status(tmp_path, status, exit_status):
    ended = tool_for(Server((status, {}, PROBLEM)), tmp_path)("kinds", "k")
    assert (ended.status, ended.out) == (exit_status, "")
    assert ended.err.startswith("error: ") and ended.err.count("\n") == 1


def test_an_answer_that_is_no_json_is_told(tmp_path):
    for answer in [(200, {"Content-Type": "text/html"}, b"<html>"), (200, {}, b""), (404, {}, b"<html>"), (200, {}, b"\xff")]:
        ended = tool_for(Server(answer), tmp_path)("list")
        assert (ended.status, ended.out) == (3, ""), ended
        assert ended.err.count("\n") == 1


def test_a_sleeping_api_is_asked_again_when_it_said(tmp_path):
    server = Server((503, {"Retry-After": "1"}, PROBLEM), (429, {"Retry-After": "1"}, PROBLEM), (200, {}, []))
    ended = tool_for(server, tmp_path)("list")
    assert (ended.status, len(server.asked)) == (0, 3)
    assert "Trying again in 1 s." in ended.err


def test_a_wait_for_which_there_is_no_room_goes_on_without_being_held_as_late_as_the_api_asked(tmp_path):
    task = "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"
    full, open_, ended = (429, {"Retry-After": "1"}, PROBLEM), (200, {}, {"status": "STARTED"}), (200, {}, {"status": "SUCCESS"})
    # More often than any other refusal is tried again.
    server = Server(*[full, open_] * 6, full, ended)
    began = time.monotonic()
    tool = tool_for(server, tmp_path)("wait", task)
    assert tool.status == 0 and time.monotonic() - began >= 7, tool
    assert [path.partition("?")[2] for _, path, *_ in server.asked] == ["wait=20", ""] * 7


def test_a_start_whose_answer_was_lost_is_repeated_with_the_same_key(tmp_path):
    server = Server(KIND, None, (503, {"Retry-After": "0"}, PROBLEM), STARTED)
    ended = tool_for(server, tmp_path)("start", "k")
    assert ended.status == 0, ended.err
    keys = [headers["idempotency-key"] for method, _, headers, _ in server.asked if method == "POST"]
    assert len(keys) == 3 and len(set(keys)) == 1


def test_what_is_not_the_same_when_done_twice_is_not_repeated(tmp_path):
    server = Server(None)
    ended = tool_for(server, tmp_path)("retry", "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23")
    assert (ended.status, len(server.asked)) == (3, 1)


def test_nobody_there_is_exit_status_3(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    tool = Tool(tmp_path, RHESIS_TASKS_URL=url, RHESIS_TASKS_TOKEN="rh-test")
    ended = tool("kinds")
    assert (ended.status, ended.out) == (3, "") and "cannot be reached" in ended.err
    for url in ("nonsense", "ftp://x", "http://"):
        assert Tool(tmp_path, RHESIS_TASKS_URL=url, RHESIS_TASKS_TOKEN="rh-test")("kinds").status in (2, 3)


def test_without_a_place_it_says_where_one_comes_from(tmp_path):
    ended = Tool(tmp_path)("kinds")
    assert ended.status == 3 and "rhesis-tasks login" in ended.err
    assert Tool(tmp_path, RHESIS_TASKS_URL="http://127.0.0.1:1")("kinds").status == 2
    assert Tool(tmp_path)("kinds", "--profile", "nobody").status == 2
    assert Tool(tmp_path, RHESIS_TASKS_URL="http://127.0.0.1:1", RHESIS_TASKS_TOKEN="a\nb")("kinds").status == 4


def test_the_local_stack_is_found_from_any_folder_below(tmp_path):
    server = Server((200, {}, []))
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local" / "stack.json").write_text(json.dumps({"api_url": server.url, "token": "rh-local"}))
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    tool = Tool(below)
    assert tool("list").status == 0
    assert server.asked[0][2]["authorization"] == "Bearer rh-local"


def test_a_text_of_somebody_else_commands_no_terminal(tmp_path):
    evil = {"name": "\x1b[2Jx", "description": "\x1b]0;title\x07", "arguments": {}, "argument_names": [], "startable": True}
    shown = tool_for(Server((200, {}, [evil])), tmp_path).terminal("-q", "kinds")
    assert shown.status == 0 and "\x1b" not in shown.out and "\x07" not in shown.out


def test_colour_is_for_terminals_that_have_it_and_users_who_want_it(tmp_path):
    task = {"task_id": "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23", "kind": "k", "status": "SUCCESS", "attempt": 1}
    server = Server((200, {}, [task]))
    tool = tool_for(server, tmp_path)
    assert "\x1b[" in tool.terminal("-q", "list", colour=True).out
    assert "\x1b[" not in tool.terminal("-q", "list", colour=False).out
    tool.environment["TERM"] = "dumb"
    assert "\x1b[" not in tool.terminal("-q", "list", colour=True).out
    assert "\x1b[" not in tool("list").out
    # A terminal that does not know how wide it is.
    assert tool.terminal("-q", "list", width=0).status == 0


def test_a_list_without_end_is_found_out(tmp_path):
    link = {"Link": '<?limit=51>; rel="next"'}
    server = Server((200, link, []))
    ended = tool_for(server, tmp_path)("list")
    assert ended.status == 3 and len(server.asked) == 1


def test_a_wrong_call_is_exit_status_2_and_help_is_0(tmp_path):
    tool = Tool(tmp_path)
    assert tool("nonsense").status == 2
    assert tool("list", "--status", "DONE").status == 2
    assert tool("list", "--since", "yesterday").status == 2
    assert tool("--help").status == 0
    version = tool("--version")
    assert version.status == 0 and "commit" in version.out and "schema" in version.out
    assert os.listdir(tmp_path) == []
