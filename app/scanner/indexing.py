"""The registry made ready for matching, once: what each word may be, and one automaton over run-together text."""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import ahocorasick_rs

from app.scanner.attributes import cases_of, role_forms
from app.scanner.attribution import party_forms
from app.scanner.cyrillising import cyrillised, usual
from app.scanner.forms import Name, common, names_of, origins, script_of, spellings
from app.scanner.hearing import Heard
from app.scanner.inflecting import mongolian, mongolian_genitive, russian
from app.scanner.keying import keyed_parts
from app.scanner.normalising import normalise, to_latin
from app.scanner.registry import Person, Registry
from app.scanner.roles import (
    AFTER,
    BEFORE,
    FAMILY,
    GIVEN,
    HEAD,
    HEARD,
    INITIAL,
    LONE,
    NEAR,
    PATRONYMIC,
    SEGMENT,
    SURE,
    WHOLE,
)
from app.scanner.romanising import CHAINS, key, keys, korean, segmented
from app.scanner.words import lists

SILENT = -1
Entry = tuple[int, int, str]
"""(person, role, how): how is x as registered, i in another case, r in another romanisation."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What an occurrence in the run-together text may mean. `cut` is where the family ends, for names of several parts."""

    kind: str
    person: int = SILENT
    language: str = ""
    data: str = ""
    script: str = "latin"
    cuts: tuple[int, ...] = ()


