"""The JSON twins of the baskets' pages."""

from fastapi import APIRouter

from app.access.rules import Action
from app.api.deps import ReadingDep, WorkDep, acts
from app.api.problems import JsonRoute
from app.baskets import service
from app.baskets.commands import AddTopic, LiftStall, StallBasket
from app.baskets.views import BasketView

router = APIRouter(prefix="/api/v1/dialogues/{dialogue}/baskets", tags=["baskets"], route_class=JsonRoute)


@router.get("/{code}", dependencies=[acts(Action.BOARD_READ)])
def show(reading: ReadingDep, dialogue: str, code: str) -> BasketView:
    return service.show_basket(reading, code)


@router.post("/{code}/stall", dependencies=[acts(Action.BASKET_STALL)])
def stall(work: WorkDep, dialogue: str, code: str, command: StallBasket) -> BasketView:
    return service.stall_basket(work, code, command)


@router.post("/{code}/lift", dependencies=[acts(Action.BASKET_LIFT)])
def lift(work: WorkDep, dialogue: str, code: str, command: LiftStall) -> BasketView:
    return service.lift_stall(work, code, command)


@router.post("/{code}/topics", dependencies=[acts(Action.TOPIC_ADD)])
def add_topic(work: WorkDep, dialogue: str, code: str, command: AddTopic) -> BasketView:
    return service.add_topic(work, code, command)
