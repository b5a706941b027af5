"""Who × what × whose, through the doors: every JSON route with every kind of caller, against a table written by hand.

Each row says who is answered and who is refused (403). Everybody else must find the very same nothing as for a thing that
does not exist (404), and a stranger is asked to sign in (401). "Whose" is in the row: one's own note, another delegation's entry,
a meeting one is not invited to, the release for another capital, another dialogue.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import inspect, text

from app.interchange.loading import load
from app.interchange.reading import parse
from app.main import create_app
from tests.cast import CAST, PASSPHRASE
from tests.figures import figure

D = "/dialogues/six-party-talks"
MEMBERS = set(CAST)
BOARD = MEMBERS - {"liaison-japan", "liaison-rok"}
RUNNING = {"organiser", "facilitator"}
CHAIRING = {"facilitator", "rapporteur"}
KEEPING = RUNNING | CHAIRING
DELEGATES = {"liang", "tachibana", "morinaga", "namgung", "whitcombe"}
DECLARING = DELEGATES | RUNNING
OWN_PARTY = {"tachibana", "morinaga"}
INVITED = {"liang", "tachibana", "namgung", "whitcombe"}
HEARING = INVITED | {"observer"}  # invited too, and may not speak
ASKED = {"liang", "tachibana", "morinaga"}  # in the poll; she is the head of her delegation
CALLERS = [*CAST, "outsider"]
WHEN = "first=2027-03-01&last=2027-03-05&asked={morinaga}&asked={liang}"
SHEETS = {"LIANG", "TACHIBANA", "MORINAGA"}
ELSEWHERE = """format: dipoli/1
dialogue: {code: elsewhere, title: {en: Elsewhere}}
parties: [{code: A, neutral: Party A, names: {en: {short: Northland}}}]
people: [{ref: o, family: Outside, demonstration: true}]
memberships: [{person: o, roles: [organiser, facilitator, participant], party: A, login: outsider}]
"""


@dataclass(frozen=True)
class Row:
    """One act on one thing. `may` are answered, `refused` get 403; `body` may depend on who calls."""

    name: str
    method: str
    path: str
    may: set[str]
    refused: set[str] = field(default_factory=set)
    body: Any = None
    ends: bool = False
    """What it is about is not there afterwards."""


ADDRESS = {"person": "{morinaga}", "address": "morinaga@example.jp"}
STALL = {"happened_on": "2026-11-20", "reason": "No date could be found"}
MEETING = {
    "title": "Experts on safety",
    "starts_on": "2027-03-01",
    "ends_on": "2027-03-02",
    "agenda": "Opening\nSafety",
}
READS = [
    Row("board", "GET", D, BOARD),
    Row("impact", "GET", f"{D}/impact?stall=DPRK-JP", BOARD),
    Row("basket", "GET", f"{D}/baskets/ENERGY", BOARD),
    Row("roadmap", "GET", f"{D}/roadmap", BOARD),
    Row("step", "GET", f"{D}/roadmap/SP1", BOARD),
    Row("registers", "GET", f"{D}/registers", BOARD),
    Row("entry, sealed", "GET", f"{D}/registers/{{entry}}", {"tachibana", "morinaga"}),
    Row(
        "to whom it would be disclosed",
        "GET",
        f"{D}/registers/{{entry}}/disclose",
        {"tachibana", "morinaga"},
        MEMBERS - DELEGATES,
    ),
    Row("do lines conflict", "GET", f"{D}/registers/compare?subject=VP", {"facilitator"}, MEMBERS - {"facilitator"}),
    Row("files", "GET", f"{D}/registers/files", BOARD),
    Row("a file", "GET", f"{D}/registers/files/lines.csv", BOARD),
    Row("matrix as a file", "GET", f"{D}/matrix.csv", BOARD),
    Row("matrix", "GET", f"{D}/matrix", BOARD),
    Row("exchanges", "GET", f"{D}/exchanges", BOARD),
    Row("next steps", "GET", f"{D}/next", BOARD),
    Row("inclusion", "GET", f"{D}/inclusion", BOARD),
    Row("positions", "GET", f"{D}/roadmap/VP/position", BOARD),
    Row("step form", "GET", f"{D}/roadmap/new", RUNNING, MEMBERS - RUNNING),
    Row("policies", "GET", f"{D}/linkage", RUNNING, MEMBERS - RUNNING),
    Row("requirement", "GET", f"{D}/requirements/{{link}}/waive", DECLARING, MEMBERS - DECLARING),
    Row("term", "GET", f"{D}/terms/verification/readings", DECLARING, MEMBERS - DECLARING),
    Row("parties", "GET", f"{D}/parties", MEMBERS),
    Row("one's delegation", "GET", f"{D}/delegation", DELEGATES, MEMBERS - DELEGATES),
    Row("people", "GET", f"{D}/people", RUNNING | {"rapporteur"} | DELEGATES),
    Row("meetings", "GET", f"{D}/meetings", BOARD),
    Row("meeting form", "GET", f"{D}/meetings/new", RUNNING, MEMBERS - RUNNING),
    Row("meeting, invited", "GET", f"{D}/meetings/{{open}}", RUNNING | CHAIRING | HEARING),
    Row("meeting, others invited", "GET", f"{D}/meetings/{{other}}", RUNNING | CHAIRING | {"morinaga", "namgung"}),
    Row("letters", "GET", f"{D}/outbox", KEEPING, MEMBERS - KEEPING),
    Row("letter", "GET", f"{D}/outbox/letters/{{letter}}/files/eml", CHAIRING, MEMBERS - KEEPING),
    Row("meeting of the record", "GET", f"{D}/meetings/{{record}}", BOARD),
    Row("notes, invited", "GET", f"{D}/meetings/{{open}}/notes", CHAIRING | HEARING),
    Row("notes, others invited", "GET", f"{D}/meetings/{{other}}/notes", CHAIRING | {"morinaga", "namgung"}),
    Row("notes of the record", "GET", f"{D}/meetings/{{record}}/notes", set()),
    Row(
        "my notes",
        "GET",
        f"{D}/meetings/{{open}}/notes/mine",
        CHAIRING | INVITED,
        {"organiser", "observer", "liaison-japan", "liaison-rok"},
    ),
    Row("search the notes", "GET", f"{D}/notes/search", BOARD),
    Row("what is found", "POST", f"{D}/notes/search", BOARD, body={"words": "fuel"}),
    Row("summaries", "GET", f"{D}/summaries", CHAIRING, MEMBERS - CHAIRING),
    Row("summary", "GET", f"{D}/summaries/{{summary}}", CHAIRING, MEMBERS - CHAIRING),
    Row("clearances", "GET", f"{D}/releases/clearances", CHAIRING, MEMBERS - CHAIRING),
    Row("releases", "GET", f"{D}/releases", RUNNING | CHAIRING | {"liaison-japan", "liaison-rok"}),
    Row("release to Japan", "GET", f"{D}/releases/{{release}}", RUNNING | CHAIRING | {"liaison-japan"}),
    Row("its file", "GET", f"{D}/releases/{{release}}/files/md", RUNNING | CHAIRING | {"liaison-japan"}),
    Row("polls", "GET", f"{D}/polls", MEMBERS),
    Row("poll form", "GET", f"{D}/polls/new", RUNNING, MEMBERS - RUNNING),
    Row("slots for a meeting", "GET", f"{D}/polls/find?meeting={{open}}&{WHEN}", RUNNING, MEMBERS - RUNNING),
    Row("poll", "GET", f"{D}/polls/{{poll}}", RUNNING, MEMBERS - RUNNING),
    Row("its slots", "GET", f"{D}/polls/{{poll}}/slots", RUNNING, MEMBERS - RUNNING),
    Row("one's own sheet", "GET", f"{D}/polls/{{poll}}/mine", ASKED),
    Row("Japan's sheet", "GET", f"{D}/polls/{{poll}}/delegations/JP", RUNNING | {"tachibana"}, ASKED - {"tachibana"}),
    Row("transparency log", "GET", f"{D}/log", MEMBERS),
    Row("checkpoint", "GET", f"{D}/log/checkpoint", MEMBERS),
    Row("an entry's proof", "GET", f"{D}/log/entries/0", MEMBERS),
    Row("an old checkpoint", "GET", f"{D}/log/check?checkpoint={{checkpoint}}", MEMBERS),
]
ACT = {"happened_on": "2026-11-20", "reason": "As agreed"}
NOT_SPEAKING = {"organiser", "observer", "liaison-japan", "liaison-rok"}


def _keeping(name: str, path: str, body: dict[str, Any]) -> Row:
    """An act of those who keep the record."""
    return Row(name, "POST", f"{D}/{path}", RUNNING, MEMBERS - RUNNING, body)


def _declaring(name: str, path: str, body: dict[str, Any]) -> Row:
    """An act in a party's name: of its own people, and of those who keep the record."""
    return Row(name, "POST", f"{D}/{path}", DECLARING, MEMBERS - DECLARING, body)


