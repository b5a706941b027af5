"""Whether two parties' lines on a subject conflict, told to the facilitator without either text.

A line is compared only if its owners offered it (`may_be_compared`), and only by what they said to a machine: a subject, a
stance, an amount. What is offered lies apart from the lines themselves, so that a line that was not offered costs no time and
leaves no trace here, and "unknown" tells nothing of what lies sealed.

A verdict is reached once, by the act of the party that offers second, and kept. Were it reached anew for every change, one side
could find the other's amount by changing its own and asking again; so two parties that have been compared on a subject are
compared again only when *both* have offered anew since. One revised line of its own thus teaches a party nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, product
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.access import reasons
from app.access.bypass import unguarded_reading
from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading, Work
from app.baskets.queries import basket_codes
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.i18n import wording
from app.core.ids import new_id
from app.dialogues.joining import open_party_room
from app.dialogues.queries import party_rows, short_name
from app.registers import queries, terms
from app.registers.commands import LINES
from app.registers.document import Head
from app.registers.models import LineOffer, LineVerdict
from app.registers.views import Comparison, ComparisonView, Subject
from app.roadmap.queries import step_rows
from app.vault import envelope

Verdict = Literal["conflict", "no conflict", "unknown"]
Claim = Mapping[str, Any]
WHY = "lines are compared without being shown"


class Offer(NamedTuple):
    """A party's claims on one subject. `turn` counts how often the party offered anew; `digest` is of the claims."""

    party: str
    subject: str
    claims: Mapping[str, Claim]
    turn: int

    @property
    def digest(self) -> str:
        said = sorted(json.dumps(claim, sort_keys=True) for claim in self.claims.values())
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


class Weighed(NamedTuple):
    """A verdict that was reached between two parties, with the turn and the digest of each side's offer then."""

    subject: str
    sides: Mapping[str, tuple[int, str]]
    verdict: Verdict


# --- the facilitator's question ---------------------------------------------------------------------------------------


def compare_lines(reading: Reading, subject: str) -> ComparisonView:
    """Every pair of parties, in the dialogue's order.

    Raises NotFound, Forbidden for anybody but a facilitator of no party, Invalid for a subject that is none.
    """
    reading.require_in(Action.LINES_COMPARE, Room.BOARD)
    if reading.viewer.party_id is not None:
        raise Forbidden(_("Lines are compared for a facilitator who belongs to no party."))
    subjects = _subjects(reading)
    if subject and subject not in {each.code for each in subjects}:
        raise Invalid({"subject": _("There is no step, basket or term %(code)s here.") % {"code": subject}})
    offers, weighed = _everything(reading, subject)
    parties, readers = party_rows(reading), reasons.of_compared()
    return ComparisonView(
        subject=subject,
        pairs=tuple(
            Comparison(short_name(one), short_name(other), standing(one.code, other.code, offers, weighed))
            for one, other in combinations(parties, 2)
        )
        if subject
        else (),
        subjects=subjects,
        readers=readers.who,
        why=readers.why,
    )


def _subjects(reading: Reading) -> tuple[Subject, ...]:
    """All that a line may name as its subject."""
    return (
        *(Subject("basket", code, wording(titles)) for code, titles in basket_codes(reading)),
        *(Subject("step", row.code, wording(row.titles)) for row in step_rows(reading, reading.today)),
        *(Subject("term", row.code, wording(row.expressions)) for row in terms.term_rows(reading)),
    )


def standing(one: str, other: str, offers: Mapping[str, Offer], weighed: Iterable[Weighed]) -> Verdict:
    """The verdict reached between two parties, as long as both still say what they said then."""
    last = _last(one, other, weighed)
    if last is None:
        return "unknown"
    still = all(party in offers and offers[party].digest == last.sides[party][1] for party in (one, other))
    return last.verdict if still else "unknown"


def _last(one: str, other: str, weighed: Iterable[Weighed]) -> Weighed | None:
    """The latest verdict between the two that told anything: turns only ever grow."""
    between = (each for each in weighed if each.sides.keys() == {one, other} and each.verdict != "unknown")
    return max(between, key=lambda each: sum(turn for turn, _digest in each.sides.values()), default=None)


def _everything(reading: Reading, subject: str) -> tuple[dict[str, Offer], list[Weighed]]:
    """Party to what it offers on the subject, and every verdict reached on it. Sees every party's room."""
    with unguarded_reading(reading.ground, WHY) as all_rooms:
        ours = reading.viewer.dialogue_id
        offers = all_rooms.db.scalars(select(LineOffer).where(LineOffer.dialogue_id == ours))
        verdicts = all_rooms.db.scalars(select(LineVerdict).where(LineVerdict.dialogue_id == ours))
        found = [Offer(**_opened(all_rooms, row, queries.offer_context(row))) for row in offers]
        weighed = [Weighed(**_opened(all_rooms, row, queries.verdict_context(row))) for row in verdicts]
    return (
        {offer.party: offer for offer in found if offer.subject == subject},
        [each for each in weighed if each.subject == subject],
    )


def _opened(reading: Reading, row: LineOffer | LineVerdict, context: envelope.Context) -> dict[str, Any]:
    words: dict[str, Any] = json.loads(envelope.unseal(reading.room_key(row.compartment_id), row.body, context))
    return words


# --- the owners' acts -------------------------------------------------------------------------------------------------


