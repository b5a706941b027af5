"""Names by ear: a Western, Russian or Mongolian name in Hangul, a Western one in Cyrillic, any but a Japanese one in Katakana.

A word is first looked up by its consonants alone, all words of a text in one pass; only what is left is compared vowel by vowel.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import product

from app.scanner import sounding
from app.scanner.editing import is_one_edit
from app.scanner.forms import Name, syllables_of
from app.scanner.normalising import Normalised, normalise
from app.scanner.registry import BLOCK, Hit, Person
from app.scanner.roles import FAMILY, GIVEN, PATRONYMIC, WHOLE
from app.scanner.sounding import Sound
from app.scanner.words import grammar, lists

Part = tuple[Sound, int, int]
"""(sound, person, role)"""
_TELLING = 3  # consonants by which a family is known before a title in Hangul
_WHOLE = 4  # consonants that a name run together has more than
OTHER = {FAMILY: GIVEN, GIVEN: FAMILY}
_DOUBLED = re.compile(r"([^\n])\1+")
_RUN = re.compile("[ァ-ヺー]{2,}|(?<![ァ-ヺー])[ァ-ヴ](?=[・＝さ\u4e00-\u9fff])")
_BETWEEN = re.compile("[・･＝=·‐-]|[ \u3000]")


class Heard:
    """The parts of names by script and by their consonants."""

    def __init__(self) -> None:
        self.parts: dict[str, dict[str, list[Part]]] = {
            s: defaultdict(list) for s in ("hangul", "katakana", "cyrillic")
        }
        self._of_person: dict[str, dict[tuple[int, int], list[Sound]]] = {s: defaultdict(list) for s in self.parts}
        self._beside: dict[str, dict[str, set[str]]] = {s: defaultdict(set) for s in self.parts}
        """The consonants of parts under themselves and under every form with one less."""
        self._sure: dict[str, frozenset[tuple[int, int]]] = {}
        self._near: dict[str, frozenset[tuple[int, int]]] = {}
        self._loose: dict[str, set[str]] = {script: set() for script in self.parts}
        self._runs: dict[str, tuple[tuple[int, int], ...]] = {}

    def take(self, number: int, name: Name, kinds: tuple[str, ...], *, in_cyrillic: bool) -> None:
        """One name of a person whose name has these origins; `in_cyrillic` unless it is on record in Cyrillic."""
        if "ja" in kinds or not name.is_whole or not name.given or name.is_heard:
            return
        is_eastern = bool({"ko", "zh"} & set(kinds))
        for script in ("katakana",) if is_eastern else ("hangul", "katakana", "cyrillic"):
            family, given = (_sounds(part, name, kinds) for part in (name.family, name.given))
            if script == "cyrillic" and not (in_cyrillic and name.script == "latin"):
                continue
            self._enter(script, number, family, FAMILY)
            self._enter(script, number, given, GIVEN)
            if name.patronymic and script == "hangul":
                self._enter(script, number, _sounds(name.patronymic, name, kinds), PATRONYMIC)
            if script != "cyrillic":
                pairs = product(sorted_few(family), sorted_few(given))
                whole = {each for f, g in pairs for each in (*sounding.joined(f, g), *sounding.joined(g, f))}
                self._enter(
                    script, number, {sound for sound in whole if len(sound.consonants) > _WHOLE - is_eastern}, WHOLE
                )

    def _enter(self, script: str, number: int, sounds: "set[Sound] | frozenset[Sound]", role: int) -> None:
        least = 1 if script == "katakana" else 2
        for sound in sounds:
            if len(sound.consonants) >= least and (sound, number, role) not in self.parts[script][sound.consonants]:
                self.parts[script][sound.consonants].append((sound, number, role))
                self._of_person[script][number, role].append(sound)
                for form in (
                    _with_one_less(sound.consonants) if role in {FAMILY, GIVEN} and script != "katakana" else ()
                ):
                    self._beside[script][form].add(sound.consonants)
                self._loose[script].add(_DOUBLED.sub(r"\1", sound.consonants))

    def words(self, words: list[str]) -> dict[str, set[tuple[int, int, str]]]:
        """What words in Hangul and Cyrillic may be heard as: (person, role, "r") as the index keeps it."""
        found: dict[str, set[tuple[int, int, str]]] = {}
        for script, first, last in (("hangul", "\uac00", "\ud7a3"), ("cyrillic", "\u0400", "\u052f")):
            if not self._loose[script]:
                continue
            mine = [word for word in words if first <= word[0] <= last and len(word) < 25]
            for word, loose in zip(mine, _loose(mine), strict=True):
                if any(loose[:n] in self._loose[script] for n in range(1, len(loose) + 1)):
                    found[word] = {(number, role, "r") for number, role in self._of(word, script)}
        return found

    def _of(self, word: str, script: str) -> set[tuple[int, int]]:
        if script == "hangul":
            return {each for stem in _stems(word) for each in self._match(sounding.of_hangul(stem), script)}
        return {each for stem in _cyrillic_stems(word) for each in self._match(sounding.of_cyrillic(stem), script)}

    def _match(self, heard: Sound, script: str) -> Iterator[tuple[int, int]]:
        for sound, number, role in self.parts[script].get(heard.consonants, ()):
            if sound.agrees(heard):
                yield number, role

    def sure(self, word: str) -> frozenset[tuple[int, int]]:
        """(person, role) of what may stand with a slip beside a word, which itself is heard with consonants enough."""
        if word in self._sure:
            return self._sure[word]
        script, least = ("hangul", 3) if word >= "\uac00" else ("cyrillic", 2)
        if len(self._sure) > 100_000:
            self._sure.clear()
        self._sure[word] = found = frozenset(
            (n, OTHER[role])
            for n, role in self._of(word, script)
            if role in OTHER and any(len(s.consonants) >= least for s in self._of_person[script][n, role])
        )
        return found

    def near(self, word: str) -> frozenset[tuple[int, int]]:
        """(person, role) of the parts of names that a word is heard as but for a slip; remembered by the word."""
        if word not in self._near:
            if len(self._near) > 100_000:
                self._near.clear()
            script = "hangul" if word >= "\uac00" else "cyrillic"
            sounds = (
                map(sounding.of_hangul, _stems(word))
                if script == "hangul"
                else map(sounding.of_cyrillic, _cyrillic_stems(word))
            )
            self._near[word] = frozenset(each for heard in sounds for each in self._slips_of(script, heard))
        return self._near[word]

    def _slips_of(self, script: str, heard: Sound) -> Iterator[tuple[int, int]]:
        least = 3 if script == "hangul" else 2
        for consonants in {
            found for form in _with_one_less(heard.consonants) for found in self._beside[script].get(form, ())
        }:
            for sound, number, role in self.parts[script][consonants]:
                if _is_slip(sound, heard, least):
                    yield number, role

    def is_slip(self, script: str, heard: Sound, number: int, role: int) -> bool:
        """Whether a sound is, but for one consonant or one vowel, the part of the name other than this one."""
        other = OTHER.get(role, 0)
        return any(_is_slip(sound, heard, 2) for sound in self._of_person[script].get((number, other), ()))

    def stem_of(self, stem: str) -> set[tuple[int, int]]:
        """(person, role) of all that a word in Hangul, without what attaches to it, sounds like."""
        heard = sounding.of_hangul(stem)
        return set(self._match(heard, "hangul")) if len(heard.consonants) >= _TELLING else set()

    def run(self, run: str) -> tuple[tuple[int, int], ...]:
        """(person, role) of all that a run of Katakana may be."""
        if run not in self._runs:
            if len(self._runs) > 100_000:
                self._runs.clear()
            self._runs[run] = tuple(set(self._match(sounding.of_katakana(run), "katakana")))
        return self._runs[run]


def _with_one_less(consonants: str) -> set[str]:
    return {consonants, *(consonants[:n] + consonants[n + 1 :] for n in range(len(consonants)))}


def _is_slip(sound: Sound, heard: Sound, least: int) -> bool:
    """One vowel, or one of more than `least` consonants; Korean has no capitals to tell a name, and asks for more."""
    if sound.consonants == heard.consonants:
        return len(sound.consonants) >= least and sound.differences(heard) <= 1
    return min(len(sound.consonants), len(heard.consonants)) > least and is_one_edit(sound.consonants, heard.consonants)


def sorted_few(sounds: "set[Sound] | frozenset[Sound]") -> list[Sound]:
    return sorted(sounds, key=lambda s: (len(s.consonants), s.consonants))[-6:]


def _sounds(part: str, name: Name, kinds: tuple[str, ...]) -> frozenset[Sound]:
    plain = part.replace(" ", "")
    if name.script == "hangul":
        return sounding.of_korean_name(plain)
    if name.script == "cyrillic":
        return sounding.of_cyrillic_name(plain)
    if "zh" in kinds:
        return frozenset(sound for cut in syllables_of(part, name.script) for sound in sounding.of_pinyin(cut))
    if name.script != "latin" or "ko" in kinds:
        return frozenset()
    return sounding.of_latin(plain)


class _Consonants(dict[int, str]):
    """The consonants of a sign, worked out when first met."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if "\uac00" <= sign <= "\ud7a3":
            self[code] = sounding.of_hangul(sign).consonants
        else:
            self[code] = (
                sounding.of_cyrillic(sign).consonants if "\u0400" <= sign <= "\u052f" else sign if sign == "\n" else ""
            )
        return self[code]


