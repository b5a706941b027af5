"""The board as of any day. Pure from the rows on: rows in, views out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading
from app.baskets import queries as baskets
from app.baskets.queries import BasketRow, TopicRow
from app.board.rows import STALLED, Borne, Rows, borne, counts_of, roadmap_of, rows_of, weighed
from app.board.views import (
    BasketCard,
    BoardView,
    DatedEvent,
    EventDay,
    Line,
    LineView,
    MatrixCell,
    MatrixRow,
    MeetingCell,
    SmallestMeeting,
    StepCount,
    Tally,
    TopicCell,
    Weight,
)
from app.core.errors import NotFound
from app.core.i18n import current_language, stored_wording, wording
from app.engine.heartbeat import heartbeat
from app.engine.isolation import Effect, Independence, StepEffect, matrix
from app.engine.network import Roadmap
from app.meetings.queries import MeetingDay
from app.roadmap import events
from app.roadmap.graph import ObstacleRow
from app.roadmap.service import may_keep
from app.roadmap.views import ObstacleView

STATE_ORDER = ("done", "under-way", "agreed", "provisionally-agreed", "proposed", "missed", "withdrawn")
SOON_DAYS = 92
"""A quarter: a meeting held within it of a past day is still told as the next; a later one would be the future."""
NEAR = 5
Happened = tuple[events.Event, ...]


class Head(NamedTuple):
    """Which board: whose, in which language, whether it is today's, and whether who looks keeps it and may plan a meeting."""

    code: str
    title: str
    language: str
    today: date
    may_keep: bool
    may_plan: bool


def show_board(reading: Reading, *, as_of: date | None = None) -> BoardView:
    viewer = reading.viewer
    rows = rows_of(reading, as_of or reading.today)
    title = wording(viewer.dialogue_titles)
    keeps = rows.is_today and may_keep(reading)
    may_plan = rows.is_today and reading.may_in(Action.MEETING_ADD, Room.BOARD)
    head = Head(viewer.dialogue_code, title, current_language(), reading.today, keeps, may_plan)
    return board_of(rows, head, _happened(reading, rows))


# Remembered by content: the key is every row the board is made of, so it cannot be stale, and it cannot tell one
# viewer what another may see, because whoever asks has read those very rows.
@lru_cache(maxsize=32)
def board_of(rows: Rows, head: Head, happened: Happened) -> BoardView:
    found, bears = weighed(roadmap_of(rows), rows.stalled, rows.weighing), borne(rows)
    return BoardView(
        dialogue=head.code,
        title=head.title,
        linkage_policy=rows.policy,
        as_of=rows.day,
        is_today=rows.is_today,
        baskets=cards(rows, found, bears),
        obstacles=tuple(_obstacle(row, bears[row.code]) for row in rows.roadmap.obstacles),
        stalled=rows.stalled,
        weights=weights_of(rows),
        open_steps=sum(map(len, found.values())),
        elsewhere=elsewhere(found, rows.stalled),
        matrix=matrix_rows(rows),
        line=line_of(happened, rows.day, head.today, head.language, rows.parties),
        may_keep=head.may_keep,
        may_plan=head.may_plan,
    )


def _obstacle(row: ObstacleRow, baskets: Borne) -> ObstacleView:
    return ObstacleView(row.code, stored_wording(row.titles), *baskets, row.raised_on, row.lifted_on, row.reason)


def cards(rows: Rows, found: dict[str, tuple[StepEffect, ...]], bears: Mapping[str, Borne]) -> tuple[BasketCard, ...]:
    states: dict[str, Counter[str]] = {}
    for step in rows.roadmap.steps:
        states.setdefault(step.basket, Counter())[step.state] += 1
    return tuple(
        _card(
            row,
            rows,
            tally(found.get(row.code, ())),
            states.get(row.code, Counter()),
            tuple(code for code in rows.weighing if any(row.code in baskets for baskets in bears[code])),
        )
        for row in rows.baskets
    )


