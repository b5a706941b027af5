"""The JSON twins of the pages of parties, people and invitations."""

from uuid import UUID

from fastapi import APIRouter

from app.access.rules import Action
from app.api.deps import ReadingDep, WorkDep, acts
from app.api.problems import JsonRoute
from app.dialogues import service
from app.dialogues.commands import AddParty, InvitePerson
from app.dialogues.views import IssuedInvitation, PartiesView, PeopleView

router = APIRouter(prefix="/api/v1/dialogues/{dialogue}", tags=["parties and people"], route_class=JsonRoute)


@router.get("/parties", dependencies=[acts(Action.DIALOGUE_READ)])
def parties(reading: ReadingDep, dialogue: str) -> PartiesView:
    return service.list_parties(reading)


@router.post("/parties", status_code=201, dependencies=[acts(Action.PARTY_ADD)])
def add_party(work: WorkDep, dialogue: str, command: AddParty) -> PartiesView:
    return service.add_party(work, command)


@router.get("/people", dependencies=[acts(Action.PEOPLE_READ)])
def people(reading: ReadingDep, dialogue: str) -> PeopleView:
    return service.list_people(reading)


@router.post("/people", status_code=201, dependencies=[acts(Action.INVITATION_ISSUE)])
def invite_person(work: WorkDep, dialogue: str, command: InvitePerson) -> IssuedInvitation:
    return service.invite_person(work, command)


@router.post("/invitations/{invitation_id}/revoke", status_code=204, dependencies=[acts(Action.INVITATION_ISSUE)])
def revoke_invitation(work: WorkDep, dialogue: str, invitation_id: UUID) -> None:
    service.revoke_invitation(work, invitation_id)
