"""The JSON twins of the baskets' pages."""

from datetime import date

from fastapi import APIRouter

from app.access.rules import Action
from app.api.deps import ReadingDep, WorkDep, acts
from app.api.problems import JsonRoute
from app.baskets import service
from app.baskets.commands import AddTopic, KeepLine, LiftStall, StallBasket, TurnBasket
from app.baskets.views import BasketView

router = APIRouter(prefix="/api/v1/dialogues/{dialogue}/baskets", tags=["baskets"], route_class=JsonRoute)


@router.get("/{code}", dependencies=[acts(Action.BOARD_READ)])
def show(reading: ReadingDep, dialogue: str, code: str, as_of: date | None = None) -> BasketView:
    return service.show_basket(reading, code, as_of=as_of)


@router.post("/{code}/stall", dependencies=[acts(Action.BASKET_STALL)])
def stall(work: WorkDep, dialogue: str, code: str, command: StallBasket) -> BasketView:
    return service.stall_basket(work, code, command)


@router.post("/{code}/lift", dependencies=[acts(Action.BASKET_LIFT)])
def lift(work: WorkDep, dialogue: str, code: str, command: LiftStall) -> BasketView:
    return service.lift_stall(work, code, command)


@router.post("/{code}/turn", dependencies=[acts(Action.BASKET_TURN)])
def turn(work: WorkDep, dialogue: str, code: str, command: TurnBasket) -> BasketView:
    return service.turn_basket(work, code, command)


@router.post("/{code}/line", dependencies=[acts(Action.BASKET_TURN)])
def keep_line(work: WorkDep, dialogue: str, code: str, command: KeepLine) -> BasketView:
    return service.keep_line(work, code, command)


@router.post("/{code}/topics", dependencies=[acts(Action.TOPIC_ADD)])
def add_topic(work: WorkDep, dialogue: str, code: str, command: AddTopic) -> BasketView:
    return service.add_topic(work, code, command)
