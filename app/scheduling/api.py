"""The JSON twins of the polls' pages."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from app.access.rules import Action
from app.api.deps import ReadingDep, WorkDep, acts
from app.api.problems import JsonRoute
from app.core.command import Zone
from app.scheduling import service
from app.scheduling.commands import FindSlots, GiveAnswer, OpenPoll, TakeSlot
from app.scheduling.views import (
    FoundView,
    LinkView,
    OpenedPoll,
    PollChoices,
    PollsView,
    PollView,
    RankingView,
    SheetView,
)
from app.web.deps import ground_of

router = APIRouter(prefix="/api/v1", tags=["polls"], route_class=JsonRoute)
HERE = "/dialogues/{dialogue}/polls"


@router.get(HERE, dependencies=[acts(Action.DIALOGUE_READ)])
def list_polls(reading: ReadingDep, dialogue: str) -> PollsView:
    return service.list_polls(reading)


@router.get(HERE + "/new", dependencies=[acts(Action.POLL_RUN)])
def choices(reading: ReadingDep, dialogue: str) -> PollChoices:
    return service.choices(reading)


@router.post(HERE + "/new", status_code=201, dependencies=[acts(Action.POLL_RUN)])
def open_poll(work: WorkDep, dialogue: str, command: OpenPoll) -> OpenedPoll:
    """The links are shown this once; only their hashes are kept."""
    return service.open_poll(work, command)


@router.get(HERE + "/find", dependencies=[acts(Action.POLL_RUN)])
def find(reading: ReadingDep, dialogue: str, command: Annotated[FindSlots, Query()]) -> FoundView:
    return service.find_slots(reading, command)


@router.get(HERE + "/{poll_id}", dependencies=[acts(Action.POLL_RUN)])
def show(reading: ReadingDep, dialogue: str, poll_id: UUID) -> PollView:
    return service.show_poll(reading, poll_id)


@router.get(HERE + "/{poll_id}/slots", dependencies=[acts(Action.POLL_RUN)])
def slots(reading: ReadingDep, dialogue: str, poll_id: UUID) -> RankingView:
    return service.rank_slots(reading, poll_id)


@router.post(HERE + "/{poll_id}/close", dependencies=[acts(Action.POLL_RUN)])
def close(work: WorkDep, dialogue: str, poll_id: UUID) -> PollView:
    return service.close_poll(work, poll_id)


@router.post(HERE + "/{poll_id}/take", dependencies=[acts(Action.POLL_RUN)])
def take(work: WorkDep, dialogue: str, poll_id: UUID, command: TakeSlot) -> PollView:
    return service.take_slot(work, poll_id, command)


@router.post(HERE + "/{poll_id}/respondents/{respondent_id}/link", dependencies=[acts(Action.POLL_RUN)])
def new_link(work: WorkDep, dialogue: str, poll_id: UUID, respondent_id: UUID) -> LinkView:
    return service.new_link(work, poll_id, respondent_id)


@router.post(
    HERE + "/{poll_id}/respondents/{respondent_id}/revoke", status_code=204, dependencies=[acts(Action.POLL_RUN)]
)
def revoke_link(work: WorkDep, dialogue: str, poll_id: UUID, respondent_id: UUID) -> None:
    service.revoke_link(work, poll_id, respondent_id)


@router.get(HERE + "/{poll_id}/mine", dependencies=[acts(Action.POLL_ANSWER)])
def mine(reading: ReadingDep, dialogue: str, poll_id: UUID) -> SheetView:
    return service.show_own(reading, poll_id)


@router.post(HERE + "/{poll_id}/mine", dependencies=[acts(Action.POLL_ANSWER)])
def answer(reading: ReadingDep, dialogue: str, poll_id: UUID, command: GiveAnswer) -> SheetView:
    return service.answer_own(reading, poll_id, command)


@router.get(HERE + "/{poll_id}/delegations/{party}", dependencies=[acts(Action.POLL_ANSWER)])
def delegation(reading: ReadingDep, dialogue: str, poll_id: UUID, party: str) -> SheetView:
    return service.show_delegation(reading, poll_id, party)


@router.post(HERE + "/{poll_id}/delegations/{party}", dependencies=[acts(Action.POLL_ANSWER)])
def answer_delegation(reading: ReadingDep, dialogue: str, poll_id: UUID, party: str, command: GiveAnswer) -> SheetView:
    return service.answer_delegation(reading, poll_id, party, command)


@router.get("/availability/{token}", dependencies=[acts(Action.PUBLIC)])
def link(request: Request, token: str, zone: Annotated[Zone | None, Query()] = None) -> SheetView:
    return service.show_by_link(ground_of(request), token, source=_source(request), zone=zone)


@router.post("/availability/{token}", dependencies=[acts(Action.PUBLIC)])
def answer_link(request: Request, token: str, command: GiveAnswer) -> SheetView:
    return service.answer_by_link(ground_of(request), token, command, source=_source(request))


def _source(request: Request) -> str:
    # Used for counting in memory only, never written down.
    return request.client.host if request.client else ""
