"""Reading baskets and topics, now and as of a day."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Text, cast, func, select

from app.access.rules import Action
from app.access.work import Reading
from app.baskets.models import Basket, BasketChange, SilenceAgreed, Topic, TopicChange
from app.baskets.views import BasketView, ChangeView, SilenceView, TopicView
from app.core.errors import NotFound
from app.core.i18n import stored_wording, wording
from app.db.base import id_of
from app.db.dated import latest


class BasketRow(NamedTuple):
    """What the board needs of a basket, as of a day. Plain and hashable: equal rows make equal boards.

    `titles` is the stored JSON text, worded only when a view is made.
    """

    code: str
    titles: str
    state: str
    since: date | None
    reason: str | None
    party_codes: tuple[str, ...]
    chair: str | None
    silence: SilenceView | None  # as agreed by that day


class TopicRow(NamedTuple):
    basket: str
    code: str
    titles: str
    grade: int
    state: str


def basket(reading: Reading, code: str) -> Basket:
    found = reading.db.scalar(
        select(Basket).where(Basket.dialogue_id == reading.viewer.dialogue_id, Basket.code == code)
    )
    if found is None:
        raise NotFound
    return found


def basket_codes(reading: Reading) -> list[tuple[str, dict[str, str]]]:
    """(code, titles) of every basket, in the dialogue's order."""
    statement = (
        select(Basket.code, Basket.titles)
        .where(Basket.dialogue_id == reading.viewer.dialogue_id)
        .order_by(Basket.position)
    )
    return [(code, titles) for code, titles in reading.db.execute(statement)]


def basket_ids(reading: Reading) -> dict[str, UUID]:
    """Code of every basket to its id."""
    ours = Basket.dialogue_id == reading.viewer.dialogue_id
    return {code: basket_id for code, basket_id in reading.db.execute(select(Basket.code, Basket.id).where(ours))}  # noqa: C416  # rows, not pairs


def basket_members(reading: Reading) -> dict[str, tuple[str, ...]]:
    """Code of every basket to the parties that belong to it; none where nobody said so."""
    ours = Basket.dialogue_id == reading.viewer.dialogue_id
    found = reading.db.execute(select(Basket.code, Basket.party_codes).where(ours))
    return {code: tuple(members) for code, members in found}


_LAST_BASKET = latest(BasketChange, BasketChange.basket_id)
_LAST_SILENCE = latest(SilenceAgreed, SilenceAgreed.basket_id, SilenceAgreed.days)
_BASKETS = (
    select(
        Basket.code,
        cast(Basket.titles, Text),
        func.coalesce(_LAST_BASKET.c.state, "exploratory"),
        _LAST_BASKET.c.happened_on,
        _LAST_BASKET.c.reason,
        Basket.party_codes,
        Basket.chair,
        _LAST_SILENCE.c.days,
        _LAST_SILENCE.c.happened_on,
    )
    .outerjoin(_LAST_SILENCE, _LAST_SILENCE.c.thing == Basket.id)
    .outerjoin(_LAST_BASKET, _LAST_BASKET.c.thing == Basket.id)
    .where(Basket.dialogue_id == id_of("dialogue"))
    .order_by(Basket.position)
)
_LAST_TOPIC = latest(TopicChange, TopicChange.topic_id)
_TOPICS = (
    select(Basket.code, Topic.code, cast(Topic.titles, Text), Topic.grade, _LAST_TOPIC.c.state)
    .join(Basket, Basket.id == Topic.basket_id)
    .join(_LAST_TOPIC, _LAST_TOPIC.c.thing == Topic.id)
    .where(Topic.dialogue_id == id_of("dialogue"))
    .order_by(Topic.position)
)
_CHANGES = (
    select(BasketChange.happened_on, Basket.code, BasketChange.state)
    .join(Basket, Basket.id == BasketChange.basket_id)
    .where(Basket.dialogue_id == id_of("dialogue"))
    .order_by(BasketChange.happened_on, BasketChange.position)
)


