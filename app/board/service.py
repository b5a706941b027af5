"""The board as of any day, and a stalemate's effect. Pure from the rows on: rows in, views out."""

from collections import Counter
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from app.access.levels import Room
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
from app.core.i18n import current_language, stored_wording, wording
from app.core.i18n import gettext as _
from app.dialogues.queries import dialogue, party_names
from app.meetings.queries import MeetingDay, meeting_days
from app.registers import queries as registers
from app.registers.queries import CLOSED, ObstacleRow, StepRow, StepState, TieRow

STALLED = frozenset({"stalled", "suspended"})
STATE_ORDER = ("done", "under-way", "agreed", "provisionally-agreed", "proposed", "missed", "withdrawn")


class Rows(NamedTuple):
    """Everything a board is made of, as of a day. How many queries stand behind it does not depend on how many rows."""

    day: date
    baskets: tuple[BasketRow, ...]
    topics: tuple[TopicRow, ...]
    steps: tuple[StepState, ...]
    ties: tuple[TieRow, ...]
    obstacles: tuple[ObstacleRow, ...]
    meetings: tuple[MeetingDay, ...]
    changes: tuple[tuple[date, str, str], ...]
    parties: tuple[tuple[str, str], ...]
    policy: str


def rows_of(reading: Reading, day: date) -> Rows:
    reading.enter(Room.BOARD)
    return Rows(
        day=day,
        baskets=baskets.basket_rows(reading, day),
        topics=baskets.topic_rows(reading, day),
        steps=registers.step_states(reading, day),
        ties=registers.tie_rows(reading, day),
        obstacles=registers.obstacle_rows(reading, day),
        meetings=meeting_days(reading),
        changes=baskets.change_days(reading),
        parties=tuple(party_names(reading).items()),
        policy=dialogue(reading).linkage_policy,
    )


class Head(NamedTuple):
    """Which board: whose, in which language, and whether it is today's."""

    code: str
    title: str
    language: str
    is_today: bool


def show_board(reading: Reading, *, as_of: date | None = None) -> BoardView:
    viewer = reading.viewer
    head = Head(viewer.dialogue_code, wording(viewer.dialogue_titles), current_language(), as_of is None)
    return board_of(rows_of(reading, as_of or reading.today), head)


