"""What the verbs of a roadmap check, whichever they are; and how they put a row in."""

from datetime import date
from typing import Any

from app.access.levels import Role
from app.access.rules import Action
from app.access.work import Work
from app.core.errors import Conflict, Invalid
from app.core.i18n import gettext as _
from app.dialogues.queries import party_codes_of, party_names, voices_of
from app.roadmap.commands import (
    Revoke,
)
from app.roadmap.models import Handover, Instalment, Obstacle, Step, StepChange


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
