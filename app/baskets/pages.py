"""The acts on a basket: calling and lifting a stalemate, adding a topic. Its page is shown by the board, which knows its meetings."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.access.rules import Action
from app.baskets import service
from app.baskets.commands import AddTopic, KeepLine, LiftStall, StallBasket, TurnBasket
from app.baskets.views import BasketView
from app.web.deps import WorkDep, acts
from app.web.forms import Fields, Form, bind
from app.web.route import PageRoute
from app.web.submitting import back, submit
from app.web.templating import page

router = APIRouter(prefix="/dialogues/{dialogue}/baskets", include_in_schema=False, route_class=PageRoute)


@router.post("/{code}/stall", name="baskets.stall", dependencies=[acts(Action.BASKET_STALL)])
def stall(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    return _do(request, work, code, bind(StallBasket, fields), service.stall_basket, "stall_form")


@router.post("/{code}/lift", name="baskets.lift", dependencies=[acts(Action.BASKET_LIFT)])
def lift(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    return _do(request, work, code, bind(LiftStall, fields), service.lift_stall, "stall_form")


@router.post("/{code}/turn", name="baskets.turn", dependencies=[acts(Action.BASKET_TURN)])
def turn(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    return _do(request, work, code, bind(TurnBasket, fields), service.turn_basket, "turn_form")


@router.post("/{code}/line", name="baskets.keep_line", dependencies=[acts(Action.BASKET_TURN)])
def keep_line(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    return _do(request, work, code, bind(KeepLine, fields), service.keep_line, "line_form")


@router.post("/{code}/topics", name="baskets.add_topic", dependencies=[acts(Action.TOPIC_ADD)])
def add_topic(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    return _do(request, work, code, bind(AddTopic, fields), service.add_topic, "topic_form")


def _do(request: Request, work: WorkDep, code: str, form: Form[Any], verb: Any, place: str) -> Response:
    """Bind, do, go back to the basket; or show the basket again with the form as typed."""
    submit(work, form, lambda command: verb(work, code, command))
    if form.errors:
        return show_page(request, service.show_basket(work, code), status=422, **{place: form})
    return back(request, "baskets.show", code=code)


def show_page(
    request: Request, basket: BasketView, *, line: Any = None, status: int = 200, **forms: Form[Any]
) -> Response:
    """`line`: when the basket was last in contact, where whoever shows the page knows."""
    today = basket.as_of
    context: dict[str, Any] = {
        "stall_form": Form(values={"happened_on": today.isoformat()}),
        "turn_form": Form(values={"happened_on": today.isoformat()}),
        "line_form": Form(
            values={"days": basket.silence.days if basket.silence else "", "happened_on": today.isoformat()}
        ),
        "topic_form": Form(),
    } | forms
    return page(
        request,
        "baskets/show.html",
        status=status,
        basket=basket,
        line=line,
        dialogue=request.path_params["dialogue"],
        **context,
    )
