"""Small grammars of attribution for languages that part their words: English, Russian, Mongolian."""

import re

from app.scanner.speech import Extent, Window, begins, words
from app.scanner.words import grammar

_FAR = 14  # words to the verb, where the verb ends the sentence


def english(w: Window, *, is_adjective: bool, is_possessive: bool) -> Extent | None:
    """The Japanese side argued; a participant from Japan; according to Japan; Japan insisted."""
    speaker = _english_speaker(w)
    if speaker and (found := _english_side(w, speaker)):
        return found
    back = 1 + (w.before(1) == "the")
    if w.before(back) in {"of", "from", "representing"}:
        return None if is_adjective or is_possessive else _english_origin(w, back)
    if is_possessive:
        return (1, 1) if w.before(1) in {"in", "to"} and w.after(1) in grammar("en-eyes") else None
    return None if _is_open_question(w) else _english_state(w, speaker, is_adjective=is_adjective)


def _is_open_question(w: Window) -> bool:
    """Whether Japan agrees: nobody knows, so nobody has said it."""
    return w.before(1 + (w.before(1) == "the")) in grammar("en-open-questions")


def _english_state(w: Window, speaker: int, *, is_adjective: bool) -> Extent | None:
    """A state itself, or its people, with a verb that only somebody who speaks can have."""
    if is_adjective and (w.before(1) != "the" or speaker):
        return None
    verb = _english_verb(w, 1, words("en-strict"))
    if verb and w.before(1) not in grammar("en-prepositions"):
        return 0, verb
    lead = _english_lead(w)
    return (lead, 0) if lead and not is_adjective else None


def _english_side(w: Window, speaker: int) -> Extent | None:
    """A party's side, delegate, expert: with a verb of saying, after "according to", or with its own view."""
    if verb := _english_verb(w, speaker + 1, words("en-strict") | words("en-broad")):
        return 0, verb
    if lead := _english_lead(w) or _english_from(w):
        return lead, speaker
    is_room = w.after(speaker) in words("en-present") or w.after(speaker).removesuffix("s") in words("en-present")
    if is_room and _acts(w.after(speaker + 1)) and not w.is_parted(0, speaker + 1):
        return 0, speaker + 1
    owns = w.after(speaker).removesuffix("s") in words("en-room") and _owns(w, speaker)
    return (0, speaker + 1) if owns else None


def _english_origin(w: Window, back: int) -> Extent | None:
    """Somebody from a state: in the room, or speaking."""
    noun = w.before(back + 1)
    if noun in words("en-room") and not w.is_parted(-back - 1, -1):
        return back + 1, 0
    verb = _english_verb(w, 1, words("en-strict") | words("en-broad")) if noun in words("en-speaker") else 0
    return (back + 1, verb) if verb else None


def _english_speaker(w: Window) -> int:
    """How many words after the party the speaking noun stands, at most three; 0 where none does."""
    for n in (1, 2, 3):
        if _is_speaker(w.after(n)):
            last = n + 1 if n < 3 and _is_speaker(w.after(n + 1)) else n
            return 0 if w.is_parted(0, last) else last
        if w.after(n) in words("en-strict") or w.after(n) in {"and", "or", "the", "in", "of", "to"}:
            return 0
    return 0


def _is_speaker(word: str) -> bool:
    return word in words("en-speaker") or word.removesuffix("s") in words("en-speaker")


def _english_verb(w: Window, first: int, verbs: frozenset[str]) -> int:
    """Where the verb stands, from this word on, past adverbs and auxiliaries; 0 where there is none."""
    for n in range(first, first + 6):
        word = w.after(n)
        if word in verbs:
            return 0 if w.is_parted(0, n) else n
        if n > first and word in words("en-base") and w.after(n - 1) in grammar("en-auxiliaries"):
            return 0 if w.is_parted(0, n) else n
        if word not in words("en-between") and not (word.endswith("ly") and len(word) > 4):
            return 0
    return 0


def _english_lead(w: Window) -> int:
    """`according to the`, `raised by the`, `said the`, `on behalf of`: how many words before."""
    n = 1 + (w.before(1) in {"the", "a", "an", "one"})
    one, two = w.before(n), w.before(n + 1)
    if f"{two} {one}" in grammar("en-leads"):
        return n + 1
    if one == "by" and (two in words("en-strict") or two in words("en-broad") or w.before(n + 2) in words("en-strict")):
        return n + 1
    if one == "of" and two in words("en-own") and _is_speaker(w.after(1)):
        return n + 1
    if one in {"said", "says", "argued", "asked", "replied", "noted", "insisted", "added"} and n == 2:
        return n
    return 0


