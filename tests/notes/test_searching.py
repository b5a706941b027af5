"""Searching: what is found is what the lists show to the same reader, and nothing typed stays anywhere."""

import re
from html import unescape

import pytest
from sqlalchemy import event, select
from structlog.testing import capture_logs

from app.access.bypass import unguarded
from app.meetings.models import Meeting
from app.notes import searching
from app.notes.sealing import begin_seal
from app.start import set_up_logs
from tests.ground import dump
from tests.ground.batches import show_all

D = "/dialogues/six-party-talks"
SEARCH = f"{D}/notes/search"
WORDS = {
    "신뢰": "상호신뢰가 먼저이다.",
    "渔业": "关于渔业的对话应当继续。",
    "信頼": "相互信頼の醸成が先である。",
    "ガス": "天然ｶﾞｽの供給を語る。",
}
TYPED = "heliotropeword"


@pytest.fixture
def people(program):
    names = ("facilitator", "organiser", "tachibana", "namgung", "liang", "morinaga", "whitcombe", "observer")
    return {name: program(name) for name in names}


@pytest.fixture
def here(people):
    return _meeting(people, "W-2026")


def _meeting(people, code):
    upcoming = people["facilitator"].get(f"{D}/meetings")["upcoming"]
    return f"{D}/meetings/{next(m['id'] for m in upcoming if m['code'] == code)}"


def _post(people, here, name, body):
    item = people["facilitator"].get(f"{here}/notes")["items"][0]["id"]
    assert people[name].call("POST", f"{here}/agenda/{item}/notes", {"body": body}).status_code == 204


def _found(who, words, **where):
    """(meeting, item, text, rule, why) of each note, in the order of the answer."""
    answer = who.call("POST", SEARCH, {"words": words, **where})
    assert answer.status_code == 200, answer.text
    return [
        (meeting["code"], note["item"], "".join(piece["text"] for piece in note["pieces"]), note["rule"], note["why"])
        for meeting in answer.json()["meetings"]
        for note in meeting["notes"]
    ]


def _listed(who, words):
    """The same, read off the lists of all meetings that the caller is shown."""
    found = []
    for line in who.get(f"{D}/meetings")["upcoming"]:
        answer = who.call("GET", f"{D}/meetings/{line['id']}/notes")
        for item in answer.json()["items"] if answer.status_code == 200 else ():
            name = f"{item['ref']}. {item['title']}"
            notes = [note for note in item["notes"] if words in note["body"].casefold()]
            found += [(line["code"], name, note["body"], note["rule"], note["why"]) for note in notes]
    return found


def test_everybody_finds_what_his_lists_show_in_their_order_and_no_more(ground, people):
    """Two meetings, of which some are in one, some in the other, some in both, some in none."""
    both = {name: _meeting(people, name) for name in ("W-2026", "W-2027")}
    _post(people, both["W-2026"], "tachibana", "Fuel was counted at the port.")
    _post(people, both["W-2027"], "namgung", "Fuel was counted at sea.")
    show_all(ground, "W-2026")
    show_all(ground, "W-2027")
    found = {name: _found(who, "fuel") for name, who in people.items()}
    assert found == {name: _listed(who, "fuel") for name, who in people.items()}
    meetings = {name: {code for code, *_rest in notes} for name, notes in found.items()}
    assert meetings["namgung"] == {"W-2026", "W-2027"}
    assert (meetings["tachibana"], meetings["morinaga"], meetings["organiser"]) == ({"W-2026"}, {"W-2027"}, set())


def test_a_hidden_meeting_answers_as_one_that_is_not_there(people):
    other = _meeting(people, "W-2027").rsplit("/", maxsplit=1)[1]
    absent = "00000000-0000-4000-8000-000000000000"
    answers = [people["tachibana"].call("POST", SEARCH, {"words": "fuel", "meeting": one}) for one in (other, absent)]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].content == answers[1].content
    offered = people["tachibana"].get(SEARCH)["meetings"]
    assert [shown.split()[0] for _id, shown in offered] == ["W-2026"]


def test_a_note_that_waits_is_found_by_nobody_until_it_is_shown(ground, people, here):
    _post(people, here, "tachibana", "The heron waits.")
    for name in ("tachibana", "facilitator", "liang"):
        assert _found(people[name], "heron") == []
    show_all(ground)
    for name in ("tachibana", "facilitator", "liang"):
        assert [text for _m, _i, text, *_rest in _found(people[name], "heron")] == ["The heron waits."]


def test_who_joined_late_finds_nothing_from_before(ground, people, here):
    _post(people, here, "tachibana", "The heron was shown before.")
    show_all(ground)
    guests = people["facilitator"].get(f"{here}/notes")["guests"]
    person = next(person for person, shown in guests if "MORINAGA" in shown)
    assert people["facilitator"].call("POST", f"{here}/guests", {"person": person}).status_code == 201
    _post(people, here, "tachibana", "The heron was shown after.")
    show_all(ground)
    assert [text for _m, _i, text, *_rest in _found(people["morinaga"], "heron")] == ["The heron was shown after."]
    assert len(_found(people["liang"], "heron")) == 2


