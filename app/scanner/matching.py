"""What an occurrence of a string of the registry means where it stands: names, titles, in the scripts that part words and those that do not."""

import re
from collections.abc import Iterator
from functools import cache

from app.scanner.forms import common
from app.scanner.indexing import Index, Pattern
from app.scanner.normalising import STOP, Normalised, normalise
from app.scanner.registry import BLOCK, WARN, Hit
from app.scanner.roles import FAMILY, GIVEN
from app.scanner.words import grammar, lists

_GAP = re.compile(r"[.!?…]\s+|\n\s*\n")
_APOSTROPHES = "'’‘ʼ`´′＇"


@cache
def titles(heading: str) -> tuple[str, ...]:
    return tuple(sorted((normalise(word) for word in lists("titles")[heading]), key=len, reverse=True))


@cache
def _title_set(heading: str) -> frozenset[str]:
    return frozenset(titles(heading))


def is_latin(sign: str) -> bool:
    return sign < "\u0370" and sign.isalpha()


def is_cyrillic(sign: str) -> bool:
    return "\u0370" <= sign <= "\u052f"


def is_hangul(sign: str) -> bool:
    return "\uac00" <= sign <= "\ud7a3"


def is_kana(sign: str) -> bool:
    return "\u3041" <= sign <= "\u30ff"


def is_edge(ready: Normalised, place: int) -> bool:
    """Whether a word of Latin or Cyrillic letters may begin or end here."""
    return is_apart(ready.compact, place) or ready.is_bound(place)


def is_apart(text: str, place: int) -> bool:
    """Whether the signs before and at this place belong to different scripts, or one of them to none that parts words."""
    if place <= 0 or place >= len(text):
        return True
    left, right = text[place - 1], text[place]
    return not (is_latin(left) and is_latin(right)) and not (is_cyrillic(left) and is_cyrillic(right))


def _ends(ready: Normalised, start: int, end: int) -> bool:
    if is_edge(ready, end):
        return True
    if ready.compact[end] == "s" and is_edge(ready, end + 1):
        stop = ready.span(start, end)[1]
        return ready.text[stop : stop + 1] in _APOSTROPHES
    return False


def names(ready: Normalised, index: Index, start: int, end: int, pattern: Pattern) -> Iterator[Hit]:
    """A full name as registered. A silent one comes out with no reference."""
    west = pattern.script in {"latin", "cyrillic"}
    found = _west(ready, start, end, pattern) if west else _east(ready, start, end, pattern)
    if found is not None:
        ref = index.people[pattern.person].ref if pattern.kind != "silent" else ""
        yield Hit(*ready.span(start, end), ref, "name" if pattern.kind != "silent" else "silent", found)


def _west(ready: Normalised, start: int, end: int, pattern: Pattern) -> str | None:
    if not is_edge(ready, start) or not _ends(ready, start, end):
        return None
    if not pattern.cuts:
        return _single(ready, start, end) if pattern.kind == "name" else BLOCK
    cut = start + pattern.cuts[0]
    first, last = ready.span(start, end)
    whole = ready.text[first:last]
    if not ready.is_bound(cut) and is_edge(ready, start) and pattern.kind == "name":
        length = end - start
        inner = ready.text[ready.span(cut, cut + 1)[0]]
        if len(whole) == length and not (inner.isupper() and not whole.isupper()):
            return BLOCK if length >= 7 or (length == 6 and whole.lower() not in common("en")) else None
    if sentence_between(whole):
        return None
    parts = (ready.compact[start:cut], ready.compact[cut:end])
    lists_ = common("en") if pattern.script == "latin" else common("ru") | common("mn")
    if all(part in lists_ for part in parts):
        shown = ready.text[ready.span(start, start + 1)[0]], ready.text[ready.span(cut, cut + 1)[0]]
        return BLOCK if all(sign.isupper() for sign in shown) else WARN
    return BLOCK


def _single(ready: Normalised, start: int, end: int) -> str | None:
    """A name of one word: it must look like a name if it is also a word."""
    word = ready.compact[start:end]
    if word in common("en") or word in common("ru") or word in common("mn"):
        return WARN if ready.text[ready.span(start, start + 1)[0]].isupper() else None
    return BLOCK


