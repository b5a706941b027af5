"""The dialogue's linkage policy: what it was on a day, and the act that sets another."""

from collections.abc import Iterable
from datetime import date

from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading, Work
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.dialogues.queries import dialogue
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.roadmap.checks import refuse_future
from app.roadmap.commands import SetPolicy
from app.roadmap.form_views import PolicyView
from app.roadmap.views import Saved

FIRST = "independent"
"""Before anything was agreed."""


def policies(reading: Reading) -> tuple[PolicyView, ...]:
    """Every policy and the day on which it was agreed, oldest first; no day for one that always held."""
    here = dialogue(reading)
    since = here.extra.get("linkage_since")
    agreed = PolicyView(here.linkage_policy, date.fromisoformat(since) if since else None, None)
    later = here.extra.get("linkage_changes", ())
    return (agreed, *(PolicyView(c["policy"], date.fromisoformat(c["since"]), c["reason"]) for c in later))


def held_on(known: Iterable[PolicyView], day: date) -> str:
    """The policy that held on a day; before the first was agreed, the baskets were independent."""
    return next((each.policy for each in reversed(tuple(known)) if each.since is None or each.since <= day), FIRST)


def set_policy(work: Work, command: SetPolicy) -> Saved:
    """From a day on. Raises Invalid for a day before the last one was agreed, and for what holds already."""
    work.require_in(Action.ROADMAP_KEEP, Room.BOARD)
    refuse_future(work, "happened_on", command.happened_on)
    last = policies(work)[-1]
    if last.policy == command.policy:
        raise Invalid({"policy": _("This is the policy already.")})
    if last.since and command.happened_on < last.since:
        raise Invalid(
            {"happened_on": _("The last policy was agreed after this day, on %(day)s.") % {"day": last.since}}
        )
    here = dialogue(work)
    change = {"policy": command.policy, "since": command.happened_on.isoformat(), "reason": command.reason}
    work.permit(here)
    here.extra = {**here.extra, "linkage_changes": [*here.extra.get("linkage_changes", ()), change]}
    record(work, Kind.POLICY_SET, room=work.room(Room.BOARD), policy=command.policy, happened_on=change["since"])
    return Saved("")