def basket_rows(reading: Reading, as_of: date) -> tuple[BasketRow, ...]:
    """Every basket with the state it had on that day."""
    rows = reading.db.execute(_BASKETS, {"dialogue": reading.viewer.dialogue_id, "day": as_of})
    return tuple(
        BasketRow(code, titles, state, since, reason, tuple(party_codes), chair, silence_of(days, agreed_on))
        for code, titles, state, since, reason, party_codes, chair, days, agreed_on in rows
    )


def silence_of(days: int | None, agreed_on: date | None) -> SilenceView | None:
    return SilenceView(days, agreed_on) if days is not None and agreed_on is not None else None


def topic_rows(reading: Reading, as_of: date) -> tuple[TopicRow, ...]:
    """Every topic that had been opened by that day, with its state then."""
    rows = reading.db.execute(_TOPICS, {"dialogue": reading.viewer.dialogue_id, "day": as_of})
    return tuple(TopicRow(*row) for row in rows)


def change_days(reading: Reading) -> tuple[tuple[date, str, str], ...]:
    """(day, basket code, state) of every dated change, oldest first: the days worth walking along."""
    rows = reading.db.execute(_CHANGES, {"dialogue": reading.viewer.dialogue_id})
    return tuple((on, code, state) for on, code, state in rows)


def revivals(reading: Reading, day: date) -> dict[str, date]:
    """Basket to the last day, by that one, on which it was taken up again after a sleep or a suspension."""
    found: dict[str, date] = {}
    asleep: dict[str, bool] = {}
    for on, code, state in change_days(reading):
        if on <= day:
            if asleep.get(code) and state in ("active", "exploratory"):
                found[code] = on
            asleep[code] = state in ("dormant", "suspended")
    return found


def view(reading: Reading, row: Basket, as_of: date | None = None) -> BasketView:
    day = as_of or reading.today
    is_today = day == reading.today
    changes = _changes(reading, row.id, day)
    last = changes[-1] if changes else None
    return BasketView(
        as_of=day,
        is_today=is_today,
        code=row.code,
        title=wording(row.titles),
        description=wording(row.descriptions),
        state=last.state if last else "exploratory",
        since=last.happened_on if last else None,
        reason=last.reason if last else None,
        chair=row.chair,
        party_codes=tuple(row.party_codes),
        topics=tuple(
            TopicView(topic.code, stored_wording(topic.titles), topic.grade, topic.state)
            for topic in topic_rows(reading, day)
            if topic.basket == row.code
        ),
        changes=changes,
        may_stall=is_today and reading.may(Action.BASKET_STALL, row),
        may_lift=is_today and reading.may(Action.BASKET_LIFT, row),
        may_add_topic=is_today and reading.may(Action.TOPIC_ADD, row),
        may_turn=is_today and reading.may(Action.BASKET_TURN, row),
        silence=_silence(reading, row.id, day),
    )


def _silence(reading: Reading, basket_id: UUID, day: date) -> SilenceView | None:
    newest = (
        select(SilenceAgreed.days, SilenceAgreed.happened_on)
        .where(SilenceAgreed.basket_id == basket_id, SilenceAgreed.happened_on <= day)
        .order_by(SilenceAgreed.happened_on.desc(), SilenceAgreed.position.desc())
        .limit(1)
    )
    found = reading.db.execute(newest).one_or_none()
    return silence_of(*found) if found else None


def _changes(reading: Reading, basket_id: UUID, day: date) -> tuple[ChangeView, ...]:
    statement = (
        select(BasketChange.state, BasketChange.happened_on, BasketChange.recorded_at, BasketChange.reason)
        .where(BasketChange.basket_id == basket_id, BasketChange.happened_on <= day)
        .order_by(BasketChange.happened_on, BasketChange.position)
    )
    return tuple(ChangeView(*row) for row in reading.db.execute(statement))
