"""A judged document into the database: in one transaction, or not at all."""

from dataclasses import dataclass, field

from sqlalchemy import select

from app.access.bypass import unguarded
from app.access.levels import Room
from app.access.models import DialogueHead
from app.access.work import Ground, Work
from app.core.errors import Conflict
from app.dialogues.service import open_dialogue
from app.interchange.document import Document
from app.interchange.loading_baskets import load_baskets, load_meeting
from app.interchange.loading_people import let_in, load_memberships, load_parties, load_people
from app.interchange.loading_registers import load_entries, load_terms
from app.interchange.loading_roadmap import load_anchors, load_steps, load_ties
from app.interchange.loading_rows import Names, rest, room_of
from app.ledger.kinds import Kind
from app.ledger.service import record

WHY = "a document is loaded before anybody has a seat"


@dataclass(slots=True)
class Loaded:
    """What came of a document. `accounts`: login to passphrase of the demonstration accounts that were made."""

    dialogue: str
    accounts: dict[str, str] = field(default_factory=dict)
    left_out: int = 0
    """Sealed entries and positions of parties of whom nobody has a seat: there is no key to seal them with."""


def load(ground: Ground, document: Document, *, accounts: dict[str, str] | None = None) -> Loaded:
    """Load a dialogue. `accounts` gives passphrases for the demonstration logins; without it none are made.

    Raises Conflict where a dialogue of this code is already there.
    """
    with unguarded(ground, WHY) as work:
        if work.db.scalar(select(DialogueHead.id).where(DialogueHead.code == document.dialogue.code)):
            raise Conflict(f"There is already a dialogue {document.dialogue.code}.")
        names = _open(work, document)
        load_parties(work, document, names)
        load_people(work, document, names)
        made = load_memberships(work, document, names, accounts or {})
        let_in(work, names)
        load_baskets(work, document, names)
        load_anchors(work, document, names)
        load_steps(work, document, names)
        load_ties(work, document, names)
        load_terms(work, document, names)
        load_entries(work, document, names)
        for meeting in document.meetings:
            load_meeting(work, meeting, names)
        record(work, Kind.DIALOGUE_LOADED, room=names.rooms[Room.LOBBY], dialogue_id=names.dialogue)
    return Loaded(document.dialogue.code, made, names.left_out)


def _open(work: Work, document: Document) -> Names:
    d = document.dialogue
    dialogue = open_dialogue(
        work,
        code=d.code,
        titles=d.title,
        descriptions=d.description,
        languages=d.languages,
        working_language=d.working_language,
        time_zone=d.time_zone,
        linkage_policy=d.linkage_policy,
        is_demonstration=d.demonstration,
        extra=rest(d, "linkage_since", "linkage_changes", "order_of_delegations"),
    )
    rooms = {kind: room_of(work, dialogue.id, kind) for kind in (Room.LOBBY, Room.BOARD, Room.REGISTRY)}
    return Names(dialogue.id, rooms)
