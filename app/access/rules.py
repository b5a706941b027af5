"""The whole access policy. Read this file to know who may do what.

Three questions, in this order, default deny (OWASP ASVS 5.0, 8.1–8.2): does the viewer hold a key
to the thing's room, is it strong enough and the role right, does the thing's state allow it? Whoever holds no key
must not learn that the thing exists: hidden answers exactly like missing.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.access.levels import Level, Role
from app.access.viewer import Viewer
from app.core.i18n import N_


class Action(StrEnum):
    PUBLIC = "public"  # no sign-in
    ACCOUNT_USE = "account:use"  # signed in; one's own account only
    ACKNOWLEDGE_RELEASE = "release:acknowledge"
    BASKET_LIFT = "basket:lift"
    BASKET_STALL = "basket:stall"
    BASKET_TURN = "basket:turn"
    BATCH_RELEASE = "note:release"
    BOARD_READ = "board:read"
    CLEARANCE_SET = "clearance:set"
    CONSENT_GIVE = "consent:give"
    DELEGATION_LET_IN = "delegation:let-in"
    DELEGATION_READ = "delegation:read"
    DIALOGUE_READ = "dialogue:read"
    ENTRY_DISCLOSE = "entry:disclose"
    ENTRY_LODGE = "entry:lodge"
    ENTRY_READ = "entry:read"
    GATE_OVERRIDE = "gate:override"
    INVITATION_ANSWER = "invitation:answer"
    INVITATION_ISSUE = "invitation:issue"
    LETTERS_KEEP = "letters:keep"
    LINES_COMPARE = "lines:compare"
    LOG_READ = "log:read"
    MANDATE_HAND = "mandate:hand"
    MEETING_ADD = "meeting:add"
    MEETING_ADMIT = "meeting:admit"
    MEETING_CLOSE = "meeting:close"
    MEETING_READ = "meeting:read"
    NOTE_EDIT = "note:edit"
    NOTE_POST = "note:post"
    NOTE_READ = "note:read"
    PARTY_ADD = "party:add"
    PEOPLE_READ = "people:read"
    POLL_ANSWER = "poll:answer"
    POLL_RUN = "poll:run"
    POSITION_GIVE = "position:give"
    READING_GIVE = "reading:give"
    RELEASE_CUT = "release:cut"
    RELEASE_READ = "release:read"
    REQUIREMENT_WAIVE = "requirement:waive"
    ROADMAP_KEEP = "roadmap:keep"
    SEAL_APPROVE = "seal:approve"
    SUMMARY_DRAFT = "summary:draft"
    SUMMARY_READ = "summary:read"
    TERM_KEEP = "term:keep"
    TOPIC_ADD = "topic:add"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an action needs. An empty set of roles or states means any.

    `speaks`: it is done in a party's name, so its participant needs the party's mandate as well.
    """

    level: Level
    roles: frozenset[Role] = frozenset()
    states: frozenset[str] = frozenset()
    speaks: bool = False

    def silences(self, subject: Viewer) -> bool:
        """Whether nothing but an ended mandate keeps the viewer from it: no other role of his may do it."""
        return self.speaks and subject.is_silenced and not (self.roles - {Role.PARTICIPANT}) & subject.roles


