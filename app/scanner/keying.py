"""The keys of a registered name in one romanisation family, and what part of the name each stands for."""

from collections.abc import Iterator
from itertools import product

from app.scanner.forms import Name, spellings
from app.scanner.roles import FAMILY, GIVEN, HEAD, PATRONYMIC, SEGMENT, WHOLE
from app.scanner.romanising import key, korean, segmented

_SCRIPTS = {
    "ko": {"hangul", "latin"},
    "zh": {"han", "latin"},
    "ja": {"kana", "latin"},
    "sl": {"cyrillic", "latin"},
}
"""The scripts from which each family's spellings can be made."""


def keyed_parts(name: Name, kind: str) -> Iterator[tuple[str, int]]:
    """(key, role) of every way to spell the name, its parts and their pieces."""
    if name.script not in _SCRIPTS[kind]:
        return
    family, given, patronymic = name.joined
    families = _families(family, name, kind)
    givens = _givens(given, name, kind)
    yield from ((each, SEGMENT) for each in _segments(given, name, kind))
    yield from ((each, HEAD) for each in _heads(name, kind))
    yield from ((each, FAMILY if name.is_whole else WHOLE) for each in families)
    yield from ((each, GIVEN) for each in givens)
    yield from ((each, PATRONYMIC) for each in _keys(patronymic, kind))
    if name.is_whole and len(families) * len(givens) < 400:
        for one, other in product(families, givens):
            if len(one + other) > 4:
                yield one + other, WHOLE
                yield other + one, WHOLE


def _keys(part: str, kind: str) -> set[str]:
    return {key(kind, word) for word in spellings(part, kind)} if part else set()


def _families(family: str, name: Name, kind: str) -> set[str]:
    found = _keys(family, kind)
    if kind == "ko" and name.script == "latin":
        found |= {key(kind, word) for group in _KOREAN_GROUPS if family in group for word in group}
    return found


def _givens(given: str, name: Name, kind: str) -> set[str]:
    """Keys of the given name as one word, and of its pieces side by side: the two may differ."""
    found = _keys(given, kind)
    parts = name.given.split()
    if len(parts) > 1:
        found |= {"".join(each) for each in product(*(_keys(part, kind) for part in parts))}
        found.add("".join(key(kind, part) for part in parts))
    if name.script == "hangul" and len(given) <= 3:
        found |= {"".join(each) for each in product(*_sides(given))}
    return found


def _sides(given: str) -> list[set[str]]:
    return [{key("ko", word) for word in korean(sign, first=place == 0)} for place, sign in enumerate(given)]


def _segments(given: str, name: Name, kind: str) -> set[str]:
    if name.script == "hangul":
        return set().union(*_sides(given)) if len(given) <= 3 else set()
    parts = list(given) if name.script == "han" else name.given.split()
    if kind == "zh" and given.isascii():
        parts += [part for cut in segmented(given) for part in cut]
    return set().union(*(_keys(part, kind) for part in parts))


def _heads(name: Name, kind: str) -> set[str]:
    """Keys of the first piece of a family that may be written in several: Nam-gung, Ou-yang, Bat-Erdene."""
    if name.script == "hangul" and len(name.family) > 1:
        return {key(kind, word) for word in korean(name.family[0], first=True)}
    if kind == "zh":
        cuts = segmented(name.family) if name.family.isascii() else [name.family]
        return {key(kind, word) for cut in cuts if len(cut) > 1 for word in spellings(cut[0], kind)}
    if " " in name.family:
        return {key(kind, word) for word in spellings(name.family.split()[0], kind)}
    return set()


_KOREAN_GROUPS = tuple(
    frozenset(group.split())
    for group in (
        "lee yi rhee ri li i yee rhie", "park pak bak pahk bahk", "choi choe choy", "noh roh no ro", "lim im rim yim leem", "yoo yu ryu ryoo lyu you",
        "yang ryang", "heo hur huh ho her", "jung jeong chung chong jong joung cheong", "ra na nah rah", "yeo ryo yo", "suh seo so", "woo wu u", "ahn an", "oh o",
        "kim gim", "cho jo", "joo ju chu", "ko go goh koh", "koo gu ku goo", "kang gang", "kwon gwon", "moon mun", "shin sin", "yoon yun youn",
    )
)  # fmt: skip