class Index:
    """One registry, ready. Holds no text: only words already met, for speed."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.people = registry.people
        self.entries: dict[str, set[Entry]] = defaultdict(set)
        self.keyed: dict[str, dict[str, set[Entry]]] = {kind: defaultdict(set) for kind in CHAINS}
        self.wholes: dict[str, set[int]] = defaultdict(set)
        """Full names, run together, by person: what a slip is measured against."""
        self.initials: list[set[str]] = [set() for _person in self.people]
        self.eastern: list[bool] = [False] * len(self.people)
        self.handles: dict[str, set[int]] = defaultdict(set)
        self.east_family: dict[str, set[int]] = defaultdict(set)
        self.east_given: dict[str, set[int]] = defaultdict(set)
        self.mongolian: list[bool] = [False] * len(self.people)
        self.heard = Heard()
        self.near_words: set[str] = set()
        """Parts of names in Cyrillic as it writes them by ear, beside which a slip may stand."""
        self._patterns: dict[str, list[Pattern]] = defaultdict(list)
        self._classes: dict[str, str] = {}
        self._found: dict[str, tuple[Entry, ...]] = {}
        for number, person in enumerate(self.people):
            self._take(number, person)
        for number, silent in enumerate(registry.silent):
            self._silence(-1 - number, silent)
        self._titles()
        self._parties()
        self._strings = list(self._patterns)
        self.meanings = [tuple(self._patterns[string]) for string in self._strings]
        self.automaton = ahocorasick_rs.AhoCorasick(self._strings) if self._strings else None
        self.near: dict[str, tuple[str, ...]] = {}
        self._neighbours()
        self.kinds = tuple(kind for kind in CHAINS if self.keyed[kind])
        self.east_before = frozenset(form[-1] for form in (*self.east_family, *self.east_given) if form)
        """The last signs of what may stand before a title: a quick no for most titles."""
        self.longest_east = max(map(len, (*self.east_family, *self.east_given)), default=0)
        self._met_joined: set[str] = set()

    def pattern_length(self, number: int) -> int:
        return len(self._strings[number])

    # Building

    def _add(self, string: str, pattern: Pattern) -> None:
        if string and pattern not in self._patterns[string]:
            self._patterns[string].append(pattern)

    def _take(self, number: int, person: Person) -> None:
        kinds = origins(person)
        names = names_of(person)
        self.eastern[number] = person.order == "family-first" or bool({"ko", "zh", "ja"} & set(kinds))
        self.mongolian[number] = (
            "mn" in dict(person.native)
            or person.party == "MN"
            or any(set("өү") & set(name.family + name.given) for name in names)
        )
        in_cyrillic = self.mongolian[number] or not any(name.script == "cyrillic" for name in names)
        for name in names:
            self.heard.take(number, name, kinds, in_cyrillic=in_cyrillic)
            if name.is_heard:
                self._take_eastern(number, name)
            else:
                self._take_name(number, name, kinds)

    def _take_name(self, number: int, name: Name, kinds: tuple[str, ...]) -> None:
        if name.script in {"hangul", "han", "kana"}:
            self._take_eastern(number, name)
        else:
            self._take_western(number, name)
        for kind in kinds:
            self._take_spellings(number, name, kind)
        self._take_initials(number, name, kinds)
        if name.given and name.is_whole and {"ko", "zh", "ja"} & set(kinds):
            self._take_cyrillic(number, name, kinds)

    def _take_eastern(self, number: int, name: Name) -> None:
        whole = name.family + name.given
        cuts = (len(name.family),) if name.given else ()
        for form in {whole, _doubled(whole), *_old_sounds(name)}:
            if len(form) > 1:
                self._add(form, Pattern("name", number, name.language, script=name.script, cuts=cuts))
        if name.given:
            self._take_eastern_parts(number, name)
        if name.script in {"kana", "hangul"} and len(whole) >= 7:
            for part in (name.family, name.given):
                if len(part) > 1:
                    self._add(part, Pattern("part", number, name.language, whole, name.script))
                    if name.given_first:
                        swapped = name.given + name.family
                        self._add(part, Pattern("part", number, name.language, swapped, name.script))

    def _take_eastern_parts(self, number: int, name: Name) -> None:
        """Family names that a title may follow, given names that an honorific may, and the order of the West."""
        family, given = name.family, name.given
        others = [other + family[1:] for other in _sounds(family[0])] if name.script == "hangul" else []
        for form in (family, _doubled(family), *others):
            self.east_family[form].add(number)
        if len(given) > 1:
            self.east_given[given].add(number)
        is_run_together = name.script != "han" or name.given_first
        if is_run_together or len(given + family) > 2:
            how = "swapped" if is_run_together else "parted"
            self._add(given + family, Pattern("name", number, name.language, how, name.script, (len(given),)))
        if len(family) >= (3 if name.script == "kana" else 2) and not name.is_heard:
            self._add(family, Pattern("family-name", number, name.language, script=name.script))

    def _take_western(self, number: int, name: Name) -> None:
        family, given, patronymic = name.joined
        if not name.is_whole or not given:
            self._take_single(number, name, family or given)
            return
        forms = [(family + given, len(family)), (given + family, len(given))] if len(given) > 1 else []
        if patronymic:
            longer = (family + given + patronymic, given + patronymic + family)
            forms += [(form, len(form) - 1) for form in longer]
            self._enter(number, patronymic, PATRONYMIC, name)
        for form, cut in forms:
            self._add(form, Pattern("name", number, name.language, script=name.script, cuts=(cut,)))
            self.wholes[form].add(number)
        self._enter(number, family, FAMILY, name)
        self._enter(number, given, GIVEN, name)
        self._take_pieces(number, name)
        self._handles(number, family, given)

    def _take_single(self, number: int, name: Name, whole: str) -> None:
        """A name of one word: by itself a name only where it was registered so."""
        if not name.is_whole and len(whole) > (2 if name.script == "cyrillic" else 3):
            self._add(whole, Pattern("name", number, name.language, script=name.script))
            self._enter(number, whole, WHOLE, name)
        self._enter(number, whole, FAMILY, name)

    def _take_pieces(self, number: int, name: Name) -> None:
        words = name.given.split()
        if len(words) > 1:
            for word in words:
                self._note(word, (number, SEGMENT, "x"))
            alone = name.script == "latin" and words[0] not in common("en") and len(words[0]) > 2
            if alone and not self.eastern[number]:
                self._enter(number, words[0], GIVEN, name)
            if self.mongolian[number]:
                self._note(words[0], (number, HEAD, "x"))
        for place, word in enumerate(name.family.split() if " " in name.family else ()):
            self._note(word, (number, SEGMENT if place else HEAD, "x"))
            if len(word) > 3:
                self._note(word, (number, FAMILY, "x"))

    def _handles(self, number: int, family: str, given: str) -> None:
        """How mail addresses and accounts abbreviate: rtachibana, tachibanar, reikot."""
        if len(family) < 2 or len(given) < 2 or not (family + given).isascii():
            return
        for handle in (given[0] + family, family + given[0], given + family[0], family[0] + given):
            if len(handle) >= 3:
                self.handles[handle].add(number)

    def _enter(self, number: int, word: str, role: int, name: Name) -> None:
        """A part of a name, in every case it takes."""
        self._note(word, (number, role, "x"))
        if name.script != "cyrillic" or len(word) < 2:
            return
        is_mongolian = name.language == "mn" or self.mongolian[number]
        forms = mongolian(word) | mongolian_genitive(word) if is_mongolian else russian(word)
        if is_mongolian and name.language in {"ru", ""}:
            forms |= russian(word)
        for form in forms - {word}:
            if len(form) > 2:
                self._note(form, (number, role, "i"))

    def _note(self, word: str, entry: Entry) -> None:
        if word:
            self.entries[word].add(entry)

    def _take_spellings(self, number: int, name: Name, kind: str) -> None:
        keyed = self.keyed[kind]
        for each, role in keyed_parts(name, kind):
            keyed[each].add((number, role, "r"))

    def _take_cyrillic(self, number: int, name: Name, kinds: tuple[str, ...]) -> None:
        """As a text in Russian or Mongolian writes an East Asian name, in every case."""
        if (name.script == "latin" and "zh" not in kinds) or (name.script == "han" and "zh" not in kinds):
            return
        family, given, _patronymic = name.joined
        for sign in given if name.script == "hangul" else ():
            for word in cyrillised(sign, name.script, is_family=False):
                self._note(word, (number, SEGMENT, "r"))
                self.near_words.add(word)
        parts = [usual(part, name.script, is_family=part == family) for part in (family, given)]
        self.near_words |= {word for words in parts for word in words}
        for one, other in product(*parts):
            self.wholes[one + other].add(number)
            self.wholes[other + one].add(number)
        for part, role in ((family, FAMILY), (given, GIVEN)):
            for word in cyrillised(part, name.script, is_family=role == FAMILY):
                for form in russian(word) if len(word) > 2 else {word}:
                    self._note(form, (number, role, "r"))

    def _take_initials(self, number: int, name: Name, kinds: tuple[str, ...]) -> None:
        """The first letters of given name and patronymic, and, for a Mongolian, of the father's name."""
        found = self.initials[number]
        for part in (name.given, name.patronymic):
            for word in part.split():
                found |= _first_letters(word)
            if name.script == "latin" and " " not in part:
                for cut in segmented(part)[:2] if "zh" in kinds else ():
                    found |= {syllable[0] for syllable in cut}
        if name.script == "hangul":
            for index, syllable in enumerate(name.given):
                found |= {o[0] for o in korean(syllable, first=index == 0) if o} | _ASPIRATED.get(
                    korean(syllable, first=True)[0][:1], set()
                )
        if self.mongolian[number]:
            found |= _first_letters(name.family)

    def _silence(self, number: int, silent: str) -> None:
        """A public figure: whole names only, in every case and in either order."""
        words = normalise(silent).split()
        if not words:
            return
        script = script_of("".join(words))
        for form in {"".join(words), "".join([*words[1:], words[0]]), "".join([words[-1], *words[:-1]])}:
            if len(form) > 1:
                self._add(form, Pattern("silent", number, script=script))
        if script == "cyrillic" and len(words) <= 3:
            cases = [sorted(russian(word)) for word in words]
            for parts in product(*cases):
                self._add("".join(parts), Pattern("silent", number, script=script)) if len(words) < 3 else None

    def _titles(self) -> None:
        words = lists("titles")
        for heading, role in (
            ("latin-before", BEFORE),
            ("cyrillic-before", BEFORE),
            ("latin-after", AFTER),
            ("cyrillic-after", AFTER),
        ):
            for title in words[heading]:
                plain = normalise(title)
                for form in _declined(plain, heading) if " " not in title else ():
                    self._note(form.split()[0], (SILENT, role, "t"))
        for word in normalise(" ".join(words["latin-before"] + words["cyrillic-before"])).split():
            if len(word) > 1 or word == "н":
                self._note(word, (SILENT, BEFORE, "t"))
        self._eastern_titles()

    def _eastern_titles(self) -> None:
        words = lists("titles")
        for heading in ("ko", "han", "ja"):
            for title in words[heading]:
                plain = normalise(title)
                self._add(plain, Pattern("title", language=heading, data=plain, script=script_of(plain)))
        east = {form for form in self.east_family if form and script_of(form) == "han"}
        for form in east:
            if len(form) == 1:
                for prefix in ("老", "小", "阿"):
                    self._add(prefix + form, Pattern("old", language="han", data=form, script="han"))

    def _parties(self) -> None:
        for code, language, form, is_adjective in party_forms(self.registry):
            plain = "".join(normalise(form).split())
            self._add(
                plain,
                Pattern(
                    "party", language=language, data=f"{code}\t{'a' if is_adjective else 'n'}", script=script_of(plain)
                ),
            )
        for number, person in enumerate(self.people):
            for institution in person.institutions:
                for form in cases_of(normalise(institution)):
                    plain = form.replace(" ", "")
                    if len(plain) > 1:
                        self._add(plain, Pattern("institution", number, script=script_of(plain)))
        for form, number, language, data in role_forms(self.registry):
            plain = "".join(normalise(form).split())
            if len(plain) > 1:
                self._add(plain, Pattern("role", number, language, data, script_of(plain)))

    def _neighbours(self) -> None:
        """Each full name under itself and under every form with one sign less."""
        near: dict[str, list[str]] = defaultdict(list)
        for whole in self.wholes:
            if len(whole) >= 7:
                for form in {whole, *(whole[:i] + whole[i + 1 :] for i in range(len(whole)))}:
                    near[form].append(whole)
        self.near = {form: tuple(wholes) for form, wholes in near.items()}
        parts: set[str] = set()
        for word, entries in self.entries.items():
            if any(role & (FAMILY | GIVEN | SEGMENT | PATRONYMIC | HEAD) and how == "x" for _p, role, how in entries):
                parts |= {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
        parts |= {
            each for word in self.near_words for each in (word, *(word[:i] + word[i + 1 :] for i in range(len(word))))
        }
        self.near_parts = frozenset(parts)

    # Matching

    def unknown(self, words: set[str]) -> set[str]:
        """Long words not yet found to be nothing."""
        return {word for word in words if len(word) >= 10 and word < "\u0530"}

    def classes(self, words: set[str]) -> dict[str, str]:
        """For each word one sign that says what it may be; words not met before are worked out together."""
        known = self._classes
        new = [word for word in words if word not in known]
        if new:
            if len(known) > 400_000:
                known.clear()
                new = list(words)
            self._classify(new)
        return known

    def _classify(self, new: list[str]) -> None:
        masks = {word: self._plain_mask(word) for word in new}
        for word, entries in self.heard.words([word for word in new if not word.isascii()]).items():
            masks[word] |= _mask(entries) | HEARD | (SURE if self.heard.sure(word) else 0)
        latin = [word for word in new if word.isascii() and len(word) > 1 and word.isalpha()]
        for kind in self.kinds:
            keyed = self.keyed[kind]
            for word, each in zip(latin, keys(kind, latin), strict=True):
                if each in keyed:
                    masks[word] |= _mask(keyed[each])
                elif word[-1] == "s" and len(word) > 3 and (other := key(kind, word[:-1])) in keyed:
                    masks[word] |= _mask(keyed[other])
        self._classes.update((word, chr(0x100 + mask)) for word, mask in masks.items())

    def _plain_mask(self, word: str) -> int:
        """What a word may be without romanisation."""
        mask = _mask(self._registered(word))
        if (
            (len(word) == 1 and word.isalpha() and word < "\u0530")
            or word in _TWO_LETTER_INITIALS
            or word.startswith("овог")
        ):
            mask |= INITIAL
        if word in self.near_words:
            mask |= NEAR
        if word in self.handles or word.rstrip("0123456789") in self.handles:
            mask |= WHOLE
        return mask

    def _registered(self, word: str) -> set[Entry]:
        """The entries of a word, of its possessive, or of the Latin word it looks like."""
        found = self.entries.get(word)
        if found is None and word[-1:] == "s" and len(word) > 2:
            found = self.entries.get(word[:-1])
        if found is None and len(word) > 2 and "\u0370" < word[0] < "\u0530" and (latin := to_latin(word)):
            found = self.entries.get(latin)
        return found or set()

    def found(self, word: str) -> tuple[Entry, ...]:
        """What a word may be, in full; worked out when asked for."""
        if word not in self._found:
            if len(self._found) > 200_000:
                self._found.clear()
            self._found[word] = tuple(self._lookup(word))
        return self._found[word]

    def _lookup(self, word: str) -> set[Entry]:
        found = self._registered(word) | self.heard.words([word] if word else []).get(word, set())
        if word.isascii() and word.isalpha():
            for kind in self.kinds:
                found |= self.keyed[kind].get(key(kind, word), set())
                if word[-1] == "s" and len(word) > 3:
                    found |= self.keyed[kind].get(key(kind, word[:-1]), set())
        return found


def _declined(title: str, heading: str) -> set[str]:
    """A title in Cyrillic in every case; a short one, and one of several words, only as it is listed."""
    if not heading.startswith("cyrillic") or len(title) < 5 or " " in title:
        return {title}
    return {title, *mongolian(title)} if heading == "cyrillic-after" else {title, *russian(title)}


_TWO_LETTER_INITIALS = frozenset(["yu", "ya", "yo", "ch", "sh", "zh", "ts", "ju", "ja", "kh", "дж"])
_ASPIRATED = {"g": {"k"}, "d": {"t"}, "b": {"p"}, "j": {"c", "j"}, "c": {"c"}, "l": {"r", "l", "n", "y"}}
_CYRILLIC_FIRST = {"ю": {"y", "i", "j"}, "я": {"y", "i", "j"}, "е": {"y", "e"}, "х": {"k", "h"}, "ж": {"z", "j"}, "ц": {"t", "c"}, "ч": {"c"}, "ш": {"s"}, "щ": {"s"}}  # fmt: skip


def people_of(entries: tuple[Entry, ...], role: int) -> dict[int, str]:
    """The people of whom the word may be this part, with the closest of the ways it may be so."""
    found: dict[int, str] = {}
    for person, each, how in entries:
        if each == role and "xir".index(how) < "xir".index(found.get(person, "r")) + 1:
            found[person] = how
    return found


def _first_letters(word: str) -> set[str]:
    first = word[:1]
    found = {first}
    if "\u0400" <= first <= "\u052f":
        found |= _CYRILLIC_FIRST.get(first) or {each[:1] for each in spellings(first, "sl") if each}
    return found


def _sounds(syllable: str) -> tuple[str, ...]:
    """A Hangul syllable as the North and as the South write it at the beginning of a word: 로 and 노, 리 and 이, 룡 and 용."""
    place = ord(syllable) - 0xAC00
    if not 0 <= place < 11172:
        return ()
    onset, rest = divmod(place, 588)
    soft = rest // 28 in {2, 3, 6, 7, 12, 17, 20}
    others = {5: 11 if soft else 2, 2: 5, 11: 5 if soft else None}
    other = others.get(onset)
    return () if other is None else (chr(0xAC00 + other * 588 + rest),)


def _old_sounds(name: Name) -> set[str]:
    """Other spellings of a Hangul name by the two standards."""
    if name.script != "hangul" or not name.given:
        return set()
    families = [name.family, *(other + name.family[1:] for other in _sounds(name.family[0]))]
    givens = [name.given, *(other + name.given[1:] for other in _sounds(name.given[0]))]
    if len(name.given) > 1:
        givens += [name.given[:-1] + other for other in _sounds(name.given[-1])]
    return {family + given for family in families for given in givens if len(name.given) > 1}


def _doubled(word: str) -> str:
    """佐佐木 for 佐々木."""
    at = word.find("々")
    return word[:at] + word[at - 1] + word[at + 1 :] if at > 0 else word


def _mask(entries: set[Entry]) -> int:
    mask = 0
    for _person, role, how in entries:
        mask |= role
        if how == "x" and role & (FAMILY | GIVEN | PATRONYMIC | SEGMENT | HEAD):
            mask |= NEAR
        if how == "x" and role == FAMILY:
            mask |= LONE
    return mask


@lru_cache(maxsize=16)
def index_of(registry: Registry) -> Index:
    return Index(registry)
