"""The verbs that tie steps together and loosen them: links, exchanges and their readings, waivers."""

from collections.abc import Iterable
from datetime import date
from itertools import product
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from app.access.codes import refuse_used_code
from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading, Work
from app.baskets.models import Basket
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.dialogues.queries import party_codes_of, party_names
from app.engine import exchanges
from app.engine.cycles import Standing, cycle_ever
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.roadmap import queries
from app.roadmap.commands import (
    AddExchange,
    AddLink,
    EndExchange,
    EndLink,
    ReadOrder,
    Revoke,
    WaiveRequirement,
    WeighObstacle,
)
from app.roadmap.graph import Rows, TieRow, agreed, side_key, ties_of
from app.roadmap.models import Exchange, Link, Obstacle, Step, Waiver
from app.roadmap.service import known, recorded_by, refuse_future, refuse_revoking, speaks_for, titled
from app.roadmap.views import RequirementView, Saved


def add_link(work: Work, code: str, command: AddLink) -> Saved:
    """The step waits for another step or an obstacle. Raises Invalid for a circle of requirements, and names it."""
    step = queries.step(work, code)
    work.require(Action.ROADMAP_KEEP, step)
    obstacles = {row.code for row in queries.obstacle_rows(work, work.today)}
    known("to", [command.to], {*queries.step_codes(work), *obstacles}, _("There is no step or obstacle %(code)s here."))
    _check_tie(work, command)
    if command.to == code:
        raise Invalid({"to": _("The step %(code)s would require itself.") % {"code": code}})
    _refuse_before_steps(work, "since", command.since, code, command.to)
    is_obstacle = command.to in obstacles
    if is_obstacle:
        _refuse_after_lifting(queries.obstacle(work, command.to), command.since)
    _refuse_equal(work, command, command.to, Step.code == code)
    if command.kind == "requires":
        _refuse_circle(work, [Standing(code, command.to, command.since)], [], "to")
    link = _link(
        work,
        command,
        step_id=step.id,
        to_obstacle_id=queries.obstacle(work, command.to).id if is_obstacle else None,
        to_step_id=None if is_obstacle else queries.step(work, command.to).id,
    )
    work.add(Action.ROADMAP_KEEP, link)
    record(work, Kind.LINK_ADDED, room=step.compartment_id, step=code, to=command.to, tie=command.kind)
    return Saved(code)


def weigh_obstacle(work: Work, code: str, command: WeighObstacle) -> Saved:
    """Every step of a basket waits for the obstacle."""
    obstacle = queries.obstacle(work, code)
    work.require(Action.ROADMAP_KEEP, obstacle)
    ours = Basket.dialogue_id == work.viewer.dialogue_id
    basket_id = work.db.scalar(select(Basket.id).where(ours, Basket.code == command.basket))
    if basket_id is None:
        raise Invalid({"basket": _("There is no basket %(code)s.") % {"code": command.basket}})
    _check_tie(work, command)
    if command.since < obstacle.raised_on:
        raise Invalid({"since": _("It was raised after this day, on %(day)s.") % {"day": obstacle.raised_on}})
    _refuse_after_lifting(obstacle, command.since)
    _refuse_equal(work, command, code, Basket.code == command.basket)
    work.add(Action.ROADMAP_KEEP, _link(work, command, basket_id=basket_id, to_obstacle_id=obstacle.id))
    record(
        work, Kind.OBSTACLE_TIED, room=obstacle.compartment_id, obstacle=code, basket=command.basket, tie=command.kind
    )
    return Saved(code)


def _check_tie(work: Work, command: AddLink | WeighObstacle) -> None:
    refuse_future(work, "since", command.since)
    known("party", [command.party] if command.party else [], party_names(work), _("There is no party %(code)s."))


def _refuse_before_steps(work: Work, field: str, since: date, *codes: str) -> None:
    """A tie begins when all its ends are there."""
    days = queries.first_days(work)
    begins = max(filter(None, (days.get(code) for code in codes)), default=None)
    if begins and since < begins:
        raise Invalid({field: _("The step is there only from %(day)s on.") % {"day": begins}})


def _refuse_after_lifting(obstacle: Obstacle, since: date) -> None:
    if obstacle.lifted_on and since >= obstacle.lifted_on:
        raise Invalid({"since": _("It was lifted before, on %(day)s.") % {"day": obstacle.lifted_on}})


