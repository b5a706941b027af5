"""Who speaks: a party, a demonym or an institution together with a verb of saying, in six languages.

A state as subject matter ("Japan's fuel share") is no attribution. Each language has its own small grammar, tried only where a
party or an institution is named.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import product

from app.scanner.inflecting import russian as russian_cases
from app.scanner.normalising import STOP, Normalised, normalise
from app.scanner.registry import Registry
from app.scanner.words import lists

_PART = re.compile(r"(?<!\b[A-Za-z])[.!?;:]\s|\n\s*\n|[|•]")
_FAR = 14  # words to the verb, where the verb ends the sentence


def party_forms(registry: Registry) -> Iterator[tuple[str, str, str, bool]]:
    """(code, language, form, is adjective) of every party: as registered, and as states are called anyway."""
    known = lists("parties")
    codes = {party.code for party in registry.parties} | {person.party for person in registry.people if person.party}
    for party in registry.parties:
        yield from ((party.code, _short(lang), form, False) for lang, form in party.names)
        for lang, name in party.names:
            if _short(lang) == "ru":
                yield from ((party.code, "ru-oblique", each, False) for each in _oblique(name))
        for lang, form in party.adjectives:
            yield from ((party.code, _short(lang), each, True) for each in _adjectives(_short(lang), form))
    for code in sorted(codes):
        for heading, forms in known.items():
            owner, language, kind = heading.split(".")
            if owner != _iso(code):
                continue
            for form in forms:
                for each in _adjectives(language, form) if kind == "a" else [form]:
                    yield code, language, each, kind == "a"
                if language == "ru" and kind == "n":
                    yield from ((code, "ru-oblique", each, False) for each in _oblique(form))


def _oblique(form: str) -> set[str]:
    """The other cases of a Russian name of a state: they cannot be the subject, but follow "according to"."""
    words = normalise(form).split()
    if len(words) > 2 or any(len(word) < 4 for word in words):
        return set()
    return {" ".join(parts) for parts in product(*(sorted(russian_cases(word)) for word in words))} - {normalise(form)}


def _iso(code: str) -> str:
    return {
        "ROK": "KR",
        "DPRK": "KP",
        "PRC": "CN",
        "USA": "US",
        "RUS": "RU",
        "JPN": "JP",
        "MNG": "MN",
        "CHN": "CN",
        "KOR": "KR",
        "PRK": "KP",
    }.get(code, code)


def _short(language: str) -> str:
    return language.replace("_", "-").split("-")[0]


def _adjectives(language: str, form: str) -> list[str]:
    """All case forms of a Russian adjective; elsewhere the word itself, in English its plural too."""
    if language == "ru" and (found := re.fullmatch(r"(.+[скцн])(?:ий|ый|ая|ое|ие)", form)):
        return [
            found.group(1) + e
            for e in ["ий", "ая", "ое", "ие", "ого", "ой", "ому", "им", "ом", "ую", "их", "ими", "ими"]
        ]
    return [form]


@cache
def _words(heading: str) -> frozenset[str]:
    return frozenset(normalise(word) for word in lists("saying")[heading])


@cache
def _stems(heading: str) -> tuple[str, ...]:
    return tuple(normalise(word).replace(" ", "") for word in lists("saying")[heading])


@lru_cache(maxsize=16384)
def _begins(word: str, heading: str) -> bool:
    return word.startswith(_stems(heading))


@cache
def _any_of(*headings: str) -> re.Pattern[str]:
    stems = sorted({stem for heading in headings for stem in _stems(heading)}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, stems)))


class Window:
    """The words around a named party, by index of the token."""

    def __init__(self, ready: Normalised, start: int, end: int) -> None:
        self.tokens = ready.tokens
        self.first = ready.token_at(start)
        self.last = self.first if start + len(self.tokens[self.first]) >= end else ready.token_at(end - 1)
        self.ready = ready

    def is_quiet(self, language: str) -> bool:
        """Whether no word that could make this an attribution stands near: a quick no for most mentions of a state."""
        near = {*self.tokens[max(0, self.first - 5) : self.first], *self.tokens[self.last + 1 : self.last + 16]}
        if language == "en":
            return _telling().isdisjoint(near)
        return _TELLING[language[:2]].is_quiet(near)

    def after(self, n: int) -> str:
        """The n-th word after, from 1; empty at the end."""
        at = self.last + n
        return self.tokens[at] if at < len(self.tokens) else ""

    def before(self, n: int) -> str:
        at = self.first - n
        return self.tokens[at] if at >= 0 else ""

    def is_parted(self, first: int, last: int) -> bool:
        """Whether a sentence ends between these words, counted from the party (negative: before it)."""
        a = self.first + first if first < 0 else self.last + first
        b = self.first + last if last < 0 else self.last + last
        a, b = max(a, 0), min(b, len(self.tokens) - 1)
        start, end = self.ready.span_of_tokens(a, b)
        return b > a and bool(_PART.search(self.ready.text, start, end))


@cache
def _telling() -> frozenset[str]:
    """Every English word that may make a mention an attribution."""
    plain = _words("en-strict") | _words("en-broad") | _words("en-own") | _words("en-speaker") | _words("en-base")
    return plain | {f"{word}s" for word in _words("en-speaker")} | {"according", "behalf", "speaking", "view", "opinion", "words", "eyes"}


class _Telling:
    """Words that may make a mention an attribution, by their beginnings; each word is looked at once."""

    def __init__(self, headings: tuple[str, ...], others: frozenset[str]) -> None:
        self.headings, self.telling, self.met = headings, set(others), set(others)

    def is_quiet(self, near: set[str]) -> bool:
        for word in near - self.met:
            if len(self.met) > 200_000:
                self.met.clear()
            self.met.add(word)
            if any(_begins(word, heading) for heading in self.headings):
                self.telling.add(word)
        return self.telling.isdisjoint(near)


_TELLING = {
    "ru": _Telling(("ru-strict", "ru-broad", "ru-own", "ru-speaker"), frozenset({"точки", "имени", "слов"})),
    "mn": _Telling(("mn-strict", "mn-broad", "mn-speaker"), frozenset({"санал"})),
}


Extent = tuple[int, int]
"""How far the attribution reaches: words before and after the party's own."""


