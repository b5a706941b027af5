"""The verbs of the roadmap: its steps, their states and quantities. What ties them together is in `tying`."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import func, select

from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading, Work
from app.baskets.models import Basket
from app.baskets.queries import BasketRow, basket_codes, basket_rows
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import current_language, stored_wording, wording
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.core.text import amount
from app.dialogues.queries import party_codes_of, party_names
from app.engine import quantities
from app.engine.isolation import Effect
from app.engine.ladder import MEASURES
from app.engine.schedule import due_on
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.roadmap import queries, rows
from app.roadmap.commands import (
    STATES,
    AddInstalment,
    AddObstacle,
    AddStep,
    AdoptText,
    ChangeStep,
    GradeStep,
    HandOver,
    LiftObstacle,
    Revoke,
)
from app.roadmap.graph import CLOSED
from app.roadmap.models import Exchange, Handover, Instalment, Link, Obstacle, Step, StepChange, Waiver
from app.roadmap.views import Choices, RoadmapView, Saved, StepLine, Subject

EFFECTS = tuple(effect.value for effect in Effect)


class Chosen(NamedTuple):
    """Which steps: of a basket, in a state, with an effect, with these words in code or title; empty for any."""

    basket: str = ""
    state: str = ""
    effect: str = ""
    q: str = ""

    def fits(self, line: StepLine) -> bool:
        words = self.q.casefold().split()
        text = f"{line.code} {line.title}".casefold()
        return (
            self.basket in ("", line.basket)
            and self.state in ("", line.state)
            and self.effect in ("", line.effect)
            and all(word in text for word in words)
        )


def show_roadmap(reading: Reading, *, as_of: date | None, chosen: Chosen = Chosen()) -> RoadmapView:  # noqa: B008  # immutable
    reading.enter(Room.BOARD)
    day = as_of or reading.today
    baskets = basket_rows(reading, day)
    whole, keeps = _lines(reading, day, baskets), may_keep(reading)
    return RoadmapView(
        steps=tuple(filter(chosen.fits, whole)) if any(chosen) else whole,
        whole=len(whole),
        as_of=day,
        is_today=day == reading.today,
        baskets=tuple((row.code, stored_wording(row.titles)) for row in baskets),
        states=STATES,
        effects=EFFECTS,
        may_keep=keeps,
        unadopted=tuple(text for text in queries.anchor_views(reading) if not text.adopted_on) if keeps else (),
    )


def _lines(reading: Reading, day: date, baskets: tuple[BasketRow, ...]) -> tuple[StepLine, ...]:
    names = tuple(party_names(reading).items())
    found = queries.step_rows(reading, day)
    return _lines_of(found, names, day, current_language(), rows.effects_on(reading, day, found, baskets))


# Remembered by content, as the board is: whoever asks has read those very rows.
@lru_cache(maxsize=32)
def _lines_of(
    found: tuple[queries.StepRow, ...],
    names: tuple[tuple[str, str], ...],
    day: date,
    language: str,
    effects: rows.Weighed,
) -> tuple[StepLine, ...]:
    by_code = dict(names)
    return tuple(queries.line(row, by_code, day, effects.of.get(row.code)) for row in found)


def may_keep(reading: Reading) -> bool:
    """Whether the viewer keeps the roadmap: adds steps, ties, obstacles."""
    return reading.may_in(Action.ROADMAP_KEEP, Room.BOARD)


def choices(reading: Reading) -> Choices:
    """What the forms offer. A participant speaks for the own party only."""
    reading.enter(Room.BOARD)
    names = party_names(reading)
    own = party_codes_of(reading)
    return Choices(
        parties=tuple((code, name) for code, name in names.items() if own is None or code in own),
        baskets=tuple((code, wording(titles)) for code, titles in basket_codes(reading)),
        steps=tuple(
            (row.code, f"{row.code} · {wording(row.titles)}")
            for row in queries.step_rows(reading, reading.today)
            if row.state not in CLOSED
        ),
        obstacles=tuple(
            (row.code, f"{row.code} · {stored_wording(row.titles)}")
            for row in queries.obstacle_rows(reading, reading.today)
            if row.lifted_on is None
        ),
        texts=tuple((text.code, f"{text.code} · {text.title}") for text in queries.anchor_views(reading)),
    )


def grades_of(reading: Reading, code: str) -> dict[str, str]:
    """A step's grades and precedents as the form shows them; empty where nobody has graded it."""
    extra = queries.step(reading, code).extra
    grades = extra.get("grades") or {}
    shown = {name: str(grades.get(name, "")) for name in MEASURES}
    return shown | {"precedents": "\n".join(extra.get("precedents") or ())}


