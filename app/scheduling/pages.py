"""Pages of polls: for those who run them, and for those who are asked."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from app.access.rules import Action
from app.core.errors import Invalid
from app.scheduling import service
from app.scheduling.commands import ChooseZone, FindSlots, GiveAnswer, OpenPoll, TakeSlot
from app.scheduling.views import FoundView, LinkView, SheetView
from app.web.cookies import set_flash
from app.web.deps import ReadingDep, WorkDep, acts, ground_of
from app.web.forms import Fields, Form, Typed, bind, errors_of
from app.web.route import PageRoute
from app.web.submitting import back, submit
from app.web.templating import page

router = APIRouter(include_in_schema=False, route_class=PageRoute)
HERE = "/dialogues/{dialogue}/polls"
SLOT = "slot-"
UUID_FORM = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@router.get(HERE, name="scheduling.polls", dependencies=[acts(Action.DIALOGUE_READ)])
def polls(request: Request, reading: ReadingDep) -> Response:
    view = service.list_polls(reading)
    return page(request, "scheduling/polls.html", view=view, dialogue=request.path_params["dialogue"])


@router.get(HERE + "/new", name="scheduling.new", dependencies=[acts(Action.POLL_RUN)])
def new(request: Request, reading: ReadingDep, meeting: UUID | None = None) -> Response:
    """Blank, for one meeting, or with what was chosen among the slots found for it."""
    given = request.query_params
    chosen: dict[str, Any] = {name: given.getlist(name) for name in ("slots", "asked") if name in given}
    chosen |= {name: given[name] for name in ("time_zone", "minutes") if name in given}
    values = {"minutes": "120", "answers": "named", "shown": "deadline"} | service.proposal(reading, meeting)
    return _new(request, reading, Form(values=values | chosen))


def _new(request: Request, reading: Any, form: Form[OpenPoll], *, status: int = 200) -> Response:
    choices, here = service.choices(reading), request.path_params["dialogue"]
    return page(request, "scheduling/new.html", status=status, form=form, choices=choices, dialogue=here)


@router.post(HERE + "/new", name="scheduling.open", dependencies=[acts(Action.POLL_RUN)])
def open_poll(request: Request, work: WorkDep, fields: Fields) -> Response:
    form = bind(OpenPoll, fields)
    opened = submit(work, form, lambda command: service.open_poll(work, command))
    if opened is None:
        return _new(request, work, form, status=422)
    return _show(request, work, opened.poll.line.id, links=opened.links)


@router.get(HERE + "/find", name="scheduling.find", dependencies=[acts(Action.POLL_RUN)])
def find(request: Request, reading: ReadingDep) -> Response:
    """A form that asks by its address: the search can be kept, sent on and done again."""
    given = request.query_params
    if set(given) <= {"meeting"}:
        return _find(request, reading, Form(values=_first_search(reading, given.get("meeting"))))
    form = bind(FindSlots, {name: given.getlist(name) for name in given})
    found = None
    try:
        found = service.find_slots(reading, form.command) if form.command else None
    except Invalid as fault:
        form.errors = fault.errors
    return _find(request, reading, form, found=found)


def _first_search(reading: ReadingDep, meeting: str | None) -> dict[str, Any]:
    ahead = [reading.today + timedelta(days=days) for days in (14, 28)]
    values: dict[str, Any] = {"first": ahead[0].isoformat(), "last": ahead[1].isoformat()}
    return values | service.proposal(reading, UUID(meeting) if meeting and UUID_FORM.fullmatch(meeting) else None)


def _find(request: Request, reading: Any, form: Form[FindSlots], *, found: FoundView | None = None) -> Response:
    form.values = {"minutes": "120", "step": "30", "notice": "72"} | form.values
    return page(
        request,
        "scheduling/find.html",
        status=422 if form.errors else 200,
        form=form,
        found=found,
        choices=service.choices(reading),
        dialogue=request.path_params["dialogue"],
    )


@router.get(HERE + "/{poll_id}", name="scheduling.show", dependencies=[acts(Action.POLL_RUN)])
def show(request: Request, reading: ReadingDep, poll_id: UUID) -> Response:
    return _show(request, reading, poll_id)


def _show(
    request: Request,
    reading: Any,
    poll_id: UUID,
    *,
    status: int = 200,
    links: tuple[LinkView, ...] = (),
    form: Form[Any] | None = None,
) -> Response:
    return page(
        request,
        "scheduling/show.html",
        status=status,
        poll=service.show_poll(reading, poll_id),
        ranking=service.rank_slots(reading, poll_id),
        links=links,
        form=form or Form(),
        base_url=ground_of(request).settings.base_url,
        dialogue=request.path_params["dialogue"],
    )


@router.get(HERE + "/{poll_id}/slots", name="scheduling.slots", dependencies=[acts(Action.POLL_RUN)])
def slots(request: Request, reading: ReadingDep, poll_id: UUID) -> Response:
    return page(
        request,
        "scheduling/slots.html",
        poll=service.show_poll(reading, poll_id),
        ranking=service.rank_slots(reading, poll_id),
        dialogue=request.path_params["dialogue"],
    )


@router.post(HERE + "/{poll_id}/close", name="scheduling.close", dependencies=[acts(Action.POLL_RUN)])
def close(request: Request, work: WorkDep, poll_id: UUID) -> Response:
    service.close_poll(work, poll_id)
    return back(request, "scheduling.show", poll_id=poll_id)


@router.post(HERE + "/{poll_id}/take", name="scheduling.take", dependencies=[acts(Action.POLL_RUN)])
def take(request: Request, work: WorkDep, poll_id: UUID, fields: Fields) -> Response:
    form = bind(TakeSlot, fields)
    submit(work, form, lambda command: service.take_slot(work, poll_id, command))
    if form.errors:
        return _show(request, work, poll_id, status=422, form=form)
    return back(request, "scheduling.show", poll_id=poll_id)


@router.post(
    HERE + "/{poll_id}/respondents/{respondent_id}/link",
    name="scheduling.new_link",
    dependencies=[acts(Action.POLL_RUN)],
)
def new_link(request: Request, work: WorkDep, poll_id: UUID, respondent_id: UUID) -> Response:
    link = service.new_link(work, poll_id, respondent_id)
    return _show(request, work, poll_id, links=(link,))


@router.post(
    HERE + "/{poll_id}/respondents/{respondent_id}/revoke",
    name="scheduling.revoke_link",
    dependencies=[acts(Action.POLL_RUN)],
)
def revoke_link(request: Request, work: WorkDep, poll_id: UUID, respondent_id: UUID) -> Response:
    service.revoke_link(work, poll_id, respondent_id)
    return back(request, "scheduling.show", poll_id=poll_id)


# --- those who are asked ----------------------------------------------------------------------------------------------


def _answered(fields: Typed) -> Form[GiveAnswer]:
    """The choices of the page's rows, each under its slot's name; shown again as they were made."""
    given = {name.removeprefix(SLOT): values[-1] for name, values in fields.items() if name.startswith(SLOT)}
    more = {name: values[-1] for name, values in fields.items() if not name.startswith(SLOT)}
    form: Form[GiveAnswer] = Form(values={f"{SLOT}{slot}": word for slot, word in given.items()})
    try:
        form.command = GiveAnswer.model_validate({"answers": given, **more})
    except ValidationError as fault:
        form.errors = {"" if name == "answers" else name: words for name, words in errors_of(fault).items()}
    return form


def _sheet(
    request: Request, sheet: SheetView, form: Form[Any], action: str, *, status: int = 200, **more: Any
) -> Response:
    context = {"zone_form": None, "dialogue": request.path_params.get("dialogue")} | more
    return page(request, "scheduling/sheet.html", status=status, sheet=sheet, form=form, action=action, **context)


@router.get(HERE + "/{poll_id}/mine", name="scheduling.mine", dependencies=[acts(Action.POLL_ANSWER)])
def mine(request: Request, reading: ReadingDep, poll_id: UUID) -> Response:
    return _sheet(request, service.show_own(reading, poll_id), Form(), request.url.path)


@router.post(HERE + "/{poll_id}/mine", name="scheduling.answer", dependencies=[acts(Action.POLL_ANSWER)])
def answer(request: Request, reading: ReadingDep, poll_id: UUID, fields: Fields) -> Response:
    form = _answered(fields)
    try:
        if form.command is not None:
            service.answer_own(reading, poll_id, form.command)
    except Invalid as fault:
        form.errors = fault.errors
    if form.errors:
        return _sheet(request, service.show_own(reading, poll_id), form, request.url.path, status=422)
    return back(request, "scheduling.mine", poll_id=poll_id)


@router.get(
    HERE + "/{poll_id}/delegations/{party}", name="scheduling.delegation", dependencies=[acts(Action.POLL_ANSWER)]
)
def delegation(request: Request, reading: ReadingDep, poll_id: UUID, party: str) -> Response:
    return _sheet(request, service.show_delegation(reading, poll_id, party), Form(), request.url.path)


@router.post(
    HERE + "/{poll_id}/delegations/{party}",
    name="scheduling.answer_delegation",
    dependencies=[acts(Action.POLL_ANSWER)],
)
def answer_delegation(request: Request, reading: ReadingDep, poll_id: UUID, party: str, fields: Fields) -> Response:
    form = _answered(fields)
    try:
        if form.command is not None:
            service.answer_delegation(reading, poll_id, party, form.command)
    except Invalid as fault:
        form.errors = fault.errors
    if form.errors:
        sheet = service.show_delegation(reading, poll_id, party)
        return _sheet(request, sheet, form, request.url.path, status=422)
    return back(request, "scheduling.delegation", poll_id=poll_id, party=party)


@router.get("/availability/{token}", name="scheduling.link", dependencies=[acts(Action.PUBLIC)])
def link(request: Request, token: str, zone: str = "") -> Response:
    """Only shows the form: link scanners and previews must not answer."""
    zone_form: Form[ChooseZone] = bind(ChooseZone, {"zone": [zone]} if zone else {})
    chosen = zone_form.command.zone if zone_form.command else None
    return _by_link(request, token, Form(), zone_form=zone_form, zone=chosen)


@router.post("/availability/{token}", name="scheduling.answer_link", dependencies=[acts(Action.PUBLIC)])
def answer_link(request: Request, token: str, fields: Fields) -> Response:
    form = _answered(fields)
    try:
        if form.command is not None:
            service.answer_by_link(ground_of(request), token, form.command, source=_source(request))
    except Invalid as fault:
        form.errors = fault.errors
    if form.errors:
        return _by_link(request, token, form)
    response = RedirectResponse(request.url.path, 303)
    set_flash(response, "answered")
    return _unreferred(response)


def _by_link(
    request: Request, token: str, form: Form[Any], *, zone_form: Form[ChooseZone] | None = None, zone: str | None = None
) -> Response:
    sheet = service.show_by_link(ground_of(request), token, source=_source(request), zone=zone)
    shown = zone_form or Form()
    shown.values.setdefault("zone", sheet.zone)
    status = 422 if form.errors or shown.errors else 200
    answer = _sheet(request, sheet, form, request.url.path, status=status, zone_form=shown)
    return _unreferred(answer)


def _unreferred(response: Response) -> Response:
    """The address is the key: no page that is gone to from here is told more than the site (Referrer Policy, 3.5)."""
    response.headers["referrer-policy"] = "strict-origin"
    return response


def _source(request: Request) -> str:
    # Used for counting in memory only, never written down.
    return request.client.host if request.client else ""
