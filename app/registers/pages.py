"""Pages of the registers: the list, one entry with its history, a party's position, terms, the comparison of lines."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.access.rules import Action
from app.access.work import Reading
from app.core.errors import Invalid
from app.core.tables import MEDIA_TYPES
from app.registers import bulk, comparing, positions, service, terms
from app.registers.commands import (
    AddTerm,
    DiscloseEntry,
    GivePosition,
    GiveReading,
    LodgeEntry,
    ReconfirmEntry,
    ReviseEntry,
    TurnTerm,
    WithdrawEntry,
)
from app.roadmap.service import choices
from app.web.deps import ReadingDep, WorkDep, acts
from app.web.forms import Fields, Form, Upload, bind
from app.web.route import PageRoute
from app.web.submitting import back, submit
from app.web.templating import page

router = APIRouter(prefix="/dialogues/{dialogue}", include_in_schema=False, route_class=PageRoute)
LODGES = [acts(Action.ENTRY_LODGE)]


@router.get("/registers", name="registers.list", dependencies=[acts(Action.ENTRY_READ)])
def list_(
    request: Request, reading: ReadingDep, as_of: date | None = None, kind: str | None = None, q: str | None = None
) -> Response:
    return _list(request, reading, service.show_registers(reading, as_of=as_of, kind=kind, q=q))


def _list(request: Request, reading: Reading, shown: Any = None, *, status: int = 200, **forms: Form[Any]) -> Response:
    blank: dict[str, Any] = {
        "form": Form(values={"disclosure": "sealed"}),
        "term_form": Form(values={"state": "contested"}),
    }
    return page(
        request,
        "registers/list.html",
        status=status,
        registers=shown or service.show_registers(reading),
        dialogue=request.path_params["dialogue"],
        **(blank | forms),
    )


def _do(
    request: Request,
    work: WorkDep,
    form: Form[Any],
    verb: Callable[[Any], object],
    again: Callable[[Form[Any]], Response],
    to: str = "registers.list",
    **where: Any,
) -> Response:
    """Bind, do, go back; or show the page again with the form as typed."""
    submit(work, form, verb)
    return again(form) if form.errors else back(request, to, **where)


@router.post("/registers", name="registers.lodge", dependencies=LODGES)
def lodge(request: Request, work: WorkDep, fields: Fields) -> Response:
    again = lambda form: _list(request, work, status=422, form=form)  # noqa: E731
    return _do(request, work, bind(LodgeEntry, fields), lambda c: service.lodge_entry(work, c), again)


@router.get("/registers/compare", name="registers.compare", dependencies=[acts(Action.LINES_COMPARE)])
def compare(request: Request, reading: ReadingDep, subject: str = "") -> Response:
    form: Form[Any] = Form(values={"subject": subject})
    try:
        view = comparing.compare_lines(reading, subject)
    except Invalid as fault:
        form.errors.update(fault.errors)
        view = comparing.compare_lines(reading, "")
    status = 422 if form.errors else 200
    return page(
        request,
        "registers/compare.html",
        status=status,
        view=view,
        form=form,
        dialogue=request.path_params["dialogue"],
    )


@router.get("/registers/files", name="registers.files", dependencies=[acts(Action.ENTRY_READ)])
def files(request: Request, reading: ReadingDep) -> Response:
    return _files(request, reading, Form())


def _files(request: Request, reading: Reading, form: Form[Any], *, status: int = 200, preview: Any = None) -> Response:
    shown = {name: bulk.show_table(reading, name, is_empty=True) for name in bulk.SHEETS}
    again = bulk.as_text(preview) if preview and not preview.rejected else ""
    return page(
        request,
        "registers/files.html",
        status=status,
        registers=shown,
        preview=preview,
        again=again,
        form=form,
        dialogue=request.path_params["dialogue"],
    )


@router.get("/registers/files/{name}.{form}", name="registers.file", dependencies=[acts(Action.ENTRY_READ)])
def file(reading: ReadingDep, name: str, form: str, template: bool = False) -> Response:
    table = bulk.show_table(reading, name, is_empty=template)
    headers = {"Content-Disposition": f'attachment; filename="{bulk.file_name(table, form)}"'}
    return Response(bulk.as_file(table, form), media_type=MEDIA_TYPES[form], headers=headers)


@router.post("/registers/files/{name}/preview", name="registers.preview_file", dependencies=[acts(Action.READING_GIVE)])
def preview_file(request: Request, work: WorkDep, name: str, upload: Upload, fields: Fields) -> Response:
    encoding = fields.get("encoding", ["utf-8"])[-1]
    try:
        found = bulk.preview(work, name, bulk.read_file(name, upload, encoding))
    except Invalid as fault:
        work.abandon()
        return _files(request, work, Form(errors=fault.errors), status=422)
    return _files(request, work, Form(), status=422 if found.rejected else 200, preview=found)


@router.post("/registers/files/{name}/apply", name="registers.apply_file", dependencies=[acts(Action.READING_GIVE)])
def apply_file(request: Request, work: WorkDep, name: str, fields: Fields) -> Response:
    rows = bulk.read_file(name, fields.get("rows", [""])[-1].encode("utf-8", "surrogatepass"))
    found = bulk.apply(work, name, rows)
    if found.rejected:
        return _files(request, work, Form(), status=422, preview=found)
    return back(request, "registers.files")


@router.get("/registers/{entry_id}", name="registers.entry", dependencies=[acts(Action.ENTRY_READ)])
def entry(request: Request, reading: ReadingDep, entry_id: UUID) -> Response:
    return _entry(request, reading, entry_id)


def _entry(request: Request, reading: Reading, entry_id: UUID, *, status: int = 200, **forms: Form[Any]) -> Response:
    shown = service.show_entry(reading, entry_id)
    context: dict[str, Any] = {
        "form": Form(values=_typed(shown.entry)),
        "reconfirm_form": Form(),
        "withdraw_form": Form(),
    } | forms
    return page(
        request, "registers/entry.html", status=status, shown=shown, dialogue=request.path_params["dialogue"], **context
    )


def _typed(entry: Any) -> dict[str, Any]:
    """An entry as its own form would have been filled."""
    claim = (
        {name: getattr(entry.claim, name) for name in ("subject", "stance", "amount", "unit")} if entry.claim else {}
    )
    claim["may_be_compared"] = "true" if entry.claim and entry.claim.may_be_compared else ""
    names = ("text", "authority", "capacity", "conditions", "source", "reconfirm_by", "version")
    values = {name: getattr(entry, name) for name in names} | claim | {"touches": ", ".join(entry.touches)}
    return {name: "" if value is None else str(value) for name, value in values.items()}


@router.post("/registers/{entry_id}/revise", name="registers.revise", dependencies=LODGES)
def revise(request: Request, work: WorkDep, entry_id: UUID, fields: Fields) -> Response:
    again = lambda form: _entry(request, work, entry_id, status=422, form=form)  # noqa: E731
    verb = lambda c: service.revise_entry(work, entry_id, c)  # noqa: E731
    return _do(request, work, bind(ReviseEntry, fields), verb, again, "registers.entry", entry_id=entry_id)


@router.post("/registers/{entry_id}/reconfirm", name="registers.reconfirm", dependencies=LODGES)
def reconfirm(request: Request, work: WorkDep, entry_id: UUID, fields: Fields) -> Response:
    again = lambda form: _entry(request, work, entry_id, status=422, reconfirm_form=form)  # noqa: E731
    verb = lambda c: service.reconfirm_entry(work, entry_id, c)  # noqa: E731
    return _do(request, work, bind(ReconfirmEntry, fields), verb, again, "registers.entry", entry_id=entry_id)


@router.post("/registers/{entry_id}/withdraw", name="registers.withdraw", dependencies=LODGES)
def withdraw(request: Request, work: WorkDep, entry_id: UUID, fields: Fields) -> Response:
    again = lambda form: _entry(request, work, entry_id, status=422, withdraw_form=form)  # noqa: E731
    return _do(request, work, bind(WithdrawEntry, fields), lambda c: service.withdraw_entry(work, entry_id, c), again)


@router.get("/registers/{entry_id}/disclose", name="registers.disclose", dependencies=[acts(Action.ENTRY_DISCLOSE)])
def disclosing(request: Request, reading: ReadingDep, entry_id: UUID) -> Response:
    return _disclosing(request, reading, entry_id, Form())


def _disclosing(request: Request, reading: Reading, entry_id: UUID, form: Form[Any], *, status: int = 200) -> Response:
    shown = service.show_disclosing(reading, entry_id)
    dialogue = request.path_params["dialogue"]
    return page(request, "registers/disclose.html", status=status, shown=shown, form=form, dialogue=dialogue)


@router.post("/registers/{entry_id}/disclose", dependencies=[acts(Action.ENTRY_DISCLOSE)])
def disclose(request: Request, work: WorkDep, entry_id: UUID, fields: Fields) -> Response:
    again = lambda form: _disclosing(request, work, entry_id, form, status=422)  # noqa: E731
    return _do(request, work, bind(DiscloseEntry, fields), lambda c: service.disclose_entry(work, entry_id, c), again)


# --- positions --------------------------------------------------------------------------------------------------------


@router.get("/roadmap/{code}/position", name="registers.position", dependencies=[acts(Action.BOARD_READ)])
def position(request: Request, reading: ReadingDep, code: str, as_of: date | None = None) -> Response:
    return _position(request, reading, code, None, as_of=as_of)


def _position(
    request: Request, reading: Reading, code: str, form: Form[Any] | None, *, as_of: date | None = None
) -> Response:
    feelings = positions.show_feelings(reading, code, as_of=as_of)
    own = next((each for each in feelings.positions if each.is_own), None)
    kept = (
        {"view": own.view, "text": own.text, "disclosure": own.disclosure}
        if own
        else {"view": "no-view", "disclosure": "sealed"}
    )
    return page(
        request,
        "registers/position.html",
        status=422 if form else 200,
        feelings=feelings,
        has_own=own is not None,
        form=form or Form(values=kept),
        code=code,
        dialogue=request.path_params["dialogue"],
    )


@router.post("/roadmap/{code}/position", name="registers.give_position", dependencies=[acts(Action.POSITION_GIVE)])
def give_position(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    again = lambda form: _position(request, work, code, form)  # noqa: E731
    verb = lambda c: positions.give_position(work, code, c)  # noqa: E731
    return _do(request, work, bind(GivePosition, fields), verb, again, "registers.position", code=code)


@router.post(
    "/roadmap/{code}/position/withdraw",
    name="registers.withdraw_position",
    dependencies=[acts(Action.POSITION_GIVE)],
)
def withdraw_position(request: Request, work: WorkDep, code: str) -> Response:
    positions.withdraw_position(work, code)
    return back(request, "registers.position", code=code)


# --- terms ------------------------------------------------------------------------------------------------------------


@router.post("/terms", name="registers.add_term", dependencies=[acts(Action.TERM_KEEP)])
def add_term(request: Request, work: WorkDep, fields: Fields) -> Response:
    again = lambda form: _list(request, work, status=422, term_form=form)  # noqa: E731
    return _do(request, work, bind(AddTerm, fields), lambda c: terms.add_term(work, c), again)


@router.get("/terms/{code}/readings", name="registers.term", dependencies=[acts(Action.READING_GIVE)])
def term(request: Request, reading: ReadingDep, code: str) -> Response:
    return _term(request, reading, code)


def _term(request: Request, reading: Reading, code: str, *, status: int = 200, **forms: Form[Any]) -> Response:
    shown = terms.show_term(reading, code)
    context: dict[str, Any] = {
        "form": Form(values={"on": reading.today.isoformat(), "language": "en"}),
        "state_form": Form(
            values={"state": shown.state, "used_in": ", ".join(shown.used_in), "agreed_in": shown.agreed_in}
        ),
    } | forms
    return page(
        request,
        "registers/term.html",
        status=status,
        term=shown,
        choices=choices(reading),
        may_keep=terms.may_keep_terms(reading),
        records_for_others=terms.records_for_others(reading),
        dialogue=request.path_params["dialogue"],
        **context,
    )


@router.post("/terms/{code}/readings", dependencies=[acts(Action.READING_GIVE)])
def give_reading(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    again = lambda form: _term(request, work, code, status=422, form=form)  # noqa: E731
    verb = lambda c: terms.give_reading(work, code, c)  # noqa: E731
    return _do(request, work, bind(GiveReading, fields), verb, again, "registers.term", code=code)


@router.post("/terms/{code}/state", name="registers.turn_term", dependencies=[acts(Action.TERM_KEEP)])
def turn_term(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    again = lambda form: _term(request, work, code, status=422, state_form=form)  # noqa: E731
    verb = lambda c: terms.turn_term(work, code, c)  # noqa: E731
    return _do(request, work, bind(TurnTerm, fields), verb, again, "registers.term", code=code)