def sentence_between(gap: str) -> bool:
    """Whether a sentence ends inside these words (the dot of an initial or a title ends none)."""
    found = _GAP.search(gap)
    while found:
        before = gap[: found.start()].split()
        last = re.split(r"[.\-]", before[-1])[-1] if before else ""
        if "\n" in found.group() and found.group().count("\n") > 1:
            return True
        if len(last) > 4:
            return True
        if len(last) > 2 and normalise(last) not in _short_titles():
            return True
        found = _GAP.search(gap, found.end())
    return False


@cache
def _short_titles() -> frozenset[str]:
    words = lists("titles")
    return frozenset(normalise(w) for w in words["latin-before"] + words["cyrillic-before"])


def _east(ready: Normalised, start: int, end: int, pattern: Pattern) -> str | None:
    text = ready.compact
    if pattern.script == "hangul":
        return _hangul(ready, start, end, pattern)
    if pattern.script == "kana":
        long = end - start >= 6
        left_open = _goes_on_left(ready, start)
        return BLOCK if long or not left_open else WARN
    if pattern.data == "parted" and not ready.is_bound(start + pattern.cuts[0]):
        return None
    if end - start > 2 or pattern.kind == "silent":
        words = common("han-words")
        astride = not ready.is_bound(start) and text[start - 1 : start + 1] in words and text[start + 1 : end] in words
        return WARN if astride and pattern.kind == "name" else BLOCK
    return _two_han(ready, start, end)


def _goes_on_left(ready: Normalised, start: int) -> bool:
    """Whether a word of Kana may have begun before: not where Hiragana gives way to Katakana."""
    if start == 0 or not is_kana(ready.compact[start - 1]) or ready.is_bound(start):
        return False
    before, here = (ready.text[ready.span(at, at + 1)[0]] for at in (start - 1, start))
    return not (before <= "\u309f" and (here >= "\u30a1" or here == "&"))


def _two_han(ready: Normalised, start: int, end: int) -> str | None:
    """Two characters may be a word, or the end of one word and the beginning of another."""
    text, words = ready.compact, common("han-words")
    if text[start:end] in words:
        return BLOCK if _titled_or_speaking(text, end) else WARN
    left = text[start - 1 : start + 1]
    right = text[end - 1 : end + 1]
    if (not ready.is_bound(start) and left in words) or (not ready.is_bound(end) and right in words):
        return BLOCK if _titled_or_speaking(text, end) else None
    return BLOCK


def _titled_or_speaking(text: str, end: int) -> bool:
    after = text[end : end + 5]
    return any(after.startswith(title) for title in titles("han") + titles("ja") if len(title) > 1) or bool(
        re.match("表示|指出|认为|主张|强调|さん|氏", after)
    )


def _hangul(ready: Normalised, start: int, end: int, pattern: Pattern) -> str | None:
    """A name begins a word, or follows a title; after it come nothing, particles, or a title."""
    text = ready.compact
    left = ready.is_bound(start) or start == 0 or not is_hangul(text[start - 1])
    right = _closes(ready, end)
    cut = start + pattern.cuts[0] if pattern.cuts else 0
    is_split = bool(cut) and ready.is_bound(cut)
    if pattern.kind == "silent":
        return BLOCK if left else None
    if is_split:
        return _split_hangul(ready, start, cut, end) if left and right else None
    if any(ready.is_bound(place) for place in range(start + 1, end)) and not left:
        return None
    if left and right:
        return BLOCK if end - start > 2 or text[start:end] not in common("ko-given") else WARN
    if right and end - start > 2 and _title_before(text, start):
        return BLOCK
    return (
        WARN
        if end - start > 2 and (right or left) and not (left and text[start + 1 : end] in common("ko-given"))
        else None
    )


def _split_hangul(ready: Normalised, start: int, cut: int, end: int) -> str | None:
    """이 지원 is a name, or "this support": only what follows tells."""
    family, given = ready.compact[start:cut], ready.compact[cut:end]
    ordinary = _title_set("ko-ordinary") | _title_set("ko-one")
    if family in ordinary and given in common("ko-given"):
        return BLOCK if _title_after(ready, end) else WARN
    return BLOCK


def _title_before(text: str, start: int) -> bool:
    return any(text.endswith(title, 0, start) for title in titles("ko"))


def _title_after(ready: Normalised, end: int) -> bool:
    return any(ready.compact.startswith(title, end) for title in titles("ko"))