WRITES = [
    Row("call a stalemate", "POST", f"{D}/baskets/ENERGY/stall", RUNNING, MEMBERS - RUNNING, STALL),
    Row("lift a stalemate", "POST", f"{D}/baskets/DPRK-US/lift", RUNNING, MEMBERS - RUNNING, STALL),
    Row(
        "add a topic",
        "POST",
        f"{D}/baskets/ENERGY/topics",
        RUNNING,
        MEMBERS - RUNNING,
        {"code": "T-X", "title": "Grid", "grade": 2},
    ),
    Row(
        "add a party",
        "POST",
        f"{D}/parties",
        {"organiser"},
        MEMBERS - {"organiser"},
        {"code": "XX", "neutral": "Party X", "short": "Xland"},
    ),
    Row(
        "invite",
        "POST",
        f"{D}/people",
        {"organiser"},
        MEMBERS - {"organiser"},
        {"family": "Aalto", "role": "observer"},
    ),
    Row(
        "revoke an invitation",
        "POST",
        f"{D}/invitations/{{invitation}}/revoke",
        {"organiser"},
        MEMBERS - {"organiser"},
    ),
    Row("add a meeting", "POST", f"{D}/meetings/new", RUNNING, MEMBERS - RUNNING, MEETING),
    Row("answer", "POST", f"{D}/meetings/{{open}}/answer", CHAIRING | HEARING, set(), {"answer": "accepted"}),
    Row("call off", "POST", f"{D}/meetings/{{late}}/call-off", RUNNING, MEMBERS - RUNNING),
    Row("write letters", "POST", f"{D}/outbox/meetings/{{open}}", CHAIRING, MEMBERS - KEEPING, {}),
    Row("let letters go", "POST", f"{D}/outbox/meetings/{{open}}/let-go", CHAIRING, MEMBERS - KEEPING),
    Row("let a letter go", "POST", f"{D}/outbox/letters/{{letter}}/let-go", CHAIRING, MEMBERS - KEEPING),
    Row("drop a letter", "POST", f"{D}/outbox/letters/{{letter}}/drop", CHAIRING, MEMBERS - KEEPING, ends=True),
    Row("where letters go", "POST", f"{D}/people/address", {"organiser"}, MEMBERS - {"organiser"}, ADDRESS),
    Row("add an item", "POST", f"{D}/meetings/{{open}}/agenda", RUNNING, MEMBERS - RUNNING, {"title": "Next steps"}),
    Row("tighten", "POST", f"{D}/meetings/{{open}}/rule", RUNNING, MEMBERS - RUNNING, {"rule": "off-record"}),
    _keeping("tighten the label", "meetings/{open}/label", {"tlp": "TLP:RED"}),
    Row("hide earlier", "POST", f"{D}/meetings/{{late}}/earlier/hide", RUNNING, MEMBERS - RUNNING),
    _keeping("propose to loosen", "meetings/{open}/proposals", {"to": "on-record"}),
    Row("consent", "POST", f"{D}/meetings/{{open}}/proposals/{{proposal}}/consent", CHAIRING | HEARING),
    Row("decline", "POST", f"{D}/meetings/{{open}}/proposals/{{proposal}}/decline", CHAIRING | HEARING),
    _keeping("withdraw a proposal", "meetings/{open}/proposals/{proposal}/withdraw", {}),
    Row("let in", "POST", f"{D}/meetings/{{open}}/guests", CHAIRING, MEMBERS - CHAIRING, {"person": "{morinaga}"}),
    Row(
        "post a note",
        "POST",
        f"{D}/meetings/{{open}}/agenda/{{item}}/notes",
        CHAIRING | INVITED,
        NOT_SPEAKING,
        {"body": "A thought."},
    ),
    Row(
        "edit her note",
        "PUT",
        f"{D}/meetings/{{open}}/notes/mine/{{note}}",
        {"tachibana"},
        NOT_SPEAKING,
        {"body": "Better.", "version": 1},
    ),
    Row("release a batch", "POST", f"{D}/meetings/{{open}}/release-batch", CHAIRING, MEMBERS - CHAIRING),
    Row("close", "POST", f"{D}/meetings/{{open}}/close", CHAIRING, MEMBERS - CHAIRING),
    Row("approve the seal", "POST", f"{D}/meetings/{{closed}}/seal", {"morinaga"}, NOT_SPEAKING | CHAIRING),
    Row(
        "lodge",
        "POST",
        f"{D}/registers",
        DELEGATES,
        MEMBERS - DELEGATES,
        {"kind": "interest", "text": "Predictable dates."},
    ),
    Row(
        "disclose her entry",
        "POST",
        f"{D}/registers/{{entry}}/disclose",
        {"tachibana", "morinaga"},
        MEMBERS - DELEGATES,
        {"disclosure": "shared"},
    ),
    Row(
        "revise her entry",
        "POST",
        f"{D}/registers/{{entry}}/revise",
        OWN_PARTY,
        MEMBERS - DELEGATES,
        {"text": "Only for us, still.", "version": 1},
    ),
    Row("re-confirm her entry", "POST", f"{D}/registers/{{entry}}/reconfirm", OWN_PARTY, MEMBERS - DELEGATES, {}),
    Row("withdraw her entry", "POST", f"{D}/registers/{{entry}}/withdraw", OWN_PARTY, MEMBERS - DELEGATES, {}),
    Row("give a position", "POST", f"{D}/roadmap/VP/position", DELEGATES, MEMBERS - DELEGATES, {"view": "acceptable"}),
    Row("withdraw a position", "POST", f"{D}/roadmap/VP/position/withdraw", DELEGATES, MEMBERS - DELEGATES, {}),
    Row(
        "add a step",
        "POST",
        f"{D}/roadmap/new",
        RUNNING,
        MEMBERS - RUNNING,
        {"code": "ST-1", "basket": "ENERGY", "actors": ["KR"], "title": "Meter the grid"},
    ),
    _keeping("change a step", "roadmap/NE1/state", ACT | {"state": "agreed"}),
    _keeping(
        "grade a step", "roadmap/NE1/grades", {"cost": 2, "sensitivity": 1, "reversibility": 4, "verifiability": 5}
    ),
    _keeping("adopt a text", "texts/C0812/adopt", {"happened_on": "2008-12-11"}),
    _keeping("an instalment", "roadmap/SP7-JP/instalments", {"quantity": 1000, "happened_on": "2026-11-20"}),
    _keeping("withdraw an instalment", "instalments/{instalment}/withdraw", ACT),
    _keeping("hand over", "roadmap/SP7-JP/handovers", ACT | {"party": "KR", "quantity": 1000}),
    _declaring("agree to a hand-over", "handovers/{handover}/agree", {"party": "RU", "happened_on": "2026-11-20"}),
    _keeping("revoke a hand-over", "handovers/{handover}/revoke", ACT),
    _keeping("add a link", "roadmap/NE1/links", {"to": "JS4b", "since": "2026-11-20", "reason": "As agreed"}),
    _keeping("end a link", "links/{link}/end", ACT),
    _keeping("add an obstacle", "obstacles/new", {"code": "OB-2", "title": "A launch", "raised_on": "2026-11-20"}),
    _keeping("lift an obstacle", "obstacles/OB-1/lift", ACT),
    _keeping("tie it", "obstacles/OB-1/links", {"basket": "ENERGY", "since": "2026-11-20", "reason": "As agreed"}),
    _keeping("add an exchange", "exchanges/new", {"code": "X-1", "a": ["D-1"], "b": ["D-2"], "since": "2026-11-20"}),
    _keeping("end an exchange", "exchanges/X-LWR/end", ACT),
    _keeping("take an exchange up again", "exchanges/X-9/resume", ACT),
    _declaring(
        "read an order",
        "exchanges/X-LWR/readings",
        {"party": "KR", "order": "a-then-b", "text": "First one, then the other", "on": "2026-11-20"},
    ),
    _keeping("set the policy", "linkage", ACT | {"policy": "single-undertaking"}),
    _declaring("waive", "requirements/{link}/waive", ACT | {"party": "JP"}),
    _declaring("revoke a waiver", "waivers/{waiver}/revoke", ACT),
    _declaring(
        "read a term",
        "terms/verification/readings",
        {"party": "KR", "text": "Both", "on": "2026-11-20", "source": "A speech"},
    ),
    _keeping("add a term", "terms", {"code": "assurance", "expression": "security assurance"}),
    _keeping("turn a term", "terms/verification/state", {"state": "deliberately-ambiguous"}),
    _keeping("turn a basket", "baskets/ENERGY/turn", ACT | {"state": "dormant"}),
    Row(
        "give a mandate",
        "POST",
        f"{D}/mandates",
        {"organiser"},
        MEMBERS - {"organiser"},
        {"person": "{morinaga}", "begins_on": "2026-11-20"},
    ),
    Row(
        "hand a mandate",
        "POST",
        f"{D}/mandates/{{mandate}}/hand",
        {"organiser"},
        MEMBERS - {"organiser"},
        {"happened_on": "2026-11-20", "accepts_loss": True},
    ),
    Row(
        "let her delegation's third member in",
        "POST",
        f"{D}/delegation/{{waiting}}/let-in",
        OWN_PARTY,
        MEMBERS - DELEGATES,
        {"words": "{words}"},
    ),
    Row(
        "preview a file",
        "POST",
        f"{D}/registers/files/terms/preview",
        DECLARING,
        MEMBERS - DECLARING,
        [{"code": "verification"}],
    ),
    Row(
        "apply a file",
        "POST",
        f"{D}/registers/files/terms/apply",
        DECLARING,
        MEMBERS - DECLARING,
        [{"code": "verification"}],
    ),
    _keeping("keep a line", "baskets/ENERGY/line", {"days": 60, "happened_on": "2026-11-20"}),
    _keeping(
        "ask for a date",
        "polls/new",
        {
            "meeting": "{open}",
            "time_zone": "Asia/Seoul",
            "slots": ["2027-03-01T14:00"],
            "deadline": "2027-02-01T12:00",
            "asked": ["{morinaga}"],
        },
    ),
    Row("answer", "POST", f"{D}/polls/{{poll}}/mine", ASKED, set(), {"answers": {"{slot}": "yes"}}),
    Row(
        "answer for Japan",
        "POST",
        f"{D}/polls/{{poll}}/delegations/JP",
        RUNNING | {"tachibana"},
        ASKED - {"tachibana"},
        {"answers": {"{slot}": "no"}},
    ),
    _keeping("another link", "polls/{poll}/respondents/{respondent}/link", {}),
    _keeping("revoke a link", "polls/{poll}/respondents/{respondent}/revoke", {}),
    _keeping("close a poll", "polls/{poll}/close", {}),
    _keeping("take a slot", "polls/{poll}/take", {"slot": "{slot}"}),
    Row("draft", "POST", f"{D}/summaries", CHAIRING, MEMBERS - CHAIRING, {"meeting": "{open}"}),
    Row(
        "edit the draft",
        "PUT",
        f"{D}/summaries/{{summary}}",
        CHAIRING,
        MEMBERS - CHAIRING,
        {"title": "Chair's summary", "text": "Small tranches.", "version": 2},
    ),
    Row(
        "let pass",
        "POST",
        f"{D}/summaries/{{attributed}}/override",
        CHAIRING,
        MEMBERS - CHAIRING,
        {"reason": "It is on the public record", "version": 2},
    ),
    Row(
        "clear a recipient",
        "POST",
        f"{D}/releases/clearances",
        {"facilitator"},
        MEMBERS - {"facilitator"},
        {"party": "KR", "tlp": "TLP:AMBER+STRICT"},
    ),
    Row(
        "preview",
        "POST",
        f"{D}/summaries/{{summary}}/preview",
        CHAIRING,
        MEMBERS - CHAIRING,
        {"party": "JP", "tlp": "TLP:AMBER"},
    ),
    Row(
        "cut",
        "POST",
        f"{D}/summaries/{{summary}}/releases",
        CHAIRING,
        MEMBERS - CHAIRING,
        {"party": "KR", "tlp": "TLP:AMBER"},
    ),
    Row(
        "acknowledge",
        "POST",
        f"{D}/releases/{{release}}/acknowledge",
        {"liaison-japan"},
        MEMBERS - {"liaison-japan", "liaison-rok"},
        {},
    ),
]
OWN = "one's own account; judged in tests/accounts"


