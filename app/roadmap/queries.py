"""Reading the roadmap, now and as of a day. How many queries it takes does not depend on how many steps there are."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Text, bindparam, cast, func, or_, select

from app.access.work import Reading
from app.baskets.models import Basket
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.i18n import stored_wording, wording
from app.db.base import id_of
from app.db.dated import latest
from app.dialogues.queries import party_codes_of, party_names
from app.engine.cycles import Standing
from app.engine.exchanges import Exchange as Agreed
from app.engine.schedule import punctuality
from app.roadmap.graph import (
    ExchangeRow,
    LinkRow,
    ObstacleRow,
    Rows,
    ShareRow,
    StepState,
    TieRow,
    WaiverRow,
    agreed,
    read_by,
    side_key,
    ties_of,
)
from app.roadmap.models import (
    Anchor,
    Exchange,
    Handover,
    Instalment,
    Link,
    Obstacle,
    Step,
    StepChange,
    Waiver,
)
from app.roadmap.views import (
    AnchorView,
    ExchangeView,
    HandoverView,
    InstalmentView,
    LateView,
    Mentioned,
    ObstacleView,
    OrderReading,
    QuantityView,
    StepChangeView,
    StepFacts,
    StepLine,
    TieView,
    WaiverView,
)


@lru_cache(maxsize=8192)
def _loaded(text: str) -> Any:
    """JSON text as it is stored. Read often, and never changed."""
    return json.loads(text)


@lru_cache(maxsize=1024)
def _codes(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


class StepRow(NamedTuple):
    """A step as of a day, in its words. Hashable: what is JSON stays text until it is asked for."""

    code: str
    basket: str
    titles_text: str
    actors_text: str
    due_text: str
    due_on: date | None
    state: str
    since: date
    total: float | None
    unit: str | None

    @property
    def titles(self) -> dict[str, str]:
        return _loaded(self.titles_text)  # type: ignore[no-any-return]

    @property
    def actors(self) -> tuple[str, ...]:
        return _codes(self.actors_text)

    @property
    def due(self) -> dict[str, Any]:
        return _loaded(self.due_text)  # type: ignore[no-any-return]


_LAST = latest(StepChange, StepChange.step_id)
_STATES = (
    select(Step.code, Basket.code, _LAST.c.state, cast(Step.actor_codes, Text), Step.total)
    .join(Basket, Basket.id == Step.basket_id)
    .join(_LAST, _LAST.c.thing == Step.id)
    .where(Step.dialogue_id == id_of("dialogue"))
    .order_by(Basket.position, Step.position)
)
_STEPS = _STATES.with_only_columns(
    Step.code,
    Basket.code,
    cast(Step.titles, Text),
    cast(Step.actor_codes, Text),
    cast(Step.due, Text),
    Step.due_on,
    _LAST.c.state,
    _LAST.c.happened_on,
    Step.total,
    Step.unit,
    maintain_column_froms=True,
)
_OTHER = select(Step.id, Step.code).where(Step.dialogue_id == id_of("dialogue")).subquery()
_LINKS = (
    select(
        cast(Link.id, Text),
        Step.code,
        Basket.code,
        _OTHER.c.code,
        Obstacle.code,
        Link.kind,
        Link.party_code,
        Link.since,
        Link.until,
        Link.reason,
    )
    .outerjoin(Step, Step.id == Link.step_id)
    .outerjoin(Basket, Basket.id == Link.basket_id)
    .outerjoin(_OTHER, _OTHER.c.id == Link.to_step_id)
    .outerjoin(Obstacle, Obstacle.id == Link.to_obstacle_id)
    .where(
        Link.dialogue_id == id_of("dialogue"),
        or_(Link.since.is_(None), Link.since <= bindparam("day")),
        or_(Link.until.is_(None), Link.until > bindparam("day")),
    )
    .order_by(Link.position)
)
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
        Waiver.happened_on <= bindparam("day"),
        or_(Waiver.revoked_on.is_(None), Waiver.revoked_on > bindparam("day")),
    )
    .order_by(Waiver.happened_on, Waiver.party_code)
)
_DELIVERED = (
    select(Step.code, Instalment.party_code, Instalment.quantity)
    .join(Step, Step.id == Instalment.step_id)
    .where(
        Step.dialogue_id == id_of("dialogue"),
        or_(Instalment.happened_on.is_(None), Instalment.happened_on <= bindparam("day")),
    )
    .order_by(Step.position, Instalment.position)
)
_HANDED = (
    select(Step.code, Handover.party_code, Handover.quantity)
    .join(Step, Step.id == Handover.step_id)
    .where(
        Step.dialogue_id == id_of("dialogue"),
        Handover.happened_on <= bindparam("day"),
        or_(Handover.revoked_on.is_(None), Handover.revoked_on > bindparam("day")),
    )
    .order_by(Step.position, Handover.happened_on)
)
_MEMBERS = (
    select(Basket.code, Basket.party_codes).where(Basket.dialogue_id == id_of("dialogue")).order_by(Basket.position)
)


def _on(reading: Reading, day: date) -> dict[str, Any]:
    return {"dialogue": reading.viewer.dialogue_id, "day": day}


def step_rows(reading: Reading, as_of: date) -> tuple[StepRow, ...]:
    """Every step known by that day, with the state it then had."""
    found = (StepRow(*row) for row in reading.db.execute(_STEPS, _on(reading, as_of)))
    read = _as_it_read(reading, as_of)
    return tuple(_with(row, read[row.code]) if row.code in read else row for row in found)


def _as_it_read(reading: Reading, as_of: date) -> dict[str, dict[str, Any]]:
    """Step code to how it read on a day that has been, of those that were revised since."""
    if as_of >= reading.today:
        return {}
    revised = select(Step.code, Step.earlier).where(Step.dialogue_id == id_of("dialogue"))
    found = reading.db.execute(revised, {"dialogue": reading.viewer.dialogue_id})
    stood = ((code, [words for words in earlier if words["until"] > as_of.isoformat()]) for code, earlier in found)
    return {code: words[0] for code, words in stood if words}


def _with(row: StepRow, words: Mapping[str, Any]) -> StepRow:
    return row._replace(
        titles_text=json.dumps(words["titles"]),
        actors_text=json.dumps(words["actors"]),
        due_text=json.dumps(words["due"]),
        due_on=_day(words["due_on"]),
        total=words["total"],
        unit=words["unit"],
    )


def link_key(text: str) -> str:
    """A link's id as both databases write it, without what only one of them puts between."""
    return text.replace("-", "")


