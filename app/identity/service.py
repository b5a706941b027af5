"""The verbs of the identity check: show what was found, warn an author."""

import hashlib

from app.access.work import Reading
from app.core.i18n import gettext as _
from app.identity.queries import registry
from app.identity.rewording import replacement, reworded
from app.identity.views import AuthorWarning, Finding, Warned
from app.scanner import BLOCK, Hit, Registry, scan

AROUND = 40  # characters of context on each side of a hit, within its line


def findings(text: str, hits: tuple[Hit, ...], known: Registry) -> tuple[Finding, ...]:
    """The hits in words, in the order of the text."""
    return tuple(
        Finding(
            start=hit.start,
            end=hit.end,
            line=text.count("\n", 0, hit.start) + 1,
            before=text[max(0, hit.start - AROUND) : hit.start].rpartition("\n")[2],
            words=text[hit.start : hit.end],
            after=text[hit.end : hit.end + AROUND].partition("\n")[0],
            kind=hit.kind,
            blocks=hit.verdict == BLOCK,
            suggestion=replacement(text, hit, known)[2],
        )
        for hit in hits
    )


def warn(reading: Reading, text: str, acknowledged: str) -> None:
    """Raise Warned where the text names or attributes, unless its author has acknowledged this very text.

    Only what the author may know anyway is compared. Nothing is kept: the acknowledgement is the text's own digest.
    """
    acknowledge = hashlib.sha256(text.encode()).hexdigest()[:32]
    if acknowledged == acknowledge:
        return
    known = registry(reading)
    hits = _worth_a_warning(text, known)
    if hits:
        warning = AuthorWarning(
            acknowledge, findings(text, hits, known), _passages(text, hits), reworded(text, hits, known)
        )
        raise Warned(_("This text may tell who said something. Nothing was stored yet; it is your decision."), warning)


def reword(reading: Reading, text: str, place: str) -> str:
    """The text with one place reworded, by its number from 0 in the warning; with all of them for anything else."""
    known = registry(reading)
    hits = _worth_a_warning(text, known)
    chosen = int(place) if place.isascii() and place.isdigit() else len(hits)
    return reworded(text, hits[chosen : chosen + 1] or hits, known)


def _worth_a_warning(text: str, known: Registry) -> tuple[Hit, ...]:
    return tuple(hit for hit in scan(text, known) if hit.verdict == BLOCK or hit.kind == "family-name")


def _passages(text: str, hits: tuple[Hit, ...]) -> tuple[tuple[str, bool], ...]:
    """The text in pieces, marked and not; places that overlap are one."""
    pieces: list[tuple[str, bool]] = []
    done = 0
    for hit in hits:
        if hit.start >= done:
            pieces.append((text[done : hit.start], False))
        if hit.end > done:
            pieces.append((text[max(done, hit.start) : hit.end], True))
            done = hit.end
    return tuple(piece for piece in (*pieces, (text[done:], False)) if piece[0])