def english(w: Window, *, is_adjective: bool, is_possessive: bool) -> Extent | None:
    strict, broad, room = _words("en-strict"), _words("en-strict") | _words("en-broad"), _words("en-room")
    speaker = _english_speaker(w)
    lead = _english_lead(w)
    if speaker:
        verb = _english_verb(w, speaker + 1, broad)
        if verb:
            return 0, verb
        if lead:
            return lead, speaker
        if w.after(speaker).removesuffix("s") in room and _owns(w, speaker):
            return 0, speaker + 1
    if w.before(1) in {"of", "from", "representing"} or (
        w.before(1) == "the" and w.before(2) in {"of", "from", "representing"}
    ):
        back = 2 if w.before(1) == "the" else 1
        noun = w.before(back + 1)
        if not is_adjective and not is_possessive and noun in room and not w.is_parted(-back - 1, -1):
            return back + 1, 0
        if not is_adjective and not is_possessive and noun in _words("en-speaker"):
            verb = _english_verb(w, 1, broad)
            return (back + 1, verb) if verb else None
        return None
    if is_possessive:
        return (
            (1, 1)
            if w.before(1) in {"in", "to"} and w.after(1) in {"view", "opinion", "judgement", "words", "eyes"}
            else None
        )
    if is_adjective and not (w.before(1) == "the" and (not speaker)):
        return None
    verb = _english_verb(w, 1, strict)
    if verb and w.before(1) not in {
        "in",
        "to",
        "with",
        "on",
        "for",
        "against",
        "near",
        "at",
        "across",
        "between",
        "around",
        "over",
    }:
        return 0, verb
    return (lead, 0) if lead and not is_adjective else None


def _english_speaker(w: Window) -> int:
    """How many words after the party the speaking noun stands, at most three; 0 where none does."""
    for n in (1, 2, 3):
        if _is_speaker(w.after(n)):
            last = n + 1 if n < 3 and _is_speaker(w.after(n + 1)) else n
            return 0 if w.is_parted(0, last) else last
        if w.after(n) in _words("en-strict") or w.after(n) in {"and", "or", "the", "in", "of", "to"}:
            return 0
    return 0


