"""Names in running words of Latin and Cyrillic letters: parts side by side, initials, titles, other cases and romanisations."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from app.scanner.forms import common
from app.scanner.handles import as_handle, is_joined
from app.scanner.indexing import Index, people_of
from app.scanner.matching import sentence_between
from app.scanner.normalising import Normalised
from app.scanner.registry import BLOCK, WARN, Hit
from app.scanner.roles import (
    AFTER,
    BEFORE,
    BITS,
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
from app.scanner.titling import titled

_LONGEST = 3  # words of a given name
_APOSTROPHES = tuple("'’‘ʼ`´′＇")
_INITIAL_GAP = re.compile(r"(?:\w|[ .,·\u00a0\u2009\u202f’'‐‑–-]|\n(?!\n))*")


@cache
def _sign_class(mask: int) -> str:
    """All signs whose mask has one of these bits, as the inside of a character class."""
    return "".join(chr(0x100 + n) for n in range(1 << BITS) if n & mask)


_BESIDE_FAMILY = GIVEN | SEGMENT | INITIAL | PATRONYMIC | BEFORE | AFTER
_BESIDE_GIVEN = PATRONYMIC | BEFORE | AFTER | INITIAL


@cache
def _anchors() -> re.Pattern[str]:
    """A part of a name beside what may make it one; a family as it is on record also two words from such a given name."""
    family, given = _sign_class(FAMILY), _sign_class(GIVEN)
    by_family, by_given = _sign_class(_BESIDE_FAMILY), _sign_class(_BESIDE_GIVEN)
    near = f"[{_signs_of_all(FAMILY | NEAR)}]", f"[{_signs_of_all(GIVEN | NEAR)}]"
    ways = (
        f"[{_sign_class(WHOLE | HEAD)}]",
        f"[{family}](?=[{by_family}])",
        f"(?<=[{by_family}])[{family}]",
        f"[{given}](?=[{by_given}])",
        f"(?<=[{by_given}])[{given}]",
        f"{near[0]}(?=.{near[1]})",
        f"(?<={near[1]}.){near[0]}",
    )
    quick = _sign_class(WHOLE | HEAD | FAMILY | GIVEN)
    return re.compile(f"(?=[{quick}])(?:{'|'.join(ways)})")


def _signs_of_all(mask: int) -> str:
    """All signs whose mask has all of these bits."""
    return "".join(chr(0x100 + n) for n in range(1 << BITS) if n & mask == mask)


@cache
def _near_parts() -> re.Pattern[str]:
    return re.compile(f"[{_sign_class(NEAR)}]")


@cache
def _lone() -> re.Pattern[str]:
    return re.compile(f"[{_sign_class(LONE)}]")


def hits(ready: Normalised, index: Index, signs: str) -> Iterator[Hit]:
    """Every name that a sequence of words makes. `signs` says of each word what it may be."""
    known = common("en") | common("ru") | common("mn")
    has_address, has_joins = "@" in ready.text, "_" in ready.text
    for found in _anchors().finditer(signs):
        at = found.start()
        word = ready.tokens[at]
        mask = ord(signs[at]) - 0x100
        is_likely = (len(word) > 5 and word not in known and not mask & HEARD) or mask & (WHOLE | HEAD)
        if (
            is_likely
            or ready.may_be_capital(at)
            or (has_address and _is_address(ready, at))
            or is_joined(ready, at, has_joins=has_joins)
        ):
            yield from _at(ready, index, signs, at)


def _is_address(ready: Normalised, at: int) -> bool:
    """Whether an address of mail goes on behind the word."""
    return ready.text.startswith("@", ready.span_of_tokens(at, at)[1])


def lone_hits(ready: Normalised, index: Index, signs: str) -> Iterator[Hit]:
    """Family names alone, capitalised, no common word: warnings."""
    for found in _lone().finditer(signs):
        at = found.start()
        word = ready.tokens[at]
        if len(word) < 4 or word in common("en") or word in common("ru") or word in common("mn"):
            continue
        start, end = ready.span_of_tokens(at, at)
        if ready.text[start].isupper():
            for person in sorted({p for p, role, how in index.found(word) if role == FAMILY and how == "x"}):
                yield Hit(start, end, index.people[person].ref, "family-name", WARN)


def _at(ready: Normalised, index: Index, signs: str, at: int) -> Iterator[Hit]:
    entries = index.found(ready.tokens[at])
    mask = ord(signs[at]) - 0x100
    if mask & WHOLE:
        yield from _whole(ready, index, at)
    families = people_of(entries, FAMILY)
    if families:
        yield from _with_given(ready, index, at, at, families)
        yield from _with_initials(ready, index, at, at, families)
        yield from as_handle(ready, index, at, families)
        yield from titled(ready, index, signs, at, at, families, FAMILY)
    if mask & HEAD:
        yield from _with_pieces(ready, index, signs, at)
    givens = people_of(entries, GIVEN)
    if givens:
        yield from _with_patronymic(ready, index, at, givens)
        yield from titled(ready, index, signs, at, at, givens, GIVEN)
        yield from _father_initial(ready, index, at, at, givens)


def _with_pieces(ready: Normalised, index: Index, signs: str, at: int) -> Iterator[Hit]:
    """A family written in two or three pieces: Ou-yang, van den Berg; or a Mongolian's given name: Bat-Erdene."""
    for last in (at + 1, at + 2):
        if last >= len(ready.tokens):
            return
        families = people_of(index.found("".join(ready.tokens[at : last + 1])), FAMILY)
        if families:
            yield from _with_given(ready, index, at, last, families)
            yield from _with_initials(ready, index, at, last, families)
            yield from titled(ready, index, signs, at, last, families, FAMILY)
        givens = people_of(index.found("".join(ready.tokens[at : last + 1])), GIVEN)
        if givens:
            yield from titled(ready, index, signs, at, last, givens, GIVEN)
            yield from _father_initial(ready, index, at, last, givens)


