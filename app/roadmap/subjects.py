"""What the form of an act is about: each raises NotFound for what is not there, whose form is not there either."""

from uuid import UUID

from sqlalchemy import select

from app.access.work import Reading
from app.baskets.models import Basket
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.i18n import wording
from app.core.text import amount
from app.dialogues.queries import party_names
from app.roadmap import queries
from app.roadmap.form_views import Subject
from app.roadmap.models import Exchange, Link, Obstacle, Step, Waiver


def about_step(reading: Reading, code: str) -> Subject:
    row = queries.step(reading, code)
    return Subject(code, wording(row.titles), row.state)


def about_obstacle(reading: Reading, code: str) -> Subject:
    return Subject(code, wording(queries.obstacle(reading, code).titles))


def about_text(reading: Reading, code: str) -> Subject:
    return Subject(code, wording(queries.anchor(reading, code).titles))


def about_exchange(reading: Reading, code: str) -> Subject:
    row = queries.exchange(reading, code)
    return Subject(code, "", a=titled(reading, row.a_codes), b=titled(reading, row.b_codes))


def about_link(reading: Reading, link_id: UUID) -> Subject:
    row = queries.ours(reading, Link, link_id)
    get = reading.db.get
    waits = get(Step, row.step_id) if row.step_id else get(Basket, row.basket_id)
    target = get(Step, row.to_step_id) if row.to_step_id else get(Obstacle, row.to_obstacle_id)
    if waits is None or target is None:
        raise NotFound
    sides = (((end.code, wording(end.titles)),) for end in (waits, target))
    return Subject("", "", a=next(sides), b=next(sides), reason=row.reason)


def about_instalment(reading: Reading, instalment_id: UUID) -> Subject:
    row, step = queries.instalment(reading, instalment_id)
    who = party_names(reading).get(row.party_code or "", _("nobody by name"))
    words = _("%(quantity)s %(unit)s, %(who)s, on %(day)s.")
    said = {"quantity": amount(row.quantity), "unit": step.unit, "who": who, "day": row.happened_on or _("undated")}
    return Subject(step.code, wording(step.titles), reason=words % said)


def about_handover(reading: Reading, handover_id: UUID) -> Subject:
    row, step = queries.handover(reading, handover_id)
    who = party_names(reading).get(row.party_code, row.party_code)
    words = _("%(party)s takes over %(quantity)s %(unit)s.")
    return Subject(
        step.code,
        wording(step.titles),
        reason=words % {"party": who, "quantity": amount(row.quantity), "unit": step.unit},
    )


def about_waiver(reading: Reading, waiver_id: UUID) -> Subject:
    row = queries.ours(reading, Waiver, waiver_id)
    who = party_names(reading).get(row.party_code, row.party_code)
    asked = about_link(reading, row.link_id) if row.link_id else _about_side(reading, row)
    return Subject("", who, a=asked.a, b=asked.b, reason=row.reason)


def _about_side(reading: Reading, row: Waiver) -> Subject:
    exchange = queries.ours(reading, Exchange, row.exchange_id)
    sides = (exchange.a_codes, exchange.b_codes) if row.side == "a" else (exchange.b_codes, exchange.a_codes)
    return Subject("", "", a=titled(reading, sides[0]), b=titled(reading, sides[1]))


def titled(reading: Reading, codes: list[str]) -> tuple[tuple[str, str], ...]:
    """Steps, obstacles and baskets share no codes in what one tie names; whatever it is, its title."""
    here = reading.viewer.dialogue_id
    titles: dict[str, str] = {}
    for table in (Basket, Obstacle, Step):
        found = reading.db.execute(
            select(table.code, table.titles).where(table.dialogue_id == here, table.code.in_(codes))
        )
        titles |= {code: wording(words) for code, words in found}
    return tuple((code, titles.get(code, "")) for code in codes)