def _is_speaker(word: str) -> bool:
    return word in _words("en-speaker") or word.removesuffix("s") in _words("en-speaker")


def _english_verb(w: Window, first: int, verbs: frozenset[str]) -> int:
    """Where the verb stands, from this word on, past adverbs and auxiliaries; 0 where there is none."""
    for n in range(first, first + 6):
        word = w.after(n)
        if word in verbs:
            return 0 if w.is_parted(0, n) else n
        if n > first and word in _words("en-base") and w.after(n - 1) in _AUXILIARIES:
            return 0 if w.is_parted(0, n) else n
        if word not in _words("en-between") and not (word.endswith("ly") and len(word) > 4):
            return 0
    return 0


_AUXILIARIES = frozenset("not did does do would could should cannot might may will also never to".split())


def _english_lead(w: Window) -> int:
    """`according to the`, `raised by the`, `said the`, `on behalf of`: how many words before."""
    n = 1 + (w.before(1) in {"the", "a", "an", "one"})
    one, two = w.before(n), w.before(n + 1)
    if (two, one) in {
        ("according", "to"),
        ("behalf", "of"),
        ("speaking", "for"),
        ("spoke", "for"),
        ("words", "of"),
        ("view", "of"),
        ("opinion", "of"),
    }:
        return n + 1
    if one == "by" and (
        two in _words("en-strict") or two in _words("en-broad") or w.before(n + 2) in _words("en-strict")
    ):
        return n + 1
    if one == "of" and two in _words("en-own") and _is_speaker(w.after(1)):
        return n + 1
    if one in {"said", "says", "argued", "asked", "replied", "noted", "insisted", "added"} and n == 2:
        return n
    return 0


def _owns(w: Window, speaker: int) -> bool:
    start, end = w.ready.span_of_tokens(w.last + speaker, min(w.last + speaker + 1, len(w.tokens) - 1))
    return w.after(speaker + 1) in _words("en-own") and not w.is_parted(speaker, speaker + 1) and end > start


def russian(w: Window, *, is_adjective: bool, is_possessive: bool) -> Extent | None:
    verbs = ("ru-strict", "ru-broad")
    lead = _russian_lead(w)
    if is_adjective:
        n = next((n for n in (1, 2, 3) if _begins(w.after(n), "ru-speaker")), 0)
        if not n or w.is_parted(0, n):
            return None
        if lead:
            return lead, n
        if _begins(w.before(1), "ru-own") and not w.is_parted(-1, -1):
            return 1, n
        for m in range(n + 1, n + 7):
            if any(_begins(w.after(m), verb) for verb in verbs) and not w.is_parted(0, m):
                return 0, m
        for back in (1, 2, 3):
            if any(_begins(w.before(back), verb) for verb in verbs) and not w.is_parted(-back, -1):
                return back, n
        return None
    if lead:
        return lead, 0
    back = 1 + (w.before(1) in {"из", "от"})
    if _begins(w.before(back), "ru-speaker") and not w.is_parted(-back, -1):
        for m in range(1, 6):
            if any(_begins(w.after(m), verb) for verb in verbs) and not w.is_parted(0, m):
                return back, m
        if w.before(back).startswith(("участни", "делегат", "коллег", "представител", "делегац")) and back == 2:
            return back, 0
    if back == 2 or is_possessive:
        return None
    for m in (1, 2, 3):
        if _begins(w.after(m), "ru-strict") and not w.is_parted(0, m):
            return 0, m
        if w.after(m) not in _RUSSIAN_BETWEEN and not w.after(m).endswith("о"):
            break
    return (
        (1, 0) if _begins(w.before(1), "ru-strict") and not w.is_parted(-1, -1) and w.before(2) not in {"в"} else None
    )


