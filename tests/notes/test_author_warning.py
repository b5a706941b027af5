"""The warning before a note is posted: the places, a rewording, and the author's own decision. No script, nothing kept."""

import re
from html import unescape

import pytest

from tests.ground import dump

D = "/dialogues/six-party-talks"
TEXT = "The Japanese side argued for dates, and Professor Tachibana agreed.\n\nFuel is short."


def _place(person):
    """The page of the open workshop's notes, and where its first item's notes are posted."""
    page = re.search(r'href="(/dialogues/[^"]+/meetings/[0-9a-f-]+)">Workshop', person.get(f"{D}/meetings").text)[1]
    notes = f"{page}/notes"
    return notes, re.search(rf'action="({page}/agenda/[0-9a-f-]+/notes)"', person.get(notes).text)[1]


def _field(answer):
    """What stands in the text field of the form that came back open."""
    form = answer.text.split("<details open>")[1]
    return unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", form, re.DOTALL)[1])


def _button(answer, name):
    return re.findall(rf'<button name="{name}" value="([^"]+)"', answer.text)


def _marked(answer):
    return [
        unescape(words)
        for words in re.findall(r"<mark>([^<]*)</mark>", answer.text.split('role="alert"')[1].split("</div>")[0])
    ]


def test_author_is_warned_rewords_with_a_button_and_posts(visit, ground):
    author = visit("liang")
    page, item = _place(author)
    before = dump.rows(ground)
    warned = author.send(item, page=page, body=TEXT)
    assert warned.status_code == 422
    assert _marked(warned) == ["Japanese side argued", "Professor Tachibana"]
    assert _field(warned) == TEXT
    first = author.send(item, page=page, body=TEXT, reword=_button(warned, "reword")[0])
    assert first.status_code == 422
    assert _field(first) == TEXT.replace("The Japanese side", "One delegation")
    everything = author.send(item, page=page, body=TEXT, reword="all")
    good = "One delegation argued for dates, and a participant agreed.\n\nFuel is short."
    assert _field(everything) == good
    assert dump.rows(ground) == before, "nothing is stored before the author posts"
    assert author.send(item, page=page, body=good).status_code == 303
    assert "One delegation argued" in author.get(f"{page}/mine").text


def test_author_decides_to_post_it_as_it_is(visit):
    author = visit("liang")
    page, item = _place(author)
    warned = author.send(item, page=page, body=TEXT)
    acknowledge = _button(warned, "acknowledge")[0]
    other = author.send(item, page=page, body=f"{TEXT} Dr Whitcombe too.", acknowledge=acknowledge)
    assert other.status_code == 422, "the decision was about another text"
    assert "Dr Whitcombe" in _marked(other)
    assert author.send(item, page=page, body=TEXT, acknowledge=acknowledge).status_code == 303
    assert "The Japanese side argued for dates" in author.get(f"{page}/mine").text


def test_no_warning_for_states_as_subject_matter(visit):
    author = visit("liang")
    page, item = _place(author)
    assert author.send(item, page=page, body="Japan's share of the fuel has been outstanding.").status_code == 303


def test_edit_is_warned_of_too(visit):
    author = visit("tachibana")
    page, item = _place(author)
    assert author.send(item, page=page, body="Dates matter.").status_code == 303
    mine = f"{page}/mine"
    card = next(part for part in author.get(mine).text.split("<section")[1:] if "Dates matter." in part)
    action, version = re.search(r'action="([^"]+)"', card)[1], re.search(r'name="version" value="(\d+)"', card)[1]
    warned = author.send(action, page=mine, body="Dates matter, the Chinese side said.", version=version)
    assert warned.status_code == 422
    assert "<mark>Chinese side said</mark>" in warned.text
    reworded = author.send(action, page=mine, body="The Chinese side said: dates.", version=version, reword="0")
    assert "One delegation said: dates." in reworded.text
    acknowledge = _button(warned, "acknowledge")[0]
    body = "Dates matter, the Chinese side said."
    assert author.send(action, page=mine, body=body, version=version, acknowledge=acknowledge).status_code == 303
    assert "the Chinese side said" in author.get(mine).text


