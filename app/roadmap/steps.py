"""Steps: added, revised, turned into another state, graded."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.access.codes import refuse_used_code
from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading, Work
from app.core.errors import Invalid
from app.core.i18n import N_
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.core.text import amount
from app.engine import quantities
from app.engine.ladder import MEASURES
from app.engine.schedule import due_on
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.roadmap import queries
from app.roadmap.checks import known, put, refuse_future
from app.roadmap.commands import (
    AddStep,
    ChangeStep,
    GradeStep,
)
from app.roadmap.deliveries import shares_of
from app.roadmap.known import Known
from app.roadmap.models import Step, StepChange
from app.roadmap.verifying import refuse_own_verifier, refuse_unverified
from app.roadmap.views import Saved

OVER = frozenset({"done", "missed", "withdrawn"})
SAID = {"done": N_("done"), "missed": N_("missed"), "withdrawn": N_("withdrawn")}


def add_step(work: Work, command: AddStep, here: Known | None = None) -> Saved:
    """A new step, with its first state. `here`: what was read before, where it is one of many."""
    here = here or Known(work)
    board = work.room(Room.BOARD)
    work.require_in(Action.ROADMAP_KEEP, Room.BOARD)
    refuse_used_code(work, command.code, here.codes)
    known("basket", [command.basket], here.baskets, _("There is no basket %(code)s."))
    _refuse_actors(command.actors, command.basket, here)
    refuse_own_verifier(command.verification, command.actors, here.parties.values())
    happened_on = command.happened_on or work.today
    refuse_future(work, "happened_on", happened_on)
    due = _due(command, here.adopted)
    begins = here.adopted.get(command.text) if command.text else None
    if begins and command.state != "proposed" and happened_on < begins:
        sentence = _("This is before the text that it follows from, of %(day)s.")
        raise Invalid({"happened_on": sentence % {"day": begins}})
    _refuse_half_quantity(command)
    step = Step(
        id=new_id(),
        compartment_id=board,
        dialogue_id=work.viewer.dialogue_id,
        basket_id=here.baskets[command.basket],
        code=command.code,
        titles={"en": command.title},
        actor_codes=command.actors,
        due=due,
        due_on=due_on(due, here.adopted),
        total=command.total,
        unit=command.unit or None,
        state=command.state,
        position=here.last_place + 1,
        earlier=[],
        extra={k: v for k, v in {"verification": command.verification, "text": command.text}.items() if v},
    )
    put(work, Action.ROADMAP_KEEP, step)
    work.add(Action.ROADMAP_KEEP, _change(work, step, command.state, happened_on, None, 1))
    record(work, Kind.STEP_ADDED, room=step.compartment_id, step=step.code, basket=command.basket)
    here.added(step)
    return Saved(step.code)


def _refuse_actors(actors: list[str], basket: str, here: Known) -> None:
    """Who acts in a basket belongs to it; one without members is everybody's."""
    known("actors", actors, here.parties, _("There is no party %(code)s."))
    members = here.members.get(basket) or tuple(here.parties)
    if strangers := [code for code in actors if code not in members]:
        sentence = _("%(code)s does not belong to the basket %(basket)s. Its members: %(members)s.")
        raise Invalid({"actors": sentence % {"code": strangers[0], "basket": basket, "members": ", ".join(members)}})


def _due(command: AddStep, adopted: Mapping[str, date | None]) -> dict[str, object]:
    """The due date as the interchange document has it; a day and an anchor come to whichever is earlier."""
    known("text", [command.text] if command.text else [], adopted, _("There is no text %(code)s."))
    known("due_anchor", [command.due_anchor] if command.due_anchor else [], adopted, _("There is no text %(code)s."))
    if bool(command.due_anchor) != (command.due_days is not None):
        raise Invalid({"due_days": _("An anchor needs days, and days need an anchor.")})
    parts: list[dict[str, object]] = []
    if command.due_anchor and command.due_days is not None:
        if command.due_days < 0:
            raise Invalid({"due_days": _("This is due before its anchor.")})
        parts.append({"anchor": command.due_anchor, "days": command.due_days})
    if command.due_on:
        begins = max(filter(None, (adopted.get(command.text), adopted.get(command.due_anchor))), default=None)
        if begins and command.due_on < begins:
            raise Invalid({"due_on": _("This is before the text that it follows from, of %(day)s.") % {"day": begins}})
        parts.append({"on": command.due_on.isoformat()})
    if command.standing:
        return {"standing": True}
    if len(parts) > 1:
        return {"earliest_of": parts}
    return parts[0] if parts else {"words": command.due_words} if command.due_words else {}


def _refuse_half_quantity(command: AddStep) -> None:
    if (command.total is None) != (not command.unit):
        raise Invalid({"unit": _("A quantity needs a unit, and a unit a quantity.")})


def revise_step(work: Work, code: str, command: AddStep, here: Known | None = None) -> Saved:
    """Another wording, other actors, another day. Its state, its basket and its code stay."""
    here = here or Known(work)
    step = here.step(code)
    work.require(Action.ROADMAP_KEEP, step)
    _refuse_actors([code for code in command.actors if code not in step.actor_codes], here.basket_of(step), here)
    refuse_own_verifier(command.verification, command.actors, here.parties.values())
    due = _due(command, here.adopted)
    _refuse_half_quantity(command)
    _refuse_below(work, step, command)
    step.earlier = [*step.earlier, {"until": work.today.isoformat()} | reads(step)]
    step.titles = {**step.titles, "en": command.title}
    step.actor_codes, step.due, step.due_on = command.actors, due, due_on(due, here.adopted)
    step.total, step.unit = command.total, command.unit or None
    words = {"verification": command.verification, "text": command.text}
    step.extra = {k: v for k, v in (step.extra | words).items() if v}
    record(work, Kind.STEP_REVISED, room=step.compartment_id, step=code)
    return Saved(code)


