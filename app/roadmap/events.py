"""What happened on the roadmap, and when."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Text, cast, func, or_, select

from app.access.work import Reading
from app.baskets.models import Basket
from app.db.base import id_of
from app.roadmap.models import Anchor, Exchange, Handover, Instalment, Link, Obstacle, Step, StepChange, Waiver
from app.roadmap.queries import day_in
from app.roadmap.standing import OTHER

_STEP_DAYS = (
    select(StepChange.happened_on, Step.code, StepChange.state, cast(Step.titles, Text), Step.total)
    .join(Step, Step.id == StepChange.step_id)
    .where(Step.dialogue_id == id_of("dialogue"))
)
_ADOPTED = select(Anchor.adopted_on, Anchor.code, cast(Anchor.titles, Text)).where(
    Anchor.dialogue_id == id_of("dialogue"), Anchor.adopted_on.is_not(None)
)
_RAISED = select(Obstacle.raised_on, Obstacle.lifted_on, Obstacle.code, cast(Obstacle.titles, Text)).where(
    Obstacle.dialogue_id == id_of("dialogue")
)
_WAIVED = (Waiver.agreed_on, Waiver.revoked_on, Waiver.party_code)
_LINK_DAYS = (
    select(
        Link.since,
        Link.until,
        func.coalesce(Step.code, Basket.code),
        Link.kind,
        func.coalesce(OTHER.c.code, Obstacle.code),
        *_WAIVED,
    )
    .outerjoin(Step, Step.id == Link.step_id)
    .outerjoin(Basket, Basket.id == Link.basket_id)
    .outerjoin(OTHER, OTHER.c.id == Link.to_step_id)
    .outerjoin(Obstacle, Obstacle.id == Link.to_obstacle_id)
    .outerjoin(Waiver, Waiver.link_id == Link.id)
    .where(
        Link.dialogue_id == id_of("dialogue"),
        or_(Link.since.is_not(None), Link.until.is_not(None), Waiver.id.is_not(None)),
    )
)
_EXCHANGE_DAYS = (
    select(Exchange.code, Exchange.a_codes, Exchange.b_codes, Exchange.extra, Exchange.readings, *_WAIVED)
    .outerjoin(Waiver, Waiver.exchange_id == Exchange.id)
    .where(Exchange.dialogue_id == id_of("dialogue"))
)
_HANDOVER_DAYS = (
    select(Handover.agreed_on, Handover.revoked_on, Step.code, Handover.party_code)
    .join(Step, Step.id == Handover.step_id)
    .where(Step.dialogue_id == id_of("dialogue"), Handover.agreed_on.is_not(None))
)
_INSTALMENT_DAYS = (
    select(Instalment.happened_on, Step.code, Instalment.party_code)
    .join(Step, Step.id == Instalment.step_id)
    .where(
        Step.dialogue_id == id_of("dialogue"), Instalment.happened_on.is_not(None), Instalment.withdrawn_on.is_(None)
    )
)

Event = tuple[date, str, str, str, str]
"""(day, code, what happened, the thing's titles as stored JSON or empty, the other code it happened with or empty)."""


def event_days(reading: Reading) -> tuple[Event, ...]:
    """Everything dated on the roadmap: texts, obstacles, steps, ties, exchanges, waivers, shares handed over or delivered."""
    here = {"dialogue": reading.viewer.dialogue_id}
    run = reading.db.execute
    days: list[Event] = [(on, code, "adopted", titles, "") for on, code, titles in run(_ADOPTED, here) if on]
    for raised, lifted, code, titles in run(_RAISED, here):
        days += _from_to(code, titles, "", ("raised", raised), ("lifted", lifted))
    steps = run(_STEP_DAYS, here).all()
    days += [(on, code, state, titles, "") for on, code, state, titles, _total in steps]
    for since, until, code, kind, target, *waived in run(_LINK_DAYS, here):
        days += _from_to(code, "", target or "", (f"{kind}-from", since), (f"{kind}-until", until))
        days += _waived(code, *waived)
    if any(row.total is not None for row in steps):
        for on, revoked, code, party in run(_HANDOVER_DAYS, here):
            days += _from_to(code, "", party, ("handed-over", on), ("handover-revoked", revoked))
        days += [(on, code, "delivered", "", party or "") for on, code, party in run(_INSTALMENT_DAYS, here) if on]
    return (*days, *_exchange_days(reading))


def _exchange_days(reading: Reading) -> list[Event]:
    """When each exchange was agreed, and when each party gave its reading of the order."""
    days: list[Event] = []
    for code, a, b, extra, readings, *waived in reading.db.execute(
        _EXCHANGE_DAYS, {"dialogue": reading.viewer.dialogue_id}
    ):
        days += _from_to(code, "", f"{', '.join(a)} ↔ {', '.join(b)}", ("exchange-from", day_in(extra.get("since"))))
        days += _ends(code, f"{', '.join(a)} ↔ {', '.join(b)}", extra.get("ends", ()))
        days += [(date.fromisoformat(r["on"]), code, "reading", "", r["party"]) for r in readings if r.get("on")]
        days += _waived(code, *waived)
    return days


def _ends(code: str, sides: str, ends: Iterable[Mapping[str, Any]]) -> list[Event]:
    return [
        event
        for end in ends
        for event in _from_to(
            code, "", sides, ("exchange-until", day_in(end["on"])), ("exchange-from", day_in(end.get("revoked_on")))
        )
    ]


def _waived(code: str, on: date | None, revoked: date | None, party: str | None) -> list[Event]:
    """What was only proposed, and perhaps withdrawn again, changed nothing."""
    return _from_to(code, "", party or "", ("waived", on), ("waiver-revoked", revoked if on else None))


def _from_to(code: str, titles: str, other: str, *moments: tuple[str, date | None]) -> list[Event]:
    return [(on, code, what, titles, other) for what, on in moments if on is not None]
