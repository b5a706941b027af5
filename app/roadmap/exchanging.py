"""The verbs of exchanges: agreed, ended, taken up again; and each party's reading of the order."""

from collections.abc import Iterable
from datetime import date
from itertools import product

from sqlalchemy import func, select

from app.access.codes import refuse_used_code
from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Work
from app.core.errors import Conflict, Invalid
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.engine import exchanges
from app.engine.cycles import cycle_ever
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.roadmap import queries, standing
from app.roadmap.checks import known, recorded_by, refuse_future, refuse_revoking, speaks_for
from app.roadmap.commands import (
    AddExchange,
    EndExchange,
    ReadOrder,
    Revoke,
)
from app.roadmap.graph import agreed
from app.roadmap.known import Known
from app.roadmap.models import Exchange
from app.roadmap.tying import refuse_before_steps, refuse_circle
from app.roadmap.views import Saved


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
    refuse_before_steps(Known(work), command.since, *command.a, *command.b)
    _refuse_second(work, command.a, command.b)
    exchange = exchanges.Exchange(command.code, tuple(command.a), tuple(command.b), command.order)
    refuse_circle(_circle(work, exchange, command.since), "order")
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


def _circle(work: Work, exchange: exchanges.Exchange, since: date) -> tuple[str, ...]:
    more, together = agreed(exchange, since)
    ever, groups = standing.requirements_ever(work)
    # Steps that are now to come about together may close a circle through requirements that were there before.
    through = more if not together else [each for each in ever if {each.step, each.target} & set(together[0])]
    return cycle_ever(ever, [*groups, *together], through=through)


def _refuse_second(work: Work, a: Iterable[str], b: Iterable[str]) -> None:
    """One pair of steps is exchanged in one way at a time."""
    pairs = {frozenset(pair) for pair in product(a, b)}
    for row in standing.exchange_rows(work, work.today):
        if both := pairs & {frozenset(pair) for pair in product(row.a, row.b)}:
            named = {"code": row.code, "steps": " ↔ ".join(sorted(min(both, key=sorted)))}
            raise Invalid(
                {"b": _("%(steps)s are exchanged already, in %(code)s. Please end that exchange first.") % named}
            )


def end_exchange(work: Work, code: str, command: EndExchange) -> Saved:
    """It binds nobody any more, from a day on. Its readings and waivers stay in the record."""
    row = queries.exchange(work, code)
    work.require(Action.ROADMAP_KEEP, row)
    if last := standing.end_on(row.extra, work.today):
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
    last = standing.end_on(row.extra, work.today)
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
    if last := standing.end_on(row.extra, work.today):
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