def _with_given(ready: Normalised, index: Index, at: int, until: int, families: dict[int, str]) -> Iterator[Hit]:
    """Family and given name, in either order; between them an initial or a patronymic; the given name in up to three pieces."""
    tokens = ready.tokens
    for first, last in _windows(at, until, len(tokens)):
        word = "".join(tokens[first : last + 1])
        if not 2 <= len(word) <= 30:
            continue
        givens = people_of(index.found(word), GIVEN)
        people = families.keys() & givens.keys()
        between = range(last + 1, at) if last < at else range(until + 1, first)
        if not people or not _is_skipped(ready, between):
            continue
        for person in people:
            if index.eastern[person] and not all(_is_middle(tokens[n]) for n in between):
                continue
            begin, end = _widened(ready, index, min(at, first), max(until, last), person)
            how = max(families[person], givens[person], key="xir".index)
            hit = _judged(ready, index, begin, end, person, how)
            if hit:
                yield hit


def _windows(at: int, until: int, count: int) -> Iterator[tuple[int, int]]:
    """Where a given name of one to three words may stand beside a family, or one or two words away from it."""
    for skip in (0, 1, 2):
        for length in range(1, _LONGEST + 1 if not skip else _LONGEST):
            if until + skip + length < count:
                yield until + 1 + skip, until + skip + length
            if at - skip - length >= 0:
                yield at - skip - length, at - 1 - skip


_PATRONYMIC_END = re.compile(
    r"(?:ович|евич|ич|овн|евн|ичн)(?:а|у|ем|ом|е|ы|ои|и)?$|(?:ovich|evich|ovna|evna|ichna|vitch|ovic|evic)$"
)


def _is_skipped(ready: Normalised, between: range) -> bool:
    """What may stand between given name and family: what `_is_middle` says, or one middle name with its capital."""
    if len(between) == 1 and ready.is_capital(between[0]):
        return True
    return all(_is_middle(ready.tokens[n]) for n in between)


def _is_middle(word: str) -> bool:
    """An initial, a patronymic, or the Mongolian "of the clan"."""
    return len(word) == 1 or word.startswith("овог") or _PATRONYMIC_END.search(word) is not None


def _widened(ready: Normalised, index: Index, begin: int, end: int, person: int) -> tuple[int, int]:
    """With the patronymic on either side."""
    if end + 1 < len(ready.tokens) and person in people_of(index.found(ready.tokens[end + 1]), PATRONYMIC):
        end += 1
    if begin and person in people_of(index.found(ready.tokens[begin - 1]), PATRONYMIC):
        begin -= 1
    return begin, end


