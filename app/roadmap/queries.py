"""Steps as they are stored, now and as of a day; one thing by its code or id, one column of all of them."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Text, cast, func, select

from app.access.work import Reading
from app.baskets.models import Basket
from app.core.errors import NotFound
from app.core.i18n import wording
from app.db.base import id_of
from app.db.dated import latest
from app.roadmap.graph import (
    StepState,
)
from app.roadmap.models import Anchor, Exchange, Handover, Instalment, Link, Obstacle, Step, StepChange, Waiver
from app.roadmap.views import AnchorView


@lru_cache(maxsize=8192)
def _loaded(text: str) -> Any:
    """JSON text as it is stored. Read often, and never changed."""
    return json.loads(text)


@lru_cache(maxsize=1024)
def codes_in(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


class StepRow(NamedTuple):
    """A step as of a day, in its words. Hashable: what is JSON stays text until it is asked for."""

    code: str
    basket: str
    titles_text: str
    actors_text: str
    due_text: str
    due_on: date | None
    state: str
    since: date
    total: float | None
    unit: str | None
    more_text: str = "{}"

    @property
    def before(self) -> tuple[str, ...]:
        """What it required and was done before."""
        return tuple(_loaded(self.more_text).get("before", ()))

    @property
    def titles(self) -> dict[str, str]:
        return _loaded(self.titles_text)  # type: ignore[no-any-return]

    @property
    def actors(self) -> tuple[str, ...]:
        return codes_in(self.actors_text)

    @property
    def due(self) -> dict[str, Any]:
        return _loaded(self.due_text)  # type: ignore[no-any-return]


_LAST = latest(StepChange, StepChange.step_id, StepChange.state, StepChange.extra)
_STATES = (
    select(Step.code, Basket.code, _LAST.c.state, cast(Step.actor_codes, Text), Step.total)
    .join(Basket, Basket.id == Step.basket_id)
    .join(_LAST, _LAST.c.thing == Step.id)
    .where(Step.dialogue_id == id_of("dialogue"))
    .order_by(Basket.position, Step.position)
)
_STEPS = _STATES.with_only_columns(
    Step.code,
    Basket.code,
    cast(Step.titles, Text),
    cast(Step.actor_codes, Text),
    cast(Step.due, Text),
    Step.due_on,
    _LAST.c.state,
    _LAST.c.happened_on,
    Step.total,
    Step.unit,
    cast(_LAST.c.extra, Text),
    maintain_column_froms=True,
)


def on_day(reading: Reading, day: date) -> dict[str, Any]:
    return {"dialogue": reading.viewer.dialogue_id, "day": day}


def step_rows(reading: Reading, as_of: date) -> tuple[StepRow, ...]:
    """Every step known by that day, with the state it then had."""
    found = (StepRow(*row) for row in reading.db.execute(_STEPS, on_day(reading, as_of)))
    read = as_it_read(reading, as_of)
    return tuple(_with(row, read[row.code]) if row.code in read else row for row in found)


def step_states(reading: Reading, as_of: date) -> tuple[StepState, ...]:
    read = as_it_read(reading, as_of)
    return tuple(
        StepState(c, b, s, tuple(read[c]["actors"]), read[c]["total"])
        if c in read
        else StepState(c, b, s, codes_in(a), t)
        for c, b, s, a, t in reading.db.execute(_STATES, on_day(reading, as_of))
    )


def as_it_read(reading: Reading, as_of: date) -> dict[str, dict[str, Any]]:
    """Step code to how it read on a day that has been, of those that were revised since."""
    if as_of >= reading.today:
        return {}
    revised = select(Step.code, Step.earlier).where(Step.dialogue_id == id_of("dialogue"))
    found = reading.db.execute(revised, {"dialogue": reading.viewer.dialogue_id})
    stood = ((code, [words for words in earlier if words["until"] > as_of.isoformat()]) for code, earlier in found)
    return {code: words[0] for code, words in stood if words}


def _with(row: StepRow, words: Mapping[str, Any]) -> StepRow:
    return row._replace(
        titles_text=json.dumps(words["titles"]),
        actors_text=json.dumps(words["actors"]),
        due_text=json.dumps(words["due"]),
        due_on=day_in(words["due_on"]),
        total=words["total"],
        unit=words["unit"],
    )


def day_in(words: str | None) -> date | None:
    return date.fromisoformat(words) if words else None


def step(reading: Reading, code: str) -> Step:
    found = reading.db.scalar(select(Step).where(Step.dialogue_id == reading.viewer.dialogue_id, Step.code == code))
    if found is None:
        raise NotFound
    return found


def obstacles(reading: Reading) -> list[Obstacle]:
    return list(reading.db.scalars(select(Obstacle).where(Obstacle.dialogue_id == reading.viewer.dialogue_id)))


def links(reading: Reading) -> list[Link]:
    """All that there ever were, by place."""
    ours = Link.dialogue_id == reading.viewer.dialogue_id
    return list(reading.db.scalars(select(Link).where(ours).order_by(Link.position)))


def steps(reading: Reading) -> list[Step]:
    """All of them, in no order."""
    return list(reading.db.scalars(select(Step).where(Step.dialogue_id == reading.viewer.dialogue_id)))


def obstacle(reading: Reading, code: str) -> Obstacle:
    ours = Obstacle.dialogue_id == reading.viewer.dialogue_id
    found = reading.db.scalar(select(Obstacle).where(ours, Obstacle.code == code))
    if found is None:
        raise NotFound
    return found


def exchange(reading: Reading, code: str) -> Exchange:
    ours = Exchange.dialogue_id == reading.viewer.dialogue_id
    found = reading.db.scalar(select(Exchange).where(ours, Exchange.code == code))
    if found is None:
        raise NotFound
    return found


def anchor(reading: Reading, code: str) -> Anchor:
    ours = Anchor.dialogue_id == reading.viewer.dialogue_id
    found = reading.db.scalar(select(Anchor).where(ours, Anchor.code == code))
    if found is None:
        raise NotFound
    return found


T = TypeVar("T", Link, Step, Waiver, Exchange)


def ours(reading: Reading, table: type[T], place: UUID | None) -> T:
    """A row of this dialogue. Raises NotFound."""
    found = reading.db.get(table, place) if place else None
    if found is None or found.dialogue_id != reading.viewer.dialogue_id:
        raise NotFound
    return found


def instalment(reading: Reading, instalment_id: UUID) -> tuple[Instalment, Step]:
    row = reading.db.get(Instalment, instalment_id)
    if row is None:
        raise NotFound
    return row, ours(reading, Step, row.step_id)


def handover(reading: Reading, handover_id: UUID) -> tuple[Handover, Step]:
    row = reading.db.get(Handover, handover_id)
    if row is None:
        raise NotFound
    return row, ours(reading, Step, row.step_id)


def adoption_days(reading: Reading) -> dict[str, date | None]:
    """Code of every text or event that due dates may count from, to the day it was adopted."""
    ours = Anchor.dialogue_id == reading.viewer.dialogue_id
    return {code: on for code, on in reading.db.execute(select(Anchor.code, Anchor.adopted_on).where(ours))}  # noqa: C416  # rows, not pairs


def anchor_views(reading: Reading) -> tuple[AnchorView, ...]:
    ours = Anchor.dialogue_id == reading.viewer.dialogue_id
    found = reading.db.scalars(select(Anchor).where(ours).order_by(Anchor.adopted_on, Anchor.code))
    return tuple(AnchorView(row.code, row.kind, wording(row.titles), row.adopted_on) for row in found)


def step_codes(reading: Reading) -> dict[str, str]:
    """Step code to basket code, of every step there ever was."""
    statement = (
        select(Step.code, Basket.code)
        .join(Basket, Basket.id == Step.basket_id)
        .where(Step.dialogue_id == id_of("dialogue"))
        .order_by(Basket.position, Step.position)
    )
    found = reading.db.execute(statement, {"dialogue": reading.viewer.dialogue_id})
    return {code: basket for code, basket in found}  # noqa: C416  # rows, not pairs


def last_place(reading: Reading) -> int:
    """The place of the last step; 0 where there is none."""
    ours = Step.dialogue_id == reading.viewer.dialogue_id
    return reading.db.scalar(select(func.max(Step.position)).where(ours)) or 0


def first_days(reading: Reading) -> dict[str, date]:
    """Step code to the day of its first change."""
    statement = (
        select(Step.code, func.min(StepChange.happened_on))
        .join(Step, Step.id == StepChange.step_id)
        .where(Step.dialogue_id == id_of("dialogue"))
        .group_by(Step.code)
    )
    found = reading.db.execute(statement, {"dialogue": reading.viewer.dialogue_id})
    return {code: on for code, on in found}  # noqa: C416  # rows, not pairs


def step_extras(reading: Reading) -> dict[str, dict[str, Any]]:
    """Step code to what it has no column for: verification, text, grades, precedents."""
    found = reading.db.execute(select(Step.code, Step.extra).where(Step.dialogue_id == reading.viewer.dialogue_id))
    return {code: extra for code, extra in found}  # noqa: C416  # rows, not pairs


def text_codes(reading: Reading) -> dict[str, str]:
    """Step code to the code of the text that it comes from, of those that come from one."""
    return {code: extra["text"] for code, extra in step_extras(reading).items() if extra.get("text")}


class Graded(NamedTuple):
    """What the ladder needs of a step beside its state."""

    title: dict[str, str]
    grades: dict[str, int]
    precedents: tuple[str, ...]


def graded_steps(reading: Reading, as_of: date) -> dict[str, Graded]:
    """Step code to its grades and precedents, as they stood on that day."""
    statement = select(Step.code, Step.titles, Step.extra).where(Step.dialogue_id == reading.viewer.dialogue_id)
    return {
        code: Graded(titles, *graded(extra, as_of, reading.today))
        for code, titles, extra in reading.db.execute(statement)
    }


def graded(extra: Mapping[str, Any], day: date, today: date) -> tuple[dict[str, int], tuple[str, ...]]:
    """Grades and precedents of a step on a day that has been, or as they are."""
    before = extra.get("graded_before") or () if day < today else ()
    stood = next((words for words in before if words["until"] > day.isoformat()), extra)
    return dict(stood.get("grades") or {}), tuple(stood.get("precedents") or ())