Members = tuple[tuple[str, tuple[str, ...]], ...]
"""Basket to the parties that take part in it."""


def _states(reading: Reading, as_of: date) -> tuple[StepState, ...]:
    read = _as_it_read(reading, as_of)
    return tuple(
        StepState(c, b, s, tuple(read[c]["actors"]), read[c]["total"])
        if c in read
        else StepState(c, b, s, _codes(a), t)
        for c, b, s, a, t in reading.db.execute(_STATES, _on(reading, as_of))
    )


def rows(
    reading: Reading, as_of: date, members: Members | None = None, known: tuple[StepRow, ...] | None = None
) -> Rows:
    """All that the engine needs of a roadmap as of a day, in eight queries at the most. `members` and `known` steps, where they were read already."""
    here = _on(reading, as_of)
    run = reading.db.execute
    steps = tuple(StepState(s.code, s.basket, s.state, s.actors, s.total) for s in known or ()) or _states(
        reading, as_of
    )
    has_quantities = any(step.total is not None for step in steps)
    if members is None:
        members = tuple((code, tuple(parties)) for code, parties in run(_MEMBERS, here))
    return Rows(
        steps=steps,
        obstacles=obstacle_rows(reading, as_of),
        links=tuple(
            LinkRow(link_key(key), step, basket, to_step or to_obstacle, *rest)
            for key, step, basket, to_step, to_obstacle, *rest in run(_LINKS, here)
        ),
        exchanges=exchange_rows(reading, as_of),
        waivers=tuple(
            WaiverRow(link_key(link) if link else side_key(exchange or "", side or ""), party)
            for link, exchange, side, party in run(_WAIVERS, here)
        ),
        delivered=tuple(ShareRow(*row) for row in run(_DELIVERED, here)) if has_quantities else (),
        handed=tuple(ShareRow(*row) for row in run(_HANDED, here)) if has_quantities else (),
        members=members,
    )


