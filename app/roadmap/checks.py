"""What the verbs of a roadmap check, whichever they are; and how they put a row in."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from app.access.codes import used_codes
from app.access.levels import Role
from app.access.rules import Action
from app.access.work import Work
from app.baskets.queries import basket_ids
from app.core.errors import Conflict, Invalid
from app.core.i18n import gettext as _
from app.dialogues.models import Party
from app.dialogues.queries import party_codes_of, party_names, party_rows, voices_of
from app.roadmap import queries, standing
from app.roadmap.commands import (
    Revoke,
)
from app.roadmap.graph import CLOSED, unmet
from app.roadmap.models import Handover, Instalment, Obstacle, Step, StepChange


class Known:
    """What the steps of a roadmap are judged against, each thing read when it is first asked for, and once: also for a whole file.

    `steps`: those that were read already. Whoever adds or turns a step says so here.
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
    def parties(self) -> dict[str, Party]:
        return {row.code: row for row in party_rows(self.work)}

    @cached_property
    def adopted(self) -> dict[str, date | None]:
        return queries.adoption_days(self.work)

    @cached_property
    def last_place(self) -> int:
        return queries.last_place(self.work)

    def step(self, code: str) -> Step:
        """Raises NotFound."""
        return self.steps.get(code) or queries.step(self.work, code)

    def unmet(self, code: str, day: date) -> list[str]:
        """What a step requires and was not there on that day."""
        if day not in self._unmet:
            self._unmet[day] = unmet(standing.rows(self.work, day))
        return [target for target in self._unmet[day].get(code, ()) if self._closed.get(target, date.max) > day]

    def added(self, step: Step) -> None:
        self.codes.add(step.code.lower())
        self.last_place = step.position
        self.steps[step.code] = step

    def turned(self, step: Step, was: str, day: date) -> None:
        if step.state in CLOSED:
            self._closed[step.code] = day
        elif was in CLOSED:  # taken up again: what waits for it waits again
            self._closed.pop(step.code, None)
            self._unmet.clear()


def refuse_future(work: Work, field: str, day: date) -> None:
    if day > work.today:
        raise Invalid({field: _("This day has not come yet.")})


def known(field: str, codes: list[str], there: object, what: str) -> None:
    """Raises Invalid at the field for a code that this dialogue does not have; one of another dialogue is just such a one."""
    if unknown := [code for code in codes if code not in there]:  # type: ignore[operator]
        raise Invalid({field: what % {"code": unknown[0]}})


def speaks_for(work: Work, party: str, field: str = "party") -> None:
    """Raises Invalid where somebody would speak in the name of another party."""
    known(field, [party], party_names(work), _("There is no party %(code)s."))
    own = party_codes_of(work)
    if own is not None and party not in own:
        raise Invalid({field: _("You can speak for your own party only.")})


def recorded_by(work: Work, party: str) -> dict[str, Any]:
    """Who wrote down what a party said, where that was not the party itself: nobody may take the one for the other."""
    if party in voices_of(work):
        return {}
    role = Role.FACILITATOR if Role.FACILITATOR in work.viewer.roles else Role.ORGANISER
    return {"recorded_by": str(role)}


def refuse_revoking(revoked_on: date | None, given_on: date, command: Revoke) -> None:
    if revoked_on is not None:
        raise Conflict(_("It was revoked before."))
    if command.happened_on < given_on:
        raise Invalid({"happened_on": _("It was given after this day, on %(day)s.") % {"day": given_on}})


def put(work: Work, action: Action, *rows: Step | Obstacle | Instalment | Handover | StepChange) -> None:
    work.add(action, *rows)
    work.db.flush()  # what follows points at it