def tally(steps: Iterable[StepEffect]) -> Tally:
    counts = counts_of(steps)
    return Tally(counts[Effect.FREE], counts[Effect.LINKED], counts[Effect.PROVISIONAL], counts[Effect.BLOCKED])


def elsewhere(found: dict[str, tuple[StepEffect, ...]], stalled: tuple[str, ...]) -> Tally:
    return tally(step for basket, steps in found.items() if basket not in stalled for step in steps)


def weights_of(rows: Rows) -> tuple[Weight, ...]:
    """Every obstacle that is not lifted, with what it does by itself; those that hold most first."""
    roadmap, found = roadmap_of(rows), []
    for obstacle in rows.roadmap.obstacles:
        if obstacle.lifted_on is None:
            effects = weighed(roadmap, (), (obstacle.code,))
            counts = counts_of(step for steps in effects.values() for step in steps)
            title = stored_wording(obstacle.titles)
            found.append(Weight(obstacle.code, title, counts[Effect.BLOCKED], counts[Effect.LINKED]))
    return tuple(sorted(found, key=lambda weight: -weight.blocks))


def _card(row: BasketRow, rows: Rows, effects: Tally, states: Counter[str], obstacles: tuple[str, ...]) -> BasketCard:
    names = dict(rows.parties)
    topics = [topic for topic in rows.topics if topic.basket == row.code]
    return BasketCard(
        code=row.code,
        title=stored_wording(row.titles),
        state=row.state,
        is_stalled=row.code in rows.stalled,
        since=row.since,
        reason=row.reason,
        chair=", ".join(names.get(code, code) for code in (row.chair or "").split()),
        members=len(row.party_codes),
        topics=tuple(TopicCell(t.code, stored_wording(t.titles), t.grade, t.state) for t in topics),
        steps=tuple(StepCount(state, states[state]) for state in STATE_ORDER if states[state]),
        effects=effects,
        line=_line_of_basket(row, rows, topics),
        obstacles=obstacles,
    )


# --- the heartbeat ----------------------------------------------------------------------------------------------------


def show_contact(reading: Reading, code: str, *, as_of: date | None = None) -> LineView:
    """The heartbeat of one basket. Raises NotFound for one that is not there."""
    rows = rows_of(reading, as_of or reading.today)
    row = next((row for row in rows.baskets if row.code == code), None)
    if row is None:
        raise NotFound
    return _line_of_basket(row, rows, [topic for topic in rows.topics if topic.basket == code])


def _line_of_basket(row: BasketRow, rows: Rows, topics: list[TopicRow]) -> LineView:
    """A concluded basket keeps no line."""
    last, following = meetings_of(row.code, rows)
    ours = [(m.starts_on, m.ends_on) for m in rows.meetings if row.code in m.basket_codes]
    silence = None if row.state == "concluded" else row.silence
    interval, agreed_on = (silence.days, silence.agreed_on) if silence else (None, None)
    beat = heartbeat(ours, interval, agreed_on, rows.day)
    smallest = _smallest_meeting(row, rows, topics) if beat.is_silent else None
    return LineView(last, following, interval, beat.silent_since, smallest)


def _smallest_meeting(row: BasketRow, rows: Rows, topics: list[TopicRow]) -> SmallestMeeting:
    """The chair and one other member, on the softest open topic: practice keeps a line open by talking of little."""
    names = dict(rows.parties)
    chairs = (row.chair or "").split()
    two = [*chairs, *(code for code in row.party_codes if code not in chairs)][:2]
    softest = min((t for t in topics if t.state == "open"), key=lambda t: (t.grade, t.code), default=None)
    title = stored_wording(softest.titles) if softest else ""
    return SmallestMeeting(
        parties=tuple(names.get(code, code) for code in two),
        codes=tuple(two),
        topic=softest.code if softest else "",
        title=title,
    )