_CONSONANTS = _Consonants()


def _loose(words: list[str]) -> list[str]:
    """The consonants of each word, none twice in a row."""
    if not words:
        return []
    plain = "\n".join(words).replace("дж", "ж").replace("тч", "ч").replace("дз", "з")
    return _DOUBLED.sub(r"\1", plain.translate(_CONSONANTS).replace("mb", "nb")).split("\n")


def _stems(word: str) -> Iterator[str]:
    """A word in Hangul without the particles that may stand at its end."""
    yield word
    particles = grammar("ko-particles")
    for size in range(1, min(6, len(word) - 1)):
        if word[-size:] in particles:
            yield word[:-size]


@cache
def _endings() -> tuple[str, ...]:
    mongolian = {suffix for suffix in grammar("mn-suffixes") if suffix}
    return tuple(sorted({"а", "у", "ом", "ем", "е", "ым", "и", "я", "ю", "ои", "ы"} | mongolian, key=len))


def _cyrillic_stems(word: str) -> Iterator[str]:
    yield word
    for ending in _endings():
        if word.endswith(ending) and len(word) - len(ending) > 2:
            yield word[: -len(ending)]


@cache
def _titles() -> tuple[str, ...]:
    return tuple(normalise(word) for heading in ("ja", "han") for word in lists("titles")[heading])


