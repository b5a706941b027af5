"""Russian cases of names, Korean particles, and what attaches to a name in the other languages."""

from functools import cache

CASES = ("gen", "dat", "acc", "ins", "pre")
Forms = tuple[str, ...]
"""Genitive, dative, accusative, instrumental, prepositional."""


def _add(stem: str, endings: str) -> Forms:
    return tuple(stem + ending for ending in endings.split())


@cache
def russian_family(name: str, sex: str) -> Forms:
    """Surnames in -ов, -ин, -ский and their feminine forms; those in -ко do not change."""
    if name.endswith(("ская", "цкая")):
        return _add(name[:-2], "ой ой ую ой ой")
    if name.endswith("ский"):
        return _add(name[:-2], "ого ому ого им ом")
    if name.endswith(("ова", "ева", "ёва", "ина")) and sex == "f":
        return _add(name[:-1], "ой ой у ой ой")
    if name.endswith(("ов", "ев", "ёв", "ин")) and sex == "m":
        return _add(name, "а у а ым е")
    return (name,) * 5


IRREGULAR = {
    "Пётр": "Петра Петру Петра Петром Петре",
    "Любовь": "Любови Любови Любовь Любовью Любови",
}


@cache
def russian_given(name: str) -> Forms:
    """Given names by their ending; the irregular ones are written out."""
    if name in IRREGULAR:
        return tuple(IRREGULAR[name].split())
    if name.endswith("ия"):
        return _add(name[:-1], "и и ю ей и")
    if name.endswith("ья"):
        return _add(name[:-1], "и е ю ёй е" if name == "Илья" else "и е ю ей е")
    if name.endswith("а"):
        return _add(name[:-1], "ы е у ой е")
    if name.endswith("ий"):
        return _add(name[:-1], "я ю я ем и")
    if name.endswith("й"):
        return _add(name[:-1], "я ю я ем е")
    return _add(name, "а у а ом е")


@cache
def russian_patronymic(name: str) -> Forms:
    if name.endswith("на"):
        return _add(name[:-1], "ы е у ой е")
    stressed = {"Ильич": "ом"}
    return _add(name, f"а у а {stressed.get(name, 'ем')} е")


def has_final(word: str) -> bool | None:
    """Whether a Hangul word ends in a consonant; None where the last sign is no Hangul syllable."""
    last = word[-1]
    return (ord(last) - 0xAC00) % 28 != 0 if "가" <= last <= "힣" else None


PAIRS = {
    "이/가": ("이", "가"),
    "은/는": ("은", "는"),
    "을/를": ("을", "를"),
    "과/와": ("과", "와"),
    "이라고/라고": ("이라고", "라고"),
}


def with_particle(word: str, particle: str) -> str:
    """The word with the form of the particle that its last sound asks for."""
    if particle == "으로부터/로부터":
        return word + ("으로부터" if has_final(word) and (ord(word[-1]) - 0xAC00) % 28 != 8 else "로부터")
    if particle not in PAIRS:
        return word + particle
    return word + PAIRS[particle][0 if has_final(word) else 1]


@cache
def russian_foreign(name: str, sex: str, *, family: bool) -> Forms:
    """Names from elsewhere: men's in a consonant decline, women's in -а and -я; all others stay as they are."""
    if name.endswith("ия") and not family:
        return _add(name[:-1], "и и ю ей и")
    if name.endswith("а") and not family:
        return _add(name[:-1], "ы е у ой е")
    if sex == "m" and name[-1] in "бвгджзклмнпрстфхцчшщ":
        return _add(name, "а у а ом е")
    if sex == "m" and name[-1] in "йь":
        return _add(name[:-1], "я ю я ем е")
    return (name,) * 5