# --- what a form is about: each raises NotFound for what is not there, whose form is not there either ----------------


def about_step(reading: Reading, code: str) -> Subject:
    row = queries.step(reading, code)
    return Subject(code, wording(row.titles), row.state)


def about_obstacle(reading: Reading, code: str) -> Subject:
    return Subject(code, wording(queries.obstacle(reading, code).titles))


def about_text(reading: Reading, code: str) -> Subject:
    return Subject(code, wording(queries.anchor(reading, code).titles))


def about_exchange(reading: Reading, code: str) -> Subject:
    row = queries.exchange(reading, code)
    return Subject(code, "", a=titled(reading, row.a_codes), b=titled(reading, row.b_codes))


def about_link(reading: Reading, link_id: UUID) -> Subject:
    row = _ours(reading, Link, link_id)
    get = reading.db.get
    waits = get(Step, row.step_id) if row.step_id else get(Basket, row.basket_id)
    target = get(Step, row.to_step_id) if row.to_step_id else get(Obstacle, row.to_obstacle_id)
    if waits is None or target is None:
        raise NotFound
    sides = (((end.code, wording(end.titles)),) for end in (waits, target))
    return Subject("", "", a=next(sides), b=next(sides), reason=row.reason)


def about_handover(reading: Reading, handover_id: UUID) -> Subject:
    row = reading.db.get(Handover, handover_id)
    step = _ours(reading, Step, row.step_id) if row else None
    if row is None or step is None:
        raise NotFound
    who = party_names(reading).get(row.party_code, row.party_code)
    words = _("%(party)s takes over %(quantity)s %(unit)s.")
    return Subject(
        step.code,
        wording(step.titles),
        reason=words % {"party": who, "quantity": amount(row.quantity), "unit": step.unit},
    )


def about_waiver(reading: Reading, waiver_id: UUID) -> Subject:
    row = _ours(reading, Waiver, waiver_id)
    who = party_names(reading).get(row.party_code, row.party_code)
    asked = about_link(reading, row.link_id) if row.link_id else _about_side(reading, row)
    return Subject("", who, a=asked.a, b=asked.b, reason=row.reason)


def _about_side(reading: Reading, row: Waiver) -> Subject:
    exchange = _ours(reading, Exchange, row.exchange_id)
    sides = (exchange.a_codes, exchange.b_codes) if row.side == "a" else (exchange.b_codes, exchange.a_codes)
    return Subject("", "", a=titled(reading, sides[0]), b=titled(reading, sides[1]))


T = TypeVar("T", Link, Step, Waiver, Exchange)


def _ours(reading: Reading, table: type[T], place: UUID | None) -> T:
    found = reading.db.get(table, place) if place else None
    if found is None or found.dialogue_id != reading.viewer.dialogue_id:
        raise NotFound
    return found


def titled(reading: Reading, codes: list[str]) -> tuple[tuple[str, str], ...]:
    """Steps, obstacles and baskets share no codes in what one tie names; whatever it is, its title."""
    here = reading.viewer.dialogue_id
    titles: dict[str, str] = {}
    for table in (Basket, Obstacle, Step):
        found = reading.db.execute(
            select(table.code, table.titles).where(table.dialogue_id == here, table.code.in_(codes))
        )
        titles |= {code: wording(words) for code, words in found}
    return tuple((code, titles.get(code, "")) for code in codes)


# --- what every verb checks -------------------------------------------------------------------------------------------


def refuse_future(work: Work, field: str, day: date) -> None:
    if day > work.today:
        raise Invalid({field: _("This day has not come yet.")})


def known(field: str, codes: list[str], there: object, what: str) -> None:
    """Raises Invalid at the field for a code that this dialogue does not have; one of another dialogue is just such a one."""
    if unknown := [code for code in codes if code not in there]:  # type: ignore[operator]
        raise Invalid({field: what % {"code": unknown[0]}})


def speaks_for(work: Work, party: str, field: str = "party") -> None:
    """Raises Invalid where somebody would speak in the name of another party."""
    known(field, [party], party_names(work), _("There is no party %(code)s."))
    own = party_codes_of(work)
    if own is not None and party not in own:
        raise Invalid({field: _("You can speak for your own party only.")})