def exchange_rows(reading: Reading, as_of: date) -> tuple[ExchangeRow, ...]:
    """Every exchange agreed by that day, with the readings given by then."""
    found = reading.db.execute(_EXCHANGES, {"dialogue": reading.viewer.dialogue_id})
    return tuple(
        read_by(ExchangeRow(code, tuple(a), tuple(b), order, _day(extra.get("since")), ()), readings, as_of)
        for code, a, b, order, extra, readings in found
        if not extra.get("since") or extra["since"] <= as_of.isoformat()
    )


_OF_STEPS = (
    select(Step.code, _OTHER.c.code, Link.since, Link.until)
    .join(Step, Step.id == Link.step_id)
    .join(_OTHER, _OTHER.c.id == Link.to_step_id)
    .where(Link.dialogue_id == id_of("dialogue"), Link.kind == "requires")
)


def requirements_ever(reading: Reading) -> tuple[list[Standing], list[tuple[str, ...]]]:
    """Every requirement between steps that anybody ever wrote down, and the steps that are to come about together."""
    here = {"dialogue": reading.viewer.dialogue_id}
    standing = [Standing(*row) for row in reading.db.execute(_OF_STEPS, here)]
    together: list[tuple[str, ...]] = []
    for code, a, b, order, extra, _readings in reading.db.execute(_EXCHANGES, here):
        asks, side_by_side = agreed(Agreed(code, tuple(a), tuple(b), order), _day(extra.get("since")))
        standing += asks
        together += side_by_side
    return standing, together


def _day(words: str | None) -> date | None:
    return date.fromisoformat(words) if words else None


def obstacle_rows(reading: Reading, as_of: date) -> tuple[ObstacleRow, ...]:
    """Every obstacle that had been raised by that day; one that was lifted by then says so."""
    found = reading.db.execute(_OBSTACLES, _on(reading, as_of))
    return tuple(
        ObstacleRow(code, titles, tuple(baskets), raised, lifted if lifted and lifted <= as_of else None, reason)
        for code, titles, baskets, raised, lifted, reason in found
    )


def obstacle_view(row: ObstacleRow) -> ObstacleView:
    return ObstacleView(row.code, stored_wording(row.titles), row.baskets, row.raised_on, row.lifted_on, row.reason)


def step(reading: Reading, code: str) -> Step:
    found = reading.db.scalar(select(Step).where(Step.dialogue_id == reading.viewer.dialogue_id, Step.code == code))
    if found is None:
        raise NotFound
    return found


def obstacle(reading: Reading, code: str) -> Obstacle:
    ours = Obstacle.dialogue_id == reading.viewer.dialogue_id
    found = reading.db.scalar(select(Obstacle).where(ours, Obstacle.code == code))
    if found is None:
        raise NotFound
    return found


def exchange(reading: Reading, code: str) -> Exchange:
    ours = Exchange.dialogue_id == reading.viewer.dialogue_id
    found = reading.db.scalar(select(Exchange).where(ours, Exchange.code == code))
    if found is None:
        raise NotFound
    return found


def anchor(reading: Reading, code: str) -> Anchor:
    ours = Anchor.dialogue_id == reading.viewer.dialogue_id
    found = reading.db.scalar(select(Anchor).where(ours, Anchor.code == code))
    if found is None:
        raise NotFound
    return found


def adoption_days(reading: Reading) -> dict[str, date | None]:
    """Code of every text or event that due dates may count from, to the day it was adopted."""
    ours = Anchor.dialogue_id == reading.viewer.dialogue_id
    return {code: on for code, on in reading.db.execute(select(Anchor.code, Anchor.adopted_on).where(ours))}  # noqa: C416  # rows, not pairs