class World:
    """The loaded case with one of everything that a row may be about, made by those who may."""

    def __init__(self, ground: Any, program: Any) -> None:
        load(ground, parse(ELSEWHERE), accounts={"outsider": PASSPHRASE})
        with ground.engine.begin() as connection:  # one text is a draft again
            connection.execute(text("UPDATE anchor SET adopted_on = NULL WHERE code = 'C0812'"))
        self.programs = {login: program(login) for login in CALLERS} | {"stranger": program()}
        self.things = self._things()

    def _things(self) -> dict[str, str]:
        organiser, facilitator, rapporteur = (self.programs[n] for n in ("organiser", "facilitator", "rapporteur"))
        tachibana = self.programs["tachibana"]
        meetings = organiser.get(f"{D}/meetings")
        by_code = {line["code"]: line["id"] for part in ("upcoming", "held") for line in meetings[part]}
        self._made(organiser, f"{D}/baskets/DPRK-US/stall", STALL)
        people = organiser.get(f"{D}/people")["people"]
        morinaga = next(p["id"] for p in people if "MORINAGA" in p["shown"])
        closed = self._made(organiser, f"{D}/meetings/new", MEETING | {"invited": [morinaga]})["line"]["id"]
        self._made(facilitator, f"{D}/meetings/{closed}/close", None)
        late = self._made(organiser, f"{D}/meetings/new", MEETING | {"late_see_earlier": True})["line"]["id"]
        here = f"{D}/meetings/{by_code['W-2026']}"
        proposed = self._made(organiser, f"{here}/proposals", {"to": "TLP:GREEN"})["proposals"]
        item = tachibana.get(f"{here}/notes")["items"][0]["id"]
        self._made(tachibana, f"{here}/agenda/{item}/notes", {"body": "Her own words."})
        note = next(n for n in tachibana.get(f"{here}/notes/mine")["notes"] if n["body"] == "Her own words.")
        self._made(tachibana, f"{D}/registers", {"kind": "red-line", "text": "Only for us."})
        entry = next(e for e in tachibana.get(f"{D}/registers")["entries"] if e["text"] == "Only for us.")
        self._made(organiser, f"{D}/people", {"family": "Guest", "role": "observer"})
        invitation = organiser.get(f"{D}/people")["invitations"][0]["id"]
        waiting = self._newcomer()
        poll = self._poll(by_code["W-2027"], [p["id"] for p in people if p["shown"].split()[0] in SHEETS])
        summary = self._made(rapporteur, f"{D}/summaries", {"meeting": by_code["W-2026"]})["id"]
        words = {"title": "Chair's summary", "text": "Small tranches were easier to verify.", "version": 1}
        assert rapporteur.call("PUT", f"{D}/summaries/{summary}", words).status_code == 200
        attributed = self._made(rapporteur, f"{D}/summaries", {"meeting": by_code["W-2026"]})["id"]
        said = words | {"text": "The Japanese side argued for dates."}
        assert rapporteur.call("PUT", f"{D}/summaries/{attributed}", said).status_code == 200
        release = self._made(rapporteur, f"{D}/summaries/{summary}/releases", {"party": "JP", "tlp": "TLP:AMBER"})
        self._made(organiser, f"{D}/obstacles/new", {"code": "OB-1", "title": "A launch", "raised_on": "2026-11-10"})
        share = ACT | {"party": "RU", "quantity": 1000}
        self._made(organiser, f"{D}/roadmap/SP7-JP/handovers", share)
        handover = organiser.get(f"{D}/roadmap/SP7-JP")["facts"]["quantity"]["handovers"][0]["id"]
        self._made(organiser, f"{D}/roadmap/SP7-JP/instalments", {"quantity": 1000, "happened_on": "2026-11-20"})
        instalment = organiser.get(f"{D}/roadmap/SP7-JP")["facts"]["quantity"]["instalments"][0]["id"]
        ended = {"code": "X-9", "a": ["D-7"], "b": ["D-8"], "since": "2026-11-10"}
        self._made(organiser, f"{D}/exchanges/new", ended)
        self._made(organiser, f"{D}/exchanges/X-9/end", ACT)
        link = next(t["key"] for t in organiser.get(f"{D}/roadmap/SP7-JP")["facts"]["waits_for"] if t["code"] == "SP6")
        fuel = next(t["key"] for t in organiser.get(f"{D}/roadmap/SP1")["facts"]["waits_for"] if t["code"] == "SP7")
        self._made(organiser, f"{D}/requirements/{fuel}/waive", ACT | {"party": "KP"})
        waiver = organiser.get(f"{D}/roadmap/SP1")["facts"]["waivers"][0]["id"]
        letters = self._made(facilitator, f"{D}/outbox/meetings/{by_code['W-2026']}", {})["waiting"]
        return {
            "letter": letters[0]["id"],
            "handover": handover,
            "instalment": instalment,
            "link": link,
            "poll": poll["line"]["id"],
            "slot": poll["slots"][0]["id"],
            "respondent": poll["respondents"][0]["id"],
            "waiver": waiver,
            "morinaga": morinaga,
            "liang": next(p["id"] for p in people if "LIANG" in p["shown"]),
            "mandate": next(m["id"] for m in organiser.get(f"{D}/people")["mandates"] if m["may_hand"]),
            "open": by_code["W-2026"],
            "other": by_code["W-2027"],
            "record": by_code["WG-NE-3"],
            "closed": closed,
            "late": late,
            "proposal": proposed[0]["id"],
            "item": item,
            "note": note["id"],
            "entry": entry["id"],
            "invitation": invitation,
            "waiting": waiting["id"],
            "words": waiting["words"],
            "summary": summary,
            "attributed": attributed,
            "release": release["line"]["id"],
            "checkpoint": quote(organiser.call("GET", f"{D}/log/checkpoint").text, safe=""),
        }

    def _poll(self, meeting: str, asked: list[str]) -> dict[str, Any]:
        body = {"meeting": meeting, "time_zone": "Asia/Seoul", "asked": asked}
        when = {"slots": ["2027-03-01T14:00"], "deadline": "2027-02-01T12:00"}
        return self._made(self.programs["organiser"], f"{D}/polls/new", body | when)["poll"]

    def _newcomer(self) -> dict[str, str]:
        """A third member of the delegation of Japan, who waits to be let in."""
        seat = {"family": "Newcomer", "role": "participant", "party": "JP"}
        issued = self._made(self.programs["organiser"], f"{D}/people", seat)
        account = {"code": issued["code"], "login": "newcomer", "passphrase": PASSPHRASE}
        self._made(self.programs["stranger"], f"/invitations/{issued['token']}", account)
        return self.programs["tachibana"].get(f"{D}/delegation")["waiting"][0]

    @staticmethod
    def _made(who: Any, path: str, body: Any) -> Any:
        answer = who.call("POST", path, body)
        assert answer.status_code in (200, 201, 204), answer.text
        return answer.json() if answer.content else None

    def call(self, caller: str, row: Row, things: dict[str, str] | None = None) -> Any:
        known = things or self.things
        return self.programs[caller].call(row.method, row.path.format(**known), filled(row.body, known))

    def missing(self) -> dict[str, str]:
        return {name: str(uuid4()) for name in self.things}