def recorded_by(work: Work) -> dict[str, Any]:
    """Who wrote down what a party said, where that was not the party itself: nobody may take the one for the other."""
    return {} if work.viewer.party_id is not None else {"recorded_by": "organiser"}


def put(work: Work, action: Action, *rows: Step | Obstacle | Instalment | Handover | StepChange) -> None:
    work.add(action, *rows)
    work.db.flush()  # what follows points at it


# --- steps ------------------------------------------------------------------------------------------------------------


def add_step(work: Work, command: AddStep) -> Saved:
    board = work.room(Room.BOARD)
    work.require_in(Action.ROADMAP_KEEP, Room.BOARD)
    _refuse_used(work, command.code)
    basket = work.db.scalar(
        select(Basket).where(Basket.dialogue_id == work.viewer.dialogue_id, Basket.code == command.basket)
    )
    if basket is None:
        raise Invalid({"basket": _("There is no basket %(code)s.") % {"code": command.basket}})
    known("actors", command.actors, party_names(work), _("There is no party %(code)s."))
    happened_on = command.happened_on or work.today
    refuse_future(work, "happened_on", happened_on)
    due = _due(work, command)
    begins = queries.adoption_days(work).get(command.text) if command.text else None
    if begins and command.state != "proposed" and happened_on < begins:
        sentence = _("This is before the text that it follows from, of %(day)s.")
        raise Invalid({"happened_on": sentence % {"day": begins}})
    last = work.db.scalar(select(func.max(Step.position)).where(Step.dialogue_id == work.viewer.dialogue_id)) or 0
    _refuse_half_quantity(command)
    step = Step(
        id=new_id(),
        compartment_id=board,
        dialogue_id=work.viewer.dialogue_id,
        basket_id=basket.id,
        code=command.code,
        titles={"en": command.title},
        actor_codes=command.actors,
        due=due,
        due_on=due_on(due, queries.adoption_days(work)),
        total=command.total,
        unit=command.unit or None,
        state=command.state,
        position=last + 1,
        earlier=[],
        extra={k: v for k, v in {"verification": command.verification, "text": command.text}.items() if v},
    )
    put(work, Action.ROADMAP_KEEP, step)
    put(work, Action.ROADMAP_KEEP, _change(work, step, command.state, happened_on, None, 1))
    record(work, Kind.STEP_ADDED, room=step.compartment_id, step=step.code, basket=command.basket)
    return Saved(step.code)


def revise_step(work: Work, code: str, command: AddStep) -> Saved:
    """Another wording, other actors, another day. Its state, its basket and its code stay."""
    step = queries.step(work, code)
    work.require(Action.ROADMAP_KEEP, step)
    known("actors", command.actors, party_names(work), _("There is no party %(code)s."))
    due = _due(work, command)
    _refuse_half_quantity(command)
    _refuse_below(work, step, command)
    step.earlier = [*step.earlier, {"until": work.today.isoformat()} | _reads(step)]
    step.titles = {**step.titles, "en": command.title}
    step.actor_codes, step.due, step.due_on = command.actors, due, due_on(due, queries.adoption_days(work))
    step.total, step.unit = command.total, command.unit or None
    words = {"verification": command.verification, "text": command.text}
    step.extra = {k: v for k, v in (step.extra | words).items() if v}
    record(work, Kind.STEP_REVISED, room=step.compartment_id, step=code)
    return Saved(code)


def _reads(step: Step) -> dict[str, object]:
    """What a revision may change, as it reads before; a day that has been shows it as it read then."""
    return {
        "titles": step.titles,
        "actors": step.actor_codes,
        "due": step.due,
        "due_on": _iso(step.due_on),
        "total": step.total,
        "unit": step.unit,
        "verification": step.extra.get("verification"),
        "text": step.extra.get("text"),
    }


def _refuse_half_quantity(command: AddStep) -> None:
    if (command.total is None) != (not command.unit):
        raise Invalid({"unit": _("A quantity needs a unit, and a unit a quantity.")})


def _refuse_below(work: Work, step: Step, command: AddStep) -> None:
    """A quantity cannot be less than what was delivered or handed over of it, and nobody stands in for himself."""
    if step.total is None:
        return
    delivered, handed = _shares_of(work, step)
    if (delivered or handed) and quantities.outstanding(command.total or 0, delivered, handed) < 0:
        raise Invalid({"total": _("More than this was delivered or handed over already.")})
    if both := {party for party, _amount in handed} & set(command.actors):
        raise Invalid(
            {"actors": _("%(party)s stands in for the actors of this step.") % {"party": min(map(str, both))}}
        )


