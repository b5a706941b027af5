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
from app.meetings.models import AgendaItem, Attendance, Meeting
from app.registers.models import Term
from app.registers.queries import entry_views
from app.roadmap.models import Anchor, Exchange, Handover, Instalment, Link, Obstacle, Step, StepChange, Waiver

Rows = list[Any]


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
        "texts": [
            _clean({"code": t.code, "kind": t.kind, "title": t.titles, "adopted": t.adopted_on, **t.extra})
            for t in _rows(here, Anchor)
        ],
        "baskets": _baskets(here),
        "topics": _topics(here),
        "meetings": _meetings(here),
        **_registers(here),
    }


def _rows(here: Reading, model: Any, order: Any = None) -> Rows:
    ours = model.dialogue_id == here.viewer.dialogue_id
    by = order if order is not None else getattr(model, "position", None)
    return list(here.db.scalars(select(model).where(ours).order_by(by if by is not None else model.code)))


def _clean(data: dict[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) for key, value in data.items() if value not in (None, [], {}, "")}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _dialogue(here: Reading) -> dict[str, Any]:
    row = dialogue_row(here)
    return _clean(
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
        _clean(
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
        for p in _rows(here, Party)
    ]


def _people(here: Reading) -> dict[str, Rows]:
    parties = {p.id: p.code for p in _rows(here, Party)}
    people = _rows(here, Person, Person.ref)
    refs = {p.id: p.ref for p in people}
    return {
        "people": [
            _clean(
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
            _clean(
                {
                    "person": refs[m.person_id],
                    "party": parties[m.party_id],
                    "position": m.position,
                    "begins": m.begins_on,
                    "ends": m.ends_on,
                    **m.extra,
                }
            )
            for m in sorted(_rows(here, Mandate, Mandate.id), key=lambda m: refs[m.person_id])
        ],
    }


def _changes(here: Reading, table: Any, owner: Any) -> dict[UUID, Rows]:
    found: dict[UUID, Rows] = {}
    for row in here.db.scalars(select(table).order_by(table.happened_on, table.position)):
        change = {"state": row.state, "on": row.happened_on, "reason": row.reason, **row.extra}
        change.setdefault("recorded", row.recorded_at.date())
        found.setdefault(getattr(row, owner), []).append(_clean(change))
    return found


def _silences(here: Reading) -> dict[UUID, Rows]:
    found: dict[UUID, Rows] = {}
    for row in here.db.scalars(select(SilenceAgreed).order_by(SilenceAgreed.happened_on, SilenceAgreed.position)):
        found.setdefault(row.basket_id, []).append(_clean({"on": row.happened_on, "days": row.days}))
    return found


def _baskets(here: Reading) -> Rows:
    changes = _changes(here, BasketChange, "basket_id")
    silences = _silences(here)
    return [
        _clean(
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
        for b in _rows(here, Basket)
    ]


def _topics(here: Reading) -> Rows:
    changes = _changes(here, TopicChange, "topic_id")
    codes = {b.id: b.code for b in _rows(here, Basket)}
    return [
        _clean(
            {
                "code": t.code,
                "basket": codes[t.basket_id],
                "title": t.titles,
                "grade": t.grade,
                "changes": changes[t.id],
                **t.extra,
            }
        )
        for t in _rows(here, Topic)
    ]


def _meetings(here: Reading) -> Rows:
    """Meetings of the record, with their agenda and attendance. One that is held here is not seen from outside it."""
    refs = {p.id: p.ref for p in _rows(here, Person, Person.ref)}
    items: dict[UUID, Rows] = {}
    for item in here.db.scalars(select(AgendaItem).order_by(AgendaItem.position)):
        data = {"ref": item.ref, "title": item.title, "topics": item.topic_codes, "rule": item.rule, **item.extra}
        items.setdefault(item.meeting_id, []).append(_clean(data))
    present: dict[UUID, Rows] = {}
    for one in here.db.scalars(select(Attendance)):
        data = {"person": refs[one.person_id], "capacity": one.capacity, "present": one.is_present, **one.extra}
        present.setdefault(one.meeting_id, []).append(data)
    return [_meeting(m, items.get(m.id, []), present.get(m.id, [])) for m in _rows(here, Meeting, Meeting.starts_on)]


def _meeting(m: Meeting, agenda: Rows, attendance: Rows) -> dict[str, Any]:
    return _clean(
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


def _registers(here: Reading) -> dict[str, Rows]:
    steps = _rows(here, Step)
    obstacles = _rows(here, Obstacle, Obstacle.raised_on)
    nodes = {row.id: row.code for row in (*steps, *obstacles, *_rows(here, Basket))}
    links, exchanges = _rows(here, Link), _rows(here, Exchange)
    return {
        "obstacles": [
            _clean(
                {
                    "code": o.code,
                    "title": o.titles,
                    "baskets": o.basket_codes,
                    "raised": o.raised_on,
                    "lifted": o.lifted_on,
                    "reason": o.reason,
                    **o.extra,
                }
            )
            for o in obstacles
        ],
        "steps": _steps(here, steps),
        "links": [
            _clean(
                {
                    "from": nodes[li.step_id or li.basket_id],
                    "kind": li.kind,
                    "to": nodes[li.to_step_id or li.to_obstacle_id],
                    "by": li.party_code,
                    "since": li.since,
                    "until": li.until,
                    "reason": li.reason,
                    **li.extra,
                }
            )
            for li in links
        ],
        "exchanges": [
            _clean(
                {"code": x.code, "a": x.a_codes, "b": x.b_codes, "order": x.order, "readings": x.readings, **x.extra}
            )
            for x in exchanges
        ],
        "waivers": _waivers(here, nodes, {li.id: li for li in links}, {x.id: x.code for x in exchanges}),
        "entries": _shared_entries(here),
        "terms": [
            _clean(
                {
                    "code": t.code,
                    "expression": t.expressions,
                    "state": t.state,
                    "turns": t.turns,
                    "readings": t.readings,
                    **t.extra,
                }
            )
            for t in _rows(here, Term)
        ],
    }


def _waivers(here: Reading, nodes: dict[UUID, str], links: dict[UUID, Link], exchanges: dict[UUID, str]) -> Rows:
    found = []
    for w in _rows(here, Waiver, Waiver.happened_on):
        link = links.get(w.link_id)
        ends: dict[str, Any] = {"exchange": exchanges.get(w.exchange_id), "side": w.side}
        if link is not None:
            ends = {"from": nodes[link.step_id or link.basket_id], "to": nodes[link.to_step_id or link.to_obstacle_id]}  # type: ignore[index]
            ends["of"] = link.party_code
        said = {"by": w.party_code, "on": w.happened_on, "reason": w.reason, "recorded_by": w.recorded_by}
        found.append(
            _clean(
                {
                    **ends,
                    **said,
                    "revoked": w.revoked_on,
                    "revoked_reason": w.revoked_reason,
                    "revoked_by": w.revoked_by,
                }
            )
        )
    return found


def _quantities(here: Reading) -> dict[UUID, dict[str, Rows]]:
    found: dict[UUID, dict[str, Rows]] = {}
    for part in here.db.scalars(select(Instalment).order_by(Instalment.position)):
        data = {"party": part.party_code, "quantity": part.quantity, "on": part.happened_on, **part.extra}
        data |= {"withdrawn": part.withdrawn_on, "withdrawn_reason": part.withdrawn_reason}
        found.setdefault(part.step_id, {}).setdefault("delivered", []).append(_clean(data))
    for h in here.db.scalars(select(Handover).order_by(Handover.happened_on, Handover.party_code)):
        data = {"party": h.party_code, "quantity": h.quantity, "on": h.happened_on, "reason": h.reason}
        data |= {"agreements": h.agreements, "revoked": h.revoked_on, "revoked_reason": h.revoked_reason}
        found.setdefault(h.step_id, {}).setdefault("handed_over", []).append(_clean(data))
    return found


def _steps(here: Reading, steps: Rows) -> Rows:
    changes = _changes(here, StepChange, "step_id")
    quantities = _quantities(here)
    codes = {b.id: b.code for b in _rows(here, Basket)}
    return [
        _clean(
            {
                "code": s.code,
                "basket": codes[s.basket_id],
                "actors": s.actor_codes,
                "title": s.titles,
                "due": s.due,
                "quantity": s.total and {"total": s.total, "unit": s.unit, **quantities.get(s.id, {})},
                "earlier": [_clean(words) for words in s.earlier],
                "changes": changes[s.id],
                **s.extra,
            }
        )
        for s in steps
    ]


def _shared_entries(here: Reading) -> Rows:
    """Only what its owner shared with its name: a document must name the party, so an unattributed entry cannot be in it.

    In an order of their own words: codes are random, and another house gives others.
    """
    return [
        _clean(
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
