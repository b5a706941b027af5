"""Everything that is written about a step, and its parts as pages show them."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.access.work import Reading
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.i18n import stored_wording, wording
from app.db.base import id_of
from app.dialogues.queries import party_codes_of, party_names, voices_of
from app.engine.schedule import punctuality
from app.roadmap.graph import CLOSED, ExchangeRow, Rows, TieRow, side_key, ties_of
from app.roadmap.models import Exchange, Handover, Instalment, Step, StepChange, Waiver
from app.roadmap.queries import StepRow, adoption_days, as_it_read, day_in, graded, step, step_rows
from app.roadmap.views import (
    Agreement,
    ExchangeView,
    HandoverView,
    InstalmentView,
    LateView,
    Mentioned,
    OrderReading,
    QuantityView,
    StepChangeView,
    StepFacts,
    StepLine,
    TieView,
    WaiverView,
)


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
        before=row.before if row.state == "done" else (),
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
    words = as_it_read(reading, as_of).get(code, row.extra)
    changes = _changes(reading, row.id)
    grades, precedents = graded(row.extra, as_of, reading.today)
    is_latest = changes[-1].happened_on <= as_of
    # What came of it has the day on which it was over; of what is still open nobody wrote down the day: it is what is known now.
    is_over = is_latest and changes[-1].state in CLOSED
    return StepFacts(
        line=line(found, names, as_of),
        quantity=_quantity(reading, row, names, as_of, own),
        verification=words.get("verification"),
        outcome=row.extra.get("outcome") if is_over or as_of >= reading.today else None,
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
        waivable=tuple(dict.fromkeys(tie.key for tie in ties if tie.step == code and may_waive(tie, here, own))),
        unadopted=tuple(text for text, day in adoption_days(reading).items() if day is None),
    )


def may_waive(tie: TieRow, here: Rows, own: frozenset[str] | None) -> bool:
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
    recorded = dict(row.recorded)
    readings = tuple(
        OrderReading(names.get(party, party), order, text, on, recorded.get(party))
        for party, order, text, on in row.readings
    )
    beside = tuple(
        OrderReading(names.get(party, party), order, text, on, by) for party, order, text, on, by in row.beside
    )
    return ExchangeView(row.code, row.a, row.b, row.order, readings, beside)


def _quantity(
    reading: Reading, row: Step, names: Mapping[str, str], as_of: date, own: frozenset[str] | None
) -> QuantityView | None:
    if row.total is None:
        return None
    parts = reading.db.scalars(select(Instalment).where(Instalment.step_id == row.id).order_by(Instalment.position))
    instalments = tuple(
        InstalmentView(
            p.id,
            names.get(p.party_code or ""),
            p.quantity,
            p.happened_on,
            p.extra.get("source"),
            *((p.withdrawn_on, p.withdrawn_reason) if p.withdrawn_on and p.withdrawn_on <= as_of else (None, None)),
        )
        for p in parts
        if p.happened_on is None or p.happened_on <= as_of
    )
    given = reading.db.scalars(select(Handover).where(Handover.step_id == row.id).order_by(Handover.happened_on))
    handovers = tuple(_handover_view(h, names, as_of, own) for h in given if h.happened_on <= as_of)
    delivered = sum(p.quantity for p in instalments if p.withdrawn_on is None)
    handed = sum(h.quantity for h in handovers if h.revoked_on is None and h.agreed_on is not None)
    return QuantityView(row.total, row.unit or "", delivered, handed, instalments, handovers)


def _handover_view(row: Handover, names: Mapping[str, str], as_of: date, own: frozenset[str] | None) -> HandoverView:
    given = [(each["party"], by_then(day_in(each["on"]), as_of), each.get("recorded_by")) for each in row.agreements]
    missing = [party for party, on, _by in given if on is None]
    return HandoverView(
        id=row.id,
        party=names.get(row.party_code, row.party_code),
        quantity=row.quantity,
        on=row.happened_on,
        reason=row.reason,
        agreements=tuple(Agreement(names.get(p, p), on, by if on else None) for p, on, by in given),
        agreed_on=by_then(row.agreed_on, as_of),
        offered=tuple((p, names.get(p, p)) for p in missing if own is None or p in own),
        revoked_on=by_then(row.revoked_on, as_of),
    )


def by_then(day: date | None, as_of: date) -> date | None:
    """A day, unless it had not come."""
    return day if day and day <= as_of else None


def _changes(reading: Reading, step_id: UUID) -> tuple[StepChangeView, ...]:
    found = reading.db.execute(
        select(StepChange.state, StepChange.happened_on, StepChange.recorded_at, StepChange.reason, StepChange.extra)
        .where(StepChange.step_id == step_id)
        .order_by(StepChange.happened_on, StepChange.position)
    )
    return tuple(
        StepChangeView(state, on, at, reason, extra.get("verified_by"), tuple(extra.get("before", ())))
        for state, on, at, reason, extra in found
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
    found, own, voices = [], party_codes_of(reading), voices_of(reading)
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
                    recorded_at=row.recorded_at,
                    reason=row.reason,
                    recorded_by=row.recorded_by,
                    agreed_on=by_then(row.agreed_on, as_of),
                    revoked_on=row.revoked_on if is_revoked else None,
                    revoked_reason=row.revoked_reason if is_revoked else None,
                    revoked_by=row.revoked_by if is_revoked else None,
                    is_revocable=row.party_code in voices or (own is None and row.agreed_on is None),
                )
            )
    return tuple(found)
