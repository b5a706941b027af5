"""The verbs that tie a step or a basket to what it waits for, and untie it."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Work
from app.baskets.models import Basket
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.dialogues.queries import party_names
from app.engine.cycles import Standing, cycle_ever
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.roadmap import queries, standing
from app.roadmap.checks import known, refuse_future
from app.roadmap.commands import AddLink, EndLink, WeighObstacle
from app.roadmap.graph import ties_of
from app.roadmap.models import Link, Obstacle, Step
from app.roadmap.views import Saved


def add_link(work: Work, code: str, command: AddLink) -> Saved:
    """The step waits for another step or an obstacle. Raises Invalid for a circle of requirements, and names it."""
    step = queries.step(work, code)
    work.require(Action.ROADMAP_KEEP, step)
    obstacles = {row.code for row in standing.obstacle_rows(work, work.today)}
    known("to", [command.to], {*queries.step_codes(work), *obstacles}, _("There is no step or obstacle %(code)s here."))
    _check_tie(work, command)
    if command.to == code:
        raise Invalid({"to": _("The step %(code)s would require itself.") % {"code": code}})
    refuse_before_steps(work, "since", command.since, code, command.to)
    is_obstacle = command.to in obstacles
    if is_obstacle:
        _refuse_after_lifting(queries.obstacle(work, command.to), command.since)
    _refuse_equal(work, command, command.to, Step.code == code)
    if command.kind == "requires":
        refuse_circle(work, [Standing(code, command.to, command.since)], [], "to")
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


def refuse_before_steps(work: Work, field: str, since: date, *codes: str) -> None:
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


def refuse_circle(work: Work, more: list[Standing], together: list[tuple[str, ...]], field: str) -> None:
    """Raises Invalid where what is new would close a circle, today or on a day that has been."""
    ever, groups = standing.requirements_ever(work)
    # Steps that are now to come about together may close a circle through requirements that were there before.
    through = more if not together else [each for each in ever if {each.step, each.target} & set(together[0])]
    if circle := cycle_ever(ever, [*groups, *together], through=through):
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
    step = waiting(work, link_id.hex)
    link.until = command.happened_on
    link.extra = {**link.extra, "remark": command.reason}
    return Saved(step)


def waiting(work: Work, key: str) -> str:
    """A step that waits because of the requirement of this key; where it is found, for the page that follows."""
    return next((tie.step for tie in ties_of(standing.rows(work, work.today)) if tie.key == key), "")
