"""Every kind of entry, with the words that a reader is shown for it.

What is an entry, and what never is: docs/transparency-log.md. No note, no entry of a register, no name of a person; members go by number.
"""

from collections import defaultdict
from enum import StrEnum
from typing import Any

from app.core.i18n import N_
from app.core.i18n import gettext as _


class Kind(StrEnum):
    BASKET_TURNED = "basket turned"
    CHECK_OVERRIDDEN = "identity check overridden"
    CLEARANCE_SET = "clearance set"
    DIALOGUE_LOADED = "dialogue loaded"
    EARLIER_HIDDEN = "earlier notes hidden"
    EXCHANGE_ADDED = "exchange added"
    EXCHANGE_ENDED = "exchange ended"
    EXCHANGE_RESUMED = "exchange resumed"
    HANDED_OVER = "handed over"
    HANDOVER_AGREED = "hand-over agreed"
    HANDOVER_REVOKED = "hand-over revoked"
    INSTALMENT_WITHDRAWN = "instalment withdrawn"
    INVITATION_ISSUED = "invitation issued"
    INVITATION_REVOKED = "invitation revoked"
    ITEM_ADDED = "item added"
    ITEM_TIGHTENED = "item tightened"
    KEYS_HANDED = "keys handed"
    KEYS_TAKEN = "keys taken"
    LABEL_TIGHTENED = "label tightened"
    LINK_ADDED = "link added"
    LOOSENED = "loosened"
    LOOSENING_ENDED = "loosening ended"
    LOOSENING_PROPOSED = "loosening proposed"
    MANDATE_ENDED = "mandate ended"
    MANDATE_GIVEN = "mandate given"
    MEETING_ADDED = "meeting added"
    MEETING_CALLED_OFF = "meeting called off"
    MEETING_CLOSED = "meeting closed"
    MEETING_SEALED = "meeting sealed"
    MEMBER_JOINED = "member joined"
    OBSTACLE_LIFTED = "obstacle lifted"
    OBSTACLE_RAISED = "obstacle raised"
    OBSTACLE_TIED = "obstacle tied"
    ORDER_READ = "order read"
    OVERRIDE_APPROVED = "override approved"
    PARTY_ADDED = "party added"
    POLICY_SET = "policy set"
    POLL_CLOSED = "poll closed"
    POLL_OPENED = "poll opened"
    READING_GIVEN = "reading given"
    RELEASE_ACKNOWLEDGED = "release acknowledged"
    RELEASE_CUT = "release cut"
    REQUIREMENT_WAIVED = "requirement waived"
    RULE_TIGHTENED = "rule tightened"
    STEP_ADDED = "step added"
    STEP_REVISED = "step revised"
    STEP_TURNED = "step turned"
    TERM_ADDED = "term added"
    TERM_TURNED = "term turned"
    TEXT_ADOPTED = "text adopted"
    WAIVER_PROPOSED = "waiver proposed"
    WAIVER_REVOKED = "waiver revoked"


