"""A world: the real application on a database of its own, where time and chance are the scenario's. People act through its two doors."""

import asyncio
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import select

from app.access.bypass import unguarded
from app.core import clock, entropy
from app.meetings.models import Meeting
from app.notes.batches import publish, release_due
from app.notes.models import Note
from app.start import set_up_logs
from tests.two_worlds.doors import Answer, Doors, application
from tests.two_worlds.house import CODE, MOMENT, WHY, House, seeded
from tests.two_worlds.scenario import AUTHOR, Act, Scenario

D = f"/dialogues/{CODE}"


class Slot(NamedTuple):
    """Of a meeting for which a batch was asked: how many people, at most, had written; how many make one; whether it appeared."""

    wrote: int
    needed: int | None
    shown: bool


@dataclass
class World(Doors):
    """One telling. `heard`: (who, what) to the answer, for every act but those of the unknown author."""

    author: str
    log: io.StringIO
    heard: dict[tuple[str, str], Answer] = field(default_factory=dict)
    meetings: list[str] = field(default_factory=list)
    items: list[list[str]] = field(default_factory=list)
    words: dict[int, str] = field(default_factory=dict)
    note_id: str = ""
    summary: tuple[str, int] | None = None
    release: str = ""
    said: set[str] = field(default_factory=set)
    """(verb, status) of all acts, to see that a run met what it should."""
    passed: timedelta = timedelta()
    """What the caretaker's slots took, besides a minute for each act."""
    now: datetime = MOMENT
    wrote: dict[int, set[str]] = field(default_factory=dict)
    """Meeting to all who may have a note in its present window."""
    slots: list[Slot] = field(default_factory=list)
    proposal: str = ""

    # --- the acts ----------------------------------------------------------------------------------------------------

    def play(self, told: Scenario) -> None:
        """Where one of the pair comes by browser, both have signed in before: the worlds have the same sign-ins."""
        by_browser = any(act.door == "browser" and act.who in (AUTHOR, *told.pair) for act in told.acts)
        with clock.frozen(MOMENT), entropy.replaced(seeded(told.seed)):
            for who in told.pair if by_browser else ():
                self.enter(who)
        for number, act in enumerate(told.acts):
            who = self.author if act.who == AUTHOR else act.who
            self.now = MOMENT + self.passed + timedelta(minutes=number)
            known = self.note_ids() if act.who == AUTHOR else set()
            with clock.frozen(self.now), entropy.replaced(seeded((told.seed, number))):
                answer = getattr(self, act.verb)(replace(act, who=who))
                for name in told.pair if by_browser and act.verb == "tick" else ():
                    self.enter(name)
            if act.who == AUTHOR and act.verb == "post":
                self.note_id = "".join(str(found) for found in self.note_ids() - known)
            if answer is not None:
                self.said.add(f"{act.verb} {answer.status}")
                if act.who != AUTHOR:
                    self.heard[who, f"act {number}: {act.verb}"] = answer

    def note_ids(self) -> set[UUID]:
        with unguarded(self.ground, WHY) as work:
            return set(work.db.scalars(select(Note.id)))

    def sign_in(self, act: Act) -> Answer:
        return self.enter(act.who)

    def meet(self, act: Act) -> Answer:
        body = {
            "title": f"Meeting number {act.meeting}",
            "starts_on": "2026-11-24",
            "ends_on": "2026-11-25",
            "rule": act.words,
            "late_see_earlier": act.late,
            "agenda": "\n".join(f"Item {n}" for n in range(act.item)),
            "invited": [self.house.people[name] for name in act.more],
        }
        answer = self.program(act.who, "POST", f"{D}/meetings/new", body)
        view = answer.json()
        self.meetings.append(view["line"]["id"])
        self.items.append([item["id"] for item in view["agenda"]])
        return answer

    def here(self, act: Act) -> str:
        return f"{D}/meetings/{self.meetings[act.meeting]}"

    def add_item(self, act: Act) -> Answer:
        return self.program(
            act.who, "POST", f"{self.here(act)}/agenda", {"title": "Another item", "rule": act.words or None}
        )

    def tighten(self, act: Act) -> Answer:
        return self.program(act.who, "POST", f"{self.here(act)}/rule", {"rule": "off-record"})

    def post(self, act: Act) -> Answer:
        self.words[act.note] = act.words
        self.wrote.setdefault(act.meeting, set()).add(act.who)
        items = self.items[act.meeting]
        path = f"{self.here(act)}/agenda/{items[act.item % len(items)]}/notes"
        if act.door == "browser":
            return self.form(act.who, f"{self.here(act)}/notes", path, body=act.words)
        return self.program(act.who, "POST", path, {"body": act.words})

    def empty(self, act: Act) -> Answer:
        return self.post(Act(act.who, "post", act.meeting, item=act.item, door=act.door))

    def edit(self, act: Act) -> Answer | None:
        mine = self.program(act.who, "GET", f"{self.here(act)}/notes/mine")
        found = [note for note in mine.json().get("notes", ()) if note["body"] == self.words[act.note]]
        if not found:
            return mine
        self.words[act.note] = act.words
        self.wrote.setdefault(act.meeting, set()).add(act.who)
        path = f"{self.here(act)}/notes/mine"
        if act.door == "browser":
            return self.form(
                act.who, path, f"{path}/{found[0]['id']}", body=act.words, version=str(found[0]["version"])
            )
        return self.program(
            act.who, "PUT", f"{path}/{found[0]['id']}", {"body": act.words, "version": found[0]["version"]}
        )

    def steal(self, act: Act) -> Answer | None:
        """Try the one note's id, as if somebody had guessed it."""
        if not self.note_id:
            return None
        return self.program(
            act.who, "PUT", f"{self.here(act)}/notes/mine/{self.note_id}", {"body": "Mine?", "version": 1}
        )

    def batch(self, act: Act) -> Answer:
        """Asked for; and as if enough people had written and the coin had fallen well, the clock makes it appear."""
        answer = self.ask_for_batch(act)
        if answer.status == 200:
            with unguarded(self.ground, WHY) as work:
                publish(work, work.db.get_one(Meeting, UUID(self.meetings[act.meeting])))
        return answer

    def ask_for_batch(self, act: Act) -> Answer:
        return self.program(act.who, "POST", f"{self.here(act)}/release-batch")

    def tick(self, _act: Act) -> None:
        """The caretaker comes by in the next slot. Whoever sat at a browser has gone."""
        slot = timedelta(minutes=self.ground.settings.batch_minutes)
        self.passed += slot
        self.cookies.clear()
        asked = {number: self._needed(number) for number in range(len(self.meetings)) if self._is_asked(number)}
        with clock.frozen(self.now + slot):
            release_due(self.ground)
        for number, needed in asked.items():
            shown = not self._is_asked(number)
            self.slots.append(Slot(len(self.wrote.get(number, ())), needed, shown))
            self.said.add("a batch appeared" if shown else "no batch appeared")
            if shown:
                self.wrote[number] = set()

    def _is_asked(self, meeting: int) -> bool:
        return self.ground.linkage.windows.is_asked(UUID(self.meetings[meeting]))

    def _needed(self, meeting: int) -> int | None:
        """As the page of the notes says it."""
        notes = self.program("facilitator", "GET", f"{D}/meetings/{self.meetings[meeting]}/notes").json()
        return None if notes["state"] != "open" else notes["anonymity"]["batch"]  # type: ignore[no-any-return]

    def admit(self, act: Act) -> Answer:
        return self.program(act.who, "POST", f"{self.here(act)}/guests", {"person": self.house.people[act.words]})

    def propose(self, act: Act) -> Answer:
        answer = self.program(act.who, "POST", f"{self.here(act)}/proposals", {"to": act.words})
        self.proposal = answer.json()["proposals"][0]["id"] if answer.status == 201 else ""
        return answer

    def consent(self, act: Act) -> Answer | None:
        if not self.proposal:
            return None
        return self.program(act.who, "POST", f"{self.here(act)}/proposals/{self.proposal}/consent")

    def close(self, act: Act) -> Answer:
        return self.program(act.who, "POST", f"{self.here(act)}/close")

    def approve(self, act: Act) -> Answer:
        return self.program(act.who, "POST", f"{self.here(act)}/seal")

    def draft(self, act: Act) -> Answer:
        answer = self.program(act.who, "POST", f"{D}/summaries", {"meeting": self.meetings[act.meeting]})
        self.summary = (answer.json()["id"], answer.json()["version"])
        return answer

    def cut(self, act: Act) -> Answer | None:
        if self.summary is None:
            return None
        body = {"party": act.words, "tlp": "TLP:AMBER"}
        answer = self.program(act.who, "POST", f"{D}/summaries/{self.summary[0]}/releases", body)
        self.release = answer.json()["line"]["id"] if answer.status == 201 else ""
        return answer

    def acknowledge(self, act: Act) -> Answer | None:
        if not self.release:
            return None
        return self.program(act.who, "POST", f"{D}/releases/{self.release}/acknowledge", {})

    def lodge(self, act: Act) -> Answer:
        body = {"kind": "interest", "text": act.more[0] if act.more else "Predictable dates.", "disclosure": act.words}
        return self.program(act.who, "POST", f"{D}/registers", body)

    def invite(self, act: Act) -> Answer:
        return self.program(act.who, "POST", f"{D}/people", {"family": act.words, "role": "observer"})

    def rest(self, _act: Act) -> None:
        """Nobody is there."""

    def search(self, act: Act) -> Answer:
        return self.program(act.who, "POST", f"{D}/notes/search", {"words": act.words})

    def look(self, act: Act) -> Answer:
        return self.get(act.who, D + act.words, act.door)


@contextmanager
def telling(house: House, folder: Path, author: str, loop: asyncio.AbstractEventLoop) -> Iterator[World]:
    """A world before anything happened. Its log is written at the level at which the product runs."""
    log = io.StringIO()
    with house.copy(folder) as ground:
        set_up_logs("info")
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(log))
        try:
            yield World(house, ground, loop, application(ground), author, log)
        finally:
            set_up_logs("error")