def _refuse_used(work: Work, code: str) -> None:
    """Links name steps and obstacles alike, so they share their codes; two that differ in their case only are one to a reader."""
    ours = work.viewer.dialogue_id
    if code.casefold() == "new":
        raise Invalid({"code": _("This word is kept for the form of a new one.")})
    for table in (Step, Obstacle):
        if work.db.scalar(
            select(table.id).where(table.dialogue_id == ours, func.lower(table.code) == code.lower()).limit(1)
        ):
            raise Invalid({"code": _("This code is already used.")})


def _due(work: Work, command: AddStep) -> dict[str, object]:
    """The due date as the interchange document has it; a day and an anchor come to whichever is earlier."""
    adopted = queries.adoption_days(work)
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


def change_step(work: Work, code: str, command: ChangeStep) -> Saved:
    """A new state, dated. Done is what a third party has verified, where the step asks for it, and what is delivered whole."""
    step = queries.step(work, code)
    work.require(Action.ROADMAP_KEEP, step)
    refuse_future(work, "happened_on", command.happened_on)
    history = StepChange.step_id == step.id
    last_on, last = work.db.execute(
        select(func.max(StepChange.happened_on), func.max(StepChange.position)).where(history)
    ).one()
    if last_on and command.happened_on < last_on:
        raise Invalid({"happened_on": _("The step changed state after this day, on %(day)s.") % {"day": last_on}})
    if command.state == "done":
        _refuse_unverified(work, step, command)
        _refuse_undelivered(work, step)
    step.state = command.state
    change = _change(work, step, command.state, command.happened_on, command.reason or None, (last or 0) + 1)
    change.extra = {"verified_by": command.verified_by} if command.verified_by else {}
    put(work, Action.ROADMAP_KEEP, change)
    record(
        work,
        Kind.STEP_TURNED,
        room=step.compartment_id,
        step=code,
        state=command.state,
        happened_on=command.happened_on.isoformat(),
    )
    return Saved(code)


def _refuse_unverified(work: Work, step: Step, command: ChangeStep) -> None:
    names = party_names(work)
    own = {word.casefold() for actor in step.actor_codes for word in (actor, names.get(actor, actor))}
    if step.extra.get("verification") and not command.verified_by:
        sentence = _("This step is done only when it is verified, by: %(who)s. Please say who has verified it.")
        raise Invalid({"verified_by": sentence % {"who": step.extra["verification"]}})
    if command.verified_by.casefold() in own:
        raise Invalid({"verified_by": _("A step is verified by a third party, not by its own actor.")})


def _refuse_undelivered(work: Work, step: Step) -> None:
    left = quantities.undelivered(step.total, _shares_of(work, step)[0]) if step.total is not None else 0
    if left > 0:
        sentence = _("Of %(total)s %(unit)s, %(left)s are not delivered yet.")
        amounts = {"total": amount(step.total or 0), "unit": step.unit, "left": amount(left)}
        raise Invalid({"state": sentence % amounts})


def grade_step(work: Work, code: str, command: GradeStep) -> Saved:
    """From today on; a day that has been keeps the grades that stood on it."""
    step = queries.step(work, code)
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


# --- quantities -------------------------------------------------------------------------------------------------------


def add_instalment(work: Work, code: str, command: AddInstalment) -> Saved:
    """A part that was delivered. Raises Invalid beyond the total."""
    step = queries.step(work, code)
    work.require(Action.ROADMAP_KEEP, step)
    refuse_future(work, "happened_on", command.happened_on)
    known("party", [command.party] if command.party else [], party_names(work), _("There is no party %(code)s."))
    _refuse_before(work, step, "happened_on", command.happened_on)
    delivered, handed = _shares_of(work, step)
    left = quantities.deliverable(command.party or None, step.total or 0, delivered, handed)
    if command.quantity > left:
        raise Invalid({"quantity": _beyond(step, left)})
    last = work.db.scalar(select(func.max(Instalment.position)).where(Instalment.step_id == step.id)) or 0
    row = Instalment(
        id=new_id(),
        compartment_id=step.compartment_id,
        step_id=step.id,
        party_code=command.party or None,
        quantity=command.quantity,
        happened_on=command.happened_on,
        recorded_at=work.now,
        position=last + 1,
        extra={"source": command.source} if command.source else {},
    )
    put(work, Action.ROADMAP_KEEP, row)
    return Saved(code)


