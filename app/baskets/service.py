"""The verbs of baskets and topics."""

from datetime import date

from sqlalchemy import func, select

from app.access.codes import refuse_used_code
from app.access.rules import Action
from app.access.work import Reading, Work
from app.baskets import queries
from app.baskets.commands import AddTopic, KeepLine, LiftStall, StallBasket, TurnBasket
from app.baskets.models import Basket, BasketChange, SilenceAgreed, Topic, TopicChange
from app.baskets.views import BasketView
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.ledger.kinds import Kind
from app.ledger.service import record


def show_basket(reading: Reading, code: str, *, as_of: date | None = None) -> BasketView:
    return queries.view(reading, queries.basket(reading, code), as_of)


def stall_basket(work: Work, code: str, command: StallBasket) -> BasketView:
    """Call a stalemate. Touches this basket's row and history, and nothing of any other basket."""
    basket = queries.basket(work, code)
    work.require(Action.BASKET_STALL, basket)
    _change(work, basket, "stalled", command)
    return queries.view(work, basket)


def lift_stall(work: Work, code: str, command: LiftStall) -> BasketView:
    basket = queries.basket(work, code)
    work.require(Action.BASKET_LIFT, basket)
    _change(work, basket, "active", command)
    return queries.view(work, basket)


def turn_basket(work: Work, code: str, command: TurnBasket) -> BasketView:
    """Put a basket to sleep, take it up again, conclude it. Touches no other basket."""
    basket = queries.basket(work, code)
    work.require(Action.BASKET_TURN, basket)
    if command.state == basket.state:
        raise Invalid({"state": _("The basket is in this state already.")})
    _change(work, basket, command.state, command)
    return queries.view(work, basket)


def keep_line(work: Work, code: str, command: KeepLine) -> BasketView:
    """Agree on the longest silence from a day on; the board shows when the line falls silent for longer."""
    basket = queries.basket(work, code)
    work.require(Action.BASKET_TURN, basket)
    if command.happened_on > work.today:
        raise Invalid({"happened_on": _("This day has not come yet.")})
    ours = SilenceAgreed.basket_id == basket.id
    agreement = SilenceAgreed(
        compartment_id=basket.compartment_id,
        basket_id=basket.id,
        days=command.days,
        happened_on=command.happened_on,
        recorded_at=work.now,
        position=(work.db.scalar(select(func.max(SilenceAgreed.position)).where(ours)) or 0) + 1,
    )
    work.permit(agreement)
    work.db.add(agreement)
    return queries.view(work, basket)


def _change(work: Work, basket: Basket, state: str, command: StallBasket | LiftStall | TurnBasket) -> None:
    history = BasketChange.basket_id == basket.id
    last_on, last_position = work.db.execute(
        select(func.max(BasketChange.happened_on), func.max(BasketChange.position)).where(history)
    ).one()
    if command.happened_on > work.today:
        raise Invalid({"happened_on": _("This day has not come yet.")})
    if last_on is not None and command.happened_on < last_on:
        raise Invalid({"happened_on": _("The basket changed state after this day, on %(day)s.") % {"day": last_on}})
    basket.state = state
    change = BasketChange(
        compartment_id=basket.compartment_id,
        basket_id=basket.id,
        state=state,
        happened_on=command.happened_on,
        recorded_at=work.now,
        position=(last_position or 0) + 1,
        reason=command.reason,
        extra={},
    )
    work.permit(change)
    work.db.add(change)
    record(
        work,
        Kind.BASKET_TURNED,
        room=basket.compartment_id,
        basket=basket.code,
        state=state,
        happened_on=command.happened_on.isoformat(),
    )


def add_topic(work: Work, code: str, command: AddTopic) -> BasketView:
    basket = queries.basket(work, code)
    work.require(Action.TOPIC_ADD, basket)
    ours = Topic.dialogue_id == basket.dialogue_id
    refuse_used_code(work, command.code)
    position = work.db.scalar(select(func.max(Topic.position)).where(ours)) or 0
    topic = Topic(
        id=new_id(),
        compartment_id=basket.compartment_id,
        dialogue_id=basket.dialogue_id,
        basket_id=basket.id,
        code=command.code,
        titles={"en": command.title},
        grade=command.grade,
        position=position + 1,
        state="open",
        extra={},
    )
    work.permit(topic)
    work.db.add(topic)
    work.db.flush()  # its history points at it
    opened = TopicChange(
        compartment_id=basket.compartment_id,
        topic_id=topic.id,
        state="open",
        happened_on=work.today,
        recorded_at=work.now,
        position=1,
        reason=None,
        extra={},
    )
    work.permit(opened)
    work.db.add(opened)
    return queries.view(work, basket)