def _closes(ready: Normalised, end: int) -> bool:
    """Whether a Hangul name may end here."""
    text = ready.compact
    if end >= len(text) or ready.is_bound(end) or not is_hangul(text[end]):
        return True
    rest = _rest(ready, end)
    if rest in grammar("ko-particles") or rest.removeprefix("이") in grammar("ko-particles"):
        return True
    return any(
        rest.startswith(title)
        for title in titles("ko")
        if len(title) > 1 or rest[1:] in grammar("ko-particles") or rest == title
    )


def east_title(ready: Normalised, index: Index, start: int, end: int, pattern: Pattern) -> Iterator[Hit]:
    """A title that follows a family name, or a given name and an honorific, in Hangul or Han."""
    text = ready.compact
    for length in range(1, index.longest_east + 1):
        begin = start - length
        if begin < 0:
            break
        word = text[begin:start]
        people = index.east_family.get(word)
        given = index.east_given.get(word) if length > 1 and pattern.data in grammar("honorifics") else None
        if not people and not given:
            continue
        verdict = _title_verdict(ready, begin, start, end, pattern)
        if verdict:
            for number in sorted((people or set()) | (given or set())):
                sure = WARN if lacks_office(index, number, text[start:end]) else verdict
                yield Hit(*ready.span(begin, end), index.people[number].ref, "title", sure)


def heard_title(ready: Normalised, index: Index, start: int, end: int) -> Iterator[Hit]:
    """A title in Hangul behind a word that sounds like a family name from elsewhere (or a Mongolian's given name)."""
    token = ready.token_at(start - 1)
    begin, text = ready.place_of(token), ready.compact
    if not all(map(is_hangul, text[begin:end])) or not _closes_title(ready, end):
        return
    for number, role in sorted(index.heard.stem_of(text[begin:start])):
        if role == (GIVEN if index.mongolian[number] else FAMILY):
            yield Hit(*ready.span(begin, end), index.people[number].ref, "title", BLOCK)


def lacks_office(index: Index, number: int, title: str) -> bool:
    """Whether the title is a high public office that is not on record for this person: `President Li` is then somebody else."""
    if title not in grammar("offices"):
        return False
    person = index.people[number]
    held = (person.honorific, person.function, person.rank, *person.titles, *person.former)
    return title not in normalise(" ".join(each for each in held if each))


def _title_verdict(ready: Normalised, begin: int, start: int, end: int, pattern: Pattern) -> str | None:
    text = ready.compact
    word = text[begin:start]
    if is_hangul(word[0]):
        return _korean_title(ready, begin, start, end)
    if is_hangul(text[end - 1]):
        return None
    kana = "\u3041" <= word[0] <= "\u30ff"
    if kana:
        return None if _goes_on_left(ready, begin) else BLOCK
    if len(word) == 1:
        return _han_title(ready, begin, start, end)
    left = text[begin - 1 : begin + 1]
    if not ready.is_bound(begin) and left in common("han-words") and word not in common("han-words"):
        return WARN
    return BLOCK if word not in common("han-words") or (end - start > 1 and ready.is_bound(begin)) else WARN


def _han_title(ready: Normalised, begin: int, start: int, end: int) -> str | None:
    text = ready.compact
    word, title = text[begin:start], text[start:end]
    words = common("han-words")
    if not ready.is_bound(begin) and text[begin - 1 : begin + 1] in words:
        return None
    if text[begin : begin + 2] in words or (text[end - 1 : end + 1] in words and len(title) == 1):
        return None
    if word in _title_set("han-function") and title not in {"先生", "女士", "教授", "博士"}:
        return WARN
    if len(title) == 1 and title in "老总某公君" and not (ready.is_bound(begin) and ready.is_bound(end)):
        return WARN if title in "老总某" and ready.is_bound(begin) else None
    if title in {"专员", "助理", "顾问", "秘书", "队长"}:
        return WARN if not ready.is_bound(begin) else BLOCK
    return BLOCK


def _korean_title(ready: Normalised, begin: int, start: int, end: int) -> str | None:
    text = ready.compact
    begins = ready.is_bound(begin) or not is_hangul(text[begin - 1])
    if not is_hangul(text[end - 1]) or not begins or not _closes_title(ready, end):
        return None
    word, title, apart = text[begin:start], text[start:end], ready.is_bound(start)
    if title in {"군", "양", "님"} and (apart or len(word) == 1):
        return None if apart else WARN
    return BLOCK if len(word) > 1 else _one_syllable(word, title, apart=apart)