def filled(body: Any, known: dict[str, str]) -> Any:
    """A body with the ids of this world in it."""
    if isinstance(body, dict):
        return {filled(name, known): filled(value, known) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(each, known) for each in body]
    return body.format(**known) if isinstance(body, str) else body


@pytest.fixture
def world(ground, program):
    return World(ground, program)


def _expected(caller: str, row: Row) -> str:
    if caller == "stranger":
        return "401"
    return "2xx" if caller in row.may else "403" if caller in row.refused else "404"


def _got(answer: Any) -> str:
    return "2xx" if answer.is_success else str(answer.status_code)


def test_everybody_reads_what_the_table_says_and_nothing_else(world):
    wrong = {}
    for row in READS:
        for caller in [*CALLERS, "stranger"]:
            got = _got(world.call(caller, row))
            if got != _expected(caller, row):
                wrong[row.name, caller] = got
    assert wrong == {}
    figure("P6", cells=len(READS) * (len(CALLERS) + 1))


def test_who_may_not_write_changes_nothing(world, ground):
    before, wrong = _everything(ground), {}
    for row in WRITES:
        for caller in [*CALLERS, "stranger"]:
            if caller in row.may:
                continue
            got = _got(world.call(caller, row))
            if got != _expected(caller, row):
                wrong[row.name, caller] = got
    assert wrong == {}
    assert _everything(ground) == before