def _refuse_equal(work: Work, command: AddLink | WeighObstacle, to: str, waiting: ColumnElement[bool]) -> None:
    """The same, said twice by the same, would have to be waived twice."""
    target = aliased(Step)
    ours = Link.dialogue_id == work.viewer.dialogue_id
    same = (Link.kind == command.kind, func.coalesce(Link.party_code, "") == command.party)
    found = work.db.execute(
        select(Link.since, Link.until)
        .outerjoin(Step, Step.id == Link.step_id)
        .outerjoin(Basket, Basket.id == Link.basket_id)
        .outerjoin(target, target.id == Link.to_step_id)
        .outerjoin(Obstacle, Obstacle.id == Link.to_obstacle_id)
        .where(ours, *same, waiting, or_(target.code == to, Obstacle.code == to))
    )
    for since, until in found:
        if until is None or until > command.since:
            sentence = _("The same is written down already, since %(day)s.")
            raise Invalid({"to" if isinstance(command, AddLink) else "basket": sentence % {"day": since or "–"}})


def _link(work: Work, command: AddLink | WeighObstacle, **ends: UUID | None) -> Link:
    last = work.db.scalar(select(func.max(Link.position)).where(Link.dialogue_id == work.viewer.dialogue_id)) or 0
    return Link(
        id=new_id(),
        compartment_id=work.room(Room.BOARD),
        dialogue_id=work.viewer.dialogue_id,
        kind=command.kind,
        party_code=command.party or None,
        since=command.since,
        reason=command.reason,
        position=last + 1,
        extra={},
        **ends,
    )


def _refuse_circle(work: Work, more: list[Standing], together: list[tuple[str, ...]], field: str) -> None:
    """Raises Invalid where what is new would close a circle, today or on a day that has been."""
    standing, groups = queries.requirements_ever(work)
    # Steps that are now to come about together may close a circle through requirements that were there before.
    through = more if not together else [each for each in standing if {each.step, each.target} & set(together[0])]
    if circle := cycle_ever(standing, [*groups, *together], through=through):
        sentence = _("These steps would require each other in a circle: %(circle)s.")
        raise Invalid({field: sentence % {"circle": " → ".join(circle)}})


def end_link(work: Work, link_id: UUID, command: EndLink) -> Saved:
    """A tie that holds no longer. It stays in the record with its dates."""
    link = work.db.get(Link, link_id)
    if link is None or link.dialogue_id != work.viewer.dialogue_id:
        raise NotFound
    work.require(Action.ROADMAP_KEEP, link)
    if link.until is not None:
        raise Conflict(_("It ended before, on %(day)s.") % {"day": link.until})
    refuse_future(work, "happened_on", command.happened_on)
    if link.since and command.happened_on < link.since:
        raise Invalid({"happened_on": _("It began after this day, on %(day)s.") % {"day": link.since}})
    step = _waiting(work, link_id.hex)
    link.until = command.happened_on
    link.extra = {**link.extra, "remark": command.reason}
    return Saved(step)


def _waiting(work: Work, key: str) -> str:
    """A step that waits because of the requirement of this key; where it is found, for the page that follows."""
    return next((tie.step for tie in ties_of(queries.rows(work, work.today)) if tie.key == key), "")


def add_exchange(work: Work, command: AddExchange) -> Saved:
    work.require_in(Action.ROADMAP_KEEP, Room.BOARD)
    ours = Exchange.dialogue_id == work.viewer.dialogue_id
    refuse_used_code(work, command.code)
    steps = queries.step_codes(work)
    known("a", command.a, steps, _("There is no step %(code)s here."))
    known("b", command.b, steps, _("There is no step %(code)s here."))
    if both := set(command.a) & set(command.b):
        raise Invalid({"b": _("The step %(code)s stands on both sides.") % {"code": min(both)}})
    refuse_future(work, "since", command.since)
    _refuse_before_steps(work, "since", command.since, *command.a, *command.b)
    _refuse_second(work, command.a, command.b)
    exchange = exchanges.Exchange(command.code, tuple(command.a), tuple(command.b), command.order)
    _refuse_circle(work, *agreed(exchange, command.since), "order")
    last = work.db.scalar(select(func.max(Exchange.position)).where(ours)) or 0
    row = Exchange(
        id=new_id(),
        compartment_id=work.room(Room.BOARD),
        dialogue_id=work.viewer.dialogue_id,
        code=command.code,
        a_codes=command.a,
        b_codes=command.b,
        order=command.order,
        readings=[],
        position=last + 1,
        extra={"since": command.since.isoformat()},
    )
    work.add(Action.ROADMAP_KEEP, row)
    record(work, Kind.EXCHANGE_ADDED, room=row.compartment_id, exchange=row.code, order=row.order)
    return Saved(command.a[0])


