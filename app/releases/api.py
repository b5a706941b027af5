"""The JSON twins of the pages of summaries and releases."""

from uuid import UUID

from fastapi import APIRouter, Response

from app.access.rules import Action
from app.api.deps import ReadingDep, WorkDep, acts
from app.api.problems import JsonRoute
from app.releases import service
from app.releases.commands import Acknowledge, ApproveOverride, CutRelease, DraftSummary, EditSummary, SetClearance
from app.releases.document import ReleaseDocument
from app.releases.views import ClearancesView, ReleaseLine, ReleaseView, SummariesView, SummaryView

router = APIRouter(prefix="/api/v1/dialogues/{dialogue}", tags=["releases"], route_class=JsonRoute)
DRAFT = [acts(Action.SUMMARY_DRAFT)]
READ = [acts(Action.RELEASE_READ)]


@router.get("/summaries", dependencies=DRAFT)
def summaries(reading: ReadingDep, dialogue: str) -> SummariesView:
    return service.list_summaries(reading)


@router.post("/summaries", status_code=201, dependencies=DRAFT)
def draft(work: WorkDep, dialogue: str, command: DraftSummary) -> SummaryView:
    summary_id = service.draft_summary(work, command)
    work.db.flush()  # the view reads it
    return service.show_summary(work, summary_id)


@router.get("/summaries/{summary_id}", dependencies=DRAFT)
def summary(reading: ReadingDep, dialogue: str, summary_id: UUID) -> SummaryView:
    return service.show_summary(reading, summary_id)


@router.put("/summaries/{summary_id}", dependencies=DRAFT)
def edit(work: WorkDep, dialogue: str, summary_id: UUID, command: EditSummary) -> SummaryView:
    return service.edit_summary(work, summary_id, command)


@router.post("/summaries/{summary_id}/preview", dependencies=DRAFT)
def preview(reading: ReadingDep, dialogue: str, summary_id: UUID, command: CutRelease) -> ReleaseDocument:
    return service.preview(reading, summary_id, command)


@router.post("/summaries/{summary_id}/releases", status_code=201, dependencies=[acts(Action.RELEASE_CUT)])
def cut(work: WorkDep, dialogue: str, summary_id: UUID, command: CutRelease) -> ReleaseView:
    release_id = service.cut_release(work, summary_id, command)
    work.db.flush()  # the view reads it
    return service.show_release(work, release_id)


@router.post("/summaries/{summary_id}/override", status_code=201, dependencies=[acts(Action.GATE_OVERRIDE)])
def override(work: WorkDep, dialogue: str, summary_id: UUID, command: ApproveOverride) -> SummaryView:
    return service.approve_override(work, summary_id, command)


@router.get("/releases/clearances", dependencies=DRAFT)
def clearances(reading: ReadingDep, dialogue: str) -> ClearancesView:
    return service.show_clearances(reading)


@router.post("/releases/clearances", dependencies=[acts(Action.CLEARANCE_SET)])
def set_clearance(work: WorkDep, dialogue: str, command: SetClearance) -> ClearancesView:
    return service.set_clearance(work, command)


@router.get("/releases", dependencies=READ)
def list_(reading: ReadingDep, dialogue: str) -> tuple[ReleaseLine, ...]:
    return service.list_releases(reading)


@router.get("/releases/{release_id}", dependencies=READ)
def show(reading: ReadingDep, dialogue: str, release_id: UUID) -> ReleaseView:
    return service.show_release(reading, release_id)


@router.get("/releases/{release_id}/files/{form}", dependencies=READ)
def file(reading: ReadingDep, dialogue: str, release_id: UUID, form: str) -> Response:
    made = service.release_file(reading, release_id, form)
    return Response(made.data, media_type=made.media_type)


@router.post("/releases/{release_id}/acknowledge", dependencies=[acts(Action.ACKNOWLEDGE_RELEASE)])
def acknowledge(work: WorkDep, dialogue: str, release_id: UUID, command: Acknowledge) -> ReleaseView:
    return service.acknowledge(work, release_id, command)
