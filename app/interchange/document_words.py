"""What the parts of a document are made of: codes, days, words, and what every part may say of itself."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.core.text import CleanText, Line

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.\-]{0,31}$")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9\-]{1,47}$")]
Short = Annotated[Line, Field(min_length=1, max_length=400)]
Long = Annotated[CleanText, Field(max_length=20_000)]
Words = dict[str, Short]

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _iso_day(value: Any) -> Any:
    """Only ISO days: a bare number would be taken for seconds since 1970."""
    if isinstance(value, str) and not _ISO_DAY.fullmatch(value):
        raise ValueError("Please write a date as year-month-day, for example 2026-11-24.")
    if isinstance(value, int | float | datetime):
        raise ValueError("Please write a date as year-month-day, for example 2026-11-24.")  # noqa: TRY004
    return value


Day = Annotated[date, BeforeValidator(_iso_day)]
Certainty = Literal["confirmed", "held", "likely"]
Recorder = Literal["organiser", "facilitator"]
RuleName = Literal["on-record", "chatham-house", "off-record"]
Label = Literal["TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"]


class Part(BaseModel):
    """Every part may say where it comes from, how certain that is, and carry a remark on the quality of the data."""

    model_config = ConfigDict(extra="forbid")
    source: Short | None = None
    certainty: Certainty | None = None
    remark: Long | None = None


class ChangeDoc(Part):
    """A change of state, dated twice: when it happened and when it was recorded (when loaded, if not said)."""

    state: str
    on: Day
    recorded: Day | None = None
    reason: Long | None = None