def line(row: StepRow, names: Mapping[str, str], day: date, effect: str | None = None) -> StepLine:
    """`names`: party code to short name."""
    late = punctuality(row.due_on, [(row.since, row.state)], day)
    return StepLine(
        code=row.code,
        title=wording(row.titles),
        basket=row.basket,
        actors=tuple(row.actors),
        who=", ".join(names.get(code, code) for code in row.actors),
        state=row.state,
        since=row.since,
        due=due_words(row.due),
        due_on=row.due_on,
        late=LateView(late.kind, late.days),
        effect=effect,
    )


def due_words(due: Mapping[str, Any]) -> str:
    """A due date as the text puts it."""
    if not due:
        return ""
    if due.get("standing"):
        return _("standing")
    if due.get("earliest_of"):
        return _("the earliest of: %(dates)s") % {"dates": "; ".join(due_words(part) for part in due["earliest_of"])}
    if due.get("anchor"):
        return _("%(days)s days from %(anchor)s") % {"days": due["days"], "anchor": due["anchor"]}
    return str(due.get("on") or due.get("words") or "")


def step_facts(reading: Reading, code: str, here: Rows, as_of: date) -> StepFacts:
    """A step with everything that is written down about it. Raises NotFound for one that was not there by that day."""
    steps = {row.code: row for row in step_rows(reading, as_of)}
    found, own = steps.get(code), party_codes_of(reading)
    row = step(reading, code)
    if found is None:
        raise NotFound
    names = party_names(reading)
    ties = ties_of(here)
    words = _as_it_read(reading, as_of).get(code, row.extra)
    changes = _changes(reading, row.id)
    grades, precedents = _graded(row.extra, as_of, reading.today)
    is_latest = changes[-1].happened_on <= as_of  # what came of it is told once it has come to that
    return StepFacts(
        line=line(found, names, as_of),
        quantity=_quantity(reading, row, names, as_of),
        verification=words.get("verification"),
        outcome=row.extra.get("outcome") if is_latest else None,
        source=row.extra.get("source"),
        certainty=row.extra.get("certainty"),
        remark=row.extra.get("remark") if is_latest else None,
        text=words.get("text"),
        grades=grades,
        precedents=precedents,
        waits_for=tuple(tie_view(tie, tie.target, names) for tie in ties if tie.step == code),
        held_by=tuple(tie_view(tie, tie.step, names) for tie in ties if tie.target == code),
        exchanges=tuple(exchange_view(each, names) for each in here.exchanges if code in (*each.a, *each.b)),
        waivers=waiver_views(
            reading, {t.key: f"{t.step} → {t.target}" for t in ties if t.step == code and t.key}, names, as_of
        ),
        changes=tuple(change for change in changes if change.happened_on <= as_of),
        mentioned=_mentioned(code, steps, here),
        waivable=tuple(dict.fromkeys(tie.key for tie in ties if tie.step == code and _may_waive(tie, here, own))),
        unadopted=tuple(text for text, day in adoption_days(reading).items() if day is None),
    )


def _may_waive(tie: TieRow, here: Rows, own: frozenset[str] | None) -> bool:
    """Whether somebody for whom the viewer speaks (all, where `own` is none) is concerned and has not waived it yet."""
    waived = {waiver.party for waiver in here.waivers if waiver.key == tie.key}
    return tie.is_hard and any(own is None or party in own for party in tie.concerned if party not in waived)


def _mentioned(code: str, steps: Mapping[str, StepRow], here: Rows) -> dict[str, Mentioned]:
    """What a step's ties and exchanges name, by code."""
    named = {end for tie in ties_of(here) for end in (tie.step, tie.target) if code in (tie.step, tie.target)}
    named |= {each for row in here.exchanges if code in (*row.a, *row.b) for each in (*row.a, *row.b)}
    found = {c: Mentioned(wording(steps[c].titles), steps[c].state, is_step=True) for c in sorted(named & steps.keys())}
    return found | {
        row.code: Mentioned(stored_wording(row.titles), "lifted" if row.lifted_on else "raised", is_step=False)
        for row in here.obstacles
        if row.code in named
    }


def tie_view(tie: TieRow, code: str, names: Mapping[str, str]) -> TieView:
    reason = _(tie.reason) if tie.kind in ("exchange", "disputed") and tie.reason else tie.reason
    return TieView(
        code=code,
        kind=tie.kind,
        party=names.get(tie.party or ""),
        since=tie.since,
        until=tie.until,
        reason=reason,
        key=tie.key,
        concerned=tuple(names.get(party, party) for party in tie.concerned),
        basket=tie.basket,
    )