# fmt: off
WORDS: dict[Kind, str] = {
    Kind.BASKET_TURNED:        N_("Basket %(basket)s: %(state)s, since %(happened_on)s."),
    Kind.CHECK_OVERRIDDEN:     N_("A text that attributes was let pass the identity check by members %(members)s:"),
    Kind.CLEARANCE_SET:        N_("The liaisons of %(party)s are cleared up to %(tlp)s."),
    Kind.DIALOGUE_LOADED:      N_("The dialogue was loaded from a document."),
    Kind.EARLIER_HIDDEN:       N_("Meeting %(meeting)s: who joins from now on sees no notes from before."),
    Kind.EXCHANGE_ADDED:       N_("Exchange %(exchange)s was written down: %(order)s."),
    Kind.EXCHANGE_ENDED:       N_("Exchange %(exchange)s ended on %(happened_on)s."),
    Kind.EXCHANGE_RESUMED:     N_("Exchange %(exchange)s was taken up again on %(happened_on)s."),
    Kind.HANDED_OVER:          N_("Of step %(step)s, it was proposed to hand %(quantity)s over to %(party)s."),
    Kind.HANDOVER_AGREED:      N_("%(party)s agreed that a part of step %(step)s is handed over to %(substitute)s."),
    Kind.HANDOVER_REVOKED:     N_("Of step %(step)s, the hand-over to %(party)s was revoked."),
    Kind.INSTALMENT_WITHDRAWN: N_("Of step %(step)s, an instalment of %(quantity)s was withdrawn."),
    Kind.INVITATION_ISSUED:    N_("An invitation was issued: %(roles)s, party %(party)s."),
    Kind.INVITATION_REVOKED:   N_("An invitation was revoked: %(roles)s, party %(party)s."),
    Kind.ITEM_ADDED:           N_("Meeting %(meeting)s: item %(item)s was added, rule %(rule)s."),
    Kind.ITEM_TIGHTENED:       N_("Meeting %(meeting)s, item %(item)s: the rule was tightened to %(rule)s."),
    Kind.KEYS_HANDED:          N_("Keys were handed:"),
    Kind.KEYS_TAKEN:           N_("Keys were taken back:"),
    Kind.LABEL_TIGHTENED:      N_("Meeting %(meeting)s: the label was tightened to %(tlp)s."),
    Kind.LINK_ADDED:           N_("Step %(step)s was tied to %(to)s: %(tie)s."),
    Kind.LOOSENED:             N_("Meeting %(meeting)s, item %(item)s: loosened to %(to)s, by the consent of all who were present: members %(members)s."),
    Kind.LOOSENING_ENDED:      N_("Meeting %(meeting)s, item %(item)s: the proposal to loosen to %(to)s was %(state)s."),
    Kind.LOOSENING_PROPOSED:   N_("Meeting %(meeting)s, item %(item)s: it was proposed to loosen to %(to)s."),
    Kind.MANDATE_ENDED:        N_("A mandate of %(party)s ended on %(happened_on)s: %(position)s."),
    Kind.MANDATE_GIVEN:        N_("A mandate of %(party)s was given from %(begins_on)s: %(position)s."),
    Kind.MEETING_ADDED:        N_("Meeting %(meeting)s was added: %(rule)s, %(tlp)s."),
    Kind.MEETING_CALLED_OFF:   N_("Meeting %(meeting)s was called off."),
    Kind.MEETING_CLOSED:       N_("Meeting %(meeting)s was closed: no more notes."),
    Kind.MEETING_SEALED:       N_("Meeting %(meeting)s was sealed: nobody can tell any more who wrote which note. The salt lay in %(linkage)s."),
    Kind.MEMBER_JOINED:        N_("Member %(member)s took a seat: %(roles)s, party %(party)s."),
    Kind.OBSTACLE_LIFTED:      N_("Obstacle %(obstacle)s was lifted on %(happened_on)s."),
    Kind.OBSTACLE_RAISED:      N_("Obstacle %(obstacle)s was raised on %(happened_on)s."),
    Kind.OBSTACLE_TIED:        N_("Obstacle %(obstacle)s was tied to basket %(basket)s: %(tie)s."),
    Kind.ORDER_READ:           N_("%(party)s gave its reading of the order of exchange %(exchange)s."),
    Kind.OVERRIDE_APPROVED:    N_("Member %(member)s approved that a text is let pass the identity check:"),
    Kind.PARTY_ADDED:          N_("Party %(party)s was added."),
    Kind.POLICY_SET:           N_("The linkage policy from %(happened_on)s on: %(policy)s."),
    Kind.POLL_CLOSED:          N_("Poll %(poll)s about the date of meeting %(meeting)s was closed: %(state)s."),
    Kind.POLL_OPENED:          N_("Poll %(poll)s about the date of meeting %(meeting)s was opened. Organiser and facilitator read: %(answers)s."),
    Kind.READING_GIVEN:        N_("%(party)s gave its reading of the term %(term)s."),
    Kind.RELEASE_ACKNOWLEDGED: N_("Release R-%(number)s was acknowledged."),
    Kind.RELEASE_CUT:          N_("Release R-%(number)s was cut for %(recipient)s: %(rule)s, %(tlp)s."),
    Kind.REQUIREMENT_WAIVED:   N_("%(party)s waived a requirement: %(what)s."),
    Kind.RULE_TIGHTENED:       N_("Meeting %(meeting)s: the rule was tightened to %(rule)s."),
    Kind.STEP_ADDED:           N_("Step %(step)s was added to basket %(basket)s."),
    Kind.STEP_REVISED:         N_("Step %(step)s was revised."),
    Kind.STEP_TURNED:          N_("Step %(step)s: %(state)s, since %(happened_on)s."),
    Kind.TERM_ADDED:           N_("Term %(term)s was added."),
    Kind.TERM_TURNED:          N_("Term %(term)s: %(state)s."),
    Kind.TEXT_ADOPTED:         N_("Text %(text)s was adopted on %(happened_on)s."),
    Kind.WAIVER_PROPOSED:      N_("It was proposed that %(party)s waives a requirement: %(what)s."),
    Kind.WAIVER_REVOKED:       N_("%(party)s took a waiver back."),
}
# fmt: on
RECORDED = {"organiser": N_("(recorded by the organiser)"), "facilitator": N_("(recorded by the facilitator)")}
VALUES = {
    "on-record": N_("On the record"),
    "chatham-house": N_("Chatham House Rule"),
    "off-record": N_("Off the record"),
    "simultaneous": N_("at the same time"),
    "a-then-b": N_("the first, then the second"),
    "b-then-a": N_("the second, then the first"),
    "disputed": N_("order disputed"),
    "independent": N_("independent baskets"),
    "coordinated-implementation": N_("coordinated implementation"),
    "single-undertaking": N_("single undertaking"),
    "provisionally-agreed": N_("provisionally agreed"),
    "under-way": N_("under way"),
    "deliberately-ambiguous": N_("deliberately ambiguous"),
    "late-see-earlier": N_("earlier notes shown to those who join late"),
    "declined": N_("declined"),
    "withdrawn": N_("withdrawn"),
    "settled": N_("the meeting has its time"),
    "named": N_("who answered what"),
    "totals": N_("totals only"),
    "memory": N_("memory"),
    "disk": N_("a file on disk"),
}
TRANSLATED = ("answers", "state", "rule", "to", "order", "tie", "roles", "linkage", "policy")
KEY_WORDS = {
    1: N_("member %(member)s may read: %(room)s"),
    2: N_("member %(member)s may read and write: %(room)s"),
    3: N_("member %(member)s may read, write and lead: %(room)s"),
}
ROOM_WORDS = {
    "lobby": N_("the lobby"),
    "board": N_("the board"),
    "registry": N_("the registry of people"),
    "desk": N_("the desk of summaries"),
    "meeting": N_("meeting %(of)s"),
    "floor": N_("the notes of meeting %(of)s"),
    "delegation": N_("the delegation of %(of)s"),
    "confided": N_("what %(of)s confides"),
    "compared": N_("what %(of)s lets be compared"),
    "release": N_("releases to %(of)s"),
    "poll": N_("who is asked in poll %(of)s"),
    "answers": N_("the answers to poll %(of)s"),
}


