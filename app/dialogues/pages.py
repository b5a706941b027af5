"""Pages of parties, people and invitations."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.access.rules import Action
from app.accounts import service as accounts
from app.core.errors import Invalid
from app.dialogues import service
from app.dialogues.commands import (
    AddParty,
    GiveMandate,
    HandMandate,
    InvitePerson,
    LetIn,
    RedeemInvitation,
    SetAddress,
)
from app.dialogues.views import IssuedInvitation
from app.web.deps import CurrentLogin, ReadingDep, WorkDep, acts, ground_of
from app.web.forms import Fields, Form, bind, take_secret
from app.web.route import PageRoute
from app.web.submitting import back, submit
from app.web.templating import page

router = APIRouter(include_in_schema=False, route_class=PageRoute)
HERE = "/dialogues/{dialogue}"


@router.get(HERE + "/parties", name="dialogues.parties", dependencies=[acts(Action.DIALOGUE_READ)])
def parties(request: Request, reading: ReadingDep) -> Response:
    return _parties(request, reading, Form())


def _parties(request: Request, reading: ReadingDep, form: Form[AddParty], *, status: int = 200) -> Response:
    view = service.list_parties(reading)
    return page(
        request, "dialogues/parties.html", status=status, view=view, form=form, dialogue=request.path_params["dialogue"]
    )


@router.post(HERE + "/parties", name="dialogues.add_party", dependencies=[acts(Action.PARTY_ADD)])
def add_party(request: Request, work: WorkDep, fields: Fields) -> Response:
    form = bind(AddParty, fields)
    submit(work, form, lambda command: service.add_party(work, command))
    if form.errors:
        return _parties(request, work, form, status=422)
    return back(request, "dialogues.parties")


@router.get(HERE + "/people", name="dialogues.people", dependencies=[acts(Action.PEOPLE_READ)])
def people(request: Request, reading: ReadingDep) -> Response:
    return _people(request, reading, Form())


def _people(
    request: Request,
    reading: ReadingDep,
    form: Form[InvitePerson],
    *,
    issued: IssuedInvitation | None = None,
    mandate_form: Form[GiveMandate] | None = None,
    address_form: Form[SetAddress] | None = None,
    status: int = 200,
) -> Response:
    return page(
        request,
        "dialogues/people.html",
        status=status,
        view=service.list_people(reading),
        form=form,
        issued=issued,
        mandate_form=mandate_form or Form(),
        address_form=address_form or Form(),
        base_url=ground_of(request).settings.base_url,
        dialogue=request.path_params["dialogue"],
    )


@router.post(HERE + "/mandates", name="dialogues.give_mandate", dependencies=[acts(Action.MANDATE_HAND)])
def give_mandate(request: Request, work: WorkDep, fields: Fields) -> Response:
    form = bind(GiveMandate, fields)
    submit(work, form, lambda command: service.give_mandate(work, command))
    if form.errors:
        return _people(request, work, Form(), mandate_form=form, status=422)
    return back(request, "dialogues.people")


@router.post(HERE + "/people/address", name="dialogues.set_address", dependencies=[acts(Action.INVITATION_ISSUE)])
def set_address(request: Request, work: WorkDep, fields: Fields) -> Response:
    form = bind(SetAddress, fields)
    submit(work, form, lambda command: service.set_address(work, command))
    if form.errors:
        return _people(request, work, Form(), address_form=form, status=422)
    return back(request, "dialogues.people")


@router.get(
    HERE + "/mandates/{mandate_id}/hand", name="dialogues.hand_mandate", dependencies=[acts(Action.MANDATE_HAND)]
)
def hand_form(request: Request, reading: ReadingDep, mandate_id: UUID) -> Response:
    return _hand(request, reading, mandate_id, Form(values={"happened_on": reading.today.isoformat()}))


def _hand(request: Request, reading: ReadingDep, mandate_id: UUID, form: Form[Any], *, status: int = 200) -> Response:
    view = service.show_mandate(reading, mandate_id)
    mandate = next(each for each in view.mandates if each.id == mandate_id)
    same = [(str(p.id), p.shown) for p in view.people if p.party == mandate.party and p.shown != mandate.person]
    return page(
        request,
        "dialogues/mandate.html",
        status=status,
        mandate=mandate,
        people=same,
        form=form,
        dialogue=request.path_params["dialogue"],
    )


@router.post(HERE + "/mandates/{mandate_id}/hand", dependencies=[acts(Action.MANDATE_HAND)])
def hand_mandate(request: Request, work: WorkDep, mandate_id: UUID, fields: Fields) -> Response:
    form = bind(HandMandate, fields)
    submit(work, form, lambda command: service.hand_mandate(work, mandate_id, command))
    if form.errors:
        return _hand(request, work, mandate_id, form, status=422)
    return back(request, "dialogues.people")


@router.get(HERE + "/delegation", name="dialogues.delegation", dependencies=[acts(Action.DELEGATION_READ)])
def delegation(request: Request, reading: ReadingDep) -> Response:
    view = service.show_delegation(reading)
    return page(request, "dialogues/delegation.html", view=view, dialogue=request.path_params["dialogue"])


@router.post(
    HERE + "/delegation/{member_id}/let-in", name="dialogues.let_in", dependencies=[acts(Action.DELEGATION_LET_IN)]
)
def let_in(request: Request, work: WorkDep, member_id: UUID, fields: Fields) -> Response:
    form = bind(LetIn, fields)
    if form.command is None:
        view = service.show_delegation(work)
        here = request.path_params["dialogue"]
        return page(request, "dialogues/delegation.html", status=422, view=view, dialogue=here)
    service.let_in(work, member_id, form.command)
    return back(request, "dialogues.delegation")


@router.post(HERE + "/people", name="dialogues.invite_person", dependencies=[acts(Action.INVITATION_ISSUE)])
def invite_person(request: Request, work: WorkDep, login: CurrentLogin, fields: Fields) -> Response:
    passphrase = take_secret(fields, "passphrase")
    form = bind(InvitePerson, fields)

    def invite(command: InvitePerson) -> IssuedInvitation:
        accounts.prove(ground_of(request), login, passphrase)
        return service.invite_person(work, command)

    issued = submit(work, form, invite)
    if form.errors:
        return _people(request, work, form, status=422)
    return _people(request, work, Form(), issued=issued)


@router.post(
    HERE + "/invitations/{invitation_id}/revoke",
    name="dialogues.revoke_invitation",
    dependencies=[acts(Action.INVITATION_ISSUE)],
)
def revoke_invitation(request: Request, work: WorkDep, invitation_id: UUID) -> Response:
    service.revoke_invitation(work, invitation_id)
    return back(request, "dialogues.people")


@router.get("/invitations/{token}", name="dialogues.invitation", dependencies=[acts(Action.PUBLIC)])
def invitation(request: Request, token: str) -> Response:
    """Only shows the form: link scanners and previews must not use an invitation up."""
    return page(request, "dialogues/invitation.html", token=token, form=Form(), welcome=None)


@router.post("/invitations/{token}", name="dialogues.redeem", dependencies=[acts(Action.PUBLIC)])
def redeem(request: Request, token: str, fields: Fields) -> Response:
    form = bind(RedeemInvitation, fields)
    for secret in ("code", "passphrase"):
        form.values.pop(secret, None)
    welcome = None
    if form.command is not None:
        try:
            welcome = service.redeem_invitation(ground_of(request), token, form.command)
        except Invalid as fault:
            form.errors = fault.errors
    status = 422 if form.errors else 200
    return page(request, "dialogues/invitation.html", status=status, token=token, form=form, welcome=welcome)
