"""Reading the registers, now and as of a day."""

import json
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Text, bindparam, cast, or_, select

from app.access import reasons
from app.access.levels import Room
from app.access.models import Compartment
from app.access.rules import Action
from app.access.work import Reading
from app.baskets.models import Basket
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.i18n import wording
from app.db.base import id_of
from app.db.dated import latest
from app.dialogues.models import Party
from app.dialogues.queries import party_names, party_rows, short_name
from app.registers.commands import DISCLOSURES
from app.registers.models import Anchor, Entry, Exchange, Link, Obstacle, Step, StepChange, Term
from app.registers.views import (
    AnchorView,
    EntryView,
    ExchangeView,
    OrderReading,
    RegistersView,
    StepChangeView,
    StepLine,
    StepView,
    TermReading,
    TermView,
    TieView,
)
from app.vault import envelope

# What an owner's disclosure means for those who read: how far it may travel, and whether it may be attributed.
LABEL_OF = {
    "sealed": "TLP:RED",
    "confided": "TLP:RED",
    "shared-without-attribution": "TLP:AMBER",
    "shared": "TLP:AMBER",
}
RULE_OF = {
    "sealed": "off-record",
    "confided": "off-record",
    "shared-without-attribution": "chatham-house",
    "shared": "on-record",
}
CLOSED = frozenset({"done", "withdrawn"})


class StepState(NamedTuple):
    """All that the engine needs of a step: where it stands, and how far it has come by a day."""

    code: str
    basket: str
    state: str


class StepRow(NamedTuple):
    """A step as of a day."""

    code: str
    basket: str
    titles: dict[str, str]
    actors: list[Any]
    due: dict[str, Any]
    due_on: date | None
    state: str
    since: date


class TieRow(NamedTuple):
    """A tie in force: `step` waits for `target`."""

    step: str
    target: str
    kind: str  # requires, linked, exchange, disputed
    party: str | None
    since: date | None
    until: date | None
    reason: str | None

    @property
    def is_hard(self) -> bool:
        return self.kind in ("requires", "exchange")


class ObstacleRow(NamedTuple):
    """`titles` is the stored JSON text, worded only when a view is made."""

    code: str
    titles: str
    baskets: tuple[str, ...]
    raised_on: date
    lifted_on: date | None
    reason: str | None


_LAST = latest(StepChange, StepChange.step_id)
_STATES = (
    select(Step.code, Basket.code, _LAST.c.state)
    .join(Basket, Basket.id == Step.basket_id)
    .join(_LAST, _LAST.c.thing == Step.id)
    .where(Step.dialogue_id == id_of("dialogue"))
    .order_by(Basket.position, Step.position)
)
_STEPS = _STATES.with_only_columns(
    Step.code,
    Basket.code,
    Step.titles,
    Step.actor_codes,
    Step.due,
    Step.due_on,
    _LAST.c.state,
    _LAST.c.happened_on,
    maintain_column_froms=True,
)
_OTHER = select(Step.id, Step.code).where(Step.dialogue_id == id_of("dialogue")).subquery()
_LINKS = (
    select(Step.code, _OTHER.c.code, Obstacle.code, Link.kind, Link.party_code, Link.since, Link.until, Link.reason)
    .join(Step, Step.id == Link.step_id)
    .outerjoin(_OTHER, _OTHER.c.id == Link.to_step_id)
    .outerjoin(Obstacle, Obstacle.id == Link.to_obstacle_id)
    .where(
        Link.dialogue_id == id_of("dialogue"),
        or_(Link.since.is_(None), Link.since <= bindparam("day")),
        or_(Link.until.is_(None), Link.until > bindparam("day")),
    )
    .order_by(Link.position)
)
_EXCHANGES = select(Exchange).where(Exchange.dialogue_id == id_of("dialogue")).order_by(Exchange.position)
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


def _on(reading: Reading, day: date) -> dict[str, Any]:
    return {"dialogue": reading.viewer.dialogue_id, "day": day}


def step_states(reading: Reading, as_of: date) -> tuple[StepState, ...]:
    """Every step known by that day, without its words."""
    return tuple(StepState(*row) for row in reading.db.execute(_STATES, _on(reading, as_of)))


def step_rows(reading: Reading, as_of: date) -> list[StepRow]:
    """Every step known by that day, with the state it then had."""
    return [StepRow(*row) for row in reading.db.execute(_STEPS, _on(reading, as_of))]


