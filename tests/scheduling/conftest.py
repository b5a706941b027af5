"""Polls as people meet them: opened by the organiser, answered by link and signed in."""

import re

import pytest

D = "/dialogues/six-party-talks"
ZONE = "Asia/Seoul"
SLOTS = ["2027-03-01T14:00", "2027-03-02T09:00", "2027-03-03T22:00"]
ASKED = ("TACHIBANA", "MORINAGA", "NAMGUNG", "LIANG", "WHITCOMBE", "Lindqvist")


@pytest.fixture
def organiser(program):
    return program("organiser")


@pytest.fixture
def opened(organiser):
    """`opened(answers="totals")` is a new poll about the workshop: the JSON of what the organiser got."""

    def _opened(**more):
        answer = organiser.call("POST", f"{D}/polls/new", asking(organiser, **more))
        assert answer.status_code == 201, answer.text
        return answer.json()

    return _opened


def people(organiser, *names):
    known = organiser.get(f"{D}/people")["people"]
    return [next(p["id"] for p in known if name.upper() in p["shown"].upper()) for name in names]


def asking(organiser, *, asked=ASKED, **more):
    meeting = next(m["id"] for m in organiser.get(f"{D}/meetings")["upcoming"] if m["code"] == "W-2026")
    body = {
        "meeting": meeting,
        "time_zone": ZONE,
        "minutes": 120,
        "slots": SLOTS,
        "deadline": "2027-02-01T12:00",
        "answers": "named",
        "shown": "at-once",
        "asked": people(organiser, *asked),
    }
    return body | more


def link_of(poll, name):
    return "/availability/" + next(k["token"] for k in poll["links"] if name.upper() in k["person"].upper())


def words(sheet, *given):
    return {"answers": {slot["id"]: word for slot, word in zip(sheet["slots"], given, strict=True)}}


def answer(who, path, *given):
    sent = who.call("POST", path, words(who.get(path), *given))
    assert sent.status_code == 200, sent.text
    return sent.json()


def fields(page, word):
    """Every slot of the page answered with one word."""
    return dict.fromkeys(re.findall(r'name="(slot-[0-9a-f-]{36})"', page), word)