def _judged(ready: Normalised, index: Index, begin: int, end: int, person: int, how: str) -> Hit | None:
    start, stop = ready.span_of_tokens(begin, end)
    shown = ready.text[start:stop]
    if shown[-2:-1] in _APOSTROPHES and shown[-1:] in "sS":
        stop -= 2
    if sentence_between(shown) or ("," in shown and how == "r" and not index.eastern[person]):
        return None
    words = ready.tokens[begin : end + 1]
    capitals = all(is_capital(ready, n) for n in range(begin, end + 1))
    known = common("en") if words[0].isascii() else common("ru") | common("mn")
    ordinary = sum(word in known for word in words)
    if not capitals and (how == "r" or ordinary == len(words)) and (ordinary or len("".join(words)) < 8):
        return None if how == "r" else Hit(start, stop, index.people[person].ref, "name", WARN)
    kind = {"x": "name", "i": "inflected", "r": "romanised"}[how]
    return Hit(start, stop, index.people[person].ref, kind, BLOCK)


def is_capital(ready: Normalised, token: int) -> bool:
    """Written with a capital, or joined by a hyphen to what is: Kye-gwan."""
    if ready.is_capital(token):
        return True
    start = ready.span_of_tokens(token, token)[0]
    return bool(start and ready.text[start - 1] in "-‐‑–’'" and token and is_capital(ready, token - 1))


def _whole(ready: Normalised, index: Index, at: int) -> Iterator[Hit]:
    """A full name in one word, or a handle."""
    word = ready.tokens[at]
    start, stop = ready.span_of_tokens(at, at)
    shown = ready.text[start:stop]
    is_address = ready.text[stop : stop + 1] == "@" or (start and ready.text[start - 1] in "@~/")
    bare = word.rstrip("0123456789")
    for person in sorted(index.handles.get(bare, ())):
        if is_address or (bare != word and len(bare) >= 5) or (len(bare) >= 8 and bare not in common("en")):
            yield Hit(start, stop, index.people[person].ref, "handle", BLOCK)
    for person, how in people_of(index.found(word), WHOLE).items():
        if (
            how == "r"
            and word < "\uac00"
            and (len(word) < 7 or not (shown[0].isupper() or is_address or len(word) >= 10))
        ):
            continue
        if word in common("en"):
            continue
        yield Hit(start, stop, index.people[person].ref, {"x": "name", "i": "inflected", "r": "romanised"}[how], BLOCK)


def _with_initials(ready: Normalised, index: Index, at: int, until: int, families: dict[int, str]) -> Iterator[Hit]:
    """С. П. Иванов, Kim J.-m., R. Tachibana. The letters must be those of the given name and the patronymic."""
    if len(ready.tokens[at]) < 2:
        return
    for step in (1, -1):
        letters: list[str] = []
        end = until if step == 1 else at
        while 0 <= end + step < len(ready.tokens) and len(letters) < 3 and _is_initial(ready, end + step, at):
            end += step
            letters.append(ready.tokens[end])
        if not letters:
            continue
        ordered = letters if step == 1 else letters[::-1]
        begin, last = min(at, end), max(until, end)
        start, stop = ready.span_of_tokens(begin, last)
        gap = ready.text[start:stop]
        if not _INITIAL_GAP.fullmatch(gap) or (step == 1 and re.search(r"\w\w\.\s", gap)):
            continue
        dot = ready.text[stop : stop + 1] == "."
        for person, how in families.items():
            if _are_initials(index, person, ordered) and _fits(ready, at, until, how):
                full = stop + (1 if step == 1 and dot else 0)
                yield Hit(start, full, index.people[person].ref, "initials", BLOCK)


def _are_initials(index: Index, person: int, letters: list[str]) -> bool:
    """All must be known; of a Western name only the first, as middle names are seldom registered."""
    known = index.initials[person]
    if letters[0][0] in known and not index.eastern[person] and len(known) < 2:
        return True
    return all(letter[0] in known for letter in letters)


def _fits(ready: Normalised, at: int, until: int, how: str) -> bool:
    """A common word, or a family only by its romanisation, must be written as a name; of several words one: van der Berg."""
    word = ready.tokens[at]
    return any(ready.is_capital(n) for n in range(at, until + 1)) or (
        how == "x" and word not in common("en") and len(word) > 3
    )


