"""What stands, weighed: what if, what would free it, the stalemate matrix, the exchanges. Changes nothing."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading
from app.board.rows import Rows, roadmap_of, rows_of, weighed
from app.board.service import elsewhere, matrix_rows, meetings_of, show_line, tally, weights_of
from app.board.views import MatrixView
from app.board.weighing_views import (
    BasketImpact,
    ExchangeState,
    ExchangesView,
    ImpactView,
    ObstacleChoice,
    PlanView,
    ReadingView,
)
from app.board.words import Words
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.i18n import stored_wording
from app.dialogues.queries import party_codes_of
from app.engine.exchanges import out_of_step
from app.engine.freeing import Freeing, freeing
from app.engine.isolation import Effect, Effects, StepEffect, behind
from app.engine.network import Roadmap
from app.roadmap import queries, standing
from app.roadmap.facts import exchange_view, may_waive
from app.roadmap.graph import ExchangeRow, exchange_of, ties_of
from app.roadmap.service import may_keep

COORDINATED = "coordinated-implementation"


def show_impact(
    reading: Reading,
    *,
    stalled: tuple[str, ...],
    obstacles: tuple[str, ...] = (),
    as_of: date | None = None,
) -> ImpactView:
    """The board as if these baskets and obstacles stood still and no others; without any, as it stands that day.

    An obstacle that was lifted stands again as it did on its last day, with all that then waited for it. Raises Invalid for one that
    is not there.
    """
    rows = rows_of(reading, as_of or reading.today)
    stalled, obstacles = tuple(dict.fromkeys(filter(None, stalled))), tuple(dict.fromkeys(filter(None, obstacles)))
    _refuse_unknown(rows, stalled, obstacles)
    stands = (rows.stalled, rows.weighing)
    if not stalled and not obstacles:
        stalled, obstacles = stands
    rows = rows._replace(roadmap=standing.as_if_unlifted(reading, rows.roadmap, obstacles))
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
            ObstacleChoice(row.code, stored_wording(row.titles), is_lifted=row.code not in stands[1])
            for row in rows.roadmap.obstacles
        ),
        standing=stands,
        is_standing=(set(stalled), set(obstacles)) == (set(stands[0]), set(stands[1])),
        titles=words.titles,
        baskets=tuple(
            _impact(row.code, rows, found.get(row.code, ()), words, effects, stalled) for row in rows.baskets
        ),
        plans=_plans(reading, rows, found),
        effects=elsewhere(found, stalled),
        freeing=words.freeing(_freeing(roadmap, stalled, obstacles), _lifting(roadmap, stalled, obstacles)),
        exchanges=tuple(_exchange(row, rows, words, stalled, obstacles) for row in rows.roadmap.exchanges),
        waivable=_waivable(reading, rows),
        may_keep=rows.is_today and may_keep(reading),
    )


def _waivable(reading: Reading, rows: Rows) -> tuple[str, ...]:
    """The keys of the requirements that the viewer may waive, or propose to; none on a day that has been."""
    if not (rows.is_today and reading.may_in(Action.REQUIREMENT_WAIVE, Room.BOARD)):
        return ()
    own = party_codes_of(reading)
    return tuple(dict.fromkeys(t.key for t in ties_of(rows.roadmap) if may_waive(t, rows.roadmap, own)))


def _refuse_unknown(rows: Rows, stalled: tuple[str, ...], obstacles: tuple[str, ...]) -> None:
    known = {row.code for row in rows.baskets}
    if unknown := [code for code in stalled if code not in known]:
        raise Invalid({"stall": _("There is no basket %(code)s.") % {"code": unknown[0]}})
    raised = {row.code for row in rows.roadmap.obstacles}
    if unknown := [code for code in obstacles if code not in raised]:
        raise Invalid({"obstacle": _("There is no obstacle %(code)s on that day.") % {"code": unknown[0]}})


@lru_cache(maxsize=32)
def _freeing(roadmap: Roadmap, stalled: tuple[str, ...], obstacles: tuple[str, ...]) -> Freeing:
    return freeing(roadmap, stalled, obstacles)


@lru_cache(maxsize=32)
def _lifting(roadmap: Roadmap, stalled: tuple[str, ...], obstacles: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Obstacle to how many steps would be blocked no longer, were it lifted and all else as it is."""
    blocked = len(_blocked(roadmap, stalled, obstacles))
    rest = {code: tuple(other for other in obstacles if other != code) for code in obstacles}
    freed = [(code, blocked - len(_blocked(roadmap, stalled, others))) for code, others in rest.items()]
    return tuple((code, count) for code, count in freed if count)


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
        ended=standing.ended_exchanges(reading, rows.day),
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
