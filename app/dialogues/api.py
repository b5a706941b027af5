"""The JSON twins of the pages of parties, people and invitations."""

from uuid import UUID

from fastapi import APIRouter, Request

from app.access.rules import Action
from app.api.deps import ReadingDep, WorkDep, acts
from app.api.problems import JsonRoute
from app.dialogues import service
from app.dialogues.commands import AddParty, GiveMandate, HandMandate, InvitePerson, LetIn, RedeemInvitation, SetAddress
from app.dialogues.views import DelegationView, IssuedInvitation, PartiesView, PeopleView, Welcome
from app.web.deps import ground_of

router = APIRouter(prefix="/api/v1", tags=["parties and people"], route_class=JsonRoute)
HERE = "/dialogues/{dialogue}"


@router.get(HERE + "/parties", dependencies=[acts(Action.DIALOGUE_READ)])
def parties(reading: ReadingDep, dialogue: str) -> PartiesView:
    return service.list_parties(reading)


@router.post(HERE + "/parties", status_code=201, dependencies=[acts(Action.PARTY_ADD)])
def add_party(work: WorkDep, dialogue: str, command: AddParty) -> PartiesView:
    return service.add_party(work, command)


@router.get(HERE + "/people", dependencies=[acts(Action.PEOPLE_READ)])
def people(reading: ReadingDep, dialogue: str) -> PeopleView:
    return service.list_people(reading)


@router.post(HERE + "/people", status_code=201, dependencies=[acts(Action.INVITATION_ISSUE)])
def invite_person(work: WorkDep, dialogue: str, command: InvitePerson) -> IssuedInvitation:
    return service.invite_person(work, command)


@router.post(HERE + "/people/address", dependencies=[acts(Action.INVITATION_ISSUE)])
def set_address(work: WorkDep, dialogue: str, command: SetAddress) -> PeopleView:
    return service.set_address(work, command)


@router.get(HERE + "/delegation", dependencies=[acts(Action.DELEGATION_READ)])
def delegation(reading: ReadingDep, dialogue: str) -> DelegationView:
    return service.show_delegation(reading)


@router.post(HERE + "/delegation/{member_id}/let-in", dependencies=[acts(Action.DELEGATION_LET_IN)])
def let_in(work: WorkDep, dialogue: str, member_id: UUID, command: LetIn) -> DelegationView:
    return service.let_in(work, member_id, command)


@router.post(HERE + "/mandates", status_code=201, dependencies=[acts(Action.MANDATE_HAND)])
def give_mandate(work: WorkDep, dialogue: str, command: GiveMandate) -> PeopleView:
    return service.give_mandate(work, command)


@router.post(HERE + "/mandates/{mandate_id}/hand", dependencies=[acts(Action.MANDATE_HAND)])
def hand_mandate(work: WorkDep, dialogue: str, mandate_id: UUID, command: HandMandate) -> PeopleView:
    return service.hand_mandate(work, mandate_id, command)


@router.post(
    HERE + "/invitations/{invitation_id}/revoke", status_code=204, dependencies=[acts(Action.INVITATION_ISSUE)]
)
def revoke_invitation(work: WorkDep, dialogue: str, invitation_id: UUID) -> None:
    service.revoke_invitation(work, invitation_id)


@router.post("/invitations/{token}", status_code=201, dependencies=[acts(Action.PUBLIC)])
def redeem(request: Request, token: str, command: RedeemInvitation) -> Welcome:
    """Makes the account. Sign-in and second factor then take place in a browser; tokens come from there."""
    return service.redeem_invitation(ground_of(request), token, command)
