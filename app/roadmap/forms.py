"""The form of an act upon the roadmap: shown with what it is about, carried out, or shown again as typed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.access.rules import Action
from app.access.work import Reading
from app.core.command import Command
from app.roadmap import service, subjects
from app.roadmap.form_views import Subject
from app.roadmap.views import Saved
from app.web.deps import WorkDep, acts
from app.web.forms import Form
from app.web.submitting import back, submit
from app.web.templating import page

READS, KEEPS = [acts(Action.BOARD_READ)], [acts(Action.ROADMAP_KEEP)]
WAIVES, DECLARES = [acts(Action.REQUIREMENT_WAIVE)], [acts(Action.READING_GIVE)]
STEP, BOARD, EXCHANGES, ROADMAP = "board.step", "board.show", "board.exchanges", "roadmap.show"


ABOUT: dict[str, tuple[Callable[[Reading, Any], Subject], str]] = {
    **dict.fromkeys(
        ("change_step", "grade_step", "add_instalment", "hand_over", "add_link"), (subjects.about_step, "code")
    ),
    **dict.fromkeys(("lift_obstacle", "weigh_obstacle"), (subjects.about_obstacle, "code")),
    **dict.fromkeys(("read_order", "end_exchange", "resume_exchange"), (subjects.about_exchange, "code")),
    "withdraw_instalment": (subjects.about_instalment, "instalment_id"),
    "agree_handover": (subjects.about_handover, "handover_id"),
    "adopt_text": (subjects.about_text, "code"),
    "end_link": (subjects.about_link, "link_id"),
    "revoke_handover": (subjects.about_handover, "handover_id"),
    "revoke_waiver": (subjects.about_waiver, "waiver_id"),
}


def _subject(request: Request, work: Reading, act: str) -> Subject | None:
    """What the form is about; none for something new. Raises NotFound for what is not there."""
    if act not in ABOUT:
        return None
    about, name = ABOUT[act]
    place = request.path_params[name]
    return about(work, place if name == "code" else UUID(str(place)))


def show(request: Request, work: Reading, act: str, form: Form[Any], *, status: int = 200, **more: Any) -> Response:
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


def carry_out(
    request: Request, work: WorkDep, act: str, form: Form[Any], verb: Callable[[Any], Saved], to: str, **more: Any
) -> Response:
    """Bind, do, go to where the result is seen; or show the form again as typed."""
    saved = submit(work, form, verb)
    if saved is None:
        return show(request, work, act, form, status=422, **more)
    where = {"code": saved.code} if to == STEP and saved.code else {}
    name = to if where or to != STEP else EXCHANGES
    return back(request, name, **where)


def today(work: Reading, *names: str) -> Form[Command]:
    return Form(values=dict.fromkeys(names or ("happened_on",), work.today.isoformat()))
