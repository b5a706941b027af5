"""Obstacles outside every basket: raised and lifted. What waits for one is tied in `tying`."""

from app.access.codes import refuse_used_code
from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Work
from app.core.errors import Conflict, Invalid
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.roadmap.checks import known, refuse_future
from app.roadmap.commands import AddObstacle, LiftObstacle
from app.roadmap.known import Known
from app.roadmap.models import Obstacle
from app.roadmap.views import Saved


def add_obstacle(work: Work, command: AddObstacle, here: Known | None = None) -> Saved:
    here = here or Known(work)
    work.require_in(Action.ROADMAP_KEEP, Room.BOARD)
    refuse_used_code(work, command.code, here.codes)
    refuse_future(work, "raised_on", command.raised_on)
    known("baskets", command.baskets, here.baskets, _("There is no basket %(code)s."))
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
    work.add(Action.ROADMAP_KEEP, row)
    record(
        work,
        Kind.OBSTACLE_RAISED,
        room=row.compartment_id,
        obstacle=row.code,
        happened_on=command.raised_on.isoformat(),
    )
    here.raised(row)
    return Saved(row.code)


def lift_obstacle(work: Work, code: str, command: LiftObstacle, here: Known | None = None) -> Saved:
    row = (here or Known(work)).obstacle(code)
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