def tie_rows(reading: Reading, as_of: date) -> tuple[TieRow, ...]:
    """Every tie in force on that day: links, and what the exchanges come to. Two queries."""
    ties = [
        TieRow(step, to_step or to_obstacle, kind, party, since, until, reason)
        for step, to_step, to_obstacle, kind, party, since, until, reason in reading.db.execute(
            _LINKS, _on(reading, as_of)
        )
    ]
    return (*ties, *_exchange_ties(reading, as_of))


def _exchange_ties(reading: Reading, as_of: date) -> list[TieRow]:
    """Simultaneous: each side waits for the other. In an order: the later for the earlier. Disputed: political, both ways."""
    ties: list[TieRow] = []
    for row in exchange_rows(reading):
        since = _day(row.extra.get("since"))
        if since is not None and since > as_of:
            continue
        for a in row.a_codes:
            for b in row.b_codes:
                ties += _ties_of_pair(a, b, row.order, since)
    return ties


def _ties_of_pair(a: str, b: str, order: str, since: date | None) -> list[TieRow]:
    kind = "disputed" if order == "disputed" else "exchange"
    reason = {
        "simultaneous": _("Both sides act at the same time."),
        "disputed": _("The parties read the order differently."),
    }.get(order, _("One side acts after the other."))
    there = TieRow(a, b, kind, None, since, None, reason)
    back = TieRow(b, a, kind, None, since, None, reason)
    return {"a-then-b": [back], "b-then-a": [there]}.get(order, [there, back])


def _day(words: str | None) -> date | None:
    return date.fromisoformat(words) if words else None


def exchange_rows(reading: Reading) -> list[Exchange]:
    return list(reading.db.scalars(_EXCHANGES, {"dialogue": reading.viewer.dialogue_id}))


def obstacle_rows(reading: Reading, as_of: date) -> tuple[ObstacleRow, ...]:
    """Every obstacle that had been raised by that day; one that was lifted by then says so."""
    rows = reading.db.execute(_OBSTACLES, _on(reading, as_of))
    return tuple(
        ObstacleRow(code, titles, tuple(baskets), raised, lifted if lifted and lifted <= as_of else None, reason)
        for code, titles, baskets, raised, lifted, reason in rows
    )


def line(row: StepRow, names: dict[str, str]) -> StepLine:
    """`names`: party code to short name."""
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
    )


def due_words(due: dict[str, Any]) -> str:
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


def step_view(reading: Reading, code: str, as_of: date) -> StepView:
    found = {row.code: row for row in step_rows(reading, as_of)}.get(code)
    step = reading.db.scalar(select(Step).where(Step.dialogue_id == reading.viewer.dialogue_id, Step.code == code))
    if found is None or step is None:
        raise NotFound
    ties = tie_rows(reading, as_of)
    names = party_names(reading)
    return StepView(
        line=line(found, names),
        quantity=_quantity_words(step.extra.get("quantity"), names),
        verification=step.extra.get("verification"),
        outcome=step.extra.get("outcome"),
        source=step.extra.get("source"),
        certainty=step.extra.get("certainty"),
        remark=step.extra.get("remark"),
        waits_for=tuple(_tie(tie, tie.target, names) for tie in ties if tie.step == code),
        held_by=tuple(_tie(tie, tie.step, names) for tie in ties if tie.target == code),
        exchanges=tuple(
            _exchange(row, names) for row in exchange_rows(reading) if code in (*row.a_codes, *row.b_codes)
        ),
        changes=_changes(reading, step.id),
    )


def _quantity_words(quantity: dict[str, Any] | None, names: dict[str, str]) -> str | None:
    if not quantity:
        return None
    delivered = quantity.get("delivered", [])
    done = sum(part["quantity"] for part in delivered)
    by = ", ".join(f"{names.get(part.get('party', ''), '')} {part['quantity']:,.0f}".strip() for part in delivered)
    whole = _("%(done)s of %(total)s %(unit)s") % {
        "done": f"{done:,.0f}",
        "total": f"{quantity['total']:,.0f}",
        "unit": quantity["unit"],
    }
    return f"{whole} ({by})" if by else whole


def _tie(tie: TieRow, code: str, names: dict[str, str]) -> TieView:
    return TieView(code, tie.kind, names.get(tie.party or ""), tie.since, tie.until, tie.reason)


