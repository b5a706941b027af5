"""A dialogue with a past: seats, a tightened rule, a sealed meeting, releases and what the liaisons said."""

import pytest
from sqlalchemy import select

from app.access.bypass import unguarded
from app.access.models import DialogueHead
from app.audit import audit
from app.ledger.checkpoint import parse
from app.main import create_app
from app.meetings.models import Meeting
from app.notes.sealing import begin_seal
from app.start import issue_token
from tests.cast import PASSPHRASE
from tests.conftest import loaded
from tests.ground.program import Program

D = "/dialogues/six-party-talks"
MEETING = {
    "title": "Experts on safety",
    "starts_on": "2026-11-20",
    "ends_on": "2026-11-24",
    "agenda": "Opening\nSafety",
}
WORDS = {"title": "Chair's summary", "text": "# Fuel\n\nSmall tranches were easier to verify.", "version": 1}
RECIPIENTS = ("JP", "KR", "JP")


class Past:
    """`D`'s people at their programs, and what the operator sees of the log."""

    def __init__(self, ground, program):
        self.ground, self.program = ground, program
        self.organiser, self.facilitator = program("organiser"), program("facilitator")
        self.rapporteur, self.liaison = program("rapporteur"), program("liaison-japan")

    def made(self, who, path, body=None, method="POST"):
        answer = who.call(method, f"{D}{path}", body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def live(self):
        people = self.organiser.get(f"{D}/people")["people"]
        guests = [p["id"] for p in people if any(n in p["shown"] for n in ("MORINAGA", "NAMGUNG", "LIANG"))]
        meeting = self.made(self.organiser, "/meetings/new", MEETING | {"invited": guests})["line"]["id"]
        self.made(self.organiser, f"/meetings/{meeting}/agenda", {"title": "Next", "rule": "off-record"})
        guest = self.program("morinaga")
        item = guest.get(f"{D}/meetings/{meeting}/notes")["items"][0]["id"]
        self.made(guest, f"/meetings/{meeting}/agenda/{item}/notes", {"body": "Small tranches."})
        self.made(self.organiser, f"/meetings/{meeting}/rule", {"rule": "off-record"})
        self.made(self.facilitator, f"/meetings/{meeting}/close")
        workshop = self._meeting("W-2026")
        self.summary = self.made(self.rapporteur, "/summaries", {"meeting": workshop})["id"]
        self.made(self.rapporteur, f"/summaries/{self.summary}", WORDS, method="PUT")
        self.releases = [self.cut(party) for party in RECIPIENTS]
        self.made(self.liaison, f"/releases/{self.releases[0]}/acknowledge", {"remark": "Received."})
        self.made(self.facilitator, f"/meetings/{workshop}/close")
        begin_seal(self.ground, self._id(workshop))

    def _meeting(self, code):
        meetings = self.organiser.get(f"{D}/meetings")
        return next(m["id"] for part in ("upcoming", "held") for m in meetings[part] if m["code"] == code)

    def _id(self, text):
        with unguarded(self.ground, "a test looks up a meeting") as work:
            return next(i for i in work.db.scalars(select(Meeting.id)) if str(i) == text)

    def cut(self, party):
        cut = self.made(self.rapporteur, f"/summaries/{self.summary}/releases", {"party": party, "tlp": "TLP:AMBER"})
        return cut["line"]["id"]

    def checkpoint(self):
        answer = self.liaison.call("GET", f"{D}/log/checkpoint")
        return parse(answer.text)

    def work(self):
        return unguarded(self.ground, "a test has the database to itself")

    def dialogue_id(self):
        with self.work() as work:
            return work.db.scalar(select(DialogueHead.id))

    def findings(self, checkpoint=None):
        with self.work() as work:
            return audit(work, work.db.scalar(select(DialogueHead.id)), checkpoint).findings


@pytest.fixture(scope="module")
def past(databases, tmp_path_factory, loop):
    """One past for the tests of a module; whoever changes it for good says so in a place of its own."""
    with loaded(databases, tmp_path_factory.mktemp("past")) as ground:
        app, programs = create_app(ground), {}

        def program(login):
            if login not in programs:
                token = issue_token(ground, login, name="tests", days=1, passphrase=PASSPHRASE)
                programs[login] = Program(app, loop, token)
            return programs[login]

        made = Past(ground, program)
        made.live()
        yield made
        for each in programs.values():
            each.close()
