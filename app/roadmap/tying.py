"""The verbs that tie a step or a basket to what it waits for, and untie it."""

from datetime import date
from uuid import UUID

from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Work
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.engine.cycles import Standing
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.roadmap import standing
from app.roadmap.checks import known, refuse_future
from app.roadmap.commands import AddLink, EndLink, WeighObstacle
from app.roadmap.graph import ties_of
from app.roadmap.known import Known
from app.roadmap.models import Link, Obstacle, Step
from app.roadmap.views import Saved


def add_link(work: Work, code: str, command: AddLink, here: Known | None = None) -> Saved:
    """The step waits for another step or an obstacle. Raises Invalid for a circle of requirements, and names it."""
    here = here or Known(work)
    step = here.step(code)
    work.require(Action.ROADMAP_KEEP, step)
    target = here.obstacles.get(command.to) or here.step_or_none(command.to)
    if target is None:
        raise Invalid({"to": _("There is no step or obstacle %(code)s here.") % {"code": command.to}})
    _check_tie(work, command, here)
    if command.to == code:
        raise Invalid({"to": _("The step %(code)s would require itself.") % {"code": code}})
    refuse_before_steps(here, command.since, code, command.to)
    if isinstance(target, Obstacle):
        _refuse_after_lifting(target, command.since)
        link = _link(work, command, here, step_id=step.id, to_obstacle_id=target.id)
    else:
        link = _link(work, command, here, step_id=step.id, to_step_id=target.id)
    _refuse_equal(link, "to", here)
    asks = Standing(code, command.to, command.since) if link.kind == "requires" and link.to_step_id else None
    if asks:
        refuse_circle(here.requirements.circle_with(asks), "to")
    work.add(Action.ROADMAP_KEEP, link)
    record(work, Kind.LINK_ADDED, room=step.compartment_id, step=code, to=command.to, tie=command.kind)
    here.tied(link, asks)
    return Saved(code)


def weigh_obstacle(work: Work, code: str, command: WeighObstacle, here: Known | None = None) -> Saved:
    """Every step of a basket waits for the obstacle."""
    here = here or Known(work)
    obstacle = here.obstacle(code)
    work.require(Action.ROADMAP_KEEP, obstacle)
    known("basket", [command.basket], here.baskets, _("There is no basket %(code)s."))
    _check_tie(work, command, here)
    if command.since < obstacle.raised_on:
        raise Invalid({"since": _("It was raised after this day, on %(day)s.") % {"day": obstacle.raised_on}})
    _refuse_after_lifting(obstacle, command.since)
    link = _link(work, command, here, basket_id=here.baskets[command.basket], to_obstacle_id=obstacle.id)
    _refuse_equal(link, "basket", here)
    work.add(Action.ROADMAP_KEEP, link)
    record(
        work, Kind.OBSTACLE_TIED, room=obstacle.compartment_id, obstacle=code, basket=command.basket, tie=command.kind
    )
    here.tied(link, None)
    return Saved(code)


def _check_tie(work: Work, command: AddLink | WeighObstacle, here: Known) -> None:
    refuse_future(work, "since", command.since)
    known("party", [command.party] if command.party else [], here.parties, _("There is no party %(code)s."))


def refuse_before_steps(here: Known, since: date, *codes: str) -> None:
    """A tie begins when all its ends are there."""
    begins = max(filter(None, (here.first_days.get(code) for code in codes)), default=None)
    if begins and since < begins:
        raise Invalid({"since": _("The step is there only from %(day)s on.") % {"day": begins}})


def _refuse_after_lifting(obstacle: Obstacle, since: date) -> None:
    if obstacle.lifted_on and since >= obstacle.lifted_on:
        raise Invalid({"since": _("It was lifted before, on %(day)s.") % {"day": obstacle.lifted_on}})


def _refuse_equal(new: Link, field: str, here: Known) -> None:
    """The same, said twice by the same, would have to be waived twice."""
    for link in here.same_as(new):
        if link.until is None or (new.since and link.until > new.since):
            sentence = _("The same is written down already, since %(day)s.")
            raise Invalid({field: sentence % {"day": link.since or "–"}})


def _link(work: Work, command: AddLink | WeighObstacle, here: Known, **ends: UUID) -> Link:
    return Link(
        id=new_id(),
        compartment_id=work.room(Room.BOARD),
        dialogue_id=work.viewer.dialogue_id,
        kind=command.kind,
        party_code=command.party or None,
        since=command.since,
        reason=command.reason,
        position=max((link.position for link in here.links[-1:]), default=0) + 1,
        extra={},
        **ends,
    )


def refuse_circle(circle: tuple[str, ...], field: str) -> None:
    """Raises Invalid where what is new would close a circle, today or on a day that has been."""
    if circle:
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
    waits = work.db.get(Step, link.step_id) if link.step_id else None
    step = waits.code if waits else waiting(work, link_id.hex)
    link.until = command.happened_on
    link.extra = {**link.extra, "remark": command.reason}
    return Saved(step)


def waiting(work: Work, key: str) -> str:
    """A step that waits because of the requirement of this key; where it is found, for the page that follows."""
    return next((tie.step for tie in ties_of(standing.rows(work, work.today)) if tie.key == key), "")