def _is_initial(ready: Normalised, token: int, family: int) -> bool:
    word = ready.tokens[token]
    if len(word) > 2 or not word.isalpha() or word >= "\u0530":
        return False
    start, stop = ready.span_of_tokens(token, token)
    after, before = ready.text[stop : stop + 1], ready.text[start - 1 : start] if start else ""
    shown = ready.text[start]
    if after in {".", "．", "·"} or (before == "-" and len(word) == 1):
        return shown.isupper() or before in {"-", "."} or len(word) == 1
    if len(word) == 2:
        return False
    return shown.isupper() and word not in "aiвксоуия"


def _with_patronymic(ready: Normalised, index: Index, at: int, givens: dict[int, str]) -> Iterator[Hit]:
    """Given name and patronymic alone: how Russians are addressed."""
    if at + 1 >= len(ready.tokens):
        return
    fathers = people_of(index.found(ready.tokens[at + 1]), PATRONYMIC)
    for person in givens.keys() & fathers.keys():
        hit = _judged(ready, index, at, at + 1, person, max(givens[person], fathers[person], key="xir".index))
        if hit:
            yield replace(hit, verdict=WARN) if _has_other_family(ready, index, at, person) else hit


_FAMILY_END = re.compile(
    r"(?:ов|ев|ин|ын|ск|цк|ко|ук|юк|ян|ан|швили|дзе|их|ых|ец|ич)(?:а|у|ым|им|ом|ои|ых|ии|ого|ому|ая|ую|е|ы)?$"
)


def _has_other_family(ready: Normalised, index: Index, at: int, person: int) -> bool:
    """Whether another family stands beside given name and patronymic: then this is a namesake."""
    for place, step in ((at + 2, 1), (at - 1, -1)):
        if not 0 <= place < len(ready.tokens) or not ready.is_capital(place):
            continue
        inner = at + 1 if step == 1 else at
        start, end = sorted((ready.span_of_tokens(place, place), ready.span_of_tokens(inner, inner)))
        beside = ready.text[start[1] : end[0]] in {" ", "\n", "\u00a0"}
        if (
            beside
            and _FAMILY_END.search(ready.tokens[place])
            and person not in people_of(index.found(ready.tokens[place]), FAMILY)
        ):
            return True
    return False


def _father_initial(ready: Normalised, index: Index, at: int, until: int, givens: dict[int, str]) -> Iterator[Hit]:
    """Б.Оюун, Oyuun B.: the given name and the father's initial."""
    for letter in (at - 1, until + 1):
        if not 0 <= letter < len(ready.tokens) or not _is_initial(ready, letter, at) or not ready.is_capital(letter):
            continue
        start, stop = ready.span_of_tokens(min(at, letter), max(until, letter))
        stop += letter > at and ready.text[stop : stop + 1] == "."
        shown = ready.text[start:stop]
        if "." not in shown or (letter < at and sentence_between(shown)) or not _INITIAL_GAP.fullmatch(shown):
            continue
        for person, how in givens.items():
            known = index.mongolian[person] and ready.tokens[letter][0] in index.initials[person]
            if known and _fits(ready, at, until, how):
                yield Hit(start, stop, index.people[person].ref, "initials", BLOCK)


def near_anchors(signs: str) -> list[int]:
    """Where a part of a name stands as it is on record: a slip in another part may stand beside it."""
    return [found.start() for found in _near_parts().finditer(signs)]


@cache
def _sure() -> re.Pattern[str]:
    return re.compile(f"[{_sign_class(SURE)}]")


def slips(ready: Normalised, index: Index, signs: str) -> Iterator[Hit]:
    """Beside a part of a name that is known by ear, the other part with one slip."""
    for found in _sure().finditer(signs):
        at = found.start()
        if not ready.may_be_capital(at):
            continue
        wanted = index.heard.sure(ready.tokens[at])
        for place in (at - 1, at + 1):
            people = {n for n, _r in wanted & index.heard.near(ready.tokens[place])} if 0 <= place < len(signs) else ()
            if people and is_capital(ready, at) and is_capital(ready, place):
                start, stop = ready.span_of_tokens(min(at, place), max(at, place))
                if not sentence_between(ready.text[start:stop]):
                    yield from (Hit(start, stop, index.people[n].ref, "fuzzy", BLOCK) for n in sorted(people))
