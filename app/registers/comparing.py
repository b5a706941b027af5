"""Whether two parties' lines on a subject conflict, told to the facilitator without either text.

This module sees every delegation's room, and gives away one of three words. It looks only at lines whose owners allowed it
(`may_be_compared`), and only at what they said to a machine: a subject, a stance, an amount. A line that was not offered counts as
none at all, so that "unknown" tells nothing of what lies sealed.
"""

import json
from collections.abc import Iterable, Mapping
from itertools import combinations, product
from typing import Any, Literal

from sqlalchemy import select

from app.access.bypass import unguarded
from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading
from app.dialogues.models import Party
from app.dialogues.queries import party_rows, short_name
from app.registers.commands import LINES
from app.registers.models import Entry
from app.registers.queries import entry_context
from app.registers.views import Comparison, ComparisonView
from app.roadmap.queries import step_codes
from app.vault import envelope

Verdict = Literal["conflict", "no conflict", "unknown"]
Claim = Mapping[str, Any]


def compare_lines(reading: Reading, subject: str) -> ComparisonView:
    """Every pair of parties, in the dialogue's order. Raises NotFound, Forbidden for anybody but a facilitator."""
    reading.require_in(Action.LINES_COMPARE, Room.BOARD)
    parties = party_rows(reading)
    claims = _offered(reading, subject) if subject else {}
    return ComparisonView(
        subject=subject,
        pairs=tuple(
            Comparison(
                short_name(one), short_name(other), verdict(claims.get(one.code, ()), claims.get(other.code, ()))
            )
            for one, other in combinations(parties, 2)
        )
        if subject
        else (),
        subjects=tuple(step_codes(reading)),
    )


def _offered(reading: Reading, subject: str) -> dict[str, list[Claim]]:
    """Party to what its lines that may be compared say of the subject."""
    found: dict[str, list[Claim]] = {}
    with unguarded(reading.ground, "lines are compared without being shown") as work:
        statement = (
            select(Entry, Party.code)
            .join(Party, Party.id == Entry.party_id)
            .where(Entry.dialogue_id == reading.viewer.dialogue_id, Entry.kind.in_(LINES))
        )
        for row, party in work.db.execute(statement).all():
            words = json.loads(envelope.unseal(work.room_key(row.compartment_id), row.body, entry_context(row)))
            claim = words.get("claim")
            if claim and claim["may_be_compared"] and claim["subject"] == subject and not words.get("withdrawn"):
                found.setdefault(party, []).append(claim)
    return found


def verdict(ours: Iterable[Claim], theirs: Iterable[Claim]) -> Verdict:
    """One conflict is a conflict; without one, any pair that agrees is none; where nothing can be compared: unknown."""
    found = {_of_pair(one, other) for one, other in product(list(ours), list(theirs))}
    return "conflict" if "conflict" in found else "no conflict" if "no conflict" in found else "unknown"


def _of_pair(one: Claim, other: Claim) -> Verdict:
    stances = {one["stance"], other["stance"]}
    if stances <= {"must", "must-not"}:
        return "conflict" if len(stances) == 2 else "no conflict"
    if not stances <= {"at-least", "at-most"} or one["unit"].casefold() != other["unit"].casefold():
        return "unknown"
    if len(stances) == 1:
        return "no conflict"
    low, high = sorted((one, other), key=lambda claim: str(claim["stance"]))  # at-least stands before at-most
    return "conflict" if low["amount"] > high["amount"] else "no conflict"