def _everything(ground: Any) -> dict[str, list[Any]]:
    """Every row of every table of the main database."""
    with ground.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        return {n: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{n}"')))) for n in names}


@pytest.mark.parametrize("row", WRITES, ids=lambda row: row.name)
@pytest.mark.sqlite_only("what may be written is the same policy; the refusals run on both")
def test_who_may_write_does(row, world):
    """The first of those who may; the others find the thing already done where it can be done once."""
    for place, caller in enumerate(sorted(row.may)):
        got = _got(world.call(caller, row))
        later = {"404"} if row.ends else {"2xx", "409", "422"}
        assert got in ({"2xx"} if place == 0 else later), (caller, got)


@pytest.mark.sqlite_only("routes do not depend on the database")
def test_every_json_route_stands_in_the_table(ground):
    named = {(row.method, _shape(row.path)) for row in [*READS, *WRITES]}
    for context in iter_route_contexts(create_app(ground).routes):
        if not (context.path or "").startswith("/api/v1/dialogues/"):
            continue
        for method in context.methods or ():
            assert (method, _shape(context.path.removeprefix("/api/v1"))) in named, context.path


def _shape(path: str) -> str:
    path = path.split("?", maxsplit=1)[0].replace("{dialogue}", "six-party-talks").replace("{form}", "md")
    path = path.replace("/delegations/JP", "/delegations/{party}")
    path = (
        path.replace("/files/eml", "/files/md")
        .replace("/files/lines.csv", "/files/{name}.{form}")
        .replace("/files/terms/", "/files/{name}/")
    )
    path = (
        path.replace(".md", ".{form}")
        .replace("/matrix.csv", "/matrix.{form}")
        .replace("/log/entries/0", "/log/entries/{position}")
    )
    path = re.sub(r"/(baskets|roadmap|obstacles|exchanges|terms|texts|requirements)/(?!new$)[^/]+", r"/\1/*", path)
    return re.sub(r"\{\w+\}", "*", path)


@pytest.mark.sqlite_only("the two doors share one service")
def test_pages_answer_each_caller_as_their_twins_do(world, visit):
    """The page door beside the JSON door: the same who, the same 403 and 404."""
    wrong = {}
    for caller in CAST:
        person = visit(caller)
        for row in READS:
            path = row.path.format(**world.things)
            expected = _expected(caller, row)
            if row.name == "board" and caller not in BOARD:
                expected = "2xx"  # a liaison's front page is the lobby
            got = _got(person.get(path))
            if got != expected:
                wrong[row.name, caller] = got
    assert wrong == {}
