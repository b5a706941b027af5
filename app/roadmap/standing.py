"""All that stands between the steps of a roadmap on a day: what the engine reads. How many queries it takes does not depend on how many steps there are."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Text, bindparam, cast, or_, select

from app.access.work import Reading
from app.baskets.models import Basket
from app.db.base import id_of
from app.engine.cycles import Standing
from app.engine.exchanges import Exchange as Agreed
from app.roadmap.graph import (
    ExchangeRow,
    LinkRow,
    ObstacleRow,
    Rows,
    ShareRow,
    StepState,
    WaiverRow,
    agreed,
    side_key,
)
from app.roadmap.models import Exchange, Handover, Instalment, Link, Obstacle, Step, Waiver
from app.roadmap.queries import StepRow, day_in, on_day, step_states
from app.roadmap.views import EndedExchange, ExchangeEnd

OTHER = select(Step.id, Step.code).where(Step.dialogue_id == id_of("dialogue")).subquery()
_EVER = (
    select(
        cast(Link.id, Text),
        Step.code,
        Basket.code,
        OTHER.c.code,
        Obstacle.code,
        Link.kind,
        Link.party_code,
        Link.since,
        Link.until,
        Link.reason,
    )
    .outerjoin(Step, Step.id == Link.step_id)
    .outerjoin(Basket, Basket.id == Link.basket_id)
    .outerjoin(OTHER, OTHER.c.id == Link.to_step_id)
    .outerjoin(Obstacle, Obstacle.id == Link.to_obstacle_id)
    .where(Link.dialogue_id == id_of("dialogue"))
    .order_by(Link.position)
)
_LINKS = _EVER.where(
    or_(Link.since.is_(None), Link.since <= bindparam("day")),
    or_(Link.until.is_(None), Link.until > bindparam("day")),
)
_ENDED = _EVER.where(Link.until <= bindparam("day"))
_EXCHANGES = (
    select(Exchange.code, Exchange.a_codes, Exchange.b_codes, Exchange.order, Exchange.extra, Exchange.readings)
    .where(Exchange.dialogue_id == id_of("dialogue"))
    .order_by(Exchange.position)
)
_OBSTACLES = (
    select(
        Obstacle.code,
        cast(Obstacle.titles, Text),
        Obstacle.basket_codes,
        Obstacle.raised_on,
        Obstacle.lifted_on,
        Obstacle.reason,
    )
    .where(Obstacle.dialogue_id == id_of("dialogue"), Obstacle.raised_on <= bindparam("day"))
    .order_by(Obstacle.raised_on, Obstacle.code)
)
_WAIVERS = (
    select(cast(Waiver.link_id, Text), Exchange.code, Waiver.side, Waiver.party_code)
    .outerjoin(Exchange, Exchange.id == Waiver.exchange_id)
    .where(
        Waiver.dialogue_id == id_of("dialogue"),
        Waiver.agreed_on <= bindparam("day"),
        or_(Waiver.revoked_on.is_(None), Waiver.revoked_on > bindparam("day")),
    )
    .order_by(Waiver.agreed_on, Waiver.party_code)
)
_DELIVERED = (
    select(Step.code, Instalment.party_code, Instalment.quantity)
    .join(Step, Step.id == Instalment.step_id)
    .where(
        Step.dialogue_id == id_of("dialogue"),
        or_(Instalment.happened_on.is_(None), Instalment.happened_on <= bindparam("day")),
        or_(Instalment.withdrawn_on.is_(None), Instalment.withdrawn_on > bindparam("day")),
    )
    .order_by(Step.position, Instalment.position)
)
_HANDED = (
    select(Step.code, Handover.party_code, Handover.quantity)
    .join(Step, Step.id == Handover.step_id)
    .where(
        Step.dialogue_id == id_of("dialogue"),
        Handover.agreed_on <= bindparam("day"),
        or_(Handover.revoked_on.is_(None), Handover.revoked_on > bindparam("day")),
    )
    .order_by(Step.position, Handover.agreed_on)
)
_MEMBERS = (
    select(Basket.code, Basket.party_codes).where(Basket.dialogue_id == id_of("dialogue")).order_by(Basket.position)
)


Members = tuple[tuple[str, tuple[str, ...]], ...]
"""Basket to the parties that take part in it."""


def link_key(text: str) -> str:
    """A link's id as both databases write it, without what only one of them puts between."""
    return text.replace("-", "")


def rows(
    reading: Reading, as_of: date, members: Members | None = None, known: tuple[StepRow, ...] | None = None
) -> Rows:
    """All that the engine needs of a roadmap as of a day, in eight queries at the most. `members` and `known` steps, where they were read already."""
    here = on_day(reading, as_of)
    run = reading.db.execute
    steps = tuple(StepState(s.code, s.basket, s.state, s.actors, s.total) for s in known or ()) or step_states(
        reading, as_of
    )
    has_quantities = any(step.total is not None for step in steps)
    if members is None:
        members = tuple((code, tuple(parties)) for code, parties in run(_MEMBERS, here))
    return Rows(
        steps=steps,
        obstacles=obstacle_rows(reading, as_of),
        links=_link_rows(run(_LINKS, here)),
        exchanges=exchange_rows(reading, as_of),
        waivers=tuple(
            WaiverRow(link_key(link) if link else side_key(exchange or "", side or ""), party)
            for link, exchange, side, party in run(_WAIVERS, here)
        ),
        delivered=tuple(ShareRow(*row) for row in run(_DELIVERED, here)) if has_quantities else (),
        handed=tuple(ShareRow(*row) for row in run(_HANDED, here)) if has_quantities else (),
        members=members,
    )


