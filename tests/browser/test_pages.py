"""Pages in a real browser: accessible in light, dark and at phone width, no message on the console, no policy violation."""

import asyncio
import re
import shutil
import socket
import threading
import time
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import sync_playwright

from app.main import create_app
from tests.cast import PASSPHRASE
from tests.ground.crawl import pages_of

D = "/dialogues/six-party-talks"
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
PAGES = [
    "",
    "/impact?stall=DPRK-JP",
    "/baskets/DPRK-JP",
    "/meetings",
    "/polls",
    "/roadmap",
    "/roadmap/SP1",
    "/registers",
    "/parties",
    "/people",
]
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 800}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 780}},
}
RULES = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']}).then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))"


@pytest.fixture
def server(ground):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(create_app(ground), port=port, log_config=None, access_log=False, ws="none")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(running.serve()))
    thread.start()
    while not running.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join()


@pytest.fixture
def walked(visit):
    """(login, cookie, paths of every page there is for this person); before the browser starts, which has a loop of its own."""
    rapporteur = visit("rapporteur")
    _cut_a_release(rapporteur)
    people = {"rapporteur": rapporteur} | {login: visit(login) for login in ("organiser", "tachibana", "liaison-japan")}
    return [(login, person.client.cookies["dipoli"], _html_pages(person)) for login, person in people.items()]


def _html_pages(person):
    return [path for path, got in pages_of(person).items() if got.headers["content-type"].startswith("text/html")]


@pytest.fixture
def chromium():
    program = shutil.which("chromium")
    assert program, "Chromium is needed for the browser tests; .ci/run installs it"
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


def _sign_in(page, server, login="tachibana", code=""):
    page.goto(f"{server}/sign-in")
    page.fill("#login", login)
    page.fill("#passphrase", PASSPHRASE)
    page.fill("#code", code)
    page.click("form.stacked button")
    page.wait_for_url(f"{server}/")


@pytest.mark.sqlite_only("the pages are the same on both databases")
@pytest.mark.parametrize("look", LOOKS)
def test_pages_are_accessible(server, walked, chromium, look):
    """Every page that each of these people can reach by links, by axe-core, WCAG 2.2 AA."""
    found, looked = {}, 0
    for login, cookie, paths in walked:
        context = chromium.new_context(bypass_csp=True, **LOOKS[look])
        context.add_cookies([{"name": "dipoli", "value": cookie, "url": server}])
        page = context.new_page()
        for path in paths:
            page.goto(server + path)
            page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
            page.evaluate(AXE.read_text())
            looked += 1
            if violations := page.evaluate(RULES):
                found[login, path] = violations
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), (login, path)
        context.close()
    assert found == {}
    assert looked > 40


def _cut_a_release(rapporteur):
    form = rapporteur.get(f"{D}/summaries").text
    meeting = re.search(r'<option value="([0-9a-f-]{36})"[^>]*>Workshop', form).group(1)
    summary = rapporteur.send(f"{D}/summaries", page=f"{D}/summaries", meeting=meeting).headers["location"]
    words = {"title": "Chair's summary", "text": "# Fuel\n\nSmall tranches were easier to verify.", "version": 1}
    rapporteur.send(summary, page=summary, **words)
    cut = rapporteur.send(f"{summary}/releases", page=summary, party="JP", tlp="TLP:AMBER")
    assert cut.status_code == 303


@pytest.mark.sqlite_only("the pages are the same on both databases")
@pytest.mark.parametrize("script", [True, False])
def test_a_note_is_posted_without_a_message_on_the_console(server, chromium, script):
    page = chromium.new_context(java_script_enabled=script).new_page()
    messages = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    _sign_in(page, server)
    for part in PAGES:
        page.goto(server + D + part)
    page.goto(f"{server}{D}/meetings")
    page.click("text=invited: notes")
    page.click("summary:has-text('Post a note')")
    page.fill("textarea >> nth=0", "Typed by hand")
    page.click("text=Post the note")
    assert "Your note is kept" in page.content()
    page.click("text=Find and edit my own notes")
    assert "Typed by hand" in page.content()
    assert messages == []


@pytest.mark.sqlite_only("the pages are the same on both databases")
@pytest.mark.parametrize("script", [True, False])
def test_walking_along_the_days_shows_each_board(server, chromium, script):
    """With script the board changes in place, without it page by page; the address keeps the day both times."""
    page = chromium.new_context(java_script_enabled=script).new_page()
    messages = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    _sign_in(page, server)
    page.goto(server + D)
    loads = []
    page.on("load", lambda _page: loads.append(1))
    for day, state in (("2007-02-13", "active"), ("2009-04-14", "suspended")):
        page.click("summary:has-text('days on which something happened')")
        page.click(f"details .days a:has-text('{day}')")
        page.wait_for_url(f"**?as_of={day}")
        page.wait_for_selector(f".days a[aria-current]:has-text('{day}')")
        card = page.locator("article.basket", has_text="Denuclearization")
        assert state in card.inner_text()
    assert (len(loads) == 0) == script
    page.go_back()
    page.wait_for_selector(".days a[aria-current]:has-text('2007-02-13')")
    assert page.evaluate("Object.keys(sessionStorage).length + Object.keys(localStorage).length") == 0
    assert messages == []


@pytest.mark.sqlite_only("the pages are the same on both databases")
def test_a_lane_goes_on_to_the_edge_of_a_wide_frame(server, chromium):
    page = chromium.new_context(java_script_enabled=True, viewport={"width": 2400, "height": 900}).new_page()
    _sign_in(page, server)
    page.goto(f"{server}{D}/roadmap?show=graph&basket=NEAPS")
    right = "selector => Math.round(document.querySelector(selector).getBoundingClientRect().right)"
    frame, drawing, lane = (page.evaluate(right, part) for part in (".sheet", ".drawing", ".drawing .lane0"))
    assert drawing >= frame - 2  # the frame's line
    assert lane >= drawing
    box = "selector => Math.round(document.querySelector(selector).getBoundingClientRect().width)"
    assert page.evaluate(box, ".drawing a use") == 200  # and nothing is stretched
