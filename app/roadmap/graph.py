"""From rows to the engine's roadmap. Pure: what was read, put together as of a day."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple, cast

from app.core.i18n import N_
from app.engine import exchanges, quantities
from app.engine.cycles import Standing
from app.engine.exchanges import Order
from app.engine.network import Requirement, Roadmap

CLOSED = frozenset({"done", "withdrawn"})
HARD = frozenset({"requires", "exchange"})
POLITICAL = frozenset({"linked", "disputed"})
TOGETHER = N_("Both sides act at the same time.")
IN_ORDER = N_("One side acts after the other.")
DISPUTED = N_("The parties read the order differently.")


class StepState(NamedTuple):
    """All that the engine needs of a step: where it stands, who acts, and how far it has come by a day."""

    code: str
    basket: str
    state: str
    actors: tuple[str, ...]
    total: float | None


class ObstacleRow(NamedTuple):
    """`titles` is the stored JSON text, worded only when a view is made."""

    code: str
    titles: str
    baskets: tuple[str, ...]
    raised_on: date
    lifted_on: date | None
    reason: str | None


class LinkRow(NamedTuple):
    """A link in force, by its own key. `step` or `basket` waits."""

    key: str
    step: str | None
    basket: str | None
    target: str
    kind: str
    party: str | None
    since: date | None
    until: date | None
    reason: str | None


class ExchangeRow(NamedTuple):
    """`readings`: (party, order, text, on), each party's last; `recorded`: (party, who wrote its reading down), where that was not the party.

    `beside`: (party, order, text, on, who wrote it down): what else was read, and counts no more.
    """

    code: str
    a: tuple[str, ...]
    b: tuple[str, ...]
    order: str
    since: date | None
    readings: tuple[tuple[str, str, str, str], ...]
    recorded: tuple[tuple[str, str], ...] = ()
    beside: tuple[tuple[str, str, str, str, str | None], ...] = ()


class WaiverRow(NamedTuple):
    """One party's waiver in force of the requirement of this key."""

    key: str
    party: str


class ShareRow(NamedTuple):
    """A quantity of a step, delivered or handed over by a day."""

    step: str
    party: str | None
    quantity: float


class TieRow(NamedTuple):
    """`step` waits for `target`, one line of what somebody wrote down.

    `kind`: requires, exchange (hard); linked, disputed (block nothing); waived, handed-over (no longer wait).
    `concerned`: the parties that would all have to waive it.
    """

    step: str
    target: str
    kind: str
    party: str | None
    since: date | None
    until: date | None
    reason: str | None
    key: str
    concerned: tuple[str, ...]
    basket: str | None = None

    @property
    def is_hard(self) -> bool:
        return self.kind in HARD


class Rows(NamedTuple):
    """Everything that ties steps together on a day. Hashable: equal rows make equal roadmaps."""

    steps: tuple[StepState, ...]
    obstacles: tuple[ObstacleRow, ...]
    links: tuple[LinkRow, ...]
    exchanges: tuple[ExchangeRow, ...]
    waivers: tuple[WaiverRow, ...]
    delivered: tuple[ShareRow, ...]
    handed: tuple[ShareRow, ...]
    members: tuple[tuple[str, tuple[str, ...]], ...]
    """Basket to its member parties."""


def side_key(exchange: str, side: str) -> str:
    """The key of what an exchange asks of the side that waits, a or b."""
    return f"{exchange}:{side}"


def key_of(requirement: Requirement) -> str:
    """The same, of what the engine made of an exchange."""
    exchange, side = cast("tuple[str, str]", requirement.key)
    return side_key(exchange, side)


def outstanding(rows: Rows) -> dict[str, float]:
    """Step to what is neither delivered nor handed over, of every step that has a quantity."""
    delivered, handed = _shares(rows.delivered), _shares(rows.handed)
    return {
        step.code: quantities.outstanding(step.total, delivered.get(step.code, ()), handed.get(step.code, ()))
        for step in rows.steps
        if step.total is not None
    }


def _shares(rows: Iterable[ShareRow]) -> dict[str, list[quantities.Share]]:
    found: dict[str, list[quantities.Share]] = {}
    for share in rows:
        found.setdefault(share.step, []).append((share.party, share.quantity))
    return found


@lru_cache(maxsize=64)
def ties_of(rows: Rows) -> tuple[TieRow, ...]:
    """Every tie between steps, and between steps and obstacles, with what was waived and what was handed over."""
    actors = {step.code: step.actors for step in rows.steps}
    in_basket: dict[str, list[str]] = {}
    for step in rows.steps:
        if step.state not in CLOSED:
            in_basket.setdefault(step.basket, []).append(step.code)
    waived: dict[str, set[str]] = {}
    for waiver in rows.waivers:
        waived.setdefault(waiver.key, set()).add(waiver.party)
    replaced = _replaced(rows)
    return tuple(
        tie._replace(kind=_kind(tie, waived.get(tie.key, set()), replaced.get(tie.step, ())))
        for tie in _written(rows, actors, in_basket)
    )


def takers(rows: Rows, code: str) -> tuple[str, ...]:
    """The parties that would have to take a step from a substitute: those concerned by what waits for it."""
    waiting = (tie.concerned for tie in ties_of(rows) if tie.target == code and tie.kind in HARD)
    return tuple(dict.fromkeys(party for parties in waiting for party in parties))