def reads(step: Step) -> dict[str, object]:
    """What a revision may change, as it reads before; a day that has been shows it as it read then."""
    return {
        "titles": step.titles,
        "actors": step.actor_codes,
        "due": step.due,
        "due_on": iso(step.due_on),
        "total": step.total,
        "unit": step.unit,
        "verification": step.extra.get("verification"),
        "text": step.extra.get("text"),
    }


def _refuse_below(work: Work, step: Step, command: AddStep) -> None:
    """A quantity cannot be less than what was delivered or handed over of it, and nobody stands in for himself."""
    if step.total is None:
        return
    delivered, handed = shares_of(work, step, proposed=True)
    if (delivered or handed) and quantities.outstanding(command.total or 0, delivered, handed) < 0:
        raise Invalid({"total": _("More than this was delivered or handed over already.")})
    if both := {party for party, _amount in handed} & set(command.actors):
        raise Invalid(
            {"actors": _("%(party)s stands in for the actors of this step.") % {"party": min(map(str, both))}}
        )


def _change(work: Work, step: Step, state: str, on: date, reason: str | None, position: int) -> StepChange:
    return StepChange(
        id=new_id(),
        compartment_id=step.compartment_id,
        step_id=step.id,
        state=state,
        happened_on=on,
        recorded_at=work.now,
        position=position,
        reason=reason,
        extra={},
    )


def change_step(work: Work, code: str, command: ChangeStep, here: Known | None = None) -> Saved:
    """A new state, dated. Done is what a third party has verified, where the step asks for it, and what is delivered whole."""
    here = here or Known(work)
    step = here.step(code)
    work.require(Action.ROADMAP_KEEP, step)
    refuse_future(work, "happened_on", command.happened_on)
    history = StepChange.step_id == step.id
    last_on, last = work.db.execute(
        select(func.max(StepChange.happened_on), func.max(StepChange.position)).where(history)
    ).one()
    if last_on and command.happened_on < last_on:
        raise Invalid({"happened_on": _("The step changed state after this day, on %(day)s.") % {"day": last_on}})
    _refuse_idle_turn(step, command)
    facts: dict[str, Any] = {"verified_by": command.verified_by}
    if command.state == "done":
        parties = here.parties.values()
        refuse_unverified(step.extra.get("verification"), command.verified_by, step.actor_codes, parties)
        _refuse_undelivered(work, step)
        facts["before"] = _done_before(step, command, here)
    was, step.state = step.state, command.state
    change = _change(work, step, command.state, command.happened_on, command.reason or None, (last or 0) + 1)
    change.extra = {name: said for name, said in facts.items() if said}
    work.add(Action.ROADMAP_KEEP, change)
    record(
        work,
        Kind.STEP_TURNED,
        room=step.compartment_id,
        step=code,
        state=command.state,
        happened_on=command.happened_on.isoformat(),
    )
    here.turned(step, was, command.happened_on)
    return Saved(code)


def _refuse_idle_turn(step: Step, command: ChangeStep) -> None:
    if step.state == command.state:
        raise Invalid({"state": _("It is in this state already.")})
    if (step.state, command.state) == ("withdrawn", "done"):
        raise Invalid({"state": _("It was withdrawn. Please record first that it was taken up again.")})
    is_back = step.state == "done" or (step.state in OVER and command.state not in OVER)
    if is_back and not command.reason:
        raise Invalid(
            {"reason": _("It was %(state)s. Please say why it no longer is.") % {"state": _(SAID[step.state])}}
        )


def _done_before(step: Step, command: ChangeStep, here: Known) -> list[str]:
    """What the step requires and was not there when it was done: a fact to be kept, and never by mistake. Raises Invalid."""
    left = here.unmet(step.code, command.happened_on)
    if left and not command.all_the_same:
        sentence = _("It requires %(codes)s, not done by this day. If it was done all the same, please say so below.")
        raise Invalid({"state": sentence % {"codes": ", ".join(left)}})
    return left


def _refuse_undelivered(work: Work, step: Step) -> None:
    left = quantities.undelivered(step.total, shares_of(work, step)[0]) if step.total is not None else 0
    if left > 0:
        sentence = _("Of %(total)s %(unit)s, %(left)s are not delivered yet.")
        amounts = {"total": amount(step.total or 0), "unit": step.unit, "left": amount(left)}
        raise Invalid({"state": sentence % amounts})


def grades_of(reading: Reading, code: str) -> dict[str, str]:
    """A step's grades and precedents as the form shows them; empty where nobody has graded it."""
    extra = queries.step(reading, code).extra
    grades = extra.get("grades") or {}
    shown = {name: str(grades.get(name, "")) for name in MEASURES}
    return shown | {"precedents": "\n".join(extra.get("precedents") or ())}


def grade_step(work: Work, code: str, command: GradeStep, here: Known | None = None) -> Saved:
    """From today on; a day that has been keeps the grades that stood on it."""
    step = (here or Known(work)).step(code)
    work.require(Action.ROADMAP_KEEP, step)
    precedents = [line.strip() for line in command.precedents.splitlines() if line.strip()]
    grades = command.model_dump(exclude={"precedents"}, exclude_none=True)
    stood = {name: step.extra[name] for name in ("grades", "precedents") if step.extra.get(name)}
    fresh = {name: words for name, words in (("grades", grades), ("precedents", precedents)) if words}
    if fresh == stood:
        return Saved(code)
    before = [*step.extra.get("graded_before", ()), {"until": work.today.isoformat()} | stood]
    kept = {name: words for name, words in step.extra.items() if name not in stood}
    step.extra = {**kept, **fresh, "graded_before": before}
    return Saved(code)


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
