"""What fits exactly one registered person: a function, a rank, a former post, "our ministry", "she". Computed from the registry."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from app.scanner.normalising import normalise
from app.scanner.registry import Person, Registry
from app.scanner.words import table

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
            yield phrase, next(iter(people)), _language(phrase), "role"


def _phrases(person: Person) -> set[str]:
    """The person's functions, as written and as each language calls them."""
    posts = [post for post in (person.function, person.rank, *person.former, *person.titles) if post]
    found: set[str] = set()
    for post in posts:
        plain = normalise(post)
        was = bool(_FORMER.match(plain)) or post in person.former
        bare = _FORMER.sub("", plain)
        found |= {plain, bare}
        for forms in _roles().values():
            mine = [normalise(form) for form in forms]
            if bare in mine:
                found |= set(mine)
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
            yield from ((form, number, _language(normalise(form)), "body") for form in forms)


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