def _refuse_second(work: Work, a: Iterable[str], b: Iterable[str]) -> None:
    """One pair of steps is exchanged in one way at a time."""
    pairs = {frozenset(pair) for pair in product(a, b)}
    for row in queries.exchange_rows(work, work.today):
        if both := pairs & {frozenset(pair) for pair in product(row.a, row.b)}:
            named = {"code": row.code, "steps": " ↔ ".join(sorted(min(both, key=sorted)))}
            raise Invalid(
                {"b": _("%(steps)s are exchanged already, in %(code)s. Please end that exchange first.") % named}
            )


def end_exchange(work: Work, code: str, command: EndExchange) -> Saved:
    """It binds nobody any more, from a day on. Its readings and waivers stay in the record."""
    row = queries.exchange(work, code)
    work.require(Action.ROADMAP_KEEP, row)
    if last := queries.standing_end(row.extra, work.today):
        raise Conflict(_("It ended before, on %(day)s.") % {"day": last["on"]})
    _refuse_day(work, row, command.happened_on)
    end = {"on": command.happened_on.isoformat(), "reason": command.reason, "is_final": command.is_final}
    row.extra = {**row.extra, "ends": [*row.extra.get("ends", ()), end]}
    record(work, Kind.EXCHANGE_ENDED, room=row.compartment_id, exchange=code, happened_on=end["on"])
    return Saved(row.a_codes[0])


def resume_exchange(work: Work, code: str, command: Revoke) -> Saved:
    """Its end is taken back. Raises Conflict for an exchange that has not ended, or has ended for good."""
    row = queries.exchange(work, code)
    work.require(Action.ROADMAP_KEEP, row)
    last = queries.standing_end(row.extra, work.today)
    if last is None:
        raise Conflict(_("It has not ended."))
    if last.get("is_final"):
        raise Conflict(_("It ended for good, on %(day)s.") % {"day": last["on"]})
    refuse_future(work, "happened_on", command.happened_on)
    refuse_revoking(None, date.fromisoformat(last["on"]), command)
    _refuse_second(work, row.a_codes, row.b_codes)
    back = {"revoked_on": command.happened_on.isoformat(), "revoked_reason": command.reason}
    row.extra = {**row.extra, "ends": [end | back if end == last else end for end in row.extra["ends"]]}
    record(work, Kind.EXCHANGE_RESUMED, room=row.compartment_id, exchange=code, happened_on=back["revoked_on"])
    return Saved(row.a_codes[0])


def _refuse_day(work: Work, row: Exchange, day: date) -> None:
    """An exchange ends after it was agreed, and after it was last taken up again."""
    refuse_future(work, "happened_on", day)
    begins = max([row.extra.get("since") or "", *(end.get("revoked_on") or "" for end in row.extra.get("ends", ()))])
    if begins and day.isoformat() < begins:
        raise Invalid({"happened_on": _("It began after this day, on %(day)s.") % {"day": begins}})


def read_order(work: Work, code: str, command: ReadOrder) -> Saved:
    """A party's own reading of the order. From the day on which one differs the order is disputed, and blocks nothing."""
    row = queries.exchange(work, code)
    work.require(Action.READING_GIVE, row)
    if last := queries.standing_end(row.extra, work.today):
        raise Conflict(_("It ended before, on %(day)s.") % {"day": last["on"]})
    speaks_for(work, command.party)
    refuse_future(work, "on", command.on)
    since = row.extra.get("since")
    if since and command.on.isoformat() < since:
        raise Invalid({"on": _("The exchange was agreed after this day, on %(day)s.") % {"day": since}})
    given = {"party": command.party, "order": command.order, "text": command.text, "on": command.on.isoformat()}
    row.readings = [*row.readings, given | recorded_by(work, command.party)]
    record(
        work,
        Kind.ORDER_READ,
        room=row.compartment_id,
        exchange=code,
        party=command.party,
        **recorded_by(work, command.party),
    )
    return Saved(row.a_codes[0])


# --- waivers ----------------------------------------------------------------------------------------------------------


