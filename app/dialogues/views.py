"""All that may leave the dialogues' domain."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PartyView:
    """`neutral` stands where attribution is barred."""

    code: str
    neutral: str
    short: str
    long: str
    kind: str
    time_zone: str
    left_on: date | None


@dataclass(frozen=True, slots=True)
class PartiesView:
    parties: tuple[PartyView, ...]
    order: str | None
    may_add: bool


@dataclass(frozen=True, slots=True)
class PersonView:
    """A name as fields; `shown` puts them in the person's own order. `number`: by which the transparency log names a member."""

    id: UUID
    shown: str
    family: str
    given: str
    patronymic: str | None
    native: str
    honorific: str | None
    function: str | None
    institutions: tuple[str, ...]
    address: str
    """For those who send letters; empty for everybody else."""
    party: str | None
    position: str | None
    is_member: bool
    number: int | None
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class InvitationView:
    id: UUID
    person: str
    role: str
    state: str
    failures: int


@dataclass(frozen=True, slots=True)
class MandateView:
    """Who speaks for a party, in which position, from when to when, and who took over the seat."""

    id: UUID
    person: str
    party: str
    position: str
    begins_on: date | None
    ends_on: date | None
    successor: str | None
    may_hand: bool
    ends_sealed: bool
    """Nobody else opens what the delegation keeps to itself: with the end of this mandate it is lost."""


@dataclass(frozen=True, slots=True)
class PeopleView:
    people: tuple[PersonView, ...]
    invitations: tuple[InvitationView, ...]
    parties: tuple[PartyView, ...]
    mandates: tuple[MandateView, ...]
    may_invite: bool
    readers: str
    why: str


@dataclass(frozen=True, slots=True)
class HolderView:
    """A member who opens what the delegation keeps to itself."""

    number: int
    person: str
    is_you: bool


@dataclass(frozen=True, slots=True)
class WaitingView:
    """A member who waits to be let in. `words` name the key: to those who may let in and to the own side only; none before a sign-in."""

    id: UUID
    number: int
    person: str
    is_you: bool
    words: str | None


@dataclass(frozen=True, slots=True)
class DelegationView:
    """Of one's own delegation. The same whatever it keeps to itself, and whether it keeps anything."""

    party: str
    is_holder: bool
    is_waiting: bool
    holders: tuple[HolderView, ...]
    waiting: tuple[WaitingView, ...]
    readers: str
    why: str


@dataclass(frozen=True, slots=True)
class IssuedInvitation:
    """Link token and code of a new invitation, to be handed over by a channel the parties trust. Shown this once."""

    token: str
    code: str
    person: str


@dataclass(frozen=True, slots=True)
class Welcome:
    """What redeeming led to: where to go, and the phrase that both sides compare."""

    dialogue: str
    login: str
    check_phrase: str