def _shares_of(work: Work, step: Step) -> tuple[list[quantities.Share], list[quantities.Share]]:
    """What was delivered, and what is handed over and not revoked. Raises Conflict for a step without a quantity."""
    if step.total is None:
        raise Conflict(_("This step has no quantity."))
    delivered = work.db.execute(
        select(Instalment.party_code, Instalment.quantity).where(Instalment.step_id == step.id)
    ).all()
    standing = (Handover.step_id == step.id, Handover.revoked_on.is_(None))
    handed = work.db.execute(select(Handover.party_code, Handover.quantity).where(*standing)).all()
    return [(party, amount) for party, amount in delivered], [(party, amount) for party, amount in handed]


def _refuse_before(work: Work, step: Step, field: str, day: date) -> None:
    """Nothing happens to a step before it is there."""
    first = work.db.scalar(select(func.min(StepChange.happened_on)).where(StepChange.step_id == step.id))
    if first and day < first:
        raise Invalid({field: _("The step is there only from %(day)s on.") % {"day": first}})


def _beyond(step: Step, left: float) -> str:
    sentence = _("This is more than what is left of %(total)s %(unit)s: %(left)s.")
    return sentence % {"total": amount(step.total or 0), "unit": step.unit, "left": amount(max(left, 0))}


def hand_over(work: Work, code: str, command: HandOver) -> Saved:
    """A substitute gives a part instead of the step's own actors. Their conditions bind it no longer when all is handed over."""
    step = queries.step(work, code)
    work.require(Action.ROADMAP_KEEP, step)
    refuse_future(work, "happened_on", command.happened_on)
    known("party", [command.party], party_names(work), _("There is no party %(code)s."))
    if command.party in step.actor_codes:
        raise Invalid({"party": _("This is an actor of the step itself; a substitute is somebody else.")})
    _refuse_before(work, step, "happened_on", command.happened_on)
    left = quantities.outstanding(step.total or 0, *_shares_of(work, step))
    if command.quantity > left:
        raise Invalid({"quantity": _beyond(step, left)})
    row = Handover(
        id=new_id(),
        compartment_id=step.compartment_id,
        step_id=step.id,
        party_code=command.party,
        quantity=command.quantity,
        happened_on=command.happened_on,
        recorded_at=work.now,
        reason=command.reason,
    )
    put(work, Action.ROADMAP_KEEP, row)
    record(work, Kind.HANDED_OVER, room=step.compartment_id, step=code, party=command.party, quantity=command.quantity)
    return Saved(code)


def revoke_handover(work: Work, handover_id: UUID, command: Revoke) -> Saved:
    row = work.db.get(Handover, handover_id)
    step = work.db.get(Step, row.step_id) if row else None
    if row is None or step is None or step.dialogue_id != work.viewer.dialogue_id:
        raise NotFound
    work.require(Action.ROADMAP_KEEP, row)
    refuse_future(work, "happened_on", command.happened_on)
    refuse_revoking(row.revoked_on, row.happened_on, command)
    row.revoked_on, row.revoked_reason = command.happened_on, command.reason
    record(work, Kind.HANDOVER_REVOKED, room=step.compartment_id, step=step.code, party=row.party_code)
    return Saved(step.code)


def refuse_revoking(revoked_on: date | None, given_on: date, command: Revoke) -> None:
    if revoked_on is not None:
        raise Conflict(_("It was revoked before."))
    if command.happened_on < given_on:
        raise Invalid({"happened_on": _("It was given after this day, on %(day)s.") % {"day": given_on}})


# --- obstacles --------------------------------------------------------------------------------------------------------


def add_obstacle(work: Work, command: AddObstacle) -> Saved:
    work.require_in(Action.ROADMAP_KEEP, Room.BOARD)
    _refuse_used(work, command.code)
    refuse_future(work, "raised_on", command.raised_on)
    known("baskets", command.baskets, dict(basket_codes(work)), _("There is no basket %(code)s."))
    row = Obstacle(
        id=new_id(),
        compartment_id=work.room(Room.BOARD),
        dialogue_id=work.viewer.dialogue_id,
        code=command.code,
        titles={"en": command.title},
        basket_codes=command.baskets,
        raised_on=command.raised_on,
        recorded_at=work.now,
        reason=command.reason or None,
        extra={},
    )
    put(work, Action.ROADMAP_KEEP, row)
    record(
        work,
        Kind.OBSTACLE_RAISED,
        room=row.compartment_id,
        obstacle=row.code,
        happened_on=command.raised_on.isoformat(),
    )
    return Saved(row.code)