def _replaced(rows: Rows) -> dict[str, tuple[str, ...]]:
    """Step to the actors who no longer have to give anything, because others do it instead."""
    handed = {share.step for share in rows.handed}
    left = outstanding(rows)
    return {step.code: step.actors for step in rows.steps if step.code in handed and left.get(step.code, 1) <= 0}


def _kind(tie: TieRow, waived: set[str], replaced: tuple[str, ...]) -> str:
    if tie.kind not in HARD:
        return tie.kind
    if tie.concerned and waived.issuperset(tie.concerned):
        return "waived"
    return "handed-over" if tie.party in replaced else tie.kind


def _written(rows: Rows, actors: Mapping[str, tuple[str, ...]], in_basket: Mapping[str, list[str]]) -> Iterable[TieRow]:
    members = dict(rows.members)
    for link in rows.links:
        if link.basket is None:
            both = dict.fromkeys((*actors.get(link.step or "", ()), *actors.get(link.target, ())))
        else:
            both = dict.fromkeys(members.get(link.basket, ()))
        concerned = (link.party,) if link.party else tuple(both)
        for step in in_basket.get(link.basket, ()) if link.basket else (link.step or "",):
            yield TieRow(
                step,
                link.target,
                link.kind,
                link.party,
                link.since,
                link.until,
                link.reason,
                link.key,
                concerned,
                link.basket,
            )
    for obstacle in rows.obstacles:
        if obstacle.lifted_on is None:
            yield from _weighing(obstacle, in_basket)
    for exchange in rows.exchanges:
        yield from _exchanged(exchange, actors)


def _weighing(obstacle: ObstacleRow, in_basket: Mapping[str, list[str]]) -> Iterable[TieRow]:
    for basket in obstacle.baskets:
        for step in in_basket.get(basket, ()):
            yield TieRow(
                step, obstacle.code, "linked", None, obstacle.raised_on, obstacle.lifted_on, None, "", (), basket
            )


def _exchanged(row: ExchangeRow, actors: Mapping[str, tuple[str, ...]]) -> Iterable[TieRow]:
    concerned = tuple(dict.fromkeys(party for code in (*row.a, *row.b) for party in actors.get(code, ())))
    exchange = exchange_of(row)
    if row.order == "disputed":
        both_ways = [(a, b) for a in row.a for b in row.b]
        for step, target in (*both_ways, *((b, a) for a, b in both_ways)):
            yield TieRow(step, target, "disputed", None, row.since, None, DISPUTED, "", ())
    reason = TOGETHER if row.order == "simultaneous" else IN_ORDER
    for each in exchanges.requirements(exchange):
        for step, target in each.pairs():
            yield TieRow(step, target, "exchange", None, row.since, None, reason, key_of(each), concerned)


def exchange_of(row: ExchangeRow) -> exchanges.Exchange:
    return exchanges.Exchange(row.code, row.a, row.b, row.order)  # type: ignore[arg-type]


def roadmap_of(rows: Rows, *, is_provisional: bool = False, readings: Mapping[str, Order] | None = None) -> Roadmap:
    """The engine's roadmap of what is open. `readings`: exchange to the order it is to be read in, for this once."""
    return _roadmap(rows, is_provisional, tuple(sorted((readings or {}).items())))


@lru_cache(maxsize=64)
def _roadmap(rows: Rows, is_provisional: bool, readings: tuple[tuple[str, Order], ...]) -> Roadmap:
    ties = ties_of(rows)
    grouped: dict[str, list[TieRow]] = {}
    for tie in ties:
        if tie.kind in HARD:
            grouped.setdefault(tie.key, []).append(tie)
    requirements = [
        Requirement(key, tuple(dict.fromkeys(t.step for t in group)), tuple(dict.fromkeys(t.target for t in group)))
        for key, group in grouped.items()
    ]
    by_code = {row.code: exchange_of(row) for row in rows.exchanges}
    for code, order in readings:
        requirements += [
            Requirement(key_of(each), each.waiting, each.targets)
            for each in exchanges.requirements(by_code[code], order)
        ]
    return Roadmap(
        steps={step.code: step.basket for step in rows.steps if step.state not in CLOSED},
        requirements=tuple(requirements),
        ties=tuple((tie.step, tie.target) for tie in ties if tie.kind in POLITICAL),
        obstacles=frozenset(row.code for row in rows.obstacles if row.lifted_on is None),
        handed_over=_substitutable(rows, ties),
        is_provisional=is_provisional,
    )


def _substitutable(rows: Rows, ties: Iterable[TieRow]) -> dict[str, frozenset[str]]:
    """Open steps with a quantity outstanding, to the keys of what only their own actors make them wait for."""
    left = outstanding(rows)
    actors = {step.code: step.actors for step in rows.steps if left.get(step.code, 0) > 0}
    found: dict[str, set[str]] = {}
    for tie in ties:
        if tie.kind in HARD and tie.party and tie.party in actors.get(tie.step, ()):
            found.setdefault(tie.step, set()).add(tie.key)
    return {step: frozenset(keys) for step, keys in found.items()}


def agreed(exchange: exchanges.Exchange, since: date | None) -> tuple[list[Standing], list[tuple[str, ...]]]:
    """What an exchange asks in the order that was agreed, and who acts together: for the search for cycles.

    The agreed order counts even while it is disputed: it is what stands again when the dispute is over.
    """
    asks = [Standing(step, target, since) for each in exchanges.requirements(exchange) for step, target in each.pairs()]
    together = exchange.order == "simultaneous"
    return ([], [(*exchange.a, *exchange.b)]) if together else (asks, [])