@pytest.mark.parametrize("words", WORDS)
def test_words_of_two_characters_are_found_also_after_the_seal(ground, people, here, words):
    _post(people, here, "tachibana", WORDS[words])
    show_all(ground)
    assert [text for _m, _i, text, *_rest in _found(people["liang"], words)] == [WORDS[words]]
    with unguarded(ground, "a test closes a meeting") as work:
        meeting = work.db.scalars(select(Meeting).where(Meeting.code == "W-2026")).one()
        meeting.state = "closed"
    begin_seal(ground, meeting.id)
    assert [text for _m, _i, text, *_rest in _found(people["liang"], words)] == [WORDS[words]]


def test_page_marks_what_is_found_and_keeps_what_was_typed(visit):
    reader = visit("liang")
    answer = reader.send(SEARCH, page=SEARCH, words="ＦＵＥＬ favour")
    assert (answer.status_code, len(answer.content) % 4096) == (200, 0)
    assert 'value="ＦＵＥＬ favour"' in answer.text
    marked = set(re.findall("<mark>([^<]*)</mark>", answer.text))
    assert {word.casefold() for word in marked} == {"fuel", "favour"}
    assert reader.send(SEARCH, page=SEARCH, words="fuel", basket="NOWHERE").status_code == 422


def test_form_may_be_sent_again_and_shows_the_same(visit):
    reader = visit("liang")
    key = reader.key(SEARCH)
    first, second = (reader.send_with(key, SEARCH, words="fuel") for _time in range(2))
    assert [first.status_code, second.status_code] == [200, 200]
    assert _plain(first) == _plain(second)


def _plain(answer):
    return re.sub(r'name="form_key" value="[^"]+"', "", answer.text).rstrip()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Please write at least 1 characters."),
        ("  　 ", "Please write at least 1 characters."),
        ("long " * 50, "This is too long: at most 200 characters."),
        ("turned \u202e round", "This text holds hidden marks that turn the direction of reading."),
    ],
)
def test_what_cannot_be_sought_is_refused_at_its_field_and_kept(visit, typed, sentence):
    answer = visit("liang").send(SEARCH, page=SEARCH, words=typed)
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert f'id="words-error">{sentence}' in page
    assert f'value="{typed}"' in page


def test_nothing_found_is_said_and_says_no_more(visit):
    """Where there is nothing to read at all, and where there is something without the word."""
    answers = {name: visit(name).send(SEARCH, page=SEARCH, words=TYPED) for name in ("liang", "organiser")}
    assert all("Nothing was found in the notes that you may read." in answer.text for answer in answers.values())


def test_page_shows_so_much_and_says_that_there_is_more(visit, program, monkeypatch):
    monkeypatch.setattr(searching, "MOST_SHOWN", 1)
    reader, twin = visit("liang"), program("liang")
    assert len(_listed(twin, "fuel")) > 1
    assert _found(twin, "fuel") == _listed(twin, "fuel")[:1]
    more = "There is more than can be shown on one page."
    assert more in reader.send(SEARCH, page=SEARCH, words="fuel").text
    assert more not in reader.send(SEARCH, page=SEARCH, words="catalogue").text


def test_search_writes_no_row_and_sends_no_word_to_the_database(ground, visit):
    reader, before = visit("liang"), dump.rows(ground)
    asked = []

    def record(_connection, _cursor, statement, parameters, *_rest):
        asked.append(f"{statement} {parameters}")

    event.listen(ground.engine, "before_cursor_execute", record)
    assert reader.send(SEARCH, page=SEARCH, words=TYPED).status_code == 200
    event.remove(ground.engine, "before_cursor_execute", record)
    assert asked
    assert TYPED not in "".join(asked)
    assert dump.rows(ground) == before
    kept = b"".join(path.read_bytes() for path in ground.settings.linkage_dir.rglob("*") if path.is_file())
    assert TYPED.encode() not in kept
    assert SEARCH.encode() not in kept


def test_words_are_in_no_log_and_no_address_even_when_it_fails(visit, monkeypatch):
    reader = visit("liang")

    def fail(*_given):
        raise RuntimeError(f"about {TYPED}")

    set_up_logs("info")
    with capture_logs() as lines:
        answer = reader.send(SEARCH, page=SEARCH, words=TYPED)
        reader.send(SEARCH, page=SEARCH, words=TYPED * 20)
        monkeypatch.setattr(searching, "search_notes", fail)
        failed = reader.send(SEARCH, page=SEARCH, words=TYPED)
    set_up_logs("error")
    assert (answer.status_code, failed.status_code) == (200, 500)
    assert TYPED in failed.text  # the typed words come back
    assert len(lines) >= 3
    assert TYPED not in str(lines)
    assert not re.search(rf'(href|action)="[^"]*{TYPED}', answer.text + failed.text)
    assert "location" not in answer.headers
