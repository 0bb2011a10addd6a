"""The report in a real headless browser: what is drawn, what fits, what the filters do."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import logs
import pytest
import report_runs

from data_prep.steps.engine import Engine
from lmms_tasks.lines import HEADLINES
from lmms_tasks.logs import read_run
from lmms_tasks.report.page import Options, write_report

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZES = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]
# Parts that reach out of the page to the right, those apart that scroll in a box of their own.
OUTSIDE = """() => [...document.querySelectorAll("body *")]
  .filter((one) => !one.closest(".scroll"))
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((one) => one.tagName + "." + one.className)"""
LUMINANCE = """() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g)
  .slice(0, 3).reduce((sum, one) => sum + Number(one), 0)"""


def find_browser() -> str:
    """Return the path of a browser; skip without one, but never where all tests are to run."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        reason = f"no browser: none of {', '.join(BROWSERS)} is installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    found = find_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    data, runs = report_runs.runs(folder)
    with pytest.MonkeyPatch.context() as patch:
        report_runs.add_videoreason(data, folder / "first", patch)
    runs[0] = read_run("first", folder / "first", HEADLINES)
    out = folder / "report.html"
    write_report(runs, out, Options(data=data, frames=2), engine=Engine(workers=1, timeout=60))
    return out


@pytest.fixture
def opened(browser: Any, report: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    width, scheme = getattr(request, "param", (1280, "light"))
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda sent: (
            faults.append(sent.url[:80])
            if not sent.url.startswith((report.as_uri(), "data:image/jpeg"))
            else None
        ),
    )
    page.goto(report.as_uri())
    yield page
    assert not faults
    context.close()


def choose(page: Any, **wanted: str) -> list[str]:
    """Set filters, and return the ids of the items that are then shown."""
    for name, value in wanted.items():
        field = page.locator(f"#filters [name={name}]")
        if name == "text":
            field.fill(value)
        else:
            field.select_option(label=value)
    return [text.split()[0] for text in page.locator("#list h3").all_inner_texts()]


@pytest.mark.parametrize("opened", SIZES, indirect=True, ids=lambda size: f"{size[0]}-{size[1]}")
def test_everything_is_drawn_and_nothing_overflows(
    opened: Any, request: pytest.FixtureRequest
) -> None:
    width, scheme = request.node.callspec.params["opened"]
    opened.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    assert opened.evaluate("document.images.length") == 8
    assert opened.evaluate("[...document.images].every((one) => one.naturalWidth > 0)")
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.evaluate(OUTSIDE) == []
    assert (opened.evaluate(LUMINANCE) > 3 * 128) == (scheme == "light")
    for drawn, least in (
        (".track", 10),
        (".plot svg", 200),
        (".flow svg", 10),
        (".letter svg", 10),
    ):
        boxes = [one.bounding_box() for one in opened.locator(drawn).all()]
        assert boxes, drawn
        assert all(box["width"] > 100 and box["height"] > least for box in boxes), drawn
    assert opened.title() == "Evaluation of first, second"


def test_a_reply_is_shown_as_it_is(opened: Any) -> None:
    choose(opened, text="q1", task="futurebench_direct")
    raw = opened.locator("#list .reply pre").first
    assert raw.inner_text() == report_runs.HOSTILE
    assert opened.locator("#list script, #list [onerror]").count() == 0


def test_the_filters(opened: Any) -> None:
    every = [f"q{number}" for number in range(8)]
    assert choose(opened, task="futurebench_direct") == every
    assert choose(opened, outcome="wrong") == ["q6"]
    assert choose(opened, outcome="unparsed") == ["q1", "q5"]
    assert opened.locator("#status").inner_text() == "2 items"
    assert choose(opened, model="second") == []
    assert opened.locator("#status").inner_text() == "No item is like this."
    assert choose(opened, outcome="right") == every
    assert opened.locator("#list .reply").count() == 8
    assert choose(opened, kind="hop2") == ["q2", "q3"]
    assert choose(opened, model="all", kind="any", text="ANSWER IS c") == ["q2"]
    assert choose(opened, text="", outcome="wrong", task="futurebench_rotated") == []
    assert choose(opened, outcome="any") == every
    assert opened.locator("#list .reply").count() == 8 * 4


def test_real_and_generated_clips_stand_side_by_side(opened: Any) -> None:
    shown = choose(opened, task="videoreason_retention", kind="copy")
    assert shown == [f"i{number}-copy" for number in range(4)]
    card = opened.locator("#list article").first
    assert card.locator("img").count() == 2
    left, right = (one.bounding_box() for one in card.locator("figure").all())
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    captions = card.locator("figcaption").all_inner_texts()
    assert captions[0].startswith("Generated by copy: shows D")
    assert captions[1].startswith("Real future: A")


def test_the_keyboard_is_enough(opened: Any) -> None:
    opened.locator("#filters [name=task]").focus()
    opened.keyboard.press("ArrowDown")
    assert opened.locator("#filters [name=task]").input_value() == "futurebench_blind"
    assert "shown no video" in opened.locator("#list").inner_text()
    seen = set()
    for _ in range(12):
        opened.keyboard.press("Tab")
        seen.add(opened.evaluate("document.activeElement.tagName"))
    assert {"SELECT", "INPUT", "PRE"} <= seen


def test_many_items_are_paged(browser: Any, tmp_path: Path) -> None:
    logs.write(tmp_path / "log", {"direct": ["A"] * 45})
    run = read_run("m", tmp_path / "log", HEADLINES)
    out = tmp_path / "report.html"
    write_report([run], out, Options(data=tmp_path))
    page = browser.new_page()
    page.goto(out.as_uri())
    assert page.locator("#list article").count() == 20
    assert page.locator("#place").inner_text() == "1 to 20 of 45"
    assert page.locator("#before").is_disabled()
    page.locator("#after").focus()
    page.keyboard.press("Enter")
    page.locator("#after").click()
    assert page.locator("#place").inner_text() == "41 to 45 of 45"
    assert page.locator("#after").is_disabled()
    assert choose(page, text="q44") == ["q44"]
    assert page.locator("#pager").is_hidden()
    page.close()


def test_without_a_browser_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception, match="no browser: none of chromium"):
        find_browser()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no browser: none of chromium"):
        find_browser()
