"""The registry that the identity check works with: what the viewer may know of people and parties, and no more.

The session narrows the people to the viewer's rooms. Whoever holds no key to the registry is answered from the parties alone, which
every member knows: for him the answer does not depend on who is registered, so it cannot be asked who is.
"""

from typing import Any

from app.access.work import Reading
from app.dialogues.models import Party
from app.dialogues.queries import PersonForms, party_rows, person_forms
from app.scanner import Party as ScannedParty
from app.scanner import Person, Registry


def registry(reading: Reading) -> Registry:
    """The people and parties of the dialogue that the viewer may know."""
    return Registry(
        people=tuple(_person(forms) for forms in person_forms(reading)),
        parties=tuple(_party(row) for row in party_rows(reading)),
    )


def _person(forms: PersonForms) -> Person:
    more = forms.more
    return Person(
        ref=forms.ref,
        family=forms.family,
        given=forms.given,
        patronymic=forms.patronymic,
        order="family-first" if forms.order == "family-first" else "given-first",
        native=tuple(forms.natives.items()),
        readings=tuple(more.get("readings", {}).items()),
        honorific=forms.honorific,
        function=forms.function,
        rank=more.get("rank"),
        gender=more.get("gender"),
        party=forms.party,
        spellings=tuple(more.get("spellings", ())),
        nicknames=tuple(more.get("nicknames", ())),
        titles=tuple(more.get("titles", ())),
        former=tuple(more.get("former", ())),
        institutions=tuple(more.get("institutions", ())),
    )


def _party(row: Party) -> ScannedParty:
    names: list[tuple[str, dict[str, Any]]] = list(row.names.items())
    adjectives = [(lang, each) for lang, name in names for each in (name.get("demonym"), *name.get("adjectives", ()))]
    return ScannedParty(
        row.code,
        tuple((lang, name[key]) for lang, name in names for key in ("short", "long") if name.get(key)),
        tuple((lang, each) for lang, each in adjectives if each),
    )
