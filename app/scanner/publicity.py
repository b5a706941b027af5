"""A state that speaks on the public record: in a dated past, or through a public medium. No attribution, a warning.

The information may be used; what the Rule protects is what somebody said in the room. A word for a delegation, a side or a participant
means the room again, whatever stands beside it.
"""

import re

from app.scanner.normalising import normalise
from app.scanner.speech import any_of, words

_SENTENCE = re.compile(r"[.!?]\s|[。！？]|\n\s*\n")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_REACH = 40  # characters before the state within which a date is its own
_FURTHER = 160  # characters of the sentence on either side in which the medium is looked for


def is_public(text: str, span: tuple[int, int], language: str) -> bool:
    """Whether what is said there (code points, the end exclusive) is said in public."""
    start, end = span
    said = any_of(f"{language}-public").sub(" ", normalise(text[start:end]))  # 官方媒体 holds the 方 of 日方
    before = _SENTENCE.split(text[max(0, start - _FURTHER) : start])[-1]
    if _is_in_the_room(said, language):
        return False
    is_past = _speaks_for_itself(said, language) and _is_dated(before[-_REACH:], language)
    return is_past or _through_a_medium(text, span, before, language)


def _speaks_for_itself(said: str, language: str) -> bool:
    """Whether there is no word for somebody who speaks for the state."""
    return any_of(f"{language}-speaker").search(said.replace(" ", "") if language != "en" else said) is None


def _is_in_the_room(said: str, language: str) -> bool:
    if language == "en":
        return not words("en-room").isdisjoint(re.findall(r"\w+", said))
    return any_of(f"{language}-room").search(said.replace(" ", "")) is not None


def _is_dated(before: str, language: str) -> bool:
    return bool(_YEAR.search(before) or any_of(f"{language}-past").search(normalise(before).replace(" ", "")))


def _through_a_medium(text: str, span: tuple[int, int], before: str, language: str) -> bool:
    """Whether the sentence names the medium: state media, a press conference, a journal."""
    start, end = span
    after = _SENTENCE.split(text[end : end + _FURTHER])[0]
    sentence = normalise(before + text[start:end] + after).replace(" ", "")
    return any_of(f"{language}-public").search(sentence) is not None
