"""The board as of any day, and a stalemate's effect. Pure from the rows on: rows in, views out."""

from collections import Counter
from datetime import date
from typing import NamedTuple

from app.access.work import Reading
from app.baskets import queries as baskets
from app.baskets.queries import BasketRow, TopicRow
from app.board.isolation import Effect, Roadmap, StepEffect, Tie, effects
from app.board.views import (
    BasketCard,
    BasketImpact,
    BoardView,
    ChainLink,
    DatedEvent,
    ImpactView,
    MeetingCell,
    ObstacleView,
    StepCount,
    StepEffectView,
    TopicCell,
)
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.i18n import wording
from app.dialogues.queries import dialogue, party_names
from app.meetings.queries import MeetingDay, meeting_days
from app.registers import queries as registers
from app.registers.queries import CLOSED, ObstacleRow, StepRow, TieRow

STALLED = frozenset({"stalled", "suspended"})
STATE_ORDER = ("done", "under-way", "agreed", "provisionally-agreed", "proposed", "missed", "withdrawn")


class Rows(NamedTuple):
    """Everything the board is made of, as of a day. The number of queries behind it does not depend on the number of rows."""

    baskets: list[BasketRow]
    topics: list[TopicRow]
    steps: list[StepRow]
    ties: list[TieRow]
    obstacles: list[ObstacleRow]
    meetings: list[MeetingDay]
    changes: list[tuple[date, str, str, str | None]]
    parties: dict[str, str]
    policy: str


def rows_of(reading: Reading, day: date) -> Rows:
    return Rows(
        baskets=baskets.basket_rows(reading, day),
        topics=baskets.topic_rows(reading, day),
        steps=registers.step_rows(reading, day),
        ties=registers.tie_rows(reading, day),
        obstacles=registers.obstacle_rows(reading, day),
        meetings=meeting_days(reading),
        changes=baskets.change_days(reading),
        parties=party_names(reading),
        policy=dialogue(reading).linkage_policy,
    )


def show_board(reading: Reading, *, as_of: date | None = None) -> BoardView:
    day = as_of or reading.today
    viewer = reading.viewer
    return board_of(
        rows_of(reading, day),
        day,
        code=viewer.dialogue_code,
        title=wording(viewer.dialogue_titles),
        is_today=as_of is None,
    )


def board_of(rows: Rows, day: date, *, code: str, title: str, is_today: bool) -> BoardView:
    stalled = tuple(row.code for row in rows.baskets if row.state in STALLED)
    open_obstacles = [row.code for row in rows.obstacles if row.lifted_on is None]
    found = effects(roadmap_of(rows), stalled, open_obstacles)
    by_basket = _grouped(found)
    elsewhere = [step for step in found if step.basket not in stalled]
    return BoardView(
        dialogue=code,
        title=title,
        linkage_policy=rows.policy,
        as_of=day,
        is_today=is_today,
        baskets=tuple(_card(row, rows, by_basket.get(row.code, []), day) for row in rows.baskets),
        obstacles=tuple(_obstacle(row) for row in rows.obstacles),
        events=tuple(DatedEvent(on, basket, state) for on, basket, state in _event_days(rows)),
        stalled=stalled,
        open_elsewhere=len(elsewhere),
        free_elsewhere=sum(step.effect is Effect.FREE for step in elsewhere),
    )


def roadmap_of(rows: Rows) -> Roadmap:
    """The open part: steps neither done nor withdrawn, obstacles not lifted."""
    return Roadmap(
        baskets={row.code: row.basket for row in rows.steps if row.state not in CLOSED},
        ties=tuple(Tie(tie.step, tie.target, tie.is_hard) for tie in rows.ties),
        obstacles=frozenset(row.code for row in rows.obstacles if row.lifted_on is None),
    )


def _grouped(found: tuple[StepEffect, ...]) -> dict[str, list[StepEffect]]:
    groups: dict[str, list[StepEffect]] = {}
    for step in found:
        groups.setdefault(step.basket, []).append(step)
    return groups


def _card(row: BasketRow, rows: Rows, open_steps: list[StepEffect], day: date) -> BasketCard:
    effects_here = Counter(step.effect for step in open_steps)
    states = Counter(step.state for step in rows.steps if step.basket == row.code)
    last, following = _meetings(row.code, rows.meetings, day)
    return BasketCard(
        code=row.code,
        title=wording(row.titles),
        state=row.state,
        is_stalled=row.state in STALLED,
        since=row.since,
        reason=row.reason,
        chair=", ".join(rows.parties.get(code, code) for code in (row.chair or "").split()),
        members=len(row.party_codes),
        topics=tuple(
            TopicCell(t.code, wording(t.titles), t.grade, t.state) for t in rows.topics if t.basket_id == row.id
        ),
        steps=tuple(StepCount(state, states[state]) for state in STATE_ORDER if states[state]),
        open_steps=len(open_steps),
        free=effects_here[Effect.FREE],
        linked=effects_here[Effect.LINKED],
        blocked=effects_here[Effect.BLOCKED],
        last_meeting=last,
        next_meeting=following,
        obstacles=tuple(o.code for o in rows.obstacles if o.lifted_on is None and row.code in o.baskets),
    )


