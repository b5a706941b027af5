"""A document's registers: positions, entries, and terms with their readings."""

from typing import Literal

from app.interchange.document_words import Code, Day, Long, Part, Recorder, Short, Words


class PositionDoc(Part):
    """A party's position on a step, with the disclosure its owner gave it. Never written out.

    `until`: the day from which on it stood no longer. Without one it stands until the same party's next.
    """

    party: Code
    view: Literal["acceptable", "with-conditions", "crosses-a-line", "no-view"]
    on: Day | None = None
    until: Day | None = None
    text: Long | None = None
    disclosure: Literal["sealed", "confided", "shared-without-attribution"] = "sealed"


class EntryDoc(Part):
    """A red line, bottom line or interest, with the disclosure its owner gave it."""

    party: Code
    kind: Literal["red-line", "bottom-line", "interest"]
    text: Long
    authority: Short | None = None
    capacity: Short | None = None
    conditions: Long | None = None
    disclosure: Literal["sealed", "confided", "shared-without-attribution", "shared"]
    on: Day | None = None
    reconfirm_by: Day | None = None
    touches: list[Code] = []
    demonstration: bool = False


class ReadingDoc(Part):
    party: Code
    text: Long
    on: Day | None = None
    language: str = "en"
    recorded_by: Recorder | None = None


class TermTurnDoc(Part):
    """Another state of a term, from a day on."""

    state: Literal["agreed", "deliberately-ambiguous", "contested"]
    on: Day
    agreed_in: Long | None = None


class TermDoc(Part):
    """`state`: as it was first recorded; `turns`: later ones, in order. `agreed_in`: where the parties agreed on it."""

    code: Code
    expression: Words
    state: Literal["agreed", "deliberately-ambiguous", "contested"]
    turns: list[TermTurnDoc] = []
    agreed_in: Long | None = None
    readings: list[ReadingDoc] = []
    used_in: list[Code] = []
