"""From an interchange document to the registry that the identity-leak scanner works with. Only people and parties are needed."""

from typing import Literal

from app.interchange.document import Document
from app.interchange.document_people import DialogueDoc, PartyDoc, PersonDoc
from app.interchange.reading import parse
from app.scanner import Party, Person, Registry


class PeopleDocument(Document):
    """A document of which only people and parties need be there."""

    format: Literal["dipoli/1"] = "dipoli/1"
    dialogue: DialogueDoc = DialogueDoc(code="people", title={"en": "People"})


def read_registry(text: str) -> Registry:
    """The registry of a document's people and parties. Raises BadDocument with every fault."""
    document = parse(text, PeopleDocument)
    stated = "dialogue" in document.model_fields_set and "working_language" in document.dialogue.model_fields_set
    return Registry(
        people=tuple(_person(person) for person in document.people),
        parties=tuple(_party(party) for party in document.parties),
        working_language=document.dialogue.working_language if stated else None,
    )


def _person(doc: PersonDoc) -> Person:
    return Person(
        ref=doc.ref,
        family=doc.family,
        given=doc.given,
        patronymic=doc.patronymic,
        order=doc.order,
        native=tuple(doc.native.items()),
        readings=tuple(doc.readings.items()),
        spellings=tuple(doc.spellings),
        nicknames=tuple(doc.nicknames),
        honorific=doc.honorific,
        titles=tuple(doc.titles),
        function=doc.function,
        rank=doc.rank,
        former=tuple(doc.former),
        gender=doc.gender,
        institutions=tuple(doc.institutions),
        party=doc.party,
    )


def _party(doc: PartyDoc) -> Party:
    names = [(lang, form) for lang, name in doc.names.items() for form in (name.short, name.long) if form]
    adjectives = [(lang, form) for lang, name in doc.names.items() for form in (name.demonym, *name.adjectives) if form]
    return Party(doc.code, tuple(names), tuple(adjectives))