def _meetings(basket: str, days: list[MeetingDay], day: date) -> tuple[MeetingCell | None, MeetingCell | None]:
    """The last meeting that had begun by that day, and the next after it."""
    ours = [meeting for meeting in days if basket in meeting.basket_codes]
    last = next((m for m in reversed(ours) if m.starts_on <= day), None)
    following = next((m for m in ours if m.starts_on > day), None)
    return _cell(last), _cell(following)


def _cell(meeting: MeetingDay | None) -> MeetingCell | None:
    return MeetingCell(meeting.code, meeting.starts_on, meeting.city) if meeting else None


def _obstacle(row: ObstacleRow) -> ObstacleView:
    return ObstacleView(row.code, wording(row.titles), tuple(row.baskets), row.raised_on, row.lifted_on, row.reason)


def _event_days(rows: Rows) -> list[tuple[date, str, str]]:
    return sorted({(on, basket, state) for on, basket, state, _reason in rows.changes})


def show_impact(reading: Reading, *, stalled: tuple[str, ...], as_of: date | None = None) -> ImpactView:
    """The effect of a stalemate in these baskets and no others. Raises Invalid for a basket that is not there."""
    day = as_of or reading.today
    rows = rows_of(reading, day)
    known = {row.code for row in rows.baskets}
    if unknown := [code for code in stalled if code not in known]:
        raise Invalid({"stall": _("There is no basket %(code)s.") % {"code": unknown[0]}})
    return impact_of(rows, day, code=reading.viewer.dialogue_code, stalled=stalled)


def impact_of(rows: Rows, day: date, *, code: str, stalled: tuple[str, ...]) -> ImpactView:
    found = effects(roadmap_of(rows), stalled)
    groups = _grouped(found)
    views = tuple(_impact(row, rows, groups.get(row.code, []), day, stalled) for row in rows.baskets)
    elsewhere = [view for view in views if not view.is_stalled]
    return ImpactView(
        dialogue=code,
        as_of=day,
        stalled=stalled,
        choices=tuple((row.code, wording(row.titles)) for row in rows.baskets),
        baskets=views,
        free=sum(view.free for view in elsewhere),
        linked=sum(view.linked for view in elsewhere),
        blocked=sum(view.blocked for view in elsewhere),
    )


def _impact(row: BasketRow, rows: Rows, found: list[StepEffect], day: date, stalled: tuple[str, ...]) -> BasketImpact:
    steps = {step.code: step for step in rows.steps}
    counts = Counter(step.effect for step in found)
    _last, following = _meetings(row.code, rows.meetings, day)
    return BasketImpact(
        code=row.code,
        title=wording(row.titles),
        state=row.state,
        is_stalled=row.code in stalled,
        steps=tuple(_step(effect, steps, rows) for effect in found),
        free=counts[Effect.FREE],
        linked=counts[Effect.LINKED],
        blocked=counts[Effect.BLOCKED],
        open_topics=sum(t.basket_id == row.id and t.state == "open" for t in rows.topics),
        next_meeting=following,
    )


def _step(found: StepEffect, steps: dict[str, StepRow], rows: Rows) -> StepEffectView:
    row = steps[found.code]
    return StepEffectView(
        code=row.code,
        basket=row.basket,
        title=wording(row.titles),
        actors=tuple(row.actors),
        state=row.state,
        effect=found.effect,
        chain=found.chain,
        links=tuple(
            _link(step, target, steps, rows) for step, target in zip(found.chain, found.chain[1:], strict=False)
        ),
    )


def _link(step: str, target: str, steps: dict[str, StepRow], rows: Rows) -> ChainLink:
    """The tie between two neighbours of a chain; the hard one where there are several."""
    between = [tie for tie in rows.ties if tie.step == step and tie.target == target]
    tie = max(between, key=lambda tie: tie.is_hard)
    return ChainLink(
        step=step,
        target=target,
        target_basket=steps[target].basket if target in steps else "",
        is_hard=tie.is_hard,
        party=rows.parties.get(tie.party or ""),
        reason=tie.reason,
    )