def _of(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


def _while(*states: str) -> frozenset[str]:
    return frozenset(states)


_CHAIRING = _of(Role.FACILITATOR, Role.RAPPORTEUR)
_RUNNING = _of(Role.ORGANISER, Role.FACILITATOR)
_SPEAKING = _of(Role.PARTICIPANT, Role.FACILITATOR, Role.RAPPORTEUR)
_DECLARING = _of(Role.PARTICIPANT, Role.ORGANISER, Role.FACILITATOR)  # for one's party, or as the parties' own record

# fmt: off
RULES: dict[Action, Rule] = {
    # action                      key to the room   one of these roles        while the thing is
    Action.DIALOGUE_READ:       Rule(Level.READ),
    Action.LOG_READ:            Rule(Level.READ),
    Action.BOARD_READ:          Rule(Level.READ),
    Action.BASKET_STALL:        Rule(Level.LEAD,  _RUNNING,                 _while("exploratory", "active")),
    Action.BASKET_LIFT:         Rule(Level.LEAD,  _RUNNING,                 _while("stalled")),
    Action.BASKET_TURN:         Rule(Level.LEAD,  _RUNNING),
    Action.TOPIC_ADD:           Rule(Level.LEAD,  _RUNNING),
    Action.ROADMAP_KEEP:        Rule(Level.LEAD,  _RUNNING),
    Action.REQUIREMENT_WAIVE:   Rule(Level.WRITE, _DECLARING, speaks=True),
    Action.READING_GIVE:        Rule(Level.WRITE, _DECLARING, speaks=True),
    Action.TERM_KEEP:           Rule(Level.LEAD,  _RUNNING),
    Action.PARTY_ADD:           Rule(Level.LEAD,  _of(Role.ORGANISER)),
    Action.PEOPLE_READ:         Rule(Level.READ),
    Action.INVITATION_ISSUE:    Rule(Level.LEAD,  _of(Role.ORGANISER)),
    Action.MANDATE_HAND:        Rule(Level.LEAD,  _of(Role.ORGANISER)),
    Action.MEETING_READ:        Rule(Level.READ),
    Action.MEETING_ADD:         Rule(Level.LEAD,  _RUNNING),
    Action.CONSENT_GIVE:        Rule(Level.READ),
    Action.POLL_ANSWER:         Rule(Level.READ),
    Action.POLL_RUN:            Rule(Level.LEAD,  _RUNNING),
    Action.INVITATION_ANSWER:   Rule(Level.READ),
    Action.LETTERS_KEEP:        Rule(Level.READ,  _of(Role.ORGANISER, Role.FACILITATOR, Role.RAPPORTEUR)),
    Action.MEETING_ADMIT:       Rule(Level.LEAD,  _CHAIRING),
    Action.MEETING_CLOSE:       Rule(Level.LEAD,  _CHAIRING,                _while("open")),
    Action.NOTE_READ:           Rule(Level.READ),
    Action.NOTE_POST:           Rule(Level.WRITE, _SPEAKING,                _while("open")),
    Action.NOTE_EDIT:           Rule(Level.WRITE, _SPEAKING,                _while("open")),
    Action.BATCH_RELEASE:       Rule(Level.LEAD,  _CHAIRING,                _while("open")),
    Action.SEAL_APPROVE:        Rule(Level.WRITE, _SPEAKING,                _while("closed")),
    Action.ENTRY_READ:          Rule(Level.READ),
    Action.ENTRY_LODGE:         Rule(Level.WRITE, _of(Role.PARTICIPANT), speaks=True),
    Action.ENTRY_DISCLOSE:      Rule(Level.WRITE, _of(Role.PARTICIPANT), speaks=True),
    Action.POSITION_GIVE:       Rule(Level.WRITE, _of(Role.PARTICIPANT), speaks=True),
    Action.DELEGATION_READ:     Rule(Level.WRITE, _of(Role.PARTICIPANT)),
    Action.DELEGATION_LET_IN:   Rule(Level.WRITE, _of(Role.PARTICIPANT)),
    Action.LINES_COMPARE:       Rule(Level.READ,  _of(Role.FACILITATOR)),
    Action.SUMMARY_READ:        Rule(Level.READ),
    Action.SUMMARY_DRAFT:       Rule(Level.WRITE, _CHAIRING),
    Action.GATE_OVERRIDE:       Rule(Level.WRITE, _CHAIRING),
    Action.CLEARANCE_SET:       Rule(Level.LEAD,  _of(Role.FACILITATOR)),
    Action.RELEASE_CUT:         Rule(Level.WRITE, _CHAIRING),
    Action.RELEASE_READ:        Rule(Level.READ),
    Action.ACKNOWLEDGE_RELEASE: Rule(Level.READ,  _of(Role.LIAISON)),
}
# fmt: on

OUTSIDE_ROOMS = frozenset({Action.PUBLIC, Action.ACCOUNT_USE})


@dataclass(frozen=True, slots=True)
class Thing:
    """What is acted on, as far as the policy cares: the viewer's key to its room, and its state."""

    level: Level | None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, with the reason in words.

    `hidden`: answer as if the thing did not exist. `untimely`: the viewer may, but not while the thing is in this state.
    """

    allowed: bool
    reason: str
    hidden: bool = False
    untimely: bool = False


def decide(subject: Viewer, action: Action, thing: Thing) -> Decision:
    """Pure: no database, no clock."""
    rule = RULES[action]
    if thing.level is None:
        return Decision(allowed=False, reason=N_("You hold no key to this room."), hidden=True)
    if thing.level < rule.level:
        return Decision(allowed=False, reason=N_("Your key lets you read here, but not do this."))
    if rule.roles and not rule.roles & subject.roles:
        return Decision(allowed=False, reason=N_("This needs another role."))
    if rule.silences(subject):
        return Decision(allowed=False, reason=N_("Your mandate has ended. Whoever holds it now speaks for your party."))
    if rule.states and thing.state not in rule.states:
        return Decision(allowed=False, reason=N_("Its present state does not allow this."), untimely=True)
    return Decision(allowed=True, reason=N_("You hold a key to this room."))


def permits_role(subject: Viewer, action: Action) -> bool:
    """Whether any thing at all could allow this action to the viewer: the first, coarse door of every route."""
    if action is Action.PUBLIC:
        return True
    if action is Action.ACCOUNT_USE:
        return subject.account_id is not None
    rule = RULES[action]
    return subject.is_member and (not rule.roles or bool(rule.roles & subject.roles))
