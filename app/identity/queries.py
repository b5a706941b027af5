"""The registry that the identity check works with: what the viewer may know of people and parties, and no more.

The session narrows the people to the viewer's rooms. Whoever holds no key to the registry is answered from the parties alone, which
every member knows: for him the answer does not depend on who is registered, so it cannot be asked who is.
"""

import json
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, cast, select

from app.access.work import Reading
from app.db.base import id_of
from app.dialogues.models import Party, Person
from app.scanner import Party as ScannedParty
from app.scanner import Person as ScannedPerson
from app.scanner import Registry

Rows = tuple[tuple[Any, ...], ...]
# Before every note that is posted: columns, not rows of the mapper, and JSON as the text it is stored as.
_PEOPLE = (
    select(
        Person.ref,
        Person.family,
        Person.given,
        Person.patronymic,
        Person.name_order,
        cast(Person.natives, Text),
        Person.honorific,
        Person.function,
        Party.code,
        cast(Person.extra, Text),
    )
    .outerjoin(Party, Party.id == Person.party_id)
    .where(Person.dialogue_id == id_of("dialogue"))
    .order_by(Person.ref)
)
_PARTIES = (
    select(Party.code, cast(Party.names, Text)).where(Party.dialogue_id == id_of("dialogue")).order_by(Party.position)
)


def registry(reading: Reading) -> Registry:
    """The people and parties of the dialogue that the viewer may know."""
    here = {"dialogue": reading.viewer.dialogue_id}
    people, parties = (reading.db.execute(asked, here).all() for asked in (_PEOPLE, _PARTIES))
    return _registry(tuple(people), tuple(parties))


@lru_cache(maxsize=32)
def _registry(people: Rows, parties: Rows) -> Registry:
    """The same rows are the same registry, with the automata that hang on it."""
    return Registry(tuple(_person(*row) for row in people), tuple(_party(*row) for row in parties))


def _person(
    ref: str,
    family: str,
    given: str,
    patronymic: str | None,
    order: str,
    natives: str,
    honorific: str | None,
    function: str | None,
    party: str | None,
    extra: str,
) -> ScannedPerson:
    more = json.loads(extra)
    return ScannedPerson(
        ref=ref,
        family=family,
        given=given,
        patronymic=patronymic,
        order="family-first" if order == "family-first" else "given-first",
        native=tuple(json.loads(natives).items()),
        readings=tuple(more.get("readings", {}).items()),
        honorific=honorific,
        function=function,
        rank=more.get("rank"),
        gender=more.get("gender"),
        party=party,
        spellings=tuple(more.get("spellings", ())),
        nicknames=tuple(more.get("nicknames", ())),
        titles=tuple(more.get("titles", ())),
        former=tuple(more.get("former", ())),
        institutions=tuple(more.get("institutions", ())),
    )


def _party(code: str, named: str) -> ScannedParty:
    names: list[tuple[str, dict[str, Any]]] = list(json.loads(named).items())
    adjectives = [(lang, each) for lang, name in names for each in (name.get("demonym"), *name.get("adjectives", ()))]
    return ScannedParty(
        code,
        tuple((lang, name[key]) for lang, name in names for key in ("short", "long") if name.get(key)),
        tuple((lang, each) for lang, each in adjectives if each),
    )
