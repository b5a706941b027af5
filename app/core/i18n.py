"""Languages: gettext catalogues, the language of the moment, and texts that are kept in several languages."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.core import negotiate_locale
from babel.support import NullTranslations, Translations

LANGUAGES = {
    "en": "English",
    "ko": "한국어",
    "ja": "日本語",
    "zh_Hans": "中文",
    "ru": "Русский",
    "mn": "Монгол",
}
CATALOGUES = Path(__file__).parents[1] / "translations"

_current: ContextVar[str] = ContextVar("language", default="en")


def current_language() -> str:
    return _current.get()


@contextmanager
def use_language(language: str) -> Iterator[None]:
    token = _current.set(language if language in LANGUAGES else "en")
    try:
        yield
    finally:
        _current.reset(token)


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(CATALOGUES, [language], domain="dipoli")


def gettext(message: str) -> str:
    return _catalogue(_current.get()).ugettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    return _catalogue(_current.get()).ungettext(singular, plural, count)


def N_(message: str) -> str:  # noqa: N802  # gettext's own name for "mark, translate later"
    return message


@lru_cache(maxsize=512)
def pick_language(accepted: str | None, chosen: str | None) -> str:
    """The chosen language if we have it, else the best of an Accept-Language header, else English."""
    if chosen in LANGUAGES:
        return str(chosen)
    wanted = [part.split(";")[0].strip().replace("-", "_") for part in (accepted or "").split(",")]
    wanted = ["zh_Hans" if tag.split("_")[0] == "zh" else tag for tag in wanted]
    return negotiate_locale(wanted, list(LANGUAGES)) or "en"


def wording(words: Mapping[str, Any], fallback: str = "en") -> Any:
    """The wording in the language of the moment, else in `fallback`, else any; empty where there is none."""
    language = _current.get()
    for wanted in (language, fallback):
        if words.get(wanted):
            return words[wanted]
    return next(iter(words.values()), "")


def stored_wording(text: str) -> str:
    """`wording` of a text in several languages as the database keeps it: a JSON object."""
    return str(wording(json.loads(text)))


WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


def day_words(day: date) -> str:
    """A day with its weekday and no month's name: the same order of figures in every language."""
    return gettext("%(weekday)s %(day)s") % {"weekday": gettext(WEEKDAYS[day.weekday()]), "day": day.isoformat()}
