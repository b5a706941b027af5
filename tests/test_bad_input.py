"""Whatever comes in: a clear answer at its place, nothing stored, nothing typed lost."""

import json
import re
import sqlite3

import pytest
from sqlalchemy import event
from structlog.testing import capture_logs

from app.start import set_up_logs

D = "/dialogues/six-party-talks"


def _post_place(visitor):
    meeting = re.search(rf'href="({D}/meetings/[0-9a-f-]+)">Workshop', visitor.get(f"{D}/meetings").text).group(1)
    page = f"{meeting}/notes"
    item = re.search(rf'action="({meeting}/agenda/[0-9a-f-]+/notes)"', visitor.get(page).text).group(1)
    return page, item


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nul\x00here", "control character"),
        ("turned \u202e round", "direction of reading"),
        ("x" * 10_001, "at most 10000 characters"),
        ("", "at least 1 characters"),
    ],
)
def test_bad_text_is_refused_at_its_field_and_comes_back(visit, text, says):
    author = visit("tachibana")
    page, item = _post_place(author)
    answer = author.send(item, page=page, body=text)
    assert answer.status_code == 422
    assert says in answer.text
    assert text[:4] in answer.text
    assert f">\n{text[:4]}" not in author.get(f"{page}/mine").text or not text


def test_bytes_that_are_no_text_are_refused(visit):
    author = visit("tachibana")
    page, item = _post_place(author)
    key = author.key(page)
    raw = f"form_key={key}&body=lone%ED%A0%80surrogate"
    answer = author.request("POST", item, content=raw, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 422
    assert "cannot be kept" in answer.text
    assert "surrogate" in answer.text


def test_unknown_field_is_refused(visit):
    author = visit("tachibana")
    page, item = _post_place(author)
    answer = author.send(item, page=page, body="Good text", is_released="true")
    assert answer.status_code == 422
    assert "not known here" in answer.text
    assert "Good text" in answer.text


def test_form_without_its_key_or_from_elsewhere_is_refused_with_the_text_kept(visit):
    author = visit("tachibana")
    _page, item = _post_place(author)
    forged = author.send_with("x.y", item, body="Kept words")
    assert forged.status_code == 403
    assert "Kept words" in forged.text
    elsewhere = author.request("POST", item, data={"body": "x"}, headers={"Origin": "https://elsewhere.example"})
    assert elsewhere.status_code == 403
    crossing = author.request("POST", item, data={"body": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert crossing.status_code == 403


def test_double_submission_returns_the_first_result(visit):
    author = visit("tachibana")
    page, item = _post_place(author)
    key = author.key(page)
    first = author.send_with(key, item, body="Only once please")
    second = author.send_with(key, item, body="Only once please")
    assert (first.status_code, first.headers["location"]) == (second.status_code, second.headers["location"])
    assert author.get(f"{page}/mine").text.count("Only once please") == 1


def test_expired_sign_in_keeps_the_text_and_lands_back_with_it(visit, ground):
    author = visit("tachibana")
    page, item = _post_place(author)
    key = author.key(page)
    ground.linkage._db.execute("DELETE FROM login")
    lost = author.send_with(key, item, body="A thought that took an hour")
    assert lost.status_code == 401
    assert "A thought that took an hour" in lost.text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', lost.text))
    again = author.send_with(
        hidden.pop("form_key"), "/sign-in", login="tachibana", passphrase="a calm and patient table", **hidden
    )
    assert "You are signed in again" in again.text
    assert "A thought that took an hour" in again.text
    key = re.search(rf'action="{item}".*?name="form_key" value="([^"]+)"', again.text, re.DOTALL).group(1)
    assert author.send_with(key, item, body="A thought that took an hour").status_code == 303


def test_database_gone_answers_503_with_the_text_and_a_reference(visit, ground):
    author = visit("tachibana")
    page, item = _post_place(author)
    key = author.key(page)
    before = ground.engine.pool

    def broken(*_arguments):
        raise OSError("disk full")

    event.listen(ground.engine, "before_cursor_execute", broken)
    try:
        answer = author.send_with(key, item, body="Do not lose this")
    finally:
        event.remove(ground.engine, "before_cursor_execute", broken)
    assert answer.status_code == 503
    assert "Do not lose this" in answer.text
    assert re.search(r"Reference:</?\w*|Reference: <span", answer.text)
    assert ground.engine.pool is before
    assert author.send_with(key, item, body="Do not lose this").status_code == 303


@pytest.mark.sqlite_only("SQLite's own ways of refusing a write")
@pytest.mark.parametrize("trouble", ["locked", "full"])
def test_real_lock_and_real_full_disk_answer_503_with_the_text(visit, ground, trouble):
    author = visit("tachibana")
    page, item = _post_place(author)
    key = author.key(page)
    ground.engine.dispose()
    other = sqlite3.connect(ground.engine.url.database, isolation_level=None)

    def prepare(raw, _record, _proxy):
        raw.execute("PRAGMA busy_timeout = 50")
        raw.execute(f"PRAGMA max_page_count = {1 if trouble == 'full' else 1_000_000}")

    event.listen(ground.engine, "checkout", prepare)
    if trouble == "locked":
        other.execute("BEGIN IMMEDIATE")
    text = "Do not lose this either. " * 300
    answer = author.send_with(key, item, body=text)
    assert answer.status_code == 503
    assert text.strip() in answer.text
    assert author.get(page).status_code == 200  # reading goes on
    if trouble == "locked":
        other.execute("ROLLBACK")
    event.remove(ground.engine, "checkout", prepare)
    ground.engine.dispose()
    assert author.send_with(key, item, body=text).status_code == 303
    other.close()


def test_page_does_not_load_inside_another_site(visit):
    visitor = visit("tachibana")
    for place in ("iframe", "image", "script"):
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": place}
        assert visitor.get(D, headers=headers).status_code == 403
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}
    assert visitor.get(D, headers=followed).status_code == 200


def test_logs_hold_no_word_no_id_and_nobody(visit, ground):
    """Through answers of every kind, a broken database among them."""
    author = visit("tachibana")
    page, item = _post_place(author)

    def broken(*_arguments):
        raise OSError("Canary in the exception")

    set_up_logs("info")
    with capture_logs() as lines:
        author.send(item, page=page, body="Canary in a note")
        author.send(item, page=page, body="Canary" + "\x00")
        author.get(f"{D}/meetings?canary=Canary")
        author.get(f"{D}/Canary")
        author.send("/sign-in", login="canary", passphrase="Canary and a passphrase")
        key = author.key(page)
        event.listen(ground.engine, "before_cursor_execute", broken)
        author.send_with(key, item, body="Canary in a lost note")
        author.get(page)
        event.remove(ground.engine, "before_cursor_execute", broken)
    set_up_logs("error")
    written = json.dumps(lines).lower()
    assert len(lines) > 9
    for secret in ("canary", "tachibana", "127.0.0.1", page.split("/")[4], item.split("/")[6]):
        assert secret not in written, secret


def test_wrong_dates_and_codes_are_refused_at_their_fields(visit):
    organiser = visit("organiser")
    here = f"{D}/baskets/ENERGY"
    for fields, says in (
        ({"happened_on": "yesterday", "reason": "Because of it"}, "year-month-day"),
        ({"happened_on": "2999-01-01", "reason": "Because of it"}, "has not come yet"),
        ({"happened_on": "2007-01-01", "reason": "Because of it"}, "changed state after this day"),
        ({"happened_on": "2026-11-01", "reason": ""}, "at least 3"),
    ):
        answer = organiser.send(f"{here}/stall", page=here, **fields)
        assert answer.status_code == 422, fields
        assert says in answer.text
    assert "stalled" not in organiser.get(here).text.split("</h1>")[0]


def test_ids_that_are_none_are_missing_things(visit):
    visitor = visit("tachibana")
    for path in (f"{D}/meetings/nothing", f"{D}/baskets/NOPE", f"{D}/roadmap/NOPE", "/dialogues/other", "/nowhere"):
        assert visitor.get(path).status_code == 404, path
