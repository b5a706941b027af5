"""Pages of the roadmap: table, timeline, graph; and one small form for each act upon it."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.access.rules import Action
from app.access.work import Reading
from app.core.command import Command
from app.roadmap import charts, service, tying
from app.roadmap.commands import (
    AddExchange,
    AddInstalment,
    AddLink,
    AddObstacle,
    AddStep,
    AdoptText,
    AgreeHandover,
    ChangeStep,
    EndExchange,
    EndLink,
    GradeStep,
    HandOver,
    LiftObstacle,
    ReadOrder,
    Revoke,
    WaiveRequirement,
    WeighObstacle,
    WithdrawInstalment,
)
from app.roadmap.service import Chosen
from app.roadmap.views import Saved, Subject
from app.web.deps import ReadingDep, WorkDep, acts
from app.web.forms import Fields, Form, bind
from app.web.route import PageRoute
from app.web.submitting import back, submit
from app.web.templating import page

router = APIRouter(prefix="/dialogues/{dialogue}", include_in_schema=False, route_class=PageRoute)
READS, KEEPS = [acts(Action.BOARD_READ)], [acts(Action.ROADMAP_KEEP)]
WAIVES, DECLARES = [acts(Action.REQUIREMENT_WAIVE)], [acts(Action.READING_GIVE)]
STEP, BOARD, EXCHANGES, ROADMAP = "board.step", "board.show", "board.exchanges", "roadmap.show"
Codes = Annotated[list[str] | None, Query()]


@router.get("/roadmap", name="roadmap.show", dependencies=READS)
def roadmap(
    request: Request,
    reading: ReadingDep,
    as_of: date | None = None,
    basket: str = "",
    state: str = "",
    effect: str = "",
    q: str = "",
    show: str = "table",
    focus: str = "",
    depth: charts.Depth = 1,
    number: Annotated[int, Query(alias="page")] = 1,
) -> Response:
    """A focus sets the choice aside: what hangs together lies in any basket and state."""
    chosen = Chosen() if focus else Chosen(basket, state, effect, q)
    view = service.show_roadmap(reading, as_of=as_of, chosen=chosen)
    drawn = charts.draw(reading, show, view, focus=focus, depth=depth, page=number, is_narrowed=bool(chosen.basket))
    now = {**chosen._asdict(), "show": drawn.kind, "focus": focus, "depth": depth if focus else ""}
    return page(
        request,
        "roadmap/show.html",
        roadmap=view,
        drawn=drawn,
        form=Form[Any](values=chosen._asdict()),
        address=_address(now | {"as_of": "" if view.is_today else view.as_of}),
        dialogue=request.path_params["dialogue"],
    )


def _address(now: dict[str, Any]) -> Callable[..., str]:
    """What the links of the page say: the query of what is looked at, with some of it changed."""

    def address(**changes: Any) -> str:
        return "?" + urlencode({name: value for name, value in (now | changes).items() if value not in ("", None)})

    return address


ABOUT: dict[str, tuple[Callable[[Reading, Any], Subject], str]] = {
    **dict.fromkeys(
        ("change_step", "grade_step", "add_instalment", "hand_over", "add_link"), (service.about_step, "code")
    ),
    **dict.fromkeys(("lift_obstacle", "weigh_obstacle"), (service.about_obstacle, "code")),
    **dict.fromkeys(("read_order", "end_exchange", "resume_exchange"), (service.about_exchange, "code")),
    "withdraw_instalment": (service.about_instalment, "instalment_id"),
    "agree_handover": (service.about_handover, "handover_id"),
    "adopt_text": (service.about_text, "code"),
    "end_link": (service.about_link, "link_id"),
    "revoke_handover": (service.about_handover, "handover_id"),
    "revoke_waiver": (service.about_waiver, "waiver_id"),
}


def _subject(request: Request, work: Reading, act: str) -> Subject | None:
    """What the form is about; none for something new. Raises NotFound for what is not there."""
    if act not in ABOUT:
        return None
    about, name = ABOUT[act]
    place = request.path_params[name]
    return about(work, place if name == "code" else UUID(str(place)))


def _form(request: Request, work: Reading, act: str, form: Form[Any], *, status: int = 200, **more: Any) -> Response:
    return page(
        request,
        "roadmap/act.html",
        status=status,
        act=act,
        form=form,
        subject=_subject(request, work, act),
        choices=service.choices(work),
        action=request.url.path,
        dialogue=request.path_params["dialogue"],
        **more,
    )


def _do(
    request: Request, work: WorkDep, act: str, form: Form[Any], verb: Callable[[Any], Saved], to: str, **more: Any
) -> Response:
    """Bind, do, go to where the result is seen; or show the form again as typed."""
    saved = submit(work, form, verb)
    if saved is None:
        return _form(request, work, act, form, status=422, **more)
    where = {"code": saved.code} if to == STEP and saved.code else {}
    name = to if where or to != STEP else EXCHANGES
    return back(request, name, **where)


def _today(work: Reading, *names: str) -> Form[Command]:
    return Form(values=dict.fromkeys(names or ("happened_on",), work.today.isoformat()))


@router.get("/roadmap/new", name="roadmap.add_step", dependencies=KEEPS)
def step_form(request: Request, reading: ReadingDep) -> Response:
    return _form(request, reading, "add_step", _today(reading))


@router.post("/roadmap/new", dependencies=KEEPS)
def add_step(request: Request, work: WorkDep, fields: Fields) -> Response:
    return _do(request, work, "add_step", bind(AddStep, fields), lambda c: service.add_step(work, c), STEP)


@router.get("/roadmap/{code}/state", name="roadmap.change_step", dependencies=KEEPS)
def state_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return _form(request, reading, "change_step", _today(reading))


@router.post("/roadmap/{code}/state", dependencies=KEEPS)
def change_step(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    return _do(
        request, work, "change_step", bind(ChangeStep, fields), lambda c: service.change_step(work, code, c), STEP
    )


@router.get("/roadmap/{code}/grades", name="roadmap.grade_step", dependencies=KEEPS)
def grades_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return _form(request, reading, "grade_step", Form(values=service.grades_of(reading, code)))


@router.post("/roadmap/{code}/grades", dependencies=KEEPS)
def grade_step(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    return _do(request, work, "grade_step", bind(GradeStep, fields), lambda c: service.grade_step(work, code, c), STEP)


@router.get("/roadmap/{code}/instalments", name="roadmap.add_instalment", dependencies=KEEPS)
def instalment_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return _form(request, reading, "add_instalment", _today(reading))


@router.post("/roadmap/{code}/instalments", dependencies=KEEPS)
def add_instalment(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    form = bind(AddInstalment, fields)
    return _do(request, work, "add_instalment", form, lambda c: service.add_instalment(work, code, c), STEP)


@router.get("/instalments/{instalment_id}/withdraw", name="roadmap.withdraw_instalment", dependencies=KEEPS)
def withdraw_instalment_form(request: Request, reading: ReadingDep, instalment_id: UUID) -> Response:
    return _form(request, reading, "withdraw_instalment", _today(reading))


@router.post("/instalments/{instalment_id}/withdraw", dependencies=KEEPS)
def withdraw_instalment(request: Request, work: WorkDep, instalment_id: UUID, fields: Fields) -> Response:
    form = bind(WithdrawInstalment, fields)
    verb = lambda c: service.withdraw_instalment(work, instalment_id, c)  # noqa: E731
    return _do(request, work, "withdraw_instalment", form, verb, STEP)


@router.get("/roadmap/{code}/handovers", name="roadmap.hand_over", dependencies=KEEPS)
def handover_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return _form(request, reading, "hand_over", _today(reading), takers=service.takers_of(reading, code))


@router.post("/roadmap/{code}/handovers", dependencies=KEEPS)
def hand_over(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    form, asked = bind(HandOver, fields), service.takers_of(work, code)
    return _do(request, work, "hand_over", form, lambda c: service.hand_over(work, code, c), STEP, takers=asked)


@router.get("/handovers/{handover_id}/agree", name="roadmap.agree_handover", dependencies=WAIVES)
def agree_form(request: Request, reading: ReadingDep, handover_id: UUID) -> Response:
    form = _today(reading)
    if len(missing := service.missing_of(reading, handover_id)) == 1:
        form.values["party"] = missing[0][0]
    return _form(request, reading, "agree_handover", form, missing=missing)


@router.post("/handovers/{handover_id}/agree", dependencies=WAIVES)
def agree_handover(request: Request, work: WorkDep, handover_id: UUID, fields: Fields) -> Response:
    form, missing = bind(AgreeHandover, fields), service.missing_of(work, handover_id)
    verb = lambda c: service.agree_handover(work, handover_id, c)  # noqa: E731
    return _do(request, work, "agree_handover", form, verb, STEP, missing=missing)


@router.get("/handovers/{handover_id}/revoke", name="roadmap.revoke_handover", dependencies=KEEPS)
def revoke_handover_form(request: Request, reading: ReadingDep, handover_id: UUID) -> Response:
    return _form(request, reading, "revoke_handover", _today(reading))


@router.post("/handovers/{handover_id}/revoke", dependencies=KEEPS)
def revoke_handover(request: Request, work: WorkDep, handover_id: UUID, fields: Fields) -> Response:
    form = bind(Revoke, fields)
    return _do(request, work, "revoke_handover", form, lambda c: service.revoke_handover(work, handover_id, c), STEP)


@router.get("/roadmap/{code}/links", name="roadmap.add_link", dependencies=KEEPS)
def link_form(request: Request, reading: ReadingDep, code: str) -> Response:
    form = _today(reading, "since")
    form.values["kind"] = "linked"  # the lesser claim: it blocks nothing
    return _form(request, reading, "add_link", form)


@router.post("/roadmap/{code}/links", dependencies=KEEPS)
def add_link(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    return _do(request, work, "add_link", bind(AddLink, fields), lambda c: tying.add_link(work, code, c), STEP)


@router.get("/links/{link_id}/end", name="roadmap.end_link", dependencies=KEEPS)
def end_form(request: Request, reading: ReadingDep, link_id: UUID) -> Response:
    return _form(request, reading, "end_link", _today(reading))


@router.post("/links/{link_id}/end", dependencies=KEEPS)
def end_link(request: Request, work: WorkDep, link_id: UUID, fields: Fields) -> Response:
    return _do(request, work, "end_link", bind(EndLink, fields), lambda c: tying.end_link(work, link_id, c), STEP)


@router.get("/obstacles/new", name="roadmap.add_obstacle", dependencies=KEEPS)
def obstacle_form(request: Request, reading: ReadingDep) -> Response:
    return _form(request, reading, "add_obstacle", _today(reading, "raised_on"))


@router.post("/obstacles/new", dependencies=KEEPS)
def add_obstacle(request: Request, work: WorkDep, fields: Fields) -> Response:
    return _do(request, work, "add_obstacle", bind(AddObstacle, fields), lambda c: service.add_obstacle(work, c), BOARD)


@router.get("/obstacles/{code}/lift", name="roadmap.lift_obstacle", dependencies=KEEPS)
def lift_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return _form(request, reading, "lift_obstacle", _today(reading))


@router.post("/obstacles/{code}/lift", dependencies=KEEPS)
def lift_obstacle(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    form = bind(LiftObstacle, fields)
    return _do(request, work, "lift_obstacle", form, lambda c: service.lift_obstacle(work, code, c), BOARD)


@router.get("/obstacles/{code}/links", name="roadmap.weigh_obstacle", dependencies=KEEPS)
def weigh_form(request: Request, reading: ReadingDep, code: str) -> Response:
    form = _today(reading, "since")
    form.values["kind"] = "linked"
    return _form(request, reading, "weigh_obstacle", form)


@router.post("/obstacles/{code}/links", dependencies=KEEPS)
def weigh_obstacle(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    form = bind(WeighObstacle, fields)
    return _do(request, work, "weigh_obstacle", form, lambda c: tying.weigh_obstacle(work, code, c), BOARD)


@router.get("/exchanges/new", name="roadmap.add_exchange", dependencies=KEEPS)
def exchange_form(request: Request, reading: ReadingDep, a: Codes = None, b: Codes = None) -> Response:
    """Sides may be given in the address: a package that was found, to be written down."""
    form = _today(reading, "since")
    form.values |= {"a": a or [], "b": b or []}
    return _form(request, reading, "add_exchange", form)


@router.post("/exchanges/new", dependencies=KEEPS)
def add_exchange(request: Request, work: WorkDep, fields: Fields) -> Response:
    form = bind(AddExchange, fields)
    return _do(request, work, "add_exchange", form, lambda c: tying.add_exchange(work, c), EXCHANGES)


@router.get("/exchanges/{code}/end", name="roadmap.end_exchange", dependencies=KEEPS)
def end_exchange_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return _form(request, reading, "end_exchange", _today(reading))


@router.post("/exchanges/{code}/end", dependencies=KEEPS)
def end_exchange(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    form = bind(EndExchange, fields)
    return _do(request, work, "end_exchange", form, lambda c: tying.end_exchange(work, code, c), EXCHANGES)


@router.get("/exchanges/{code}/resume", name="roadmap.resume_exchange", dependencies=KEEPS)
def resume_exchange_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return _form(request, reading, "resume_exchange", _today(reading))


@router.post("/exchanges/{code}/resume", dependencies=KEEPS)
def resume_exchange(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    form = bind(Revoke, fields)
    return _do(request, work, "resume_exchange", form, lambda c: tying.resume_exchange(work, code, c), EXCHANGES)


@router.get("/exchanges/{code}/readings", name="roadmap.read_order", dependencies=DECLARES)
def reading_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return _form(request, reading, "read_order", _today(reading, "on"))


@router.post("/exchanges/{code}/readings", dependencies=DECLARES)
def read_order(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    form = bind(ReadOrder, fields)
    return _do(request, work, "read_order", form, lambda c: tying.read_order(work, code, c), EXCHANGES)


@router.get("/texts/{code}/adopt", name="roadmap.adopt_text", dependencies=KEEPS)
def adopt_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return _form(request, reading, "adopt_text", Form())


@router.post("/texts/{code}/adopt", dependencies=KEEPS)
def adopt_text(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    form = bind(AdoptText, fields)
    return _do(request, work, "adopt_text", form, lambda c: service.adopt_text(work, code, c), ROADMAP)


@router.get("/requirements/{key}/waive", name="roadmap.waive", dependencies=WAIVES)
def waive_form(request: Request, reading: ReadingDep, key: str) -> Response:
    asked, form = tying.show_requirement(reading, key), _today(reading)
    if len(asked.offered) == 1:
        form.values["party"] = asked.offered[0][0]
    return _form(request, reading, "waive", form, requirement=asked)


@router.post("/requirements/{key}/waive", dependencies=WAIVES)
def waive(request: Request, work: WorkDep, key: str, fields: Fields) -> Response:
    shown = tying.show_requirement(work, key)
    form = bind(WaiveRequirement, fields)
    return _do(request, work, "waive", form, lambda c: tying.waive(work, key, c), STEP, requirement=shown)


@router.get("/waivers/{waiver_id}/revoke", name="roadmap.revoke_waiver", dependencies=WAIVES)
def revoke_waiver_form(request: Request, reading: ReadingDep, waiver_id: UUID) -> Response:
    return _form(request, reading, "revoke_waiver", _today(reading))


@router.post("/waivers/{waiver_id}/revoke", dependencies=WAIVES)
def revoke_waiver(request: Request, work: WorkDep, waiver_id: UUID, fields: Fields) -> Response:
    form = bind(Revoke, fields)
    return _do(request, work, "revoke_waiver", form, lambda c: tying.revoke_waiver(work, waiver_id, c), STEP)