def exchange_view(row: ExchangeRow, names: Mapping[str, str]) -> ExchangeView:
    readings = tuple(
        OrderReading(names.get(party, party), order, text, on, "organiser" if party in row.recorded else None)
        for party, order, text, on in row.readings
    )
    return ExchangeView(row.code, row.a, row.b, row.order, readings)


def _quantity(reading: Reading, row: Step, names: Mapping[str, str], as_of: date) -> QuantityView | None:
    if row.total is None:
        return None
    parts = reading.db.scalars(select(Instalment).where(Instalment.step_id == row.id).order_by(Instalment.position))
    instalments = tuple(
        InstalmentView(names.get(p.party_code or ""), p.quantity, p.happened_on, p.extra.get("source"))
        for p in parts
        if p.happened_on is None or p.happened_on <= as_of
    )
    given = reading.db.scalars(select(Handover).where(Handover.step_id == row.id).order_by(Handover.happened_on))
    handovers = tuple(
        HandoverView(
            h.id,
            names.get(h.party_code, h.party_code),
            h.quantity,
            h.happened_on,
            h.reason,
            h.revoked_on if h.revoked_on and h.revoked_on <= as_of else None,
        )
        for h in given
        if h.happened_on <= as_of
    )
    delivered = sum(p.quantity for p in instalments)
    handed = sum(h.quantity for h in handovers if h.revoked_on is None)
    return QuantityView(row.total, row.unit or "", delivered, handed, instalments, handovers)


def _changes(reading: Reading, step_id: UUID) -> tuple[StepChangeView, ...]:
    found = reading.db.execute(
        select(StepChange.state, StepChange.happened_on, StepChange.recorded_at, StepChange.reason, StepChange.extra)
        .where(StepChange.step_id == step_id)
        .order_by(StepChange.happened_on, StepChange.position)
    )
    return tuple(
        StepChangeView(state, on, at, reason, extra.get("verified_by")) for state, on, at, reason, extra in found
    )


_KEPT_WAIVERS = (
    select(Waiver, Exchange.code)
    .outerjoin(Exchange, Exchange.id == Waiver.exchange_id)
    .where(Waiver.dialogue_id == id_of("dialogue"))
    .order_by(Waiver.happened_on, Waiver.party_code)
)


def waiver_views(
    reading: Reading, keys: Mapping[str, str], names: Mapping[str, str], as_of: date
) -> tuple[WaiverView, ...]:
    """Every waiver given by that day, revoked ones too, of these requirements. `keys`: key to what it says."""
    found, own = [], party_codes_of(reading)
    for row, exchange_code in reading.db.execute(_KEPT_WAIVERS, {"dialogue": reading.viewer.dialogue_id}):
        key = row.link_id.hex if row.link_id else side_key(exchange_code or "", row.side or "")
        if key in keys and row.happened_on <= as_of:
            is_revoked = row.revoked_on is not None and row.revoked_on <= as_of
            found.append(
                WaiverView(
                    id=row.id,
                    what=keys[key],
                    party=names.get(row.party_code, row.party_code),
                    on=row.happened_on,
                    reason=row.reason,
                    recorded_by=row.recorded_by,
                    revoked_on=row.revoked_on if is_revoked else None,
                    revoked_reason=row.revoked_reason if is_revoked else None,
                    is_own=own is None or row.party_code in own,
                )
            )
    return tuple(found)


