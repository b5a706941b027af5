"""Contested expressions and the parties' readings of them: what is shown, as of any day, and the verbs."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select

from app.access.codes import refuse_used_code
from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading, Work
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.i18n import wording
from app.core.ids import new_id
from app.dialogues.queries import party_names, voices_of
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.registers.commands import AddTerm, GiveReading, TurnTerm
from app.registers.models import Term
from app.registers.views import TermReading, TermView
from app.roadmap import queries as roadmap
from app.roadmap.checks import known, recorded_by, refuse_future, speaks_for


def term(reading: Reading, code: str) -> Term:
    found = reading.db.scalar(select(Term).where(Term.dialogue_id == reading.viewer.dialogue_id, Term.code == code))
    if found is None:
        raise NotFound
    return found


def term_rows(reading: Reading) -> list[Term]:
    ours = Term.dialogue_id == reading.viewer.dialogue_id
    return list(reading.db.scalars(select(Term).where(ours).order_by(Term.position)))


def term_state(row: Term, day: date) -> str:
    """The state that stood on a day: the last turn by then, else what was first recorded."""
    turned = [turn["state"] for turn in row.turns if turn["on"] <= day.isoformat()]
    return str(turned[-1]) if turned else row.state


def agreed_in(row: Term, day: date) -> str:
    """Where the parties agreed on a term that was agreed on that day; empty where it was not, or nobody wrote it down."""
    if term_state(row, day) != "agreed":
        return ""
    turned = [turn.get("agreed_in") for turn in row.turns if turn["on"] <= day.isoformat()]
    return (turned[-1] if turned else row.extra.get("agreed_in")) or ""


def term_since(row: Term, day: date) -> date | None:
    """The day of the last turn by then; none for a term that stands as it was first recorded."""
    turned = [turn["on"] for turn in row.turns if turn["on"] <= day.isoformat()]
    return date.fromisoformat(turned[-1]) if turned else None


def _apart(row: Term, names: Mapping[str, str], last: str) -> tuple[tuple[str, str], ...]:
    """Each party's latest reading by that day, party and day, where two parties' words are not the same."""
    given = sorted((r for r in row.readings if (r.get("on") or "") <= last), key=lambda r: r.get("on") or "")
    latest = {r["party"]: r for r in given}
    if len({r["text"].strip().casefold() for r in latest.values()}) < 2:
        return ()
    return tuple((names.get(party, party), r.get("on") or "") for party, r in latest.items())


def term_views(reading: Reading, as_of: date | None = None) -> tuple[TermView, ...]:
    """Every term with the readings given by that day (one without a day was always held), and the texts adopted by then that use it."""
    names, adopted = party_names(reading), roadmap.adoption_days(reading)
    day = as_of or reading.today
    last = day.isoformat()
    return tuple(
        TermView(
            code=row.code,
            expression=wording(row.expressions),
            state=term_state(row, day),
            readings=tuple(
                TermReading(
                    names.get(r["party"], r["party"]),
                    r["text"],
                    r.get("on"),
                    r.get("source"),
                    r.get("language") or "en",
                    r.get("recorded_by"),
                )
                for r in row.readings
                if (r.get("on") or "") <= last
            ),
            used_in=tuple(
                text
                for text in row.extra.get("used_in", ())
                if as_of is None or (adopted.get(text) or date.max) <= as_of
            ),
            since=term_since(row, day),
            agreed_in=agreed_in(row, day),
            apart=_apart(row, names, last),
        )
        for row in term_rows(reading)
    )


def show_term(reading: Reading, code: str) -> TermView:
    """Raises NotFound for a term that is not there."""
    found = [term for term in term_views(reading) if term.code == code]
    if not found:
        raise NotFound
    return found[0]


def records_for_others(reading: Reading) -> bool:
    """Of no party oneself: a reading is then recorded from a source, or not at all."""
    return not voices_of(reading)


def may_keep_terms(reading: Reading) -> bool:
    return reading.may_in(Action.TERM_KEEP, Room.BOARD)


# --- verbs ------------------------------------------------------------------------------------------------------------


def add_term(work: Work, command: AddTerm) -> TermView:
    enter_term(work, command)
    return show_term(work, command.code)


def enter_term(work: Work, command: AddTerm) -> None:
    work.require_in(Action.TERM_KEEP, Room.BOARD)
    ours = Term.dialogue_id == work.viewer.dialogue_id
    refuse_used_code(work, command.code)
    known("used_in", command.used_in, roadmap.adoption_days(work), _("There is no text %(code)s."))
    said = _source_of_agreement(command)
    last = work.db.scalar(select(func.max(Term.position)).where(ours)) or 0
    row = Term(
        id=new_id(),
        compartment_id=work.room(Room.BOARD),
        dialogue_id=work.viewer.dialogue_id,
        code=command.code,
        expressions={"en": command.expression},
        state=command.state,
        turns=[],
        readings=[],
        position=last + 1,
        extra=({"used_in": command.used_in} if command.used_in else {}) | said,
    )
    work.add(Action.TERM_KEEP, row)
    work.db.flush()  # the answer shows it
    record(work, Kind.TERM_ADDED, room=row.compartment_id, term=row.code)


def turn_term(work: Work, code: str, command: TurnTerm) -> TermView:
    turn(work, code, command)
    return show_term(work, code)


def turn(work: Work, code: str, command: TurnTerm) -> None:
    """Another state from a day on; what it was before stays what it was."""
    row = term(work, code)
    work.require(Action.TERM_KEEP, row)
    known("used_in", command.used_in, roadmap.adoption_days(work), _("There is no text %(code)s."))
    day = command.happened_on or work.today
    refuse_future(work, "happened_on", day)
    if row.turns and day.isoformat() < row.turns[-1]["on"]:
        raise Invalid(
            {"happened_on": _("Its state changed after this day, on %(day)s.") % {"day": row.turns[-1]["on"]}}
        )
    if command.state != term_state(row, work.today):
        row.turns = [*row.turns, {"state": command.state, "on": day.isoformat()} | _source_of_agreement(command)]
        record(work, Kind.TERM_TURNED, room=row.compartment_id, term=code, state=command.state)
    if "used_in" in command.model_fields_set:
        row.extra = {**row.extra, "used_in": command.used_in}


def _source_of_agreement(command: AddTerm | TurnTerm) -> dict[str, str]:
    """Whoever keeps the terms cannot agree for the parties. Raises Invalid for "agreed" that names nothing in which they did."""
    if command.state != "agreed":
        return {}
    if not command.agreed_in:
        raise Invalid({"agreed_in": _("Please name the text, or each party's own word, in which the parties agreed.")})
    return {"agreed_in": command.agreed_in}


def give_reading(work: Work, code: str, command: GiveReading) -> TermView:
    give(work, code, command)
    return show_term(work, code)


def give(work: Work, code: str, command: GiveReading) -> None:
    """A party's own reading, beside the others'; a later one of the same party stands beside its earlier one."""
    row = term(work, code)
    work.require(Action.READING_GIVE, row)
    speaks_for(work, command.party)
    refuse_future(work, "on", command.on)
    by = recorded_by(work, command.party)
    if by and not command.source:
        raise Invalid({"source": _("You are not of this party: its reading is recorded from a source only.")})
    row.readings = [*row.readings, command.model_dump(mode="json", exclude_defaults=True) | by]
    record(work, Kind.READING_GIVEN, room=row.compartment_id, term=code, party=command.party, **by)