def _acts(word: str) -> bool:
    """A gesture, or any verb in the past but one of travelling: somebody of the room does something."""
    return word in words("en-gesture") or (word.endswith("ed") and len(word) > 4 and word not in grammar("en-travels"))


def _english_from(w: Window) -> int:
    """`came from the`, `a question from the`: only before somebody, as goods come from states too."""
    n = 1 + (w.before(1) in {"the", "a", "an", "one"})
    tells = w.before(n + 1) in grammar("en-from") or w.before(n + 1) in words("en-own")
    after = next((m for m in (1, 2, 3) if _is_speaker(w.after(m))), 0)
    tells = tells or bool(after and w.after(after + 1) in grammar("en-from"))
    if after and not tells and w.before(n) in {"from", "by"}:
        tells = w.after(after).removesuffix("s") in words("en-room") and not _is_about_travel(w, n)
    return n + 1 if w.before(n) in {"from", "by"} and tells else 0


def _is_about_travel(w: Window, n: int) -> bool:
    """A visit by the delegation, goods from the side: what anybody may know."""
    return any(w.before(n + m) in grammar("en-travels") for m in range(1, 7))


def _owns(w: Window, speaker: int) -> bool:
    start, end = w.ready.span_of_tokens(w.last + speaker, min(w.last + speaker + 1, len(w.tokens) - 1))
    if w.is_parted(speaker, speaker + 1) or end <= start:
        return False
    possessive = re.search(r"\w(?:s['’]|['’]s)\s", w.ready.text[start : end + 1])
    return w.after(speaker + 1) in words("en-own") or bool(
        possessive and w.after(speaker + 1) not in grammar("en-travels")
    )


def russian(w: Window, *, is_adjective: bool, is_possessive: bool) -> Extent | None:
    """Японская сторона возразила; участник из Японии; по мнению Москвы; Россия заявила. `is_possessive`: not the nominative."""
    if is_adjective:
        return _russian_side(w)
    if lead := _russian_lead(w):
        return lead, 0
    return _russian_origin(w) or (None if is_possessive or w.before(1) in {"из", "от"} else _russian_subject(w))


def _russian_said(word: str) -> bool:
    return begins(word, "ru-strict") or begins(word, "ru-broad")


def _russian_side(w: Window) -> Extent | None:
    n = next((n for n in (1, 2, 3) if begins(w.after(n), "ru-speaker")), 0)
    if not n or w.is_parted(0, n):
        return None
    if lead := _russian_lead(w):
        return lead, n
    if begins(w.before(1), "ru-own") and not w.is_parted(-1, -1):
        return 1, n
    after = next((m for m in range(n + 1, n + 7) if _russian_said(w.after(m)) and not w.is_parted(0, m)), 0)
    if after:
        return 0, after
    if begins(w.after(n), "ru-room") and (did := _russian_did(w, n)):
        return 0, did
    back = next((m for m in (1, 2, 3) if _russian_said(w.before(m)) and not w.is_parted(-m, -1)), 0)
    return (back, n) if back else None


_RUSSIAN_PAST = re.compile(r"(?:[аяеиоуы]л|[сзкгрх]л|л[аои])(?:сь|ся)?$|лся$")


def _russian_did(w: Window, n: int) -> int:
    """Somebody of the room as the subject of any verb in the past but one of travelling; past adverbs."""
    for m in range(n + 1, n + 4):
        word = w.after(m)
        if len(word) > 3 and _RUSSIAN_PAST.search(word):
            return 0 if w.is_parted(0, m) or begins(word, "ru-travels") else m
        if word not in grammar("ru-between") and not word.endswith("о"):
            return 0
    return 0


def _russian_origin(w: Window) -> Extent | None:
    back = 1 + (w.before(1) in {"из", "от"})
    if not begins(w.before(back), "ru-speaker") or w.is_parted(-back, -1):
        return None
    verb = next((m for m in range(1, 6) if _russian_said(w.after(m)) and not w.is_parted(0, m)), 0)
    if verb:
        return back, verb
    told = next((m for m in (1, 2) if _russian_said(w.before(back + m)) and not w.is_parted(-back - m, -1)), 0)
    if told and back <= 2:
        return back + told, 0
    in_room = w.before(back).startswith(("участни", "делегат", "коллег", "представител", "делегац"))
    is_visit = any(w.after(m).startswith(("прибы", "посет", "прие", "визит", "вылет", "прилет")) for m in (1, 2, 3))
    is_here = back == 2 or (w.before(1).startswith(("делегац", "делегат")) and not is_visit)
    return (back, 0) if in_room and is_here else None