_RUSSIAN_BETWEEN = frozenset(
    [
        "не",
        "также",
        "снова",
        "вновь",
        "уже",
        "еще",
        "тогда",
        "потом",
        "затем",
        "однако",
        "же",
        "бы",
        "твердо",
        "ясно",
        "прямо",
        "дважды",
        "неоднократно",
    ]
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


def mongolian(w: Window, *, is_adjective: bool, is_possessive: bool) -> Extent | None:
    """The verb ends the sentence; a side, a delegate or `гэж` tells that somebody speaks."""
    speaker = next((n for n in (1, 2, 3) if _begins(w.after(n), "mn-speaker")), 0)
    if speaker and w.is_parted(0, speaker):
        speaker = 0
    if speaker and _begins(w.after(speaker + 1), "mn-own") and w.after(speaker).endswith(("ын", "иин", "ны")):
        return 0, speaker + 1
    for n in range(1 + speaker, _FAR + speaker):
        word = w.after(n)
        if not word:
            return None
        if word == "санал" and w.after(n + 1).startswith(("болг", "тав", "дэвш", "оруул", "гарга")) and not w.is_parted(0, n + 1):
            return 0, n + 1
        said = _begins(word, "mn-strict") or (speaker and _begins(word, "mn-broad"))
        if (
            said
            and word
            not in {
                "хэлэлцээ",
                "хэлэлцээр",
                "хэлэлцэж",
                "хэлэлцээний",
                "санал",
                "гэж",
                "хэлэлцээрийн",
                "хэлэлцээнд",
                "хэлэлцэв",
                "ярилцлага",
            }
            and not word.startswith(("хэлэлц", "хэлэнд", "хэлн", "хэлээр", "хэлтэ", "хэлтс", "үзэг", "гэж"))
        ):
            quotes = any(w.after(m) in {"гэж", "гэдгииг", "хэмээн", "гэдэг", "гэсэн"} for m in range(1, n))
            if speaker or quotes or n <= 3:
                return None if w.is_parted(0, n) else (0, n)
    return None


def korean(text: str, end: int, bound: int) -> int:
    """How far the attribution reaches behind a party in Hangul; 0 where nobody speaks."""
    rest = text[end:bound]
    speaker = re.match(
        rf"(?:의|에서온)?(?:[가-힣]{{0,4}}?)({_any_of('ko-speaker').pattern})(들)?(?:은|는|이|가|도|에서는|에서|에따르면|에의하면|의|으로부터|측은|측이)?",
        rest,
    )
    topic = re.match(r"(?:은|는|이|가|도)", rest)
    if not speaker and not topic:
        return 0
    if speaker and re.search(r"에따르면|에의하면", speaker.group()):
        return speaker.end()
    head = speaker.end() if speaker else 1
    if (
        speaker
        and speaker.group().endswith("의")
        and re.match("의견|입장|주장|견해|발언|제안|우려|설명|요구", rest[head:])
    ):
        return head + 2
    if speaker and (near := re.match(rf"[가-힣]{{0,6}}?(?:{_any_of('ko-strict').pattern})", rest[head:])):
        return head + near.end()
    sentence = re.match(
        r".*?(?:했다|하였다|였다|었다|았다|혔다|했으며|했고|한다|했음|됐다|렸다|렸으며|혔으며|췄다|었다|웠다|습니다|했습니다|함)",
        rest[head:],
    )
    scope = rest[head : head + (sentence.end() if sentence else 0)]
    verbs = _any_of("ko-strict", "ko-broad") if speaker else _any_of("ko-strict")
    found = list(verbs.finditer(scope))
    return head + found[-1].end() if found and len(scope) - found[-1].end() < 12 else 0


def chinese(text: str, end: int, bound: int, *, is_side: bool) -> int:
    """The same in Chinese: 方, 代表团 or the state itself, then a verb of saying within the clause."""
    rest = text[end:bound]
    speaker = re.match(rf"的?[\u4e00-\u9fff]{{0,3}}?({_any_of('zh-speaker').pattern})", rest)
    head = 0 if is_side else speaker.end() if speaker else 0
    speaks = is_side or speaker is not None
    gap = 8 if speaks else 4
    verbs = _any_of("zh-strict", "zh-broad") if speaks else _any_of("zh-strict")
    found = verbs.search(rest, head, head + gap + 4)
    if not found or found.start() > head + gap:
        return 0
    between = rest[head : found.start()]
    if re.search(r"的|向|对|与|和|被|将|把", between.replace("再次", "")) and (not speaks or "的" in between):
        return 0
    if rest[found.start() : found.start() + 3] in _ZH_NOT or rest[found.start() : found.start() + 2] in _ZH_NOT:
        return 0
    return found.end()


_ZH_NOT = frozenset({"说明书", "要求的", "建议的", "声明的", "说法", "提出的", "主张的"})
_ZH_LEAD = re.compile(r"(?:据|按照|根据|用|照)$")


def japanese(text: str, end: int, bound: int, *, is_side: bool) -> int:
    """The same in Japanese: 側は, の代表は, or the state with は, and a verb of saying that ends the sentence."""
    rest = text[end:bound]
    speaker = re.match(
        rf"の?[\u4e00-\u9fff]{{0,4}}?(?:{_any_of('ja-speaker').pattern}){{1,2}}(?:たち)?(?:から|によれば|によると|としては|は|が|も|の)?",
        rest,
    )
    topic = re.match(r"は|が|も|としては|によれば|によると", rest)
    if not speaker and not topic:
        return 0
    if re.search("によれば|によると|としては", (speaker or topic).group()):  # type: ignore[union-attr]
        return (speaker or topic).end()  # type: ignore[union-attr]
    head = speaker.end() if speaker else topic.end()  # type: ignore[union-attr]
    if speaker and speaker.group().endswith("の"):
        return head + 2 if re.match("主张|意见|见解|发言|提案|立场|悬念|指摘|说明|要求|懸念", rest[head:]) else 0
    if speaker and not re.search("(?:から|は|が|も)$", speaker.group()):
        return 0
    verbs = _any_of("ja-strict", "ja-broad") if speaker else _any_of("ja-strict")
    found = list(verbs.finditer(rest, head))
    if not found:
        return 0
    last = found[-1]
    tail = rest[last.end() :]
    said = re.match(r"(?:[ぁ-ん]{0,12})?$", tail) or re.match("した|て|る|た|ました|を示|が示|が出|を述", tail)
    return (
        last.end()
        if said and (speaker or rest[last.start() - 1 : last.start()] in {"と", "を", "に", "く", "も"})
        else 0
    )


WESTERN: dict[str, Callable[..., Extent | None]] = {"en": english, "ru": russian, "ru-oblique": russian, "mn": mongolian}


def eastern(ready: Normalised, language: str, start: int, end: int) -> int:
    """The end of an attribution in Korean, Chinese or Japanese in the run-together text, or 0."""
    text = ready.compact
    bound = text.find(STOP, end, end + 140)
    bound = bound if bound >= 0 else min(len(text), end + 140)
    if language == "ko":
        reach = korean(text, end, min(bound, end + 90))
        return end + reach if reach else 0
    is_side = text[end - 1 : end] in {"方", "侧"} and end - start == 2
    clause = _clause(ready, start, end, bound)
    if language == "zh" and not re.search("[ぁ-んァ-ン]", text[end : min(bound, end + 12)]):
        if (
            start
            and _ZH_LEAD.search(text[max(0, start - 3) : start])
            and text[end : end + 1] in {"称", "说", "的", "代", "看"}
        ):
            return end + 1
        reach = chinese(text, end, max(clause, min(bound, end + 14)) if is_side else clause, is_side=is_side)
        return end + reach if reach else 0
    reach = japanese(text, end, bound, is_side=is_side) if language == "ja" else 0
    return end + reach if reach else 0


@cache
def _quick_chinese() -> re.Pattern[str]:
    return _any_of("zh-strict", "zh-broad")


@cache
def _quick_japanese() -> re.Pattern[str]:
    return re.compile(f"[はがもとに]|{_any_of('ja-speaker').pattern}")


@cache
def _quick_korean() -> re.Pattern[str]:
    return re.compile(f"[은는이가도]|{_any_of('ko-speaker').pattern}")


QUICK: dict[str, Callable[[], re.Pattern[str]]] = {"zh": _quick_chinese, "ja": _quick_japanese, "ko": _quick_korean}
"""What must follow soon for an attribution to be there at all: a quick no for most mentions of a state."""


def _clause(ready: Normalised, start: int, end: int, bound: int) -> int:
    """Where the run of characters without a sign of punctuation ends."""
    token = ready.token_at(end - 1)
    return min(bound, ready.place_of(token) + len(ready.tokens[token]) + 12)
