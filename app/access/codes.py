"""The codes of a dialogue: whatever a line of its record may name by a code alone shares them, so that no code means two things."""

from typing import Any

from sqlalchemy import func, select, union_all

from app.access.work import Reading
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.db.base import Base

SHARING = ("basket", "topic", "step", "obstacle", "exchange", "term", "anchor")


def refuse_used_code(reading: Reading, code: str) -> None:
    """Raises Invalid, at `code`, for a code that names something here, or the form of something new.

    Two that differ in their case only are one to a reader. What stood in an older house under one code goes on standing.
    """
    if code.casefold() == "new":
        raise Invalid({"code": _("This word is kept for the form of a new one.")})
    same = [
        select(model.code).where(
            model.dialogue_id == reading.viewer.dialogue_id, func.lower(model.code) == code.lower()
        )
        for model in _sharing()
    ]
    if reading.db.scalar(union_all(*same).limit(1)):  # one question, also for each row of a file
        raise Invalid({"code": _("This code is already used.")})


def _sharing() -> list[Any]:
    found = {mapper.local_table.description: mapper.class_ for mapper in Base.registry.mappers}
    return [found[name] for name in SHARING]