def _russian_subject(w: Window) -> Extent | None:
    if _is_of_another(w):
        return None
    for m in (1, 2, 3):
        if begins(w.after(m), "ru-strict") and not w.is_parted(0, m):
            return 0, m
        if w.after(m) not in grammar("ru-between") and not w.after(m).endswith("о"):
            break
    said_before = begins(w.before(1), "ru-strict") and not w.is_parted(-1, -1)
    return (1, 0) if said_before and w.before(2) != "в" else None


def _is_of_another(w: Window) -> bool:
    """Доклад конгресса США отметил: an abbreviation takes no case, so that the noun before it tells whose verb it is."""
    start, end = w.ready.span_of_tokens(w.first, w.last)
    word = w.before(1)
    if not w.ready.text[start:end].isupper() or not word or w.is_parted(-1, 0):
        return False
    return (
        len(word) > 3
        and not _russian_said(word)
        and word not in grammar("ru-before-subject")
        and word[-1] in "аяыиуюйь"
    )


_RUSSIAN_LEADS = {
    "мнению": ("по",),
    "словам": ("по",),
    "оценке": ("по",),
    "утверждению": ("по",),
    "слов": ("со",),
    "имени": ("от",),
    "зрения": ("точки", "с"),
}
"""The word before, and the words before that."""


def _russian_lead(w: Window) -> int:
    rest = _RUSSIAN_LEADS.get(w.before(1))
    if rest is None or any(w.before(n) != word for n, word in enumerate(rest, 2)):
        return 0
    return 1 + len(rest)


_MONGOLIAN_VERB = re.compile(
    r"(?:в|с[аэоө]н|жээ|чээ|лаа|лээ|лоо|лөө|н[аэоө]|д[аэоө]г|ж|ч|гүи|сн(?:аар|ээр|оор|өөр)|х(?:даа|дээ|доо|дөө))$"
)
"""A verb, not a noun of the same stem: хэлсэн, but not хэлний; асуув, but not асуудал."""
_NOT_SAID = ("хэлэлц", "хэлэнд", "хэлн", "хэлээр", "хэлтэ", "хэлтс", "үзэг", "үзүүл", "гэж", "ярилцлаг")


def _mongolian_speaker(w: Window) -> int:
    """How many words after the party somebody of it stands; 0 where it is somebody else or nobody."""
    for n in (1, 2, 3):
        word = w.after(n)
        if word in grammar("mn-not-speaker"):
            return 0
        if begins(word, "mn-speaker"):
            return n
    return 0


def _is_asked(w: Window, verb: int) -> bool:
    """Whether the state stands in a question that somebody asks."""
    return any(w.after(n) in {"уу", "үү", "юу", "юү", "эсэх", "эсэхииг"} for n in range(1, verb))


def _has_other_speaker(w: Window, verb: int) -> bool:
    """Whether somebody who is of no state says it: before the state, or between the words said and the verb."""
    near = [w.before(n) for n in range(1, 5) if w.before(n) and not w.is_parted(-n, -1)] + [
        w.after(n) for n in range(1, verb)
    ]
    return any(begins(word, "mn-speaker") or word in grammar("mn-others") for word in near)


def mongolian(w: Window, *, is_adjective: bool, is_possessive: bool) -> Extent | None:
    """The verb ends the sentence; a side, a delegate or `гэж` tells that somebody speaks."""
    speaker = _mongolian_speaker(w)
    if speaker and w.is_parted(0, speaker):
        speaker = 0
    if not speaker and w.tokens[w.last].endswith(tuple(grammar("mn-genitive"))):
        return None  # of a state, and nobody of it
    if speaker and begins(w.after(speaker + 1), "mn-own") and w.after(speaker).endswith(("ын", "иин", "ны")):
        return 0, speaker + 1
    return _mongolian_said(w, speaker)


def _mongolian_said(w: Window, speaker: int) -> Extent | None:
    """The verb of saying; without a speaker it stands close by, or behind what is quoted."""
    for n in range(1 + speaker, _FAR + speaker):
        word = w.after(n)
        if not word:
            return None
        if (
            word == "санал"
            and w.after(n + 1).startswith(("болг", "тав", "дэвш", "оруул", "гарга"))
            and not w.is_parted(0, n + 1)
        ):
            return 0, n + 1
        said = begins(word, "mn-strict") or (speaker and begins(word, "mn-broad"))
        if said and _MONGOLIAN_VERB.search(word) and not word.startswith(_NOT_SAID):
            quotes = any(w.after(m) in {"гэж", "гэдгииг", "хэмээн", "гэдэг", "гэсэн"} for m in range(1, n))
            if not speaker and (_has_other_speaker(w, n) or _is_asked(w, n)):
                return None
            if speaker or quotes or n <= 3:
                return None if w.is_parted(0, n) else (0, n)
    return None
