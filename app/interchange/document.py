"""The interchange format `dipoli/1`: what a document may hold. Shapes only; judging the whole is in `judging`.

Made for any process that sorts quarrels into baskets: Helsinki's stages, a peace accord's chapters, an arms-control agreement's
trigger days. See docs/file-format.md.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.interchange.document_people import (
    BasketDoc,
    DialogueDoc,
    MandateDoc,
    MeetingDoc,
    MembershipDoc,
    PartyDoc,
    PersonDoc,
    TopicDoc,
)
from app.interchange.document_registers import EntryDoc, TermDoc
from app.interchange.document_roadmap import ExchangeDoc, LinkDoc, ObstacleDoc, StepDoc, TextDoc, WaiverDoc


class Document(BaseModel):
    """One dialogue."""

    model_config = ConfigDict(extra="forbid", title="Dipoli interchange document, version 1")
    format: Literal["dipoli/1"]
    dialogue: DialogueDoc
    parties: list[PartyDoc] = []
    people: list[PersonDoc] = []
    mandates: list[MandateDoc] = []
    memberships: list[MembershipDoc] = []
    texts: list[TextDoc] = []
    baskets: list[BasketDoc] = []
    topics: list[TopicDoc] = []
    meetings: list[MeetingDoc] = []
    obstacles: list[ObstacleDoc] = []
    steps: list[StepDoc] = []
    links: list[LinkDoc] = []
    exchanges: list[ExchangeDoc] = []
    waivers: list[WaiverDoc] = []
    entries: list[EntryDoc] = []
    terms: list[TermDoc] = []