def show_requirement(reading: Reading, key: str) -> RequirementView:
    """What may be waived, or was. Raises NotFound for what is no requirement that day."""
    reading.enter(Room.BOARD)
    here = queries.rows(reading, reading.today)
    lines = _lines(here, key)
    names = party_names(reading)
    waived = {waiver.party for waiver in here.waivers if waiver.key == key}
    own, left = party_codes_of(reading), [party for party in lines[0].concerned if party not in waived]
    return RequirementView(
        key=key,
        what=_what(lines),
        waits=titled(reading, [lines[0].basket] if lines[0].basket else _each(line.step for line in lines)),
        targets=titled(reading, _each(line.target for line in lines)),
        reason=_(lines[0].reason) if lines[0].reason else None,
        concerned=tuple(names.get(p, p) for p in lines[0].concerned),
        missing=tuple(names.get(p, p) for p in left),
        offered=tuple((p, names.get(p, p)) for p in left if own is None or p in own),
    )


def _each(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))


def _lines(here: Rows, key: str) -> list[TieRow]:
    lines = [
        tie for tie in ties_of(here) if tie.key == key and tie.kind in ("requires", "exchange", "handed-over", "waived")
    ]
    if not lines or not key:
        raise NotFound
    return lines


def _what(lines: list[TieRow]) -> str:
    first = lines[0]
    if first.basket:
        return f"{first.basket} → {first.target}"
    steps, targets = (
        ", ".join(dict.fromkeys(codes)) for codes in zip(*((t.step, t.target) for t in lines), strict=True)
    )
    return f"{steps} → {targets}"


def waive(work: Work, key: str, command: WaiveRequirement) -> Saved:
    """One concerned party's waiver. The requirement falls when all of them have waived it."""
    here = queries.rows(work, work.today)
    lines = _lines(here, key)
    link_id, exchange_id, side = _addressed(work, key)
    row = Waiver(
        id=new_id(),
        compartment_id=work.room(Room.BOARD),
        dialogue_id=work.viewer.dialogue_id,
        link_id=link_id,
        exchange_id=exchange_id,
        side=side,
        party_code=command.party,
        happened_on=command.happened_on,
        recorded_at=work.now,
        reason=command.reason,
        recorded_by=recorded_by(work, command.party).get("recorded_by"),
    )
    work.require(Action.REQUIREMENT_WAIVE, row)
    speaks_for(work, command.party)
    if command.party not in lines[0].concerned:
        names = party_names(work)
        whose = ", ".join(names.get(p, p) for p in lines[0].concerned)
        sentence = _("This party is not concerned. The requirement can be waived by: %(whose)s.")
        raise Invalid({"party": sentence % {"whose": whose}})
    if any(waiver.key == key and waiver.party == command.party for waiver in here.waivers):
        raise Invalid({"party": _("This party has waived it before.")})
    refuse_future(work, "happened_on", command.happened_on)
    if lines[0].since and command.happened_on < lines[0].since:
        raise Invalid({"happened_on": _("It began after this day, on %(day)s.") % {"day": lines[0].since}})
    work.db.add(row)
    record(
        work,
        Kind.REQUIREMENT_WAIVED,
        room=row.compartment_id,
        what=_what(lines),
        party=command.party,
        **recorded_by(work, command.party),
    )
    return Saved(lines[0].step)


def _addressed(work: Work, key: str) -> tuple[UUID | None, UUID | None, str | None]:
    """(link, exchange, side) that a key names. It is known to be a requirement."""
    code, colon, side = key.rpartition(":")
    if colon:
        return None, queries.exchange(work, code).id, side
    return UUID(key), None, None


def revoke_waiver(work: Work, waiver_id: UUID, command: Revoke) -> Saved:
    row = work.db.get(Waiver, waiver_id)
    if row is None or row.dialogue_id != work.viewer.dialogue_id:
        raise NotFound
    work.require(Action.REQUIREMENT_WAIVE, row)
    speaks_for(work, row.party_code, "")
    refuse_future(work, "happened_on", command.happened_on)
    refuse_revoking(row.revoked_on, row.happened_on, command)
    row.revoked_on, row.revoked_reason = command.happened_on, command.reason
    recorded = recorded_by(work, row.party_code)
    row.revoked_by = recorded.get("recorded_by")
    record(work, Kind.WAIVER_REVOKED, room=row.compartment_id, party=row.party_code, **recorded)
    exchange = work.db.get(Exchange, row.exchange_id) if row.exchange_id else None
    key = row.link_id.hex if row.link_id else side_key(exchange.code if exchange else "", row.side or "")
    return Saved(_waiting(work, key))
