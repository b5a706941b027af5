"""What every command shares: unknown fields are refused; and a field type that more than one domain asks for."""

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.core.i18n import N_
from app.core.text import Line


class Command(BaseModel):
    """What may be asked, bound from a form or from JSON."""

    model_config = ConfigDict(extra="forbid")


def _known_zone(zone: str) -> str:
    if zone not in available_timezones():
        raise ValueError(N_("Please choose one of the values offered."))
    return zone


Code = Annotated[Line, Field(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9][A-Za-z0-9.\-]*$")]
"""A short stable code, as the interchange format has it."""

Zone = Annotated[Line, AfterValidator(_known_zone)]
"""A name of the IANA time zone database."""
