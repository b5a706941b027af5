"""What steps and ties are judged against, read once: also for a whole file."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from uuid import UUID

from app.access.codes import used_codes
from app.access.work import Work
from app.baskets.queries import basket_ids, basket_members
from app.core.errors import NotFound
from app.dialogues.models import Party
from app.dialogues.queries import party_rows
from app.engine.cycles import Requirements, Standing
from app.roadmap import queries, standing
from app.roadmap.graph import CLOSED, HARD, TOGETHER, Rows, ties_of
from app.roadmap.models import Link, Obstacle, Step

Said = tuple[str, str | None, UUID | None, UUID | None]
"""Of a link: its kind, whose it is, what waits, and for what."""


def _said(link: Link) -> Said:
    return link.kind, link.party_code, link.step_id or link.basket_id, link.to_step_id or link.to_obstacle_id


class Known:
    """Each thing is read when it is first asked for, and once. `steps`: those that were read already.

    Whoever adds or turns a step, or ties one, says so here.
    """

    def __init__(self, work: Work, steps: Iterable[Step] = ()) -> None:
        self.work = work
        self.steps = {step.code: step for step in steps}
        self._unmet: dict[date, dict[str, list[str]]] = {}
        self._closed: dict[str, date] = {}

    @cached_property
    def codes(self) -> set[str]:
        """Used ones, in lower case."""
        return used_codes(self.work)

    @cached_property
    def baskets(self) -> dict[str, UUID]:
        return basket_ids(self.work)

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """Basket code to the parties that belong to it."""
        return basket_members(self.work)

    @cached_property
    def parties(self) -> dict[str, Party]:
        return {row.code: row for row in party_rows(self.work)}

    @cached_property
    def adopted(self) -> dict[str, date | None]:
        return queries.adoption_days(self.work)

    @cached_property
    def last_place(self) -> int:
        return queries.last_place(self.work)

    @cached_property
    def obstacles(self) -> dict[str, Obstacle]:
        return {row.code: row for row in queries.obstacles(self.work)}

    @cached_property
    def first_days(self) -> dict[str, date]:
        """Step to the day from which on it is there."""
        return queries.first_days(self.work)

    @cached_property
    def links(self) -> list[Link]:
        """All that there ever were, by place."""
        return queries.links(self.work)

    @cached_property
    def _same(self) -> dict[Said, list[Link]]:
        found: dict[Said, list[Link]] = {}
        for link in self.links:
            found.setdefault(_said(link), []).append(link)
        return found

    @cached_property
    def requirements(self) -> Requirements:
        return Requirements(*standing.requirements_ever(self.work))

    def step(self, code: str) -> Step:
        """Raises NotFound."""
        return self.steps.get(code) or queries.step(self.work, code)

    def basket_of(self, step: Step) -> str:
        return next(code for code, place in self.baskets.items() if place == step.basket_id)

    def obstacle(self, code: str) -> Obstacle:
        """Raises NotFound."""
        if code not in self.obstacles:
            raise NotFound
        return self.obstacles[code]

    def step_or_none(self, code: str) -> Step | None:
        try:
            return self.step(code)
        except NotFound:
            return None

    def unmet(self, code: str, day: date) -> list[str]:
        """What a step requires and was not there on that day."""
        if day not in self._unmet:
            self._unmet[day] = _unmet_on(standing.rows(self.work, day))
        return [target for target in self._unmet[day].get(code, ()) if self._closed.get(target, date.max) > day]

    def same_as(self, link: Link) -> list[Link]:
        """The links that say the same of the same, whenever."""
        return self._same.get(_said(link), [])

    def added(self, step: Step) -> None:
        self.codes.add(step.code.lower())
        self.last_place = step.position
        self.steps[step.code] = step
        self.__dict__.pop("first_days", None)

    def raised(self, obstacle: Obstacle) -> None:
        self.codes.add(obstacle.code.lower())
        self.obstacles[obstacle.code] = obstacle

    def tied(self, link: Link, requirement: Standing | None) -> None:
        self._same.setdefault(_said(link), []).append(link)
        self.links.append(link)
        if requirement:
            self.requirements.add(requirement)

    def turned(self, step: Step, was: str, day: date) -> None:
        if step.state in CLOSED:
            self._closed[step.code] = day
        elif was in CLOSED:  # taken up again: what waits for it waits again
            self._closed.pop(step.code, None)
            self._unmet.clear()


def _unmet_on(rows: Rows) -> dict[str, list[str]]:
    """Step to what it requires and is not there on that day: no step done, no obstacle lifted. What comes about together is not among it."""
    closed = {step.code for step in rows.steps if step.state in CLOSED}
    closed |= {row.code for row in rows.obstacles if row.lifted_on}
    found: dict[str, dict[str, None]] = {}
    for tie in ties_of(rows):
        if tie.kind in HARD and tie.reason != TOGETHER and tie.target not in closed:
            found.setdefault(tie.step, {})[tie.target] = None
    return {step: list(targets) for step, targets in found.items()}
