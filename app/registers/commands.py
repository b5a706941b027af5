"""What may be asked of the registers; shared by form and JSON."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from app.core.command import Code, Command
from app.core.i18n import N_
from app.core.text import CleanText, Line

Disclosure = Literal["sealed", "confided", "shared-without-attribution", "shared"]
DISCLOSURES = ("sealed", "confided", "shared-without-attribution", "shared")
EntryKind = Literal["red-line", "bottom-line", "interest"]
LINES = frozenset({"red-line", "bottom-line"})
Views = Literal["acceptable", "with-conditions", "crosses-a-line", "no-view"]
TermState = Literal["agreed", "deliberately-ambiguous", "contested"]
Stance = Literal["", "must", "must-not", "at-least", "at-most"]


def _codes(value: object) -> object:
    """Codes typed into one field, apart by commas or spaces."""
    if isinstance(value, str):
        return value.replace(",", " ").split()
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return value[0].replace(",", " ").split()
    return value


def _language(tag: str) -> str:
    """A language tag (BCP 47): a language of two or three letters, then script and region."""
    if not re.fullmatch(r"[A-Za-z]{2,3}([_-][A-Za-z]{4})?([_-]([A-Za-z]{2}|[0-9]{3}))?", tag):
        raise ValueError(N_("Please write the code of a language, for example en, ko or zh-Hans."))
    return tag


Source = Annotated[Line, Field(max_length=400)]
Codes = Annotated[list[Code], BeforeValidator(_codes), Field(max_length=40)]


class EntryWords(Command):
    """What an entry says. `touches`: codes of steps, baskets, topics or terms.

    `subject`, `stance`, `amount`, `unit` say the same to a machine; with `may_be_compared` the facilitator may be told whether
    it conflicts with another party's line on that subject, and nothing else of it.
    """

    text: Annotated[CleanText, Field(min_length=3, max_length=4000)]
    authority: Annotated[Line, Field(max_length=200)] = ""
    capacity: Literal["official", "personal", "expert"] = "expert"
    conditions: Annotated[CleanText, Field(max_length=2000)] = ""
    source: Source = ""
    touches: Codes = Field(default_factory=list)
    subject: Annotated[Line, Field(max_length=32)] = ""
    stance: Stance = ""
    amount: Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)] | None = None
    unit: Annotated[Line, Field(max_length=40)] = ""
    may_be_compared: bool = False
    reconfirm_by: date | None = None


class LodgeEntry(EntryWords):
    """A red line, bottom line or interest of one's own party."""

    kind: EntryKind = "red-line"
    disclosure: Disclosure = "sealed"


class ReviseEntry(EntryWords):
    """New words for an entry; the earlier ones stay in its history. `version` is the one that was read."""

    version: int


class ReconfirmEntry(Command):
    reconfirm_by: date | None = None


class WithdrawEntry(Command):
    reason: Annotated[CleanText, Field(max_length=1000)] = ""


class DiscloseEntry(Command):
    disclosure: Disclosure


class GivePosition(Command):
    """A party's position on a step. Others learn at most whether it is acceptable to all, never to whom it is not."""

    view: Views
    text: Annotated[CleanText, Field(max_length=2000)] = ""
    disclosure: Literal["sealed", "confided", "shared-without-attribution"] = "sealed"


class AddTerm(Command):
    code: Code
    expression: Annotated[Line, Field(min_length=1, max_length=400)]
    state: TermState = "contested"
    used_in: Codes = Field(default_factory=list)
    agreed_in: Source = ""


class TurnTerm(Command):
    """Another state of a term, from a day on (today by default). `used_in` stays as it is where it is left out.

    `agreed_in`: the text, or each party's own word, in which the parties agreed. No term becomes agreed without it.
    """

    state: TermState
    happened_on: date | None = None
    used_in: Codes = Field(default_factory=list)
    agreed_in: Source = ""


class GiveReading(Command):
    """A party's own understanding of a term; by anybody else, only from a source."""

    party: Code
    text: Annotated[CleanText, Field(min_length=3, max_length=4000)]
    on: date
    source: Source = ""
    language: Annotated[Line, AfterValidator(_language)] = "en"
