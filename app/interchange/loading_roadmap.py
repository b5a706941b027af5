"""A document's roadmap into the database: texts, obstacles, steps, ties."""

from typing import Any

from app.access.work import Work
from app.core.ids import new_id
from app.engine.schedule import due_on
from app.interchange.document import Document
from app.interchange.document_roadmap import StepDoc
from app.interchange.judging import waived_link
from app.interchange.loading_registers import load_positions
from app.interchange.loading_rows import Names, moment, put, put_changes, rest
from app.roadmap.models import Anchor, Exchange, Handover, Instalment, Link, Obstacle, Step, StepChange, Waiver


def load_anchors(work: Work, document: Document, names: Names) -> None:
    """Texts and obstacles: what steps and their due dates hang on."""
    shared = names.on_board
    for t in document.texts:
        work.db.add(
            Anchor(**shared, code=t.code, kind=t.kind, titles=t.title, adopted_on=t.adopted, extra=rest(t, "summary"))
        )
    for o in document.obstacles:
        names.nodes[o.code] = new_id()
        work.db.add(
            Obstacle(
                **shared,
                id=names.nodes[o.code],
                code=o.code,
                titles=o.title,
                basket_codes=o.baskets,
                raised_on=o.raised,
                lifted_on=o.lifted,
                recorded_at=moment(o.recorded) or work.now,
                reason=o.reason,
                extra=rest(o, "recorded"),
            )
        )


def load_steps(work: Work, document: Document, names: Names) -> None:
    adopted = {t.code: t.adopted for t in document.texts}
    for position, s in enumerate(document.steps, 1):
        names.nodes[s.code] = new_id()
        step = Step(
            **names.on_board,
            id=names.nodes[s.code],
            basket_id=names.baskets[s.basket],
            code=s.code,
            titles=s.title,
            actor_codes=s.actors,
            due=_due(s),
            due_on=due_on(_due(s), adopted),
            total=s.quantity.total if s.quantity else None,
            unit=s.quantity.unit if s.quantity else None,
            state=s.changes[-1].state,
            position=position,
            earlier=[words.model_dump(mode="json") for words in s.earlier],
            extra=rest(s, "text", "verification", "outcome", "grades", "precedents", "graded_before"),
        )
        put(work, step)
        put_changes(work, StepChange, "step_id", step.id, step.compartment_id, s.changes)
        _load_quantity(work, s, step)
        load_positions(work, s, names)


def _due(s: StepDoc) -> dict[str, Any]:
    return s.due.model_dump(mode="json", exclude_none=True) if s.due else {}


def _load_quantity(work: Work, s: StepDoc, step: Step) -> None:
    ours = {"compartment_id": step.compartment_id, "step_id": step.id, "recorded_at": work.now}
    for position, part in enumerate(s.quantity.delivered if s.quantity else [], 1):
        work.db.add(
            Instalment(
                **ours,
                party_code=part.party,
                quantity=part.quantity,
                happened_on=part.on,
                position=position,
                withdrawn_on=part.withdrawn,
                withdrawn_reason=part.withdrawn_reason,
                extra=rest(part),
            )
        )
    for given in s.quantity.handed_over if s.quantity else []:
        work.db.add(
            Handover(
                **ours,
                party_code=given.party,
                quantity=given.quantity,
                happened_on=given.on,
                reason=given.reason,
                agreements=[each.model_dump(mode="json") for each in given.agreements],
                agreed_on=given.agreed_on,
                revoked_on=given.revoked,
                revoked_reason=given.revoked_reason,
            )
        )


def load_ties(work: Work, document: Document, names: Names) -> None:
    obstacles = {o.code for o in document.obstacles}
    made: list[Link] = []
    for position, link in enumerate(document.links, 1):
        target = names.nodes[link.to]
        is_basket = link.step in names.baskets and link.to in obstacles
        made.append(
            Link(
                **names.on_board,
                id=new_id(),
                step_id=None if is_basket else names.nodes[link.step],
                basket_id=names.baskets[link.step] if is_basket else None,
                to_obstacle_id=target if link.to in obstacles else None,
                to_step_id=None if link.to in obstacles else target,
                kind=link.kind,
                party_code=link.by,
                since=link.since,
                until=link.until,
                reason=link.reason,
                position=position,
                extra=rest(link),
            )
        )
    work.db.add_all(made)
    exchanges: dict[str, Exchange] = {}
    for position, x in enumerate(document.exchanges, 1):
        exchanges[x.code] = Exchange(
            **names.on_board,
            id=new_id(),
            code=x.code,
            a_codes=x.a,
            b_codes=x.b,
            order=x.order,
            readings=[r.model_dump(mode="json", exclude_none=True) for r in x.readings],
            position=position,
            extra=rest(x, "since", "ends"),
        )
    work.db.add_all(exchanges.values())
    work.db.flush()  # waivers point at both
    for w in document.waivers:
        place = waived_link(document, w) if w.step else None
        work.db.add(
            Waiver(
                **names.on_board,
                link_id=None if place is None else made[place].id,
                exchange_id=exchanges[w.exchange].id if w.exchange else None,
                side=w.side,
                party_code=w.by,
                happened_on=w.on,
                recorded_at=work.now,
                reason=w.reason,
                recorded_by=w.recorded_by,
                agreed_on=w.counts_from,
                revoked_on=w.revoked,
                revoked_reason=w.revoked_reason,
                revoked_by=w.revoked_by,
            )
        )
