"""What fits exactly one registered person: a function, a rank, a former post, "our ministry", "she". Computed from the registry."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from app.scanner.inflecting import mongolian, russian
from app.scanner.normalising import normalise
from app.scanner.registry import Person, Registry
from app.scanner.words import grammar, table

_SCRIPT_LANGUAGE = (
    ("ko", re.compile("[가-힣]")),
    ("east", re.compile("[\u3041-\u30ff\u3400-\u9fff]")),
    ("cyrillic", re.compile("[а-яөү]")),
)
_FORMER = re.compile(r"^(?:former|ex|retired|late|前|元|전|전직|бывшии|бывшая|асан|хуучин)[\s-]?")


@cache
def _roles() -> dict[str, tuple[str, ...]]:
    return {name: tuple(word.replace("_", " ") for word in rest.split()) for name, rest in table("roles")}


@cache
def _bodies() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    found = {}
    for name, rest in table("bodies"):
        marks, *forms = rest.split()
        found[name] = (
            tuple(normalise(m.replace("_", " ")) for m in marks.split("|")),
            tuple(f.replace("_", " ") for f in forms),
        )
    return found


def role_forms(registry: Registry) -> Iterator[tuple[str, int, str, str]]:
    """(form, person, language, sort) of everything that only one person is, has been or belongs to."""
    yield from _functions(registry)
    yield from _first_person(registry)
    yield from _pronouns(registry)


def _functions(registry: Registry) -> Iterator[tuple[str, int, str, str]]:
    owners: dict[str, set[int]] = defaultdict(set)
    for number, person in enumerate(registry.people):
        for phrase in _phrases(person):
            owners[phrase].add(number)
    for phrase, people in owners.items():
        if len(people) == 1 and len(phrase) > 1:
            sort = "post" if _is_telling(phrase) else "role"
            yield from (
                (form, next(iter(people)), _language(phrase), sort)
                for form in (cases_of(phrase) if sort == "post" else {phrase})
            )


def _is_telling(phrase: str) -> bool:
    """Whether a function is long enough to be nobody else's, wherever it stands; a short one asks for a verb of saying."""
    words, size = phrase.split(), len(phrase.replace(" ", ""))
    if _language(phrase) in {"ko", "east"}:
        return size >= _TELLING_SIGNS
    return size >= _TELLING_LETTERS and (len(words) > 2 or size >= _TELLING_LETTERS + 4)


_TELLING_SIGNS, _TELLING_LETTERS = 5, 14


def cases_of(phrase: str) -> set[str]:
    """A function or institution in Cyrillic with its head in every case: Russian at the beginning, with the adjectives before it; Mongolian ends with it."""
    words = phrase.split()
    if _language(phrase) != "cyrillic":
        return {phrase}
    first, rest = words[0], words[1:]
    found = {" ".join([form, *rest]) for form in russian(first)}
    if re.search("(?:ии|ыи|ая|яя)$", first) and rest:
        found |= {
            " ".join([one, other, *rest[1:]])
            for one in russian(first)
            for other in russian(rest[0])
            if _agree(one, other)
        }
    return found | {" ".join([*words[:-1], form]) for form in mongolian(words[-1])} | {phrase}


def _agree(adjective: str, noun: str) -> bool:
    return any(adjective.endswith(one) and noun.endswith(other) for one, other in _AGREEING)


_AGREEING = (
    ("ого", ("а", "я")),
    ("его", ("а", "я")),
    ("ому", ("у", "ю")),
    ("ему", ("у", "ю")),
    ("им", ("ом", "ем")),
    ("ым", ("ом", "ем")),
    ("ом", ("е",)),
    ("ем", ("е",)),
    ("ую", ("у", "ю")),
    ("ои", ("ы", "и", "е", "ои", "еи")),
)
"""Endings of an adjective and of the noun behind it in the same case (normalised: и for й)."""


def _paraphrases(plain: str) -> set[str]:
    """An English function with another preposition, or turned round: `adviser on relief` is a `relief adviser`."""
    found = re.fullmatch(r"([a-z ]+?) (?:for|on|of|in|to|about) (?:the )?([a-z0-9 ]+)", plain)
    if not found:
        return set()
    head, field = found.groups()
    linked = {f"{head} {word} {article}{field}" for word in ("for", "on", "of", "in") for article in ("", "the ")}
    return linked | {f"{field} {head}", f"{field}s {head}"}


