"""Who can read this, and why can I? Answered from the rooms themselves, never from a text that somebody keeps in step."""

from dataclasses import dataclass
from uuid import UUID

from app.access.keys import level_for
from app.access.levels import Role, Room
from app.access.models import Compartment
from app.access.work import Reading
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.i18n import gettext as _

READERS = {
    Room.LOBBY: N_("Every member of this dialogue, liaisons and observers among them."),
    Room.BOARD: N_("Every member of this dialogue except liaisons."),
    Room.REGISTRY: N_("Organisers, facilitators, rapporteurs and participants."),
    Room.DESK: N_("The facilitator and the rapporteur."),
    Room.MEETING: N_("Those invited to the meeting, organisers, facilitators and rapporteurs."),
    Room.FLOOR: N_(
        "Those invited to the meeting, with the facilitator and the rapporteur. Organisers only if invited."
    ),
    Room.DELEGATION: N_("The members of your delegation, and nobody else."),
    Room.CONFIDED: N_("The members of the delegation, and the facilitators who belong to no other."),
    Room.COMPARED: N_("Nobody: what is compared is not shown."),
    Room.RELEASE: N_("The liaisons of the recipient, organisers, facilitators and rapporteurs."),
    Room.POLL: N_("Organisers and facilitators. Each of those asked sees his own sheet and no other."),
    Room.ANSWERS: N_("Organisers and facilitators, where the poll says so. Each of those asked sees his own answer."),
}
WHY = {
    Role.ORGANISER: N_("You see it because you are an organiser."),
    Role.FACILITATOR: N_("You see it because you are a facilitator."),
    Role.RAPPORTEUR: N_("You see it because you are a rapporteur."),
    Role.PARTICIPANT: N_("You see it because you take part."),
    Role.LIAISON: N_("You see it because you are a liaison of the recipient."),
    Role.OBSERVER: N_("You see it because you observe."),
}
BECAUSE = {
    Room.DELEGATION: N_("You see it because you belong to this delegation."),
    Room.FLOOR: N_("You see it because you are invited to this meeting or chair it."),
    Room.MEETING: N_("You see it because you are invited to this meeting or run it."),
    Room.POLL: N_("You see it because you run this poll."),
    Room.ANSWERS: N_("You see it because you run this poll."),
}
EARLIER = N_("Those who were in the meeting when this was shown. Who joined later does not see it.")
BEFORE = N_(
    "You see it because you were in the meeting when it was shown, or were given the key to what was shown before."
)
WORKED_OUT = N_(
    "You alone, as it stands here: it is worked out from what you may know, so others may be shown another."
)
ASKED = N_("You see it because you are asked.")
LETTERS = N_("Facilitators and rapporteurs; organisers, of the meetings to which they are invited.")
COMPARED = N_("The facilitators who belong to no party; neither line is shown to them.")


@dataclass(frozen=True, slots=True)
class Readers:
    """Two sentences for the band over confidential material."""

    who: str
    why: str


def of_room(reading: Reading, compartment_id: UUID) -> Readers:
    """Raises NotFound where the viewer holds no key to the room."""
    room = reading.db.get(Compartment, compartment_id)
    if room is None or reading.level_in(compartment_id) is None:
        raise NotFound
    return of_kind(reading, Room(room.kind))


def of_earlier_part() -> Readers:
    """Of an earlier part of a meeting's floor, for who holds a key to it."""
    return Readers(who=_(EARLIER), why=_(BEFORE))


def of_kind(reading: Reading, kind: Room) -> Readers:
    return Readers(who=_(READERS[kind]), why=_(_why(reading, kind)))


def of_worked_out(reading: Reading) -> Readers:
    """Of what is reckoned from the board and from all else that the viewer may know."""
    return Readers(who=_(WORKED_OUT), why=_(_why(reading, Room.BOARD)))


def of_sheet(*, runs: bool) -> Readers:
    """Of one answer to a poll, for whoever gives it: who is asked, or who runs the poll and answers for a delegation."""
    return Readers(who=_(READERS[Room.ANSWERS]), why=_(BECAUSE[Room.ANSWERS] if runs else ASKED))


def of_letters(reading: Reading) -> Readers:
    """Of the letters that call people to meetings, for those who keep them."""
    return Readers(who=_(LETTERS), why=_(_why(reading, Room.BOARD)))


def of_compared() -> Readers:
    """Of whether two lines conflict, for a facilitator who belongs to no party."""
    return Readers(who=_(COMPARED), why=_(WHY[Role.FACILITATOR]))


def _why(reading: Reading, kind: Room) -> str:
    """The first of the viewer's roles that is handed a key to such a room. What is confided, a party's own people read as such."""
    viewer = reading.viewer
    if kind is Room.CONFIDED and viewer.party_id is not None:
        return BECAUSE[Room.DELEGATION]
    if kind in BECAUSE:
        return BECAUSE[kind]
    opens = [role for role in Role if role in viewer.roles and level_for(kind, frozenset({role}), is_own_party=True)]
    return WHY[opens[0]]