def test_program_is_warned_with_a_problem_document_and_acknowledges(program, ground):
    author = program("liang")
    meetings = author.get(f"{D}/meetings")["upcoming"]
    here = f"{D}/meetings/{next(m['id'] for m in meetings if m['code'] == 'W-2026')}"
    path = f"{here}/agenda/{author.get(f'{here}/notes')['items'][0]['id']}/notes"
    before = dump.rows(ground)
    answer = author.call("POST", path, {"body": TEXT})
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    places = [(TEXT[f["start"] : f["end"]], f["kind"]) for f in problem["findings"]]
    assert places == [("Japanese side argued", "attribution"), ("Professor Tachibana", "title")]
    assert problem["suggestion"].startswith("One delegation argued for dates, and a participant agreed.")
    assert list(problem["errors"]) == ["acknowledge"]
    assert dump.rows(ground) == before
    assert author.call("POST", path, {"body": TEXT, "acknowledge": "0" * 32}).status_code == 422
    assert author.call("POST", path, {"body": TEXT, "acknowledge": problem["acknowledge"]}).status_code == 204


PROBES = ("Sven Aurelius left early.", "Ambassador Aurelius said no.", "Aurelius?", "Japan argued that.", "Nothing.")


def _answers(person, page, item):
    """What somebody gets who types names to see which are known: the place is one that he cannot post at, or must not see."""
    got = []
    for words in PROBES:
        got += [person.call("POST", item, {"body": words, **more}) for more in ({}, {"acknowledge": "x"})]
        got.append(person.call("POST", item.replace("/agenda/", "/nothing/"), {"body": words}))
        got.append(person.call("GET", f"{D}/people?q={words}"))
    got.append(person.call("GET", page))
    return [(answer.status_code, answer.content, dict(answer.headers)) for answer in got]


@pytest.mark.parametrize("caller", ["observer", "liaison-japan", "liaison-rok"])
def test_check_does_not_tell_who_is_registered(program, ground, caller):
    """Two worlds, with and without Sven Aurelius: whoever may not read the registry gets the same bytes."""
    from app.access.bypass import unguarded  # noqa: PLC0415
    from app.dialogues.models import Person  # noqa: PLC0415

    author, person = program("liang"), program(caller)
    meetings = author.get(f"{D}/meetings")["upcoming"]
    page = f"{D}/meetings/{next(m['id'] for m in meetings if m['code'] == 'W-2026')}/notes"
    item = f"{page.removesuffix('/notes')}/agenda/{author.get(page)['items'][0]['id']}/notes"
    without = _answers(person, page, item)
    with unguarded(ground, "a test registers somebody") as work:
        known = work.db.query(Person).filter_by(ref="d-ferrante").one()
        known.family, known.given = "Aurelius", "Sven"
    assert author.call("POST", item, {"body": PROBES[0]}).status_code == 422, "the world did change"
    assert _answers(person, page, item) == without


def test_whoever_lost_the_key_to_the_registry_is_answered_from_the_parties_alone(program, ground):
    """A participant without that key: the parties, whom everybody knows, are still found; people are not, registered or not."""
    from sqlalchemy import text  # noqa: PLC0415

    author = program("liang")
    meetings = author.get(f"{D}/meetings")["upcoming"]
    here = f"{D}/meetings/{next(m['id'] for m in meetings if m['code'] == 'W-2026')}"
    path = f"{here}/agenda/{author.get(f'{here}/notes')['items'][0]['id']}/notes"
    assert author.call("POST", path, {"body": "Kyoko Tachibana agreed."}).status_code == 422
    taken = "DELETE FROM \"grant\" WHERE compartment_id IN (SELECT id FROM compartment WHERE kind = 'registry')"
    with ground.engine.begin() as connection:
        connection.execute(text(taken))
    known, unknown = (
        author.call("POST", path, {"body": f"{who} agreed."}) for who in ("Kyoko Tachibana", "Kyoka Tachibara")
    )
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (204, b"")
    assert author.call("POST", path, {"body": "The Japanese side argued."}).status_code == 422