def lift_obstacle(work: Work, code: str, command: LiftObstacle) -> Saved:
    row = queries.obstacle(work, code)
    work.require(Action.ROADMAP_KEEP, row)
    if row.lifted_on is not None:
        raise Conflict(_("It was lifted before, on %(day)s.") % {"day": row.lifted_on})
    refuse_future(work, "happened_on", command.happened_on)
    if command.happened_on < row.raised_on:
        raise Invalid({"happened_on": _("It was raised after this day, on %(day)s.") % {"day": row.raised_on}})
    row.lifted_on = command.happened_on
    row.extra = {**row.extra, "remark": command.reason}
    record(
        work, Kind.OBSTACLE_LIFTED, room=row.compartment_id, obstacle=code, happened_on=command.happened_on.isoformat()
    )
    return Saved(code)


# --- texts ------------------------------------------------------------------------------------------------------------


def adopt_text(work: Work, code: str, command: AdoptText) -> Saved:
    """A text was adopted: every due date that counts from it comes to its day, also as of the days since."""
    text = queries.anchor(work, code)
    work.require(Action.ROADMAP_KEEP, text)
    if text.adopted_on is not None:
        raise Conflict(_("It was adopted before, on %(day)s.") % {"day": text.adopted_on})
    day = command.happened_on
    refuse_future(work, "happened_on", day)
    steps = work.db.scalars(select(Step).where(Step.dialogue_id == work.viewer.dialogue_id)).all()
    _refuse_after_its_steps(work, code, steps, day)
    text.adopted_on = day
    text.extra = {**text.extra, "source": command.source} if command.source else text.extra
    adopted = queries.adoption_days(work) | {code: day}
    for step in steps:
        _come_to_a_day(work, step, code, adopted)
    record(work, Kind.TEXT_ADOPTED, room=text.compartment_id, text=code, happened_on=day.isoformat())
    return Saved(code)


def _refuse_after_its_steps(work: Work, text: str, steps: Sequence[Step], day: date) -> None:
    """What follows from a text is neither agreed nor due before the text is adopted."""
    ours = {step.id: step for step in steps if step.extra.get("text") == text}
    agreed = select(StepChange.step_id, func.min(StepChange.happened_on)).where(
        StepChange.step_id.in_(ours), StepChange.state != "proposed"
    )
    for step_id, on in work.db.execute(agreed.group_by(StepChange.step_id)):
        if on < day:
            sentence = _("%(step)s, which follows from it, was agreed before this day, on %(day)s.")
            raise Invalid({"happened_on": sentence % {"step": ours[step_id].code, "day": on}})
    for step in steps:
        if (step in ours.values() or _counts_from(step.due, text)) and (due := _fixed_day(step.due)) and due < day:
            sentence = _("%(step)s, which follows from it, is due before this day, on %(day)s.")
            raise Invalid({"happened_on": sentence % {"step": step.code, "day": due}})


def _fixed_day(due: Mapping[str, Any]) -> date | None:
    """The day that a due date names itself, without any anchor."""
    return due_on(due, {})


def _counts_from(due: Mapping[str, Any], text: str) -> bool:
    return due.get("anchor") == text or any(_counts_from(part, text) for part in due.get("earliest_of") or ())


def _come_to_a_day(work: Work, step: Step, text: str, adopted: Mapping[str, date | None]) -> None:
    """The step as it reads now, and as it read on the days since the adoption; before it, it was due on no day."""
    since = adopted[text]
    if since is None or not any(_counts_from(each, text) for each in (step.due, *(w["due"] for w in step.earlier))):
        return
    work.permit(step)
    before = [words for words in step.earlier if words["until"] <= since.isoformat()]
    later = step.earlier[len(before) :]
    then = {**(later[0] if later else _reads(step)), "until": since.isoformat()}
    step.earlier = [*before, then, *(words | {"due_on": _iso(due_on(words["due"], adopted))} for words in later)]
    step.due_on = due_on(step.due, adopted)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