FOUND_WORDS = {
    "title": N_("a name with a title"),
    "institution": N_("an institution"),
    "attribution": N_("an affiliation that speaks"),
    "attribute": N_("what fits one person only"),
}


def words_of(entry: dict[str, Any]) -> str:
    """One sentence in the reader's language; what has no words, as in an entry of a later version, stands as it is."""
    try:
        sentence = WORDS[Kind(entry["kind"])]
    except (ValueError, KeyError):
        return str(entry.get("kind", ""))
    shown = {name: _shown(name, value) for name, value in entry.items()}
    said = _(sentence) % defaultdict(lambda: "—", shown)
    recorder = RECORDED.get(str(entry.get("recorded_by")))
    return f"{said} {_(recorder)}" if recorder else said


def _shown(name: str, value: Any) -> Any:
    if value is None:
        return "—"
    return _(VALUES.get(str(value), str(value))) if name in TRANSLATED else value


def details_of(entry: dict[str, Any]) -> tuple[str, ...]:
    """The lines below the sentence: each key that was handed, what was let pass and how often, each digest of a release."""
    keys = [_(KEY_WORDS[key["level"]]) % {"member": key["member"], "room": _room(key)} for key in entry.get("keys", ())]
    by = (_("let in by member %(member)s") % {"member": entry["by"]},) if "by" in entry else ()
    found = [f"{_(FOUND_WORDS.get(kind, kind))}: {count}" for kind, count in sorted(entry.get("found", {}).items())]
    return (*keys, *by, *found, *(f"{form}: {digest}" for form, digest in sorted(entry.get("digests", {}).items())))


def _room(key: dict[str, Any]) -> str:
    return _(ROOM_WORDS[key["room"]]) % {"of": key.get("of") or "—"}
