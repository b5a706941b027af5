"""Case forms of names in Cyrillic: Russian declension of family, given name and patronymic; Mongolian suffixes.

All words come normalised (и for й, е for ё), so the endings here are too.
"""

import re

from app.scanner.words import grammar

_VOWELS = "аеиоуыэюяөү"
_SIBILANT = "жчшщц"


def russian(word: str) -> set[str]:
    """Every case form of one part of a name, singular and, for families, plural; the word itself among them.

    Follows the school grammar (Zaliznyak's classes for names), without stress.
    """
    forms = {word} | _adjective(word) | _fleeting(word)
    if word.endswith("ья"):
        forms |= {word[:-2] + ending for ending in ("ия", "ии", "ию", "иеи", "ией")}
    elif word.endswith("ия") and len(word) > 3:
        forms |= {word[:-2] + ending for ending in ("ья", "ьи", "ье", "ью", "ьеи")}
    if re.search(r"(?:ов|ев|ин|ын)а?$", word):
        forms |= _possessive(word.removesuffix("а"))
    if word.endswith("а"):
        hard = "и" if word[-2:-1] in "гкхжчшщ" else "ы"
        forms |= {word[:-1] + ending for ending in (hard, "е", "у", "ои", "ою", "еи", "ею", "")[:7]}
    elif word.endswith("я"):
        forms |= {word[:-1] + ending for ending in ("и", "е", "ю", "еи", "ею")}
    elif word.endswith("ь"):
        forms |= {word[:-1] + ending for ending in ("я", "ю", "ем", "е", "и", "ью")}
    elif word.endswith("и") and len(word) > 2 and word[-2] in _VOWELS:
        forms |= {word[:-1] + ending for ending in ("я", "ю", "ем", "е", "и", "ев")}
    elif word and word[-1] not in _VOWELS:
        forms |= {word + ending for ending in ("а", "у", "ом", "ем", "е", "ы", "и", "ов", "ам", "ами", "ах")}
    return {form for form in forms if form}


def _possessive(stem: str) -> set[str]:
    """Иванов, Иванова, Ивановы: one family, both genders, as endings of a text may mean either."""
    endings = ("", "а", "у", "ым", "е", "ои", "ою", "ы", "ых", "ыми")
    return {stem + ending for ending in endings}


def _adjective(word: str) -> set[str]:
    """-ский, -ая, -ой."""
    found = re.fullmatch(r"(.+(?:ск|цк|[нлрвбдтмгкхшжч]))(?:ии|ыи|ои|ая|яя)", word)
    if not found:
        return set()
    stem = found.group(1)
    endings = [
        "ии",
        "ыи",
        "ои",
        "ого",
        "его",
        "ому",
        "ему",
        "им",
        "ым",
        "ом",
        "ем",
        "ая",
        "ую",
        "ою",
        "ие",
        "ые",
        "их",
        "ых",
        "ими",
        "ыми",
        "еи",
    ]
    return {stem + ending for ending in endings}


def _fleeting(word: str) -> set[str]:
    """Павел, Павла; Лев, Льва; Заяц, Зайца; Соловец, Соловца."""
    if re.search(r"[бвгдзклмнпрстфхцчшщж](?:ел|ец|ек|ок|ень)$", word) and len(word) > 3:
        stem = word[:-2] + word[-1] if not word.endswith("ень") else word[:-3] + "н"
        return {stem + ending for ending in ("а", "у", "ом", "ем", "е", "я", "ю")}
    if word == "лев":
        return {"льва", "льву", "львом", "льве"}
    if word == "петр":
        return {"петра"}
    return set()


def mongolian(word: str) -> set[str]:
    """The word with every case suffix, and the stem without its fleeting vowel or final sign before one."""
    stems = {word}
    if word.endswith("ь"):
        stems.add(word[:-1] + "и")
        stems.add(word[:-1])
    if len(word) > 3 and word[-1] not in _VOWELS and word[-2] in "аэоөиу" and word[-3] not in _VOWELS:
        stems.add(word[:-2] + word[-1])
    if word.endswith(("аа", "ээ", "оо", "өө")):
        stems.add(word + "г")
    if word.endswith(("а", "э", "о", "ө", "и")):
        stems.add(word[:-1])
    return {word} | {stem + suffix for stem in stems for suffix in grammar("mn-suffixes")}


def mongolian_genitive(word: str) -> set[str]:
    """How a father's name stands before the given name."""
    stem = word.removesuffix("ь")
    return {word, *(stem + suffix for suffix in ("ын", "иин", "ы", "ии", "н", "гиин", "гын", "нии"))}
