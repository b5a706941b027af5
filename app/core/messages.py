"""What is wrong with a field, in the reader's language, from Pydantic's error types."""

from typing import Any

from app.core.i18n import N_
from app.core.i18n import gettext as _

SENTENCES = {
    "missing": N_("This field is needed."),
    "extra_forbidden": N_("This field is not known here."),
    "string_too_short": N_("Please write at least %(min_length)s characters."),
    "string_too_long": N_("This is too long: at most %(max_length)s characters."),
    "too_long": N_("Please choose at most %(max_length)s."),
    "too_short": N_("Please choose at least %(min_length)s."),
    "string_pattern_mismatch": N_("This is not in the form that is expected here."),
    "string_unicode": N_("This text holds characters that cannot be kept."),
    "literal_error": N_("Please choose one of the values offered."),
    "enum": N_("Please choose one of the values offered."),
    "int_parsing": N_("Please write a whole number."),
    "int_type": N_("Please write a whole number."),
    "int_from_float": N_("Please write a whole number."),
    "int_parsing_size": N_("This number is too large."),
    "float_parsing": N_("Please write a number without separators or units, for example 1000 or 0.5."),
    "float_type": N_("Please write a number without separators or units, for example 1000 or 0.5."),
    "finite_number": N_("Please write a number without separators or units, for example 1000 or 0.5."),
    "date_from_datetime_inexact": N_("Please write a date as year-month-day, for example 2026-11-24."),
    "date_from_datetime_parsing": N_("Please write a date as year-month-day, for example 2026-11-24."),
    "date_parsing": N_("Please write a date as year-month-day, for example 2026-11-24."),
    "date_type": N_("Please write a date as year-month-day, for example 2026-11-24."),
    "time_parsing": N_("Please write a time, for example 09:30."),
    "time_type": N_("Please write a time, for example 09:30."),
    "datetime_parsing": N_("Please write a date and a time, for example 2026-11-24T14:30."),
    "datetime_from_date_parsing": N_("Please write a date and a time, for example 2026-11-24T14:30."),
    "datetime_type": N_("Please write a date and a time, for example 2026-11-24T14:30."),
    "datetime_object_invalid": N_("Please write a date and a time, for example 2026-11-24T14:30."),
    "timezone_aware": N_("Please write a date and a time with its zone, for example 2026-11-24T14:30+09:00."),
    "uuid_type": N_("Please choose one of the values offered."),
    "uuid_parsing": N_("Please choose one of the values offered."),
    "string_type": N_("Please write text here."),
    "bool_type": N_("Please answer yes or no."),
    "list_type": N_("Please give a list here."),
    "dict_type": N_("Please send an object with named fields."),
    "model_type": N_("Please send an object with named fields."),
    "bool_parsing": N_("Please answer yes or no."),
    "greater_than": N_("This must be more than %(gt)s."),
    "less_than": N_("This must be less than %(lt)s."),
    "greater_than_equal": N_("This must be at least %(ge)s."),
    "less_than_equal": N_("This must be at most %(le)s."),
    "json_invalid": N_("This is not valid JSON."),
    "model_attributes_type": N_("Please send an object with named fields."),
}


def _plain(value: str | float) -> int | str | float:
    """A whole number without the point that only its type gives it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def message_of(kind: str, context: dict[str, Any]) -> str:
    """The sentence for one error; never Pydantic's own, which speaks to a programmer. A `value_error` carries a sentence of ours."""
    if kind in ("too_long", "too_short") and context.get("field_type") == "Value":
        kind = (
            f"string_{kind}"  # a cleaned text is measured after its cleaning, where Pydantic says no more than "value"
        )
    sentence = SENTENCES.get(kind)
    if sentence is not None:
        return _(sentence) % {k: _plain(v) for k, v in context.items() if isinstance(v, int | str | float)}
    if kind == "value_error" and "error" in context:
        return _(str(context["error"]))
    return _("This is not in the form that is expected here.")
