"""The identity-leak scanner, first version: the known people and parties of one dialogue, in every form on record.

It finds full names in either order, joined or split, native forms, spellings, family names with a title, institutions, and
affiliations that speak ("the Japanese side argued"). A state as subject matter ("Japan's fuel share") is no hit. What it cannot find:
paraphrase, unknown nicknames, style. It reduces slips by honest rapporteurs; it stops no determined leaker.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

BLOCK, WARN = "block", "warn"
SAYING = (
    r"said|says|stated|states|argued|argues|noted|notes|insisted|insists|proposed|proposes|stressed|stresses|"
    r"asked|asks|replied|objected|objects|claimed|claims|demanded|demands|suggested|suggests|declared|added|adds|"
    r"emphasi[sz]ed|warned|warns|agreed|agrees|rejected|rejects|explained|explains|recalled|maintained"
)
SPEAKERS = r"side|delegation|delegates?|participants?|officials?|representatives?|experts?|scholars?|speakers?|colleagues?|team"
HANGUL_SAYING = r"\s*(?:측|대표|대표단|참가자|전문가)(?:은|는|이|가)?"
HAN_SAYING = r"(?:方|侧|側|代表团|代表團|代表|参加者|专家|專家|の参加者)(?:は|が|认为|認為|表示|指出|主张|主張|强调)"
RUSSIAN_SIDE = r"\s+(?:сторона|делегация|участник\w*|эксперт\w*|представител\w*)"
TITLES = r"(?:mr|mrs|ms|dr|prof|professor|ambassador|minister|general|admiral|director|counsellor|г-н|г-жа|проф)\.?"


@dataclass(frozen=True, slots=True)
class Person:
    """Every form of a name, in any script; `names` are whole names, `family` stands alone only after a title."""

    ref: str
    family: str
    given: str
    names: tuple[str, ...]
    institutions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Affiliation:
    """A party's names and adjectives."""

    ref: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Registry:
    people: tuple[Person, ...]
    affiliations: tuple[Affiliation, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """Offsets into the text as it was given; `kind` is name, title, institution, attribution or family-name."""

    start: int
    end: int
    ref: str
    kind: str
    verdict: str


def scan(text: str, registry: Registry) -> tuple[Hit, ...]:
    """Every hit, in the order of the text."""
    plain, offsets = normalise(text)
    hits = set()
    for pattern, ref, kind, verdict in _patterns(registry):
        for found in pattern.finditer(plain):
            hits.add(Hit(offsets[found.start()], offsets[found.end() - 1] + 1, ref, kind, verdict))
    return tuple(sorted(hits, key=lambda hit: (hit.start, hit.end, hit.kind, hit.ref)))


def blocks(hits: tuple[Hit, ...]) -> bool:
    return any(hit.verdict == BLOCK for hit in hits)


def normalise(text: str) -> tuple[str, list[int]]:
    """NFKC, casefolded, without marks and invisible signs, dashes and spaces made one; with each sign's place in the original."""
    signs: list[str] = []
    offsets: list[int] = []
    for place, character in enumerate(text):
        for folded in _folded(character):
            signs.append(folded)
            offsets.append(place)
    return "".join(signs), offsets


@lru_cache(maxsize=65536)
def _folded(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cf", "Mn"):
        return ""
    if category in ("Pd", "Zs") or character in "\n\t_":
        return " "
    if "\uac00" <= character <= "\ud7a3":
        return character  # a syllable is not taken apart
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    return "".join(sign for sign in decomposed if unicodedata.category(sign) != "Mn")


@lru_cache(maxsize=8)
def _patterns(registry: Registry) -> tuple[tuple[re.Pattern[str], str, str, str], ...]:
    found = [pattern for person in registry.people for pattern in _person_patterns(person)]
    found += [pattern for affiliation in registry.affiliations for pattern in _attributions(affiliation)]
    return tuple((re.compile(words), ref, kind, verdict) for words, ref, kind, verdict in found)


def _person_patterns(person: Person) -> list[tuple[str, str, str, str]]:
    family, given = _plain(person.family), _plain(person.given)
    patterns = [(_whole(_plain(name)), person.ref, "name", BLOCK) for name in person.names if len(_plain(name)) > 1]
    if family and given:
        first = given[0]
        patterns += [
            (_whole(f"{family} {given}"), person.ref, "name", BLOCK),
            (_whole(f"{given} {family}"), person.ref, "name", BLOCK),
            (_edge(rf"{_loose(first)}\.?\s*{_loose(family)}"), person.ref, "name", BLOCK),
        ]
    if family:
        patterns.append((_edge(rf"{TITLES}\s+{_loose(family)}"), person.ref, "title", BLOCK))
        if len(family) > 3:
            patterns.append((_edge(_loose(family)), person.ref, "family-name", WARN))
    patterns += [(_whole(_plain(name)), person.ref, "institution", BLOCK) for name in person.institutions]
    return patterns


def _attributions(affiliation: Affiliation) -> list[tuple[str, str, str, str]]:
    patterns = []
    for name in affiliation.names:
        plain = _loose(_plain(name))
        if not plain:
            continue
        forms = [
            rf"(?<!\w)(?:the\s+)?{plain}(?:'s|’s)?\s+(?:{SPEAKERS})(?!\w)",
            rf"(?<!\w){plain}\s+(?:{SAYING})(?!\w)",
            rf"(?<!\w)(?:{SPEAKERS})\s+(?:from|of)\s+(?:the\s+)?{plain}(?!\w)",
            rf"{plain}{HANGUL_SAYING}",
            rf"{plain}{HAN_SAYING}",
            rf"{plain[:-2]}\w*{RUSSIAN_SIDE}" if len(plain) > 5 else rf"{plain}{RUSSIAN_SIDE}",
        ]
        patterns += [(form, affiliation.ref, "attribution", BLOCK) for form in forms]
    return patterns


def _plain(name: str) -> str:
    return " ".join(normalise(name)[0].split())


def _loose(words: str) -> str:
    """The words with any (or no) space between them."""
    return r"\s*".join(re.escape(part) for part in words.split())


def _whole(words: str) -> str:
    return _edge(_loose(words)) if words.isascii() or _has_edges(words) else _loose(words)


def _edge(pattern: str) -> str:
    return rf"(?<!\w){pattern}(?!\w)"


def _has_edges(words: str) -> bool:
    """Latin and Cyrillic words have edges; Hangul, Han and Kana take particles without a space."""
    return all(unicodedata.name(sign, "").startswith(("LATIN", "CYRILLIC")) or not sign.isalpha() for sign in words)
