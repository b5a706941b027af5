"""A roadmap out of the database: texts, obstacles, steps with their quantities, ties, exchanges, waivers."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.access.work import Reading
from app.baskets.models import Basket
from app.interchange.dumping_rows import Rows, changes_of, clean, rows_of
from app.roadmap.models import Anchor, Exchange, Handover, Instalment, Link, Obstacle, Step, StepChange, Waiver


def roadmap(here: Reading) -> dict[str, Rows]:
    steps = rows_of(here, Step)
    obstacles = rows_of(here, Obstacle, Obstacle.raised_on)
    nodes = {row.id: row.code for row in (*steps, *obstacles, *rows_of(here, Basket))}
    links, exchanges = rows_of(here, Link), rows_of(here, Exchange)
    return {
        "texts": [
            clean({"code": t.code, "kind": t.kind, "title": t.titles, "adopted": t.adopted_on, **t.extra})
            for t in rows_of(here, Anchor)
        ],
        "obstacles": [
            clean(
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
            clean(
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
            clean({"code": x.code, "a": x.a_codes, "b": x.b_codes, "order": x.order, "readings": x.readings, **x.extra})
            for x in exchanges
        ],
        "waivers": _waivers(here, nodes, {li.id: li for li in links}, {x.id: x.code for x in exchanges}),
    }


def _waivers(here: Reading, nodes: dict[UUID, str], links: dict[UUID, Link], exchanges: dict[UUID, str]) -> Rows:
    found = []
    for w in rows_of(here, Waiver, Waiver.happened_on):
        link = links.get(w.link_id)
        ends: dict[str, Any] = {"exchange": exchanges.get(w.exchange_id), "side": w.side}
        if link is not None:
            ends = {"from": nodes[link.step_id or link.basket_id], "to": nodes[link.to_step_id or link.to_obstacle_id]}  # type: ignore[index]
            ends["of"] = link.party_code
        said = {"by": w.party_code, "on": w.happened_on, "reason": w.reason, "recorded_by": w.recorded_by}
        found.append(
            clean(
                {
                    **ends,
                    **said,
                    "agreed": w.agreed_on if w.recorded_by else None,
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
        found.setdefault(part.step_id, {}).setdefault("delivered", []).append(clean(data))
    for h in here.db.scalars(select(Handover).order_by(Handover.happened_on, Handover.party_code)):
        data = {"party": h.party_code, "quantity": h.quantity, "on": h.happened_on, "reason": h.reason}
        data |= {"agreements": h.agreements, "revoked": h.revoked_on, "revoked_reason": h.revoked_reason}
        found.setdefault(h.step_id, {}).setdefault("handed_over", []).append(clean(data))
    return found


def _steps(here: Reading, steps: Rows) -> Rows:
    changes = changes_of(here, StepChange, "step_id")
    quantities = _quantities(here)
    codes = {b.id: b.code for b in rows_of(here, Basket)}
    return [
        clean(
            {
                "code": s.code,
                "basket": codes[s.basket_id],
                "actors": s.actor_codes,
                "title": s.titles,
                "due": s.due,
                "quantity": s.total and {"total": s.total, "unit": s.unit, **quantities.get(s.id, {})},
                "earlier": [clean(words) for words in s.earlier],
                "changes": changes[s.id],
                **s.extra,
            }
        )
        for s in steps
    ]
