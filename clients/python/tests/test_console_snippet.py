"""The console's page of a task shows the Python that starts one like it: it is run as it stands there."""

import html
import os
import re
import subprocess
import sys

import httpx


def test_the_python_that_the_console_shows_of_a_task_runs(app, stack, monkeypatch):
    task = app.task("execute_test_configuration").apply_async([stack["test_configuration_id"]], countdown=600)
    with httpx.Client() as browser:
        came = browser.post(f"{stack['api_url']}/console/sign-in", data={"token": stack["token"], "next": ""})
        # The cookie is for https, which this machine's stack does not speak.
        cookie = came.headers["set-cookie"].split(";")[0]
        page = browser.get(f"{stack['api_url']}/console/tasks/{task.id}", headers={"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}).text
    snippet = html.unescape(re.search(r'<pre[^>]* id="python"[^>]*>(.*?)</pre>', page, re.DOTALL)[1])
    assert stack["test_configuration_id"] in snippet
    ran = subprocess.run([sys.executable, "-c", snippet], capture_output=True, text=True, env=os.environ, timeout=60)
    assert ran.returncode == 0, ran.stderr
    started, shown = ran.stdout.split("\n")[:2]
    assert shown == "PENDING" and app.AsyncResult(started.split()[0]).name == "execute_test_configuration"
    task.revoke()
    app.AsyncResult(started.split()[0]).revoke()