def meetings_of(basket: str, rows: Rows) -> tuple[MeetingCell | None, MeetingCell | None]:
    """The last meeting that had begun by that day, and the next after it; on a past day only one that was held soon."""
    ours = [meeting for meeting in rows.meetings if basket in meeting.basket_codes]
    last = next((m for m in reversed(ours) if m.starts_on <= rows.day), None)
    is_last = rows.is_today or rows.day > date.max - timedelta(days=SOON_DAYS)
    until = date.max if is_last else rows.day + timedelta(days=SOON_DAYS)
    following = next((m for m in ours if rows.day < m.starts_on <= until), None)
    return _cell(last), _cell(following)


def _cell(meeting: MeetingDay | None) -> MeetingCell | None:
    return MeetingCell(meeting.code, meeting.starts_on, meeting.city) if meeting else None


# --- the stalemate matrix ---------------------------------------------------------------------------------------------


def matrix_rows(rows: Rows) -> tuple[MatrixRow, ...]:
    by_code = {row.code: row for row in rows.baskets}
    return tuple(_matrix_row(row, by_code) for row in _matrix(roadmap_of(rows), tuple(by_code)))


@lru_cache(maxsize=32)
def _matrix(roadmap: Roadmap, baskets: tuple[str, ...]) -> tuple[Independence, ...]:
    return matrix(roadmap, baskets)


def _matrix_row(row: Independence, baskets: Mapping[str, BasketRow]) -> MatrixRow:
    cells = {
        basket: Tally(c[Effect.FREE], c[Effect.LINKED], c[Effect.PROVISIONAL], c[Effect.BLOCKED])
        for basket, c in row.others.items()
    }
    whole = (
        sum(getattr(cell, name) for cell in cells.values()) for name in ("free", "linked", "provisional", "blocked")
    )
    return MatrixRow(
        basket=row.basket,
        title=stored_wording(baskets[row.basket].titles),
        state=baskets[row.basket].state,
        stands_still=baskets[row.basket].state in STALLED,
        cells=tuple(MatrixCell(code, cells[code]) if code in cells else None for code in baskets),
        elsewhere=Tally(*whole),
        independence=row.share,
    )


# --- the line of dated events -----------------------------------------------------------------------------------------


def show_line(reading: Reading, rows: Rows) -> Line:
    return line_of(_happened(reading, rows), rows.day, reading.today, current_language(), rows.parties)


def _happened(reading: Reading, rows: Rows) -> Happened:
    titles = {row.code: row.titles for row in rows.baskets}
    return (
        *((on, code, state, titles.get(code, ""), "") for on, code, state in baskets.change_days(reading)),
        *events.event_days(reading),
        *((m.starts_on, m.code, "met", "", m.city or "") for m in rows.meetings),
        *((since, "", policy, "", "") for policy, since in rows.policies),
    )


@lru_cache(maxsize=64)
def line_of(happened: Happened, day: date, today: date, language: str, parties: tuple[tuple[str, str], ...]) -> Line:
    """The days on which something happened, oldest first; what is planned has not happened yet."""
    words = {code: stored_wording(titles) for _on, code, _what, titles, _other in happened if titles} | dict(parties)
    events = sorted({(on, code, what, other) for on, code, what, _titles, other in happened if on <= today})
    days = tuple(
        EventDay(on, tuple(DatedEvent(on, c, w, words.get(c, ""), o, words.get(o, "")) for _on, c, w, o in group))
        for on, group in groupby(events, key=lambda e: e[0])
    )
    return Line(
        days=days,
        near=_near(days, day),
        before=max((d.on for d in days if d.on < day), default=None),
        after=min((d.on for d in days if d.on > day), default=None),
    )


def _near(days: tuple[EventDay, ...], day: date) -> tuple[EventDay, ...]:
    """The day itself, even if nothing happened on it, in the middle of its neighbours as far as there are any."""
    known = (
        list(days) if any(each.on == day for each in days) else sorted((*days, EventDay(day, ())), key=lambda e: e.on)
    )
    place = next(n for n, each in enumerate(known) if each.on == day)
    first = max(0, min(place - NEAR // 2, len(known) - NEAR))
    return tuple(known[first : first + NEAR])
