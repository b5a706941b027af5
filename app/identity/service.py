"""The verbs of the identity check: show what was found, warn an author."""

import hashlib

from app.access.work import Reading
from app.core.i18n import gettext as _
from app.identity.queries import registry
from app.identity.rewording import replacement, reworded
from app.identity.views import AuthorWarning, Finding, Warned
from app.scanner import BLOCK, Hit, Registry, scan

AROUND = 40  # characters of context on each side of a hit


def findings(text: str, hits: tuple[Hit, ...], known: Registry) -> tuple[Finding, ...]:
    """The hits in words, in the order of the text."""
    return tuple(
        Finding(
            start=hit.start,
            end=hit.end,
            line=text.count("\n", 0, hit.start) + 1,
            before=text[max(0, hit.start - AROUND) : hit.start],
            words=text[hit.start : hit.end],
            after=text[hit.end : hit.end + AROUND],
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
    hits = tuple(hit for hit in scan(text, known) if hit.verdict == BLOCK or hit.kind == "family-name")
    if hits:
        warning = AuthorWarning(acknowledge, findings(text, hits, known), reworded(text, hits, known))
        raise Warned(_("This text may tell who said something. It was not posted yet; it is your decision."), warning)
