"""Every page, in both themes, on a wide screen and on a phone."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], ["best-practice"]


def every_page(stack, run):
    """The address of every page there is, with something to show."""
    task = stack.call("GET", "/tasks?kind=execute_test_configuration&limit=1")[0]["task_id"]
    group = stack.call("GET", f"/tasks/{task}")["progress"]["group_id"]
    result = stack.call("GET", f"/test_results?test_run_id={run}&status=Fail&limit=1")[0]["id"]
    test_set = stack.call("GET", "/test_sets?limit=1")[0]["id"]
    endpoint = stack.call("GET", "/endpoints?limit=1")[0]["id"]
    metrics = stack.call("GET", "/metrics?limit=1")
    sections = "overview tasks dead-letters batches schedules limits kinds runs test-sets endpoints metrics models tokens webhooks"
    yield from sections.split()
    yield from (f"tasks/{task}", f"groups/{group}", "kinds/execute_test_configuration", f"runs/{run}")
    yield from (f"runs/{run}/flaky", f"runs/{run}?search=nothing+has+this", f"runs/{run}/compare/{run}?change=same")
    yield from (f"runs/{run}/compare/{run}", f"results/{result}", f"results/{result}?before={result}")
    yield from (f"test-sets/{test_set}", f"endpoints/{endpoint}", "find?q=nothing", "sign-in")
    yield from (f"metrics/{metric['id']}" for metric in metrics)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_fits_and_asks_nobody_else(visit, stack, run, theme, width):
    here = visit(color_scheme=theme, viewport={"width": width, "height": 800}).sign_in()
    for path in every_page(stack, run):
        assert here.open(path).status == 200, path
        for rules in RULES:
            found = Axe().run(here.page, options={"runOnly": rules}).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], path
        assert here.page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} is wider than the screen"
        assert here.page.locator("h1").count() == 1, path
        assert here.wrong == [], path
        if folder := os.environ.get("EVERY_PICTURE"):
            name = "-".join(path.split("?")[0].split("/")[:3:2]) + ("-asked" if "?" in path else "")
            here.page.screenshot(path=Path(folder) / f"{name}-{theme}-{width}.png", full_page=True, animations="disabled")


def test_pictures_are_taken_if_they_are_asked_for(visit, stack, run):
    folder = os.environ.get("PICTURES")
    if not folder:
        pytest.skip("make pictures asks for them")
    for name, path, theme in [("run", f"runs/{run}", "light"), ("overview", "overview", "dark")]:
        here = visit(color_scheme=theme, viewport={"width": 1120, "height": 620}).sign_in()
        here.open(path)
        here.page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")