# Remembered by content: the key is every row the board is made of, so it cannot be stale, and it cannot tell one
# viewer what another may see, because whoever asks has read those very rows.
@lru_cache(maxsize=32)
def board_of(rows: Rows, head: Head) -> BoardView:
    stalled = tuple(row.code for row in rows.baskets if row.state in STALLED)
    open_obstacles = [row.code for row in rows.obstacles if row.lifted_on is None]
    found = effects(roadmap_of(rows), stalled, open_obstacles)
    by_basket = _grouped(found)
    states: dict[str, Counter[str]] = {}
    for step in rows.steps:
        states.setdefault(step.basket, Counter())[step.state] += 1
    elsewhere = [step for step in found if step.basket not in stalled]
    return BoardView(
        dialogue=head.code,
        title=head.title,
        linkage_policy=rows.policy,
        as_of=rows.day,
        is_today=head.is_today,
        baskets=tuple(
            _card(row, rows, by_basket.get(row.code, []), states.get(row.code, Counter())) for row in rows.baskets
        ),
        obstacles=tuple(_obstacle(row) for row in rows.obstacles),
        events=tuple(DatedEvent(on, basket, state) for on, basket, state in sorted(set(rows.changes))),
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


def _card(row: BasketRow, rows: Rows, open_steps: list[StepEffect], states: Counter[str]) -> BasketCard:
    effects_here = Counter(step.effect for step in open_steps)
    names = dict(rows.parties)
    last, following = _meetings(row.code, rows)
    return BasketCard(
        code=row.code,
        title=stored_wording(row.titles),
        state=row.state,
        is_stalled=row.state in STALLED,
        since=row.since,
        reason=row.reason,
        chair=", ".join(names.get(code, code) for code in (row.chair or "").split()),
        members=len(row.party_codes),
        topics=tuple(
            TopicCell(t.code, stored_wording(t.titles), t.grade, t.state) for t in rows.topics if t.basket == row.code
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


def _meetings(basket: str, rows: Rows) -> tuple[MeetingCell | None, MeetingCell | None]:
    """The last meeting that had begun by that day, and the next after it."""
    ours = [meeting for meeting in rows.meetings if basket in meeting.basket_codes]
    last = next((m for m in reversed(ours) if m.starts_on <= rows.day), None)
    following = next((m for m in ours if m.starts_on > rows.day), None)
    return _cell(last), _cell(following)


def _cell(meeting: MeetingDay | None) -> MeetingCell | None:
    return MeetingCell(meeting.code, meeting.starts_on, meeting.city) if meeting else None


def _obstacle(row: ObstacleRow) -> ObstacleView:
    return ObstacleView(row.code, stored_wording(row.titles), row.baskets, row.raised_on, row.lifted_on, row.reason)


def show_impact(reading: Reading, *, stalled: tuple[str, ...], as_of: date | None = None) -> ImpactView:
    """The effect of a stalemate in these baskets and no others. Raises Invalid for a basket that is not there."""
    rows = rows_of(reading, as_of or reading.today)
    known = {row.code for row in rows.baskets}
    if unknown := [code for code in stalled if code not in known]:
        raise Invalid({"stall": _("There is no basket %(code)s.") % {"code": unknown[0]}})
    details = {row.code: row for row in registers.step_rows(reading, rows.day)}
    found = _grouped(effects(roadmap_of(rows), stalled))
    chains = _Chains(rows, details)
    views = tuple(_impact(row, rows, found.get(row.code, []), chains, stalled) for row in rows.baskets)
    elsewhere = [view for view in views if not view.is_stalled]
    return ImpactView(
        dialogue=reading.viewer.dialogue_code,
        as_of=rows.day,
        stalled=stalled,
        choices=tuple((row.code, stored_wording(row.titles)) for row in rows.baskets),
        baskets=views,
        free=sum(view.free for view in elsewhere),
        linked=sum(view.linked for view in elsewhere),
        blocked=sum(view.blocked for view in elsewhere),
    )


class _Chains:
    """Steps and ties by code, so that a chain is put into words without searching the roadmap again."""

    def __init__(self, rows: Rows, details: dict[str, StepRow]) -> None:
        self.details = details
        self.names = dict(rows.parties)
        # Of several ties between two steps the hard one is shown.
        self.ties = {(tie.step, tie.target): tie for tie in sorted(rows.ties, key=lambda tie: tie.is_hard)}

    def step(self, found: StepEffect) -> StepEffectView:
        row = self.details[found.code]
        pairs = zip(found.chain, found.chain[1:], strict=False)
        return StepEffectView(
            code=row.code,
            basket=row.basket,
            title=wording(row.titles),
            actors=tuple(row.actors),
            who=", ".join(self.names.get(code, code) for code in row.actors),
            state=row.state,
            effect=found.effect,
            chain=found.chain,
            links=tuple(self._link(step, target) for step, target in pairs),
        )

    def _link(self, step: str, target: str) -> ChainLink:
        tie = self.ties[step, target]
        return ChainLink(
            step=step,
            target=target,
            target_basket=self.details[target].basket if target in self.details else "",
            is_hard=tie.is_hard,
            party=self.names.get(tie.party or ""),
            reason=tie.reason,
        )


def _impact(
    row: BasketRow, rows: Rows, found: list[StepEffect], chains: _Chains, stalled: tuple[str, ...]
) -> BasketImpact:
    counts = Counter(step.effect for step in found)
    _last, following = _meetings(row.code, rows)
    return BasketImpact(
        code=row.code,
        title=stored_wording(row.titles),
        state=row.state,
        is_stalled=row.code in stalled,
        steps=tuple(chains.step(effect) for effect in found),
        free=counts[Effect.FREE],
        linked=counts[Effect.LINKED],
        blocked=counts[Effect.BLOCKED],
        open_topics=sum(t.basket == row.code and t.state == "open" for t in rows.topics),
        next_meeting=following,
    )
