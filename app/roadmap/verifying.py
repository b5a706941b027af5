"""The gate of verification: a third party says that a step is done, and where the step names who, nobody else."""

import re
import unicodedata
from collections.abc import Iterable

from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.text import bare
from app.dialogues.models import Party
from app.dialogues.queries import names_of

SHORT = 4
"""Letters and digits below which a name of the Latin alphabet counts only as a word of its own: "us" stands in "harbour custodian"."""


def refuse_own_verifier(verification: str, actors: Iterable[str], parties: Iterable[Party]) -> None:
    """Raises Invalid for a step that its own actor is to verify."""
    if verification and _names_an_actor(verification, set(actors), parties):
        raise Invalid({"verification": _("A step is verified by a third party, not by its own actor.")})


def refuse_unverified(named: str | None, said: str, actors: Iterable[str], parties: Iterable[Party]) -> None:
    """`named`: who is to verify the step, as it says itself; `said`: who has. Raises Invalid."""
    parties = tuple(parties)
    if said and _names_an_actor(said, set(actors), parties):
        raise Invalid({"verified_by": _("A step is verified by a third party, not by its own actor.")})
    if named and not said:
        sentence = _("This step is done only when it is verified, by: %(who)s. Please say who has verified it.")
        raise Invalid({"verified_by": sentence % {"who": named}})
    if named and _meant(said, parties) != _meant(named, parties):
        sentence = _("This step is to be verified by: %(who)s. Nobody else's word makes it done.")
        raise Invalid({"verified_by": sentence % {"who": named}})


def _meant(name: str, parties: Iterable[Party]) -> str:
    """A party by its code, however it is called; anybody else by the letters of the name."""
    return next((row.code for row in parties if bare(name) in map(bare, names_of(row))), bare(name))


def _names_an_actor(text: str, actors: set[str], parties: Iterable[Party]) -> bool:
    """Whether an actor stands in it under any of its names. The longest name is found first: one may be part of another's."""
    names = {bare(name): row.code in actors for row in parties for name in names_of(row)}
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = {bare(part) for part in (*re.split(r"\W+", folded), *re.split(r"[,;/&()]|\band\b", folded))}
    left = bare(text)
    for name in sorted(names, key=len, reverse=True):
        if name in words or (name in left and not (name.isascii() and len(name) < SHORT)):
            if names[name]:
                return True
            left = left.replace(name, "|")
    return False