def katakana(ready: Normalised, heard: Heard, people: tuple[Person, ...], mongolian: list[bool]) -> Iterator[Hit]:
    """Names in Katakana: two runs side by side, the whole name in one, or a family before a title."""
    if not heard.parts["katakana"]:
        return
    for start, end in ready.parts_with(_RUN, lambda run: bool(heard.run(run))):
        runs = [(m.start(), m.end(), heard.run(m.group())) for m in _RUN.finditer(ready.text, start, end)]
        for place, (first, last, entries) in enumerate(runs):
            yield from _pairs(ready.text, runs, place, heard, people)
            if _follows(ready.text, runs, place):
                continue
            if not (place + 1 < len(runs) and _follows(ready.text, runs, place + 1)):
                yield from (Hit(first, last, people[n].ref, "romanised", BLOCK) for n, role in entries if role == WHOLE)
            if title := _title_behind(ready.text, last):
                for number, role in entries:
                    if role == (GIVEN if mongolian[number] else FAMILY):
                        yield Hit(first, last + title, people[number].ref, "title", BLOCK)


Runs = list[tuple[int, int, tuple[tuple[int, int], ...]]]


def _follows(text: str, runs: Runs, place: int) -> bool:
    """Whether another run stands right before: then the family is somebody else's."""
    return place > 0 and _BETWEEN.fullmatch(text[runs[place - 1][1] : runs[place][0]]) is not None


def _pairs(text: str, runs: Runs, place: int, heard: Heard, people: tuple[Person, ...]) -> Iterator[Hit]:
    """Family and given name in either order; a middle name may stand between."""
    first, _last, entries = runs[place]
    for other in range(place + 1, min(place + 3, len(runs))):
        if not _follows(text, runs, other):
            return
        for number in {n for n, role in entries if role != WHOLE}:
            roles = {role for n, role in entries if n == number}
            if any(n == number and {role} | roles >= {FAMILY, GIVEN} for n, role in runs[other][2] if role != WHOLE):
                yield Hit(first, runs[other][1], people[number].ref, "romanised", BLOCK)
    if place + 1 < len(runs) and _follows(text, runs, place + 1):
        yield from _slips(text, runs, (place, place + 1), heard, people)
        yield from _slips(text, runs, (place + 1, place), heard, people)


def _slips(text: str, runs: Runs, places: tuple[int, int], heard: Heard, people: tuple[Person, ...]) -> Iterator[Hit]:
    """One part of a name as it sounds, and the other with a slip."""
    (first, last, entries), (begin, end, _others) = runs[places[0]], runs[places[1]]
    sound = sounding.of_katakana(text[begin:end])
    for number, role in entries:
        if role != WHOLE and heard.is_slip("katakana", sound, number, role):
            yield Hit(min(first, begin), max(last, end), people[number].ref, "fuzzy", BLOCK)


def _title_behind(text: str, end: int) -> int:
    """How many signs a title has that stands here; none where there is none."""
    behind = text[end : end + 6].lstrip(" \u3000")
    plain = normalise(behind)
    return next((len(title) for title in _titles() if plain.startswith(title)), 0)
