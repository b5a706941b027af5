"""What could stand where a text names or attributes: "a participant", "one delegation", in the language of the text.

The words go into the text, not onto the page: they follow the script that the text is written in there, not the reader's language.
"""

import re
from functools import cache

from app.scanner import Hit, Registry

PARTICIPANT = {
    "en": "a participant",
    "ko": "한 참가자",
    "ja": "ある参加者",
    "zh_Hans": "一位与会者",
    "zh_Hant": "一位與會者",
    "ru": "один из участников",
    "mn": "нэг оролцогч",
}
DELEGATION = {
    "en": "one delegation",
    "ko": "한 대표단",
    "ja": "ある代表団",
    "zh_Hans": "一个代表团",
    "zh_Hant": "一個代表團",
    "ru": "одна из делегаций",
    "mn": "нэг тал",
}
_SCRIPTS = (
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    (
        "zh_Hant",
        re.compile("[們個國與會參發為對說這來時後學區關點團應總議邊東張陳劉趙楊吳孫馬鄭謝鄧許蔣葉蘇盧賈龍萬錢嚴賀]"),
    ),
    ("zh_Hans", re.compile("[\u3400-\u9fff]")),
    ("mn", re.compile("[өүӨҮ]")),
    ("ru", re.compile("[\u0400-\u052f]")),
)
_SPEAKER = re.compile(
    r"\s*(?:['’]s?\s+)?(?:side|delegation|delegates?|delegations|government|representatives?|officials?|team|participants?)\b"
    r"|\s*(?:측|대표단|정부|대표)|\s*(?:側|方面|方|代表团|代表團|代表団|政府)"
    r"|\s*(?:сторон|делегац|представител|правительств|тал|төлөөлөгч)\w*",
    re.IGNORECASE,
)
_THE = re.compile(r"\b(?:the|an|a)\s+$", re.IGNORECASE)
_ATTRIBUTED = frozenset({"attribution", "institution"})


def language_of(text: str, at: int) -> str:
    """The language that the script of the paragraph round `at` points to."""
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    paragraph = text[start : end if end >= 0 else len(text)]
    return next((language for language, script in _SCRIPTS if script.search(paragraph)), "en")


def replacement(text: str, hit: Hit, registry: Registry) -> tuple[int, int, str]:
    """The passage to replace (code points, the end exclusive), and what with. Of an attribution the verb stays."""
    language = language_of(text, hit.start)
    if hit.kind in _ATTRIBUTED:
        start, end = _spoken_of(text, hit, registry)
        words = DELEGATION[language]
    else:
        start, end, words = hit.start, hit.end, PARTICIPANT[language]
    if article := _THE.search(text[max(0, start - 5) : start]):
        start -= len(article.group())
    opens = not text[:start].strip() or text[:start].rstrip(" ")[-1:] in ".!?\n"
    return start, end, words[0].upper() + words[1:] if opens else words


def reworded(text: str, hits: tuple[Hit, ...], registry: Registry) -> str:
    """The text with every passage replaced; of passages that overlap, the first."""
    made, done = [], 0
    for start, end, words in sorted(replacement(text, hit, registry) for hit in hits):
        if start >= done:
            made += [text[done:start], words]
        done = max(done, end)
    return "".join([*made, text[done:]])


def _spoken_of(text: str, hit: Hit, registry: Registry) -> tuple[int, int]:
    """Where an affiliation stands in an attribution, with the word for a side or a delegation behind it."""
    said = text[hit.start : hit.end]
    form = _forms(registry, hit.ref).search(said)
    start, end = form.span() if form else (0, 0)
    if speaker := _SPEAKER.search(said, end):
        end = speaker.end()
    return (hit.start + start, hit.start + end) if end else (hit.start, hit.end)


@cache
def _forms(registry: Registry, ref: str) -> re.Pattern[str]:
    """Every name of a party or a person's institution, the longest first; in Cyrillic with any ending."""
    names = [
        name for party in registry.parties if party.code == ref for _lang, name in (*party.names, *party.adjectives)
    ]
    names += [name for person in registry.people if person.ref == ref for name in person.institutions]
    stems = {re.escape(re.sub(r"(?<=[а-яё]{3})[а-яё]{1,2}$", "", name)) for name in names if name}
    found = "|".join(sorted(stems, key=lambda stem: (-len(stem), stem)))
    return re.compile(rf"(?:{found})(?:['’]s\b|\w*(?<=[а-яёөү]))?" if found else r"(?!)", re.IGNORECASE)