def _phrases(person: Person) -> set[str]:
    """The person's functions, as written and as each language calls them."""
    posts = [post for post in (person.function, person.rank, *person.former, *person.titles) if post]
    found: set[str] = set()
    if person.honorific and normalise(person.honorific) not in grammar("civil-titles"):
        posts.append(person.honorific)
    for post in posts:
        plain = normalise(post)
        was = bool(_FORMER.match(plain)) or post in person.former
        bare = _FORMER.sub("", plain)
        found |= {plain, bare, *_paraphrases(plain), *_paraphrases(bare)}
        for forms in _roles().values():
            mine = [normalise(form) for form in forms]
            if bare in mine:
                found |= set(mine)
            elif post in {person.honorific, person.rank} and bare.split()[-1:] == mine[:1]:
                found |= set(mine)  # a rear admiral is called an admiral
            elif any(re.search(rf"(?<!\w){re.escape(form)}$", bare) for form in mine) and was:
                found |= {f"former {mine[0]}"}
        if was:
            found |= {f"former {bare}", f"ex {bare}"}
    return found


def _language(phrase: str) -> str:
    return next((language for language, mark in _SCRIPT_LANGUAGE if mark.search(phrase)), "en")


def _first_person(registry: Registry) -> Iterator[tuple[str, int, str, str]]:
    for marks, forms in _bodies().values():
        people = {n for n, person in enumerate(registry.people) if _belongs(person, marks)}
        if len(people) == 1:
            number = next(iter(people))
            every = {each for form in forms for each in _ours(form)}
            yield from ((form, number, _language(normalise(form)), "body") for form in every)


_OUR_RUSSIAN = [
    "наш",
    "наша",
    "наше",
    "нашего",
    "нашеи",
    "нашему",
    "нашу",
    "нашим",
    "нашем",
    "мои",
    "моя",
    "мое",
    "моего",
    "моеи",
    "моему",
    "мою",
    "моим",
    "моем",
]


def _ours(form: str) -> set[str]:
    """The form with every other word for "our", and in every case."""
    first, _, rest = normalise(form).partition(" ")
    if first == "우리":
        return {form, f"저희 {rest}"}
    if first == "манаи" and " " not in rest:
        return {form, *(f"{our} {each}" for our in ("манаи", "миний") for each in mongolian(rest))}
    if first in {"наш", "наша", "наше"} and " " not in rest:
        nouns = russian(rest) | ({rest[:-1] + ending for ending in ("а", "у", "ом", "е")} if rest[-1] == "о" else set())
        return {form, *(f"{our} {noun}" for our in _OUR_RUSSIAN for noun in nouns)}
    return {form}


def _belongs(person: Person, marks: tuple[str, ...]) -> bool:
    words = [normalise(text) for text in (*person.institutions, person.function or "")]
    return any(
        mark in word.split() or (not mark.isascii() and word.endswith(mark)) or (" " in mark and mark in word)
        for mark in marks
        for word in words
    )


_SHE = (
    ("she", "en"),
    ("herself", "en"),
    ("그녀는", "ko"),
    ("그녀가", "ko"),
    ("她", "east"),
    ("彼女は", "east"),
    ("彼女が", "east"),
    ("она", "cyrillic"),
)
_HE = (("he", "en"), ("himself", "en"), ("он", "cyrillic"), ("彼は", "east"), ("彼が", "east"))


def _pronouns(registry: Registry) -> Iterator[tuple[str, int, str, str]]:
    """Only where everybody's gender is on record, and one person stands alone in it."""
    genders = [person.gender for person in registry.people]
    if len(genders) < 2 or any(gender is None for gender in genders):
        return
    for gender, forms in (("female", _SHE), ("male", _HE)):
        if genders.count(gender) == 1:  # type: ignore[arg-type]
            number = genders.index(gender)  # type: ignore[arg-type]
            yield from ((form, number, language, "pronoun") for form, language in forms)