def anchor_views(reading: Reading) -> tuple[AnchorView, ...]:
    ours = Anchor.dialogue_id == reading.viewer.dialogue_id
    found = reading.db.scalars(select(Anchor).where(ours).order_by(Anchor.adopted_on, Anchor.code))
    return tuple(AnchorView(row.code, row.kind, wording(row.titles), row.adopted_on) for row in found)


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
_WAIVED = (Waiver.happened_on, Waiver.revoked_on, Waiver.party_code)
_LINK_DAYS = (
    select(
        Link.since,
        Link.until,
        func.coalesce(Step.code, Basket.code),
        Link.kind,
        func.coalesce(_OTHER.c.code, Obstacle.code),
        *_WAIVED,
    )
    .outerjoin(Step, Step.id == Link.step_id)
    .outerjoin(Basket, Basket.id == Link.basket_id)
    .outerjoin(_OTHER, _OTHER.c.id == Link.to_step_id)
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
    select(Handover.happened_on, Handover.revoked_on, Step.code, Handover.party_code)
    .join(Step, Step.id == Handover.step_id)
    .where(Step.dialogue_id == id_of("dialogue"))
)
_INSTALMENT_DAYS = (
    select(Instalment.happened_on, Step.code, Instalment.party_code)
    .join(Step, Step.id == Instalment.step_id)
    .where(Step.dialogue_id == id_of("dialogue"), Instalment.happened_on.is_not(None))
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
        days += _from_to(code, "", f"{', '.join(a)} ↔ {', '.join(b)}", ("exchange-from", _day(extra.get("since"))))
        days += [(date.fromisoformat(r["on"]), code, "reading", "", r["party"]) for r in readings if r.get("on")]
        days += _waived(code, *waived)
    return days


def _waived(code: str, on: date | None, revoked: date | None, party: str | None) -> list[Event]:
    return _from_to(code, "", party or "", ("waived", on), ("waiver-revoked", revoked))


def _from_to(code: str, titles: str, other: str, *moments: tuple[str, date | None]) -> list[Event]:
    return [(on, code, what, titles, other) for what, on in moments if on is not None]


def step_extras(reading: Reading) -> dict[str, dict[str, Any]]:
    """Step code to what it has no column for: verification, text, grades, precedents."""
    found = reading.db.execute(select(Step.code, Step.extra).where(Step.dialogue_id == reading.viewer.dialogue_id))
    return {code: extra for code, extra in found}  # noqa: C416  # rows, not pairs


def text_codes(reading: Reading) -> dict[str, str]:
    """Step code to the code of the text that it comes from, of those that come from one."""
    return {code: extra["text"] for code, extra in step_extras(reading).items() if extra.get("text")}


class Graded(NamedTuple):
    """What the ladder needs of a step beside its state."""

    title: dict[str, str]
    grades: dict[str, int]
    precedents: tuple[str, ...]


def graded_steps(reading: Reading, as_of: date) -> dict[str, Graded]:
    """Step code to its grades and precedents, as they stood on that day."""
    statement = select(Step.code, Step.titles, Step.extra).where(Step.dialogue_id == reading.viewer.dialogue_id)
    return {
        code: Graded(titles, *_graded(extra, as_of, reading.today))
        for code, titles, extra in reading.db.execute(statement)
    }


def _graded(extra: Mapping[str, Any], day: date, today: date) -> tuple[dict[str, int], tuple[str, ...]]:
    """Grades and precedents of a step on a day that has been, or as they are."""
    before = extra.get("graded_before") or () if day < today else ()
    stood = next((words for words in before if words["until"] > day.isoformat()), extra)
    return dict(stood.get("grades") or {}), tuple(stood.get("precedents") or ())


def first_days(reading: Reading) -> dict[str, date]:
    """Step code to the day of its first change."""
    statement = (
        select(Step.code, func.min(StepChange.happened_on))
        .join(Step, Step.id == StepChange.step_id)
        .where(Step.dialogue_id == id_of("dialogue"))
        .group_by(Step.code)
    )
    found = reading.db.execute(statement, {"dialogue": reading.viewer.dialogue_id})
    return {code: on for code, on in found}  # noqa: C416  # rows, not pairs


def step_codes(reading: Reading) -> dict[str, str]:
    """Step code to basket code, of every step there ever was."""
    statement = (
        select(Step.code, Basket.code)
        .join(Basket, Basket.id == Step.basket_id)
        .where(Step.dialogue_id == id_of("dialogue"))
        .order_by(Basket.position, Step.position)
    )
    found = reading.db.execute(statement, {"dialogue": reading.viewer.dialogue_id})
    return {code: basket for code, basket in found}  # noqa: C416  # rows, not pairs
