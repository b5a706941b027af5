"""What stands, weighed: what if, what would free it, the stalemate matrix, the exchanges. Changes nothing."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from itertools import pairwise

from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading
from app.board.rows import Rows, roadmap_of, rows_of, weighed
from app.board.service import elsewhere, matrix_rows, meetings_of, show_line, tally, weights_of
from app.board.views import (
    ActView,
    BasketImpact,
    BorderView,
    ChainLink,
    ExchangeState,
    ExchangesView,
    FreeingView,
    ImpactView,
    MatrixView,
    OptionView,
    PlanView,
    ReadingView,
    StepEffectView,
)
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.i18n import stored_wording, wording
from app.core.text import amount
from app.engine.exchanges import out_of_step
from app.engine.freeing import Act, Freeing, Option, freeing
from app.engine.isolation import Effect, Effects, StepEffect, behind
from app.engine.network import Roadmap
from app.roadmap import queries
from app.roadmap.graph import HARD, POLITICAL, ExchangeRow, TieRow, exchange_of, ties_of
from app.roadmap.queries import StepRow, exchange_view
from app.roadmap.service import may_keep

COORDINATED = "coordinated-implementation"
MOST_OPTIONS = 12


def show_impact(
    reading: Reading,
    *,
    stalled: tuple[str, ...],
    obstacles: tuple[str, ...] = (),
    as_of: date | None = None,
) -> ImpactView:
    """The board as if these baskets and obstacles stood still and no others; without any, as it stands that day.

    Raises Invalid for one that is not there.
    """
    rows = rows_of(reading, as_of or reading.today)
    stalled, obstacles = tuple(dict.fromkeys(stalled)), tuple(dict.fromkeys(obstacles))
    _refuse_unknown(rows, stalled, obstacles)
    standing = (rows.stalled, rows.weighing)
    if not stalled and not obstacles:
        stalled, obstacles = standing
    details = {row.code: row for row in queries.step_rows(reading, rows.day)}
    roadmap = roadmap_of(rows)
    found = weighed(roadmap, stalled, obstacles)
    words = Words(rows, details)
    effects = Effects(roadmap.network, stalled, obstacles)
    return ImpactView(
        dialogue=reading.viewer.dialogue_code,
        as_of=rows.day,
        is_today=rows.is_today,
        stalled=stalled,
        obstacles=obstacles,
        choices=tuple((row.code, stored_wording(row.titles)) for row in rows.baskets),
        obstacle_choices=tuple(
            (row.code, stored_wording(row.titles)) for row in rows.roadmap.obstacles if row.lifted_on is None
        ),
        standing=standing,
        is_standing=(set(stalled), set(obstacles)) == (set(standing[0]), set(standing[1])),
        titles=words.titles,
        baskets=tuple(
            _impact(row.code, rows, found.get(row.code, ()), words, effects, stalled) for row in rows.baskets
        ),
        plans=_plans(reading, rows, found),
        effects=elsewhere(found, stalled),
        freeing=words.freeing(_freeing(roadmap, stalled, obstacles)),
        exchanges=tuple(_exchange(row, rows, words, stalled, obstacles) for row in rows.roadmap.exchanges),
        may_waive=rows.is_today and reading.may_in(Action.REQUIREMENT_WAIVE, Room.BOARD),
        may_keep=rows.is_today and may_keep(reading),
    )


def _refuse_unknown(rows: Rows, stalled: tuple[str, ...], obstacles: tuple[str, ...]) -> None:
    known = {row.code for row in rows.baskets}
    if unknown := [code for code in stalled if code not in known]:
        raise Invalid({"stall": _("There is no basket %(code)s.") % {"code": unknown[0]}})
    weighing = {row.code for row in rows.roadmap.obstacles if row.lifted_on is None}
    if unknown := [code for code in obstacles if code not in weighing]:
        raise Invalid({"obstacle": _("There is no obstacle %(code)s on that day.") % {"code": unknown[0]}})


@lru_cache(maxsize=32)
def _freeing(roadmap: Roadmap, stalled: tuple[str, ...], obstacles: tuple[str, ...]) -> Freeing:
    return freeing(roadmap, stalled, obstacles)


class Words:
    """Steps and ties by code, so that chains, borders and acts are put into words without searching the roadmap again."""

    def __init__(self, rows: Rows, details: Mapping[str, StepRow]) -> None:
        self.rows, self.details = rows, details
        self.names = dict(rows.parties)
        self.titles = {code: wording(row.titles) for code, row in details.items()}
        self.titles |= {row.code: stored_wording(row.titles) for row in rows.roadmap.obstacles}
        ties = ties_of(rows.roadmap)
        # Of several ties between two steps the hard one is shown; what was waived or handed over is no tie any more.
        standing = (tie for tie in ties if tie.kind in HARD | POLITICAL)
        self.ties = {(tie.step, tie.target): tie for tie in sorted(standing, key=lambda tie: tie.is_hard)}
        self.by_key: dict[str, list[TieRow]] = {}
        for tie in ties:
            if tie.kind in HARD:
                self.by_key.setdefault(tie.key, []).append(tie)

    def step(self, found: StepEffect, effects: Effects) -> StepEffectView:
        row = self.details[found.code]
        border = effects.border(found.code) if found.effect is Effect.BLOCKED and len(found.chain) > 1 else ()
        return StepEffectView(
            code=row.code,
            basket=row.basket,
            title=wording(row.titles),
            actors=tuple(row.actors),
            who=", ".join(self._party(code) for code in row.actors),
            state=row.state,
            effect=found.effect,
            chain=found.chain,
            links=tuple(self._link(step, target) for step, target in pairwise(found.chain)),
            border=tuple(self._border(edge.step, edge.target, str(edge.key)) for edge in border),
        )

    def _party(self, code: str | None) -> str:
        return self.names.get(code or "", code or "")

    def _reason(self, tie: TieRow) -> str | None:
        return _(tie.reason) if tie.reason and tie.kind in ("exchange", "disputed") else tie.reason

    def _link(self, step: str, target: str) -> ChainLink:
        tie = self.ties[step, target]
        basket = self.details[target].basket if target in self.details else ""
        return ChainLink(step, target, basket, tie.is_hard, self._party(tie.party) or None, self._reason(tie))

    def _border(self, step: str, target: str, key: str) -> BorderView:
        tie = next(tie for tie in self.by_key[key] if (tie.step, tie.target) == (step, target))
        return BorderView(step, target, key, self._party(tie.party) or None, self._reason(tie))

    def freeing(self, found: Freeing) -> FreeingView:
        return FreeingView(
            blocked=len(found.blocked),
            options=tuple(self._option(option) for option in found.options[:MOST_OPTIONS]),
            everything=self._option(found.everything),
            is_exact=found.is_exact,
            most=found.most,
        )

    def _option(self, option: Option) -> OptionView:
        return OptionView(tuple(self._act(act) for act in option.acts), option.frees)

    def _act(self, act: Act) -> ActView:
        if act.kind == "substitute":
            return self._substitute(str(act.key))
        lines = self.by_key[str(act.key)]
        first = lines[0]
        steps = (first.basket,) if first.basket else tuple(dict.fromkeys(tie.step for tie in lines))
        targets = tuple(dict.fromkeys(tie.target for tie in lines))
        waived = {waiver.party for waiver in self.rows.roadmap.waivers if waiver.key == act.key}
        who = tuple(self._party(code) for code in first.concerned if code not in waived)
        what = f"{', '.join(steps)} → {', '.join(targets)}"
        return ActView("waive", str(act.key), what, steps, targets, self._reason(first), who)

    def _substitute(self, code: str) -> ActView:
        """Those who wait for the step have to take it from somebody else."""
        row = self.details[code]
        waiting = [tie.concerned for ties in self.by_key.values() for tie in ties if tie.target == code]
        who = tuple(dict.fromkeys(self._party(party) for parties in waiting for party in parties))
        left = self.rows.roadmap_left.get(code, 0)
        what = f"{code}: {amount(left)} {row.unit or ''}".strip()
        return ActView("substitute", code, what, (code,), (), wording(row.titles), who)


def _impact(
    code: str,
    rows: Rows,
    found: Iterable[StepEffect],
    words: Words,
    effects: Effects,
    stalled: tuple[str, ...],
) -> BasketImpact:
    row = next(each for each in rows.baskets if each.code == code)
    steps = tuple(found)
    return BasketImpact(
        code=code,
        title=stored_wording(row.titles),
        state=row.state,
        is_stalled=code in stalled,
        stands_still=code in rows.stalled,
        steps=tuple(words.step(step, effects) for step in steps),
        effects=tally(steps),
        open_topics=sum(t.basket == code and t.state == "open" for t in rows.topics),
        next_meeting=meetings_of(code, rows)[1],
    )


def _plans(reading: Reading, rows: Rows, found: Mapping[str, tuple[StepEffect, ...]]) -> tuple[PlanView, ...]:
    """Under coordinated implementation: the texts whose open steps lie in more than one basket."""
    if rows.policy != COORDINATED:
        return ()
    text_of = queries.text_codes(reading)
    groups: dict[str, list[StepEffect]] = {}
    for steps in found.values():
        for step in steps:
            if text := text_of.get(step.code):
                groups.setdefault(text, []).append(step)
    return tuple(
        PlanView(text.code, text.title, tally(groups[text.code]))
        for text in queries.anchor_views(reading)
        if len({step.basket for step in groups.get(text.code, ())}) > 1
    )


# --- the stalemate matrix ---------------------------------------------------------------------------------------------


def show_matrix(reading: Reading, *, as_of: date | None = None) -> MatrixView:
    """Each basket as if it stalled, alone and with no obstacle in the way."""
    rows = rows_of(reading, as_of or reading.today)
    return MatrixView(
        dialogue=reading.viewer.dialogue_code,
        as_of=rows.day,
        is_today=rows.is_today,
        baskets=tuple((row.code, stored_wording(row.titles)) for row in rows.baskets),
        rows=matrix_rows(rows),
        weights=weights_of(rows),
        linkage_policy=rows.policy,
        line=show_line(reading, rows),
    )


# --- exchanges --------------------------------------------------------------------------------------------------------


def show_exchanges(reading: Reading, *, as_of: date | None = None) -> ExchangesView:
    """Every exchange, what is out of step, and what each reading of a disputed order would block, under what stands that day."""
    rows = rows_of(reading, as_of or reading.today)
    words = Words(rows, {row.code: row for row in queries.step_rows(reading, rows.day)})
    return ExchangesView(
        exchanges=tuple(_exchange(row, rows, words, rows.stalled, rows.weighing) for row in rows.roadmap.exchanges),
        as_of=rows.day,
        is_today=rows.is_today,
        line=show_line(reading, rows),
        may_keep=rows.is_today and may_keep(reading),
        may_read=rows.is_today and reading.may_in(Action.READING_GIVE, Room.BOARD),
        ended=queries.ended_exchanges(reading, rows.day),
    )


def _exchange(
    row: ExchangeRow, rows: Rows, words: Words, stalled: tuple[str, ...], obstacles: tuple[str, ...]
) -> ExchangeState:
    states = {step.code: step.state for step in rows.roadmap.steps}
    done = {code for code, state in states.items() if state == "done"}
    side = out_of_step(exchange_of(row), done)
    return ExchangeState(
        exchange=exchange_view(row, words.names),
        titles={code: words.titles.get(code, "") for code in (*row.a, *row.b)},
        a_states=tuple(states.get(code, "") for code in row.a),
        b_states=tuple(states.get(code, "") for code in row.b),
        out_of_step={"a": row.a, "b": row.b, None: ()}[side],
        readings=_readings(row, rows, words, stalled, obstacles) if row.order == "disputed" else (),
    )


def _readings(
    row: ExchangeRow, rows: Rows, words: Words, stalled: tuple[str, ...], obstacles: tuple[str, ...]
) -> tuple[ReadingView, ...]:
    """Under each order that some party reads: who waits for whom, and what more would be blocked."""
    plain = _blocked(roadmap_of(rows), stalled, obstacles)
    orders = dict.fromkeys(order for _party, order, _text, _on in row.readings)
    found = []
    for order in orders:
        roadmap = roadmap_of(rows, readings={row.code: order})
        first, waits = {"a-then-b": (row.a, row.b), "b-then-a": (row.b, row.a)}.get(order, ((), ()))
        found.append(
            ReadingView(
                order=order,
                parties=tuple(words.names.get(p, p) for p, o, _text, _on in row.readings if o == order),
                first=first,
                waits=waits,
                blocks=behind(roadmap, first),
                under_stall=tuple(code for code in _blocked(roadmap, stalled, obstacles) if code not in plain),
            )
        )
    return tuple(found)


def _blocked(roadmap: Roadmap, stalled: tuple[str, ...], obstacles: tuple[str, ...]) -> tuple[str, ...]:
    found = Effects(roadmap.network, stalled, obstacles)
    return tuple(code for code in roadmap.steps if found.effect(code) is Effect.BLOCKED)