def _exchange(row: Exchange, names: dict[str, str]) -> ExchangeView:
    readings = tuple(
        OrderReading(names.get(r["party"], r["party"]), r["order"], r.get("text") or "", r.get("on") or "")
        for r in row.readings
    )
    return ExchangeView(row.code, tuple(row.a_codes), tuple(row.b_codes), row.order, readings)


def _changes(reading: Reading, step_id: UUID) -> tuple[StepChangeView, ...]:
    rows = reading.db.execute(
        select(StepChange.state, StepChange.happened_on, StepChange.recorded_at, StepChange.reason)
        .where(StepChange.step_id == step_id)
        .order_by(StepChange.happened_on, StepChange.position)
    )
    return tuple(StepChangeView(*row) for row in rows)


# --- entries: red lines, bottom lines, interests ---------------------------------------------------------------------


def entry_context(row: Entry) -> envelope.Context:
    return envelope.Context("entry", row.dialogue_id, row.compartment_id, row.id, row.version, row.disclosure)


def entry(reading: Reading, entry_id: UUID) -> Entry:
    found = reading.db.get(Entry, entry_id)
    if found is None or found.dialogue_id != reading.viewer.dialogue_id:
        raise NotFound
    return found


def entry_views(reading: Reading) -> tuple[EntryView, ...]:
    """Every entry the viewer may see. Ordered by code, which is random: an order by time or party would tell."""
    statement = (
        select(Entry, Compartment.kind, Party)
        .join(Compartment, Compartment.id == Entry.compartment_id)
        .join(Party, Party.id == Entry.party_id)
        .where(Entry.dialogue_id == reading.viewer.dialogue_id)
        .order_by(Entry.code)
    )
    views = []
    for row, kind, party in reading.db.execute(statement).all():
        words = json.loads(envelope.unseal(reading.room_key(row.compartment_id), row.body, entry_context(row)))
        views.append(_entry_view(reading, row, words, Room(kind), party))
    return tuple(views)


def _entry_view(reading: Reading, row: Entry, words: dict[str, Any], kind: Room, party: Party) -> EntryView:
    is_own = reading.viewer.party_id == row.party_id
    named = is_own or row.disclosure != "shared-without-attribution"
    readers = reasons.of_kind(reading, kind)
    may_widen = is_own and reading.may(Action.ENTRY_DISCLOSE, row)
    # Without its party an entry must not be told by its authority or capacity either.
    return EntryView(
        id=row.id,
        code=row.code,
        kind=row.kind,
        party=short_name(party) if named else None,
        text=words["text"],
        authority=words["authority"] if named else "",
        capacity=words["capacity"] if named else "",
        conditions=words["conditions"],
        disclosure=row.disclosure,
        rule=RULE_OF[row.disclosure],
        tlp=LABEL_OF[row.disclosure],
        reconfirm_by=row.reconfirm_by,
        readers=readers.who,
        why=readers.why,
        is_demonstration=row.is_demonstration,
        wider=DISCLOSURES[DISCLOSURES.index(row.disclosure) + 1 :] if may_widen else (),
    )


def term_views(reading: Reading) -> tuple[TermView, ...]:
    names = {row.code: short_name(row) for row in party_rows(reading)}
    ours = Term.dialogue_id == reading.viewer.dialogue_id
    return tuple(
        TermView(
            code=row.code,
            expression=wording(row.expressions),
            state=row.state,
            readings=tuple(
                TermReading(names.get(r["party"], r["party"]), r["text"], r.get("on"), r.get("source"))
                for r in row.readings
            ),
            used_in=tuple(row.extra.get("used_in", ())),
        )
        for row in reading.db.scalars(select(Term).where(ours).order_by(Term.position))
    )


def anchor_views(reading: Reading) -> tuple[AnchorView, ...]:
    ours = Anchor.dialogue_id == reading.viewer.dialogue_id
    rows = reading.db.scalars(select(Anchor).where(ours).order_by(Anchor.adopted_on, Anchor.code))
    return tuple(AnchorView(row.code, row.kind, wording(row.titles), row.adopted_on) for row in rows)


def registers_view(reading: Reading, *, may_lodge: bool) -> RegistersView:
    return RegistersView(entry_views(reading), term_views(reading), anchor_views(reading), may_lodge)