def _one_syllable(word: str, title: str, *, apart: bool) -> str:
    """전 장관 is a former minister, 한 대표 a representative, 이 박사 most likely Dr Lee."""
    generic = title in _title_set("ko-generic")
    if word in _title_set("ko-ordinary"):
        return BLOCK if (title in grammar("ko-personal")) or not (apart or generic) else WARN
    return WARN if apart and generic and word in _title_set("ko-one") - {"이"} else BLOCK


def _closes_title(ready: Normalised, end: int) -> bool:
    """A title ends its word, takes a particle, or goes on as a longer title."""
    text = ready.compact
    if end >= len(text) or ready.is_bound(end) or not is_hangul(text[end]):
        return True
    rest = _rest(ready, end)
    return rest in grammar("ko-particles") or rest.startswith(("님", "급", "측")) or _closes(ready, end)


def is_post(ready: Normalised, start: int, end: int, script: str) -> bool:
    """Whether a function that is one person's stands here as words of its own, and not any such person is meant."""
    if script in {"latin", "cyrillic"}:
        token = ready.token_at(start)
        anybody = token > 0 and ready.tokens[token - 1] in grammar("en-anybody")
        return is_edge(ready, start) and is_edge(ready, end) and not anybody
    return script != "hangul" or ready.is_bound(start) or not is_hangul(ready.compact[start - 1])


_ONE_SIGN_BODY = frozenset("部所院校馆局署省庁厅厅会学")


def is_own_body(ready: Normalised, start: int, end: int, script: str) -> bool:
    """Whether "our ministry" stands here, and is not the beginning or the end of other words: 我部分, 우리 부두."""
    text = ready.compact
    if script in {"latin", "cyrillic"}:
        return is_edge(ready, start) and is_edge(ready, end)
    if script == "hangul":
        begins = ready.is_bound(start) or not is_hangul(text[start - 1])
        return begins and (_is_word_end(ready, end) or _rest(ready, end) in grammar("ko-particles"))
    before = text[start - 1] if start and not ready.is_bound(start) else ""
    if text[start] in "本当我" and is_han(before) and before not in grammar("han-before-own"):
        return False
    if text[end - 1] not in _ONE_SIGN_BODY or ready.is_bound(end) or end >= len(text) or not is_han(text[end]):
        return True
    return text[start] == "我" and text[end] in grammar("han-after-suo" if text[end - 1] == "所" else "han-after-own")


def is_han(sign: str) -> bool:
    return "\u3400" <= sign <= "\u9fff"


def _is_word_end(ready: Normalised, end: int) -> bool:
    return end >= len(ready.compact) or ready.is_bound(end) or not is_hangul(ready.compact[end])


def _rest(ready: Normalised, end: int) -> str:
    """The rest of a Hangul word, at most eight signs."""
    text, stop = ready.compact, end
    while stop < len(text) and is_hangul(text[stop]) and stop - end < 8 and (stop == end or not ready.is_bound(stop)):
        stop += 1
    return text[end:stop]


def old_and_young(ready: Normalised, index: Index, start: int, end: int, pattern: Pattern) -> Iterator[Hit]:
    """老王, 小王: among Chinese colleagues as good as a name."""
    text, words = ready.compact, common("han-words")
    if not ready.is_bound(end) and text[end - 1 : end + 1] in words:
        return
    if not ready.is_bound(start) and text[start - 1 : start + 1] in words | {
        "古老",
        "最小",
        "大小",
        "长老",
        "缩小",
        "较小",
        "元老",
    }:
        return
    verdict = (
        BLOCK
        if ready.is_bound(start)
        or text[start - 1] in "是说和由与据问请向对跟让，"
        or text[end : end + 1] in "说认提也在的表指建问"
        else WARN
    )
    for number in sorted(index.east_family.get(pattern.data, ())):
        yield Hit(*ready.span(start, end), index.people[number].ref, "title", verdict)


def lone_family(ready: Normalised, index: Index, start: int, end: int, pattern: Pattern) -> Iterator[Hit]:
    """A family name of two characters or more, alone: a warning."""
    if pattern.script == "hangul" and not (ready.is_bound(start) and _closes(ready, end)):
        return
    if ready.compact[start:end] in common("han-words") or STOP in ready.compact[start:end]:
        return
    yield Hit(*ready.span(start, end), index.people[pattern.person].ref, "family-name", WARN)
