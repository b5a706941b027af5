"""A text is adopted, and what counts from it comes to a day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.access.rules import Action
from app.access.work import Work
from app.core.errors import Conflict, Invalid
from app.core.i18n import gettext as _
from app.engine.schedule import due_on
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.roadmap import queries
from app.roadmap.checks import refuse_future
from app.roadmap.commands import AdoptText
from app.roadmap.models import Step, StepChange
from app.roadmap.steps import iso, reads
from app.roadmap.views import Saved


def adopt_text(work: Work, code: str, command: AdoptText) -> Saved:
    """A text was adopted: every due date that counts from it comes to its day, also as of the days since."""
    text = queries.anchor(work, code)
    work.require(Action.ROADMAP_KEEP, text)
    if text.adopted_on is not None:
        raise Conflict(_("It was adopted before, on %(day)s.") % {"day": text.adopted_on})
    day = command.happened_on
    refuse_future(work, "happened_on", day)
    steps = work.db.scalars(select(Step).where(Step.dialogue_id == work.viewer.dialogue_id)).all()
    _refuse_after_its_steps(work, code, steps, day)
    text.adopted_on = day
    text.extra = {**text.extra, "source": command.source} if command.source else text.extra
    adopted = queries.adoption_days(work) | {code: day}
    for step in steps:
        _come_to_a_day(work, step, code, adopted)
    record(work, Kind.TEXT_ADOPTED, room=text.compartment_id, text=code, happened_on=day.isoformat())
    return Saved(code)


def _refuse_after_its_steps(work: Work, text: str, steps: Sequence[Step], day: date) -> None:
    """What follows from a text is neither agreed nor due before the text is adopted."""
    ours = {step.id: step for step in steps if step.extra.get("text") == text}
    agreed = select(StepChange.step_id, func.min(StepChange.happened_on)).where(
        StepChange.step_id.in_(ours), StepChange.state != "proposed"
    )
    for step_id, on in work.db.execute(agreed.group_by(StepChange.step_id)):
        if on < day:
            sentence = _("%(step)s, which follows from it, was agreed before this day, on %(day)s.")
            raise Invalid({"happened_on": sentence % {"step": ours[step_id].code, "day": on}})
    for step in steps:
        if (step in ours.values() or _counts_from(step.due, text)) and (due := _fixed_day(step.due)) and due < day:
            sentence = _("%(step)s, which follows from it, is due before this day, on %(day)s.")
            raise Invalid({"happened_on": sentence % {"step": step.code, "day": due}})


def _fixed_day(due: Mapping[str, Any]) -> date | None:
    """The day that a due date names itself, without any anchor."""
    return due_on(due, {})


def _counts_from(due: Mapping[str, Any], text: str) -> bool:
    return due.get("anchor") == text or any(_counts_from(part, text) for part in due.get("earliest_of") or ())


def _come_to_a_day(work: Work, step: Step, text: str, adopted: Mapping[str, date | None]) -> None:
    """The step as it reads now, and as it read on the days since the adoption; before it, it was due on no day."""
    since = adopted[text]
    if since is None or not any(_counts_from(each, text) for each in (step.due, *(w["due"] for w in step.earlier))):
        return
    work.permit(step)
    before = [words for words in step.earlier if words["until"] <= since.isoformat()]
    later = step.earlier[len(before) :]
    then = {**(later[0] if later else reads(step)), "until": since.isoformat()}
    step.earlier = [*before, then, *(words | {"due_on": iso(due_on(words["due"], adopted))} for words in later)]
    step.due_on = due_on(step.due, adopted)