def offer(work: Work, entry: Head, words: Mapping[str, Any], *, anew: bool = False) -> None:
    """Keep what a line offers for comparing in step with the line itself; `anew` where its owner says it once more.

    Called by every verb that changes an entry's words. Raises nothing: what is offered was judged with the words.
    """
    claim = words.get("claim") or {}
    is_offered = entry.kind in LINES and claim.get("may_be_compared") and not words.get("withdrawn")
    own = _own_offers(work)
    if not is_offered and not any(str(entry.id) in kept.claims for _row, kept in own):
        return
    party = next(row.code for row in party_rows(work) if row.id == entry.party_id)
    rows = {kept.subject: (row, kept) for row, kept in own}
    for subject in dict.fromkeys((*rows, *([claim["subject"]] if is_offered else ()))):
        row, kept = rows.get(subject) or (None, Offer(party, subject, {}, _last_turn(work, party, subject)))
        claims = {key: said for key, said in kept.claims.items() if key != str(entry.id)}
        if is_offered and subject == claim["subject"]:
            claims[str(entry.id)] = {name: claim[name] for name in ("stance", "amount", "unit")}
        if claims != kept.claims or (anew and str(entry.id) in claims):
            _keep(work, entry.party_id, row, kept._replace(claims=claims, turn=kept.turn + 1))


def _own_offers(work: Work) -> list[tuple[LineOffer, Offer]]:
    """The gate shows a participant none but those of the own party."""
    ours = LineOffer.dialogue_id == work.viewer.dialogue_id
    return [
        (row, Offer(**_opened(work, row, queries.offer_context(row))))
        for row in work.db.scalars(select(LineOffer).where(ours))
    ]


def _last_turn(work: Work, party: str, subject: str) -> int:
    """How often the party has offered before what it offers no more: with its last holder an offer goes, and its turns do not begin anew."""
    ours = LineVerdict.dialogue_id == work.viewer.dialogue_id
    found = [
        Weighed(**_opened(work, row, queries.verdict_context(row)))
        for row in work.db.scalars(select(LineVerdict).where(ours))
    ]
    return max((each.sides[party][0] for each in found if each.subject == subject and party in each.sides), default=0)


def _keep(work: Work, party_id: UUID, row: LineOffer | None, kept: Offer) -> None:
    if row is None:
        room = _room(work, party_id)
        row = LineOffer(id=new_id(), dialogue_id=work.viewer.dialogue_id, compartment_id=room, version=0)
    work.permit(row)
    row.version += 1
    row.body = _sealed(work, row.compartment_id, kept._asdict(), queries.offer_context(row))
    work.db.add(row)
    _weigh(work, row.compartment_id, kept)
    work.db.flush()  # the next line of the same file must find it


def _room(work: Work, party_id: UUID) -> UUID:
    try:
        return work.room(Room.COMPARED, party_id)
    except NotFound:  # a party that was there before there was such a room
        dialogue_id = work.viewer.dialogue_id
        if dialogue_id is None:
            raise
        return open_party_room(work, Room.COMPARED, party_id, dialogue_id)


def _weigh(work: Work, room: UUID, own: Offer) -> None:
    """One row for every other party, whether it offers anything or not: the work done tells nothing of the others."""
    offers, weighed = _everything(work, own.subject)
    for other in party_rows(work):
        if other.code != own.party:
            theirs = offers.get(other.code, Offer(other.code, own.subject, {}, 0))
            found = Weighed(
                own.subject,
                {each.party: (each.turn, each.digest) for each in (own, theirs)},
                _reached(own, theirs, weighed),
            )
            row = LineVerdict(id=new_id(), dialogue_id=work.viewer.dialogue_id, compartment_id=room)
            row.body = _sealed(work, room, found._asdict(), queries.verdict_context(row))
            work.permit(row)
            work.db.add(row)


def _reached(own: Offer, theirs: Offer, weighed: Sequence[Weighed]) -> Verdict:
    """A verdict, unless one was reached before and only one side has offered anew since."""
    last = _last(own.party, theirs.party, weighed)
    if last is not None and any(each.turn <= last.sides[each.party][0] for each in (own, theirs)):
        return "unknown"
    return verdict(own.claims.values(), theirs.claims.values())


def _sealed(work: Work, room: UUID, words: Mapping[str, Any], context: envelope.Context) -> bytes:
    return envelope.seal(work.room_key(room), json.dumps(words, ensure_ascii=False), context)


# --- what two claims say to each other --------------------------------------------------------------------------------


def verdict(ours: Iterable[Claim], theirs: Iterable[Claim]) -> Verdict:
    """One conflict is a conflict; without one, any pair that agrees is none; where nothing can be compared: unknown."""
    found = {_of_pair(one, other) for one, other in product(list(ours), list(theirs))}
    return "conflict" if "conflict" in found else "no conflict" if "no conflict" in found else "unknown"


def _of_pair(one: Claim, other: Claim) -> Verdict:
    stances = {one["stance"], other["stance"]}
    if stances <= {"must", "must-not"}:
        return "conflict" if len(stances) == 2 else "no conflict"
    if not stances <= {"at-least", "at-most"} or one["unit"].casefold() != other["unit"].casefold():
        return "unknown"
    if len(stances) == 1:
        return "no conflict"
    low, high = sorted((one, other), key=lambda claim: str(claim["stance"]))  # at-least stands before at-most
    return "conflict" if low["amount"] > high["amount"] else "no conflict"
