"""Reading baskets and topics, now and as of a day."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.access.rules import Action
from app.access.work import Reading
from app.baskets.models import Basket, BasketChange, Topic, TopicChange
from app.baskets.views import BasketView, ChangeView, TopicView
from app.core.errors import NotFound
from app.core.i18n import wording


class BasketRow(NamedTuple):
    """What the board needs of a basket, as of a day. Plain, so that it can be compared and hashed."""

    id: UUID
    code: str
    titles: dict[str, str]
    state: str
    since: date | None
    reason: str | None
    party_codes: list[Any]
    chair: str | None


class TopicRow(NamedTuple):
    basket_id: UUID
    code: str
    titles: dict[str, str]
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


def basket_rows(reading: Reading, as_of: date) -> list[BasketRow]:
    """Every basket with the state it had on that day: the latest change that had happened by then. Two queries."""
    ours = Basket.dialogue_id == reading.viewer.dialogue_id
    changes = reading.db.execute(
        select(BasketChange.basket_id, BasketChange.state, BasketChange.happened_on, BasketChange.reason)
        .join(Basket, Basket.id == BasketChange.basket_id)
        .where(ours, BasketChange.happened_on <= as_of)
        .order_by(BasketChange.happened_on, BasketChange.position)
    )
    latest = {basket_id: (state, on, reason) for basket_id, state, on, reason in changes}
    baskets = reading.db.execute(
        select(Basket.id, Basket.code, Basket.titles, Basket.party_codes, Basket.chair)
        .where(ours)
        .order_by(Basket.position)
    )
    rows = []
    for basket_id, code, titles, party_codes, chair in baskets:
        state, since, reason = latest.get(basket_id, ("exploratory", None, None))
        rows.append(BasketRow(basket_id, code, titles, state, since, reason, party_codes, chair))
    return rows


def topic_rows(reading: Reading, as_of: date) -> list[TopicRow]:
    """Every topic that had been opened by that day, with its state then. Two queries."""
    ours = Topic.dialogue_id == reading.viewer.dialogue_id
    changes = reading.db.execute(
        select(TopicChange.topic_id, TopicChange.state)
        .join(Topic, Topic.id == TopicChange.topic_id)
        .where(ours, TopicChange.happened_on <= as_of)
        .order_by(TopicChange.happened_on, TopicChange.position)
    )
    latest: dict[UUID, str] = {topic_id: state for topic_id, state in changes}  # noqa: C416  # rows, not pairs
    topics = reading.db.execute(
        select(Topic.id, Topic.basket_id, Topic.code, Topic.titles, Topic.grade).where(ours).order_by(Topic.position)
    )
    return [
        TopicRow(basket_id, code, titles, grade, latest[topic_id])
        for topic_id, basket_id, code, titles, grade in topics
        if topic_id in latest
    ]


def change_days(reading: Reading) -> list[tuple[date, str, str, str | None]]:
    """(day, basket code, state, reason) of every dated change, oldest first: the days worth walking along."""
    statement = (
        select(BasketChange.happened_on, Basket.code, BasketChange.state, BasketChange.reason)
        .join(Basket, Basket.id == BasketChange.basket_id)
        .where(Basket.dialogue_id == reading.viewer.dialogue_id)
        .order_by(BasketChange.happened_on, BasketChange.position)
    )
    return [(on, code, state, reason) for on, code, state, reason in reading.db.execute(statement)]


def view(reading: Reading, row: Basket) -> BasketView:
    changes = _changes(reading, row.id)
    last = changes[-1] if changes else None
    return BasketView(
        code=row.code,
        title=wording(row.titles),
        description=wording(row.descriptions),
        state=row.state,
        since=last.happened_on if last else None,
        reason=last.reason if last else None,
        chair=row.chair,
        party_codes=tuple(row.party_codes),
        topics=_topics(reading, row.id),
        changes=changes,
        may_stall=reading.may(Action.BASKET_STALL, row),
        may_lift=reading.may(Action.BASKET_LIFT, row),
        may_add_topic=reading.may(Action.TOPIC_ADD, row),
    )


def _changes(reading: Reading, basket_id: UUID) -> tuple[ChangeView, ...]:
    statement = (
        select(BasketChange.state, BasketChange.happened_on, BasketChange.recorded_at, BasketChange.reason)
        .where(BasketChange.basket_id == basket_id)
        .order_by(BasketChange.happened_on, BasketChange.position)
    )
    return tuple(ChangeView(*row) for row in reading.db.execute(statement))


def _topics(reading: Reading, basket_id: UUID) -> tuple[TopicView, ...]:
    statement = (
        select(Topic.code, Topic.titles, Topic.grade, Topic.state)
        .where(Topic.basket_id == basket_id)
        .order_by(Topic.position)
    )
    return tuple(
        TopicView(c, wording(titles), grade, state) for c, titles, grade, state in reading.db.execute(statement)
    )
