"""The codes of a dialogue: whatever a line of its record may name by a code alone shares them, so that no code means two things."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select, union_all

from app.access.work import Reading
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.db.base import Base

SHARING = ("basket", "topic", "step", "obstacle", "exchange", "term", "anchor")


def refuse_used_code(reading: Reading, code: str, used: Collection[str] | None = None) -> None:
    """Raises Invalid, at `code`, for a code that names something here, or the form of something new.

    Two that differ in their case only are one to a reader. What stood in an older house under one code goes on standing.
    `used`: the codes of `used_codes`, where many new ones are judged.
    """
    if code.casefold() == "new":
        raise Invalid({"code": _("This word is kept for the form of a new one.")})
    if code.lower() in (used_codes(reading, code) if used is None else used):
        raise Invalid({"code": _("This code is already used.")})


def used_codes(reading: Reading, code: str | None = None) -> set[str]:
    """Every code that is used here, in lower case; or only the one that is asked for."""
    found = []
    for model in _sharing():
        lower = func.lower(model.code)
        ours = select(lower).where(model.dialogue_id == reading.viewer.dialogue_id)
        found.append(ours if code is None else ours.where(lower == code.lower()))
    return set(reading.db.scalars(union_all(*found)))


def _sharing() -> list[Any]:
    found = {mapper.local_table.description: mapper.class_ for mapper in Base.registry.mappers}
    return [found[name] for name in SHARING]