def _link_rows(found: Iterable[Any]) -> tuple[LinkRow, ...]:
    return tuple(
        LinkRow(link_key(key), step, basket, to_step or to_obstacle, *rest)
        for key, step, basket, to_step, to_obstacle, *rest in found
    )


def ended_links(reading: Reading, as_of: date) -> tuple[LinkRow, ...]:
    """Every tie that was in force and is so no longer on that day."""
    return _link_rows(reading.db.execute(_ENDED, on_day(reading, as_of)))


def as_if_unlifted(reading: Reading, here: Rows, codes: tuple[str, ...]) -> Rows:
    """As if these obstacles had not been lifted: with what waited for each on the last day on which it stood."""
    again = [row for row in here.obstacles if row.code in codes and row.lifted_on]
    if not again:
        return here
    links = {link.key: link for link in here.links}
    for row in again:
        last = max(row.raised_on, (row.lifted_on or row.raised_on) - timedelta(days=1))
        links |= {link.key: link for link in rows(reading, last).links if link.target == row.code}
    obstacles = tuple(row._replace(lifted_on=None) if row in again else row for row in here.obstacles)
    return here._replace(obstacles=obstacles, links=tuple(links.values()))


def exchange_rows(reading: Reading, as_of: date) -> tuple[ExchangeRow, ...]:
    """Every exchange agreed by that day and not ended, with the readings given by then."""
    found = reading.db.execute(_EXCHANGES, {"dialogue": reading.viewer.dialogue_id})
    return tuple(
        _read_by(ExchangeRow(code, tuple(a), tuple(b), order, day_in(extra.get("since")), ()), readings, as_of)
        for code, a, b, order, extra, readings in found
        if (not extra.get("since") or extra["since"] <= as_of.isoformat()) and end_on(extra, as_of) is None
    )


def _read_by(row: ExchangeRow, stored: Iterable[Mapping[str, Any]], day: date) -> ExchangeRow:
    """With each party's last reading by that day; disputed as soon as one of them differs from what was agreed.

    A party's own word counts before any that was recorded for it, whichever is the later.
    """
    given = sorted(
        (r for r in stored if (r.get("on") or "") <= day.isoformat()),
        key=lambda r: (not r.get("recorded_by"), r.get("on") or ""),
    )
    last = {r["party"]: r for r in given}
    differs = any(r["order"] != row.order for r in last.values())
    return row._replace(
        readings=tuple((r["party"], r["order"], r.get("text") or "", r.get("on") or "") for r in last.values()),
        recorded=tuple((party, r["recorded_by"]) for party, r in last.items() if r.get("recorded_by")),
        order="disputed" if differs else row.order,
        beside=tuple(
            (r["party"], r["order"], r.get("text") or "", r.get("on") or "", r.get("recorded_by"))
            for r in given
            if r is not last[r["party"]]
        ),
    )


def end_on(extra: Mapping[str, Any], day: date) -> dict[str, Any] | None:
    """The end of an exchange that holds on a day: given by then, and not taken back by then."""
    return next(
        (
            end
            for end in extra.get("ends", ())
            if end["on"] <= day.isoformat() and not (end.get("revoked_on") or "9999") <= day.isoformat()
        ),
        None,
    )


def ended_exchanges(reading: Reading, as_of: date) -> tuple[EndedExchange, ...]:
    """Every exchange that was agreed and has ended by that day."""
    found = reading.db.execute(_EXCHANGES, {"dialogue": reading.viewer.dialogue_id})
    return tuple(
        EndedExchange(code, tuple(a), tuple(b), exchange_end(end))
        for code, a, b, _order, extra, _readings in found
        if (end := end_on(extra, as_of))
    )


def exchange_end(end: Mapping[str, Any]) -> ExchangeEnd:
    revoked = day_in(end.get("revoked_on"))
    return ExchangeEnd(
        date.fromisoformat(end["on"]), end["reason"], bool(end.get("is_final")), revoked, end.get("revoked_reason")
    )


_OF_STEPS = (
    select(Step.code, OTHER.c.code, Link.since, Link.until)
    .join(Step, Step.id == Link.step_id)
    .join(OTHER, OTHER.c.id == Link.to_step_id)
    .where(Link.dialogue_id == id_of("dialogue"), Link.kind == "requires")
)


def requirements_ever(reading: Reading) -> tuple[list[Standing], list[tuple[str, ...]]]:
    """Every requirement between steps that anybody ever wrote down, and the steps that are to come about together.

    An exchange that ended for good stands until then; one that may be taken up again stands on.
    """
    here = {"dialogue": reading.viewer.dialogue_id}
    standing = [Standing(*row) for row in reading.db.execute(_OF_STEPS, here)]
    together: list[tuple[str, ...]] = []
    for code, a, b, order, extra, _readings in reading.db.execute(_EXCHANGES, here):
        asks, side_by_side = agreed(Agreed(code, tuple(a), tuple(b), order), day_in(extra.get("since")))
        over = next((day_in(end["on"]) for end in extra.get("ends", ()) if end.get("is_final")), None)
        standing += [each._replace(until=over) for each in asks]
        together += [] if over else side_by_side
    return standing, together


def obstacle_rows(reading: Reading, as_of: date) -> tuple[ObstacleRow, ...]:
    """Every obstacle that had been raised by that day; one that was lifted by then says so."""
    found = reading.db.execute(_OBSTACLES, on_day(reading, as_of))
    return tuple(
        ObstacleRow(code, titles, tuple(baskets), raised, lifted if lifted and lifted <= as_of else None, reason)
        for code, titles, baskets, raised, lifted, reason in found
    )
