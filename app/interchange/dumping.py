"""A dialogue out of the database as a document: what is public to its members, and nothing that was said in confidence.

Notes, sealed and confided entries, and who attended a meeting held here stay behind; a document leaves the house.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.access.work import Ground, Reading, reading
from app.baskets.models import Basket, BasketChange, SilenceAgreed, Topic, TopicChange
from app.dialogues.joining import operator_of
from app.dialogues.models import Mandate, Party, Person
from app.dialogues.queries import dialogue as dialogue_row
from app.interchange.document import Document
from app.interchange.dumping_roadmap import roadmap
from app.interchange.dumping_rows import Rows, changes_of, clean, rows_of
from app.meetings.models import AgendaItem, Attendance, Meeting
from app.registers.models import Term
from app.registers.queries import entry_views


def dump(ground: Ground, code: str) -> Document:
    """Raises NotFound where there is no such dialogue."""
    with reading(ground, operator_of(ground, code)) as here:
        return Document.model_validate(_data(here))


def _data(here: Reading) -> dict[str, Any]:
    return {
        "format": "dipoli/1",
        "dialogue": _dialogue(here),
        "parties": _parties(here),
        **_people(here),
        "baskets": _baskets(here),
        "topics": _topics(here),
        "meetings": _meetings(here),
        **roadmap(here),
        "entries": _shared_entries(here),
        "terms": _terms(here),
    }


def _dialogue(here: Reading) -> dict[str, Any]:
    row = dialogue_row(here)
    return clean(
        {
            "code": here.viewer.dialogue_code,
            "title": here.viewer.dialogue_titles,
            "description": row.descriptions,
            "languages": row.languages,
            "working_language": row.working_language,
            "time_zone": row.time_zone,
            "linkage_policy": row.linkage_policy,
            "demonstration": row.is_demonstration,
            **row.extra,
        }
    )


def _parties(here: Reading) -> Rows:
    return [
        clean(
            {
                "code": p.code,
                "neutral": p.neutral,
                "names": p.names,
                "kind": p.kind,
                "time_zone": p.time_zone,
                "joined": p.joined_on,
                "left": p.left_on,
                **p.extra,
            }
        )
        for p in rows_of(here, Party)
    ]


def _people(here: Reading) -> dict[str, Rows]:
    parties = {p.id: p.code for p in rows_of(here, Party)}
    people = rows_of(here, Person, Person.ref)
    refs = {p.id: p.ref for p in people}
    return {
        "people": [
            clean(
                {
                    "ref": p.ref,
                    "family": p.family,
                    "given": p.given,
                    "patronymic": p.patronymic,
                    "order": p.name_order,
                    "native": p.natives,
                    "honorific": p.honorific,
                    "function": p.function,
                    "party": parties.get(p.party_id),
                    "demonstration": p.is_demonstration,
                    **p.extra,
                }
            )
            for p in people
        ],
        "mandates": [
            clean(
                {
                    "person": refs[m.person_id],
                    "party": parties[m.party_id],
                    "position": m.position,
                    "begins": m.begins_on,
                    "ends": m.ends_on,
                    **m.extra,
                }
            )
            for m in sorted(rows_of(here, Mandate, Mandate.id), key=lambda m: refs[m.person_id])
        ],
    }


def _silences(here: Reading) -> dict[UUID, Rows]:
    found: dict[UUID, Rows] = {}
    for row in here.db.scalars(select(SilenceAgreed).order_by(SilenceAgreed.happened_on, SilenceAgreed.position)):
        found.setdefault(row.basket_id, []).append(clean({"on": row.happened_on, "days": row.days}))
    return found


def _baskets(here: Reading) -> Rows:
    changes = changes_of(here, BasketChange, "basket_id")
    silences = _silences(here)
    return [
        clean(
            {
                "code": b.code,
                "title": b.titles,
                "description": b.descriptions,
                "members": b.party_codes,
                "chair": (b.chair or "").split(),
                "silences": silences.get(b.id),
                "changes": changes[b.id],
                **b.extra,
            }
        )
        for b in rows_of(here, Basket)
    ]


def _topics(here: Reading) -> Rows:
    changes = changes_of(here, TopicChange, "topic_id")
    codes = {b.id: b.code for b in rows_of(here, Basket)}
    return [
        clean(
            {
                "code": t.code,
                "basket": codes[t.basket_id],
                "title": t.titles,
                "grade": t.grade,
                "changes": changes[t.id],
                **t.extra,
            }
        )
        for t in rows_of(here, Topic)
    ]


def _meetings(here: Reading) -> Rows:
    """Meetings of the record, with their agenda and attendance. One that is held here is not seen from outside it."""
    refs = {p.id: p.ref for p in rows_of(here, Person, Person.ref)}
    items: dict[UUID, Rows] = {}
    for item in here.db.scalars(select(AgendaItem).order_by(AgendaItem.position)):
        data = {"ref": item.ref, "title": item.title, "topics": item.topic_codes, "rule": item.rule, **item.extra}
        items.setdefault(item.meeting_id, []).append(clean(data))
    present: dict[UUID, Rows] = {}
    for one in here.db.scalars(select(Attendance)):
        data = {"person": refs[one.person_id], "capacity": one.capacity, "present": one.is_present, **one.extra}
        present.setdefault(one.meeting_id, []).append(data)
    return [_meeting(m, items.get(m.id, []), present.get(m.id, [])) for m in rows_of(here, Meeting, Meeting.starts_on)]


def _meeting(m: Meeting, agenda: Rows, attendance: Rows) -> dict[str, Any]:
    return clean(
        {
            "code": m.code,
            "kind": m.kind,
            "title": m.titles,
            "baskets": m.basket_codes,
            "starts": m.starts_on,
            "ends": m.ends_on,
            "starts_at": m.starts_at,
            "ends_at": m.ends_at,
            "time_zone": m.time_zone,
            "venue": m.venue,
            "city": m.city,
            "rule": m.rule,
            "tlp": m.tlp,
            "agenda": agenda,
            "attendance": sorted(attendance, key=lambda one: str(one["person"])),
            **m.extra,
        }
    )


def _shared_entries(here: Reading) -> Rows:
    """Only what its owner shared with its name: a document must name the party, so an unattributed entry cannot be in it.

    In an order of their own words: codes are random, and another house gives others.
    """
    return [
        clean(
            {
                "party": entry.party_code,
                "kind": entry.kind,
                "text": entry.text,
                "authority": entry.authority,
                "capacity": entry.capacity,
                "conditions": entry.conditions,
                "disclosure": entry.disclosure,
                "source": entry.source,
                "touches": list(entry.touches),
                "on": entry.on,
                "reconfirm_by": entry.reconfirm_by,
                "demonstration": entry.is_demonstration,
            }
        )
        for entry in sorted(entry_views(here), key=lambda entry: (entry.party_code or "", entry.kind, entry.text))
        if entry.party_code is not None and entry.disclosure == "shared"
    ]


def _terms(here: Reading) -> Rows:
    return [
        clean(
            {
                "code": t.code,
                "expression": t.expressions,
                "state": t.state,
                "turns": t.turns,
                "readings": t.readings,
                **t.extra,
            }
        )
        for t in rows_of(here, Term)
    ]
