"""A registered person's names taken apart: which words are family, given name and patronymic, in which script, of which language."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import product

from app.scanner.hangulising import hangul_of_pinyin, hangulised
from app.scanner.inflecting import mongolian_genitive
from app.scanner.normalising import normalise
from app.scanner.registry import Person
from app.scanner.romanising import (
    KOREAN_FAMILIES,
    SURNAMES,
    chinese_words,
    cyrillic_words,
    japanese,
    japanese_passport,
    key,
    korean,
    korean_words,
    passport_cyrillic,
    readings,
    segmented,
)
from app.scanner.words import lists, table

_LANGUAGE_OF_PARTY = {
    "KR": "ko", "KP": "ko", "ROK": "ko", "DPRK": "ko", "CN": "zh", "TW": "zh", "HK": "zh", "PRC": "zh", "SG": "zh",
    "JP": "ja", "RU": "sl", "MN": "sl", "BY": "sl", "KZ": "sl", "KG": "sl", "BG": "sl", "UA": "sl",
}  # fmt: skip
_FAMILY_OF_LANGUAGE = {"ko": "ko", "zh": "zh", "ja": "ja", "ru": "sl", "mn": "sl", "kk": "sl", "uk": "sl", "be": "sl"}
_DOUBLE_KOREAN = {"남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방", "망절", "어금"}
_DOUBLE_CHINESE = {
    "欧阳",
    "司马",
    "诸葛",
    "上官",
    "司徒",
    "东方",
    "夏侯",
    "皇甫",
    "尉迟",
    "公孙",
    "令狐",
    "慕容",
    "端木",
    "独孤",
    "南宫",
    "轩辕",
    "宇文",
    "长孙",
    "呼延",
    "百里",
    "东郭",
    "西门",
    "司空",
    "太史",
}
_PATRONYMIC = re.compile(r".+(?:ович|евич|ич|овна|евна|ична|инична)$")
_SINGLE_JAPANESE = set(
    "橘林森原东南西北菅堀岸辻关星泉谷秦柳桂梶樋槙桧杉松梅竹榊堺境滨浜冈丘岛峰辻乡里巽龟宫泽沢仓仲伴丹东畑畠旭栗桐椿楠柏柴桥水轰萩荻菊芹茅莲萱"
)


@dataclass(frozen=True, slots=True)
class Name:
    """One name of one person, normalised. `script` is latin, cyrillic, hangul, han, kana; `raw` parts are as registered."""

    family: str
    given: str
    patronymic: str = ""
    script: str = "latin"
    language: str = ""
    given_first: bool = False
    is_whole: bool = True
    """Whether family and given name are known apart; otherwise `family` holds all."""
    is_heard: bool = False
    """Written by its sound in the script of another language: its family alone is no warning, it may be any word there."""

    @property
    def joined(self) -> tuple[str, str, str]:
        """Family, given name and patronymic, each without spaces."""
        return self.family.replace(" ", ""), self.given.replace(" ", ""), self.patronymic.replace(" ", "")


def script_of(text: str) -> str:
    """The script of most letters of a normalised text."""
    counts = {"latin": 0, "cyrillic": 0, "hangul": 0, "han": 0, "kana": 0}
    for sign in text:
        code = ord(sign)
        if sign == " ":
            continue
        if 0x3041 <= code <= 0x30FF:
            counts["kana"] += 1
        elif 0xAC00 <= code <= 0xD7A3:
            counts["hangul"] += 1
        elif 0x3400 <= code <= 0x9FFF or code >= 0x20000 or sign == "々":
            counts["han"] += 1
        elif 0x400 <= code <= 0x52F:
            counts["cyrillic"] += 1
        else:
            counts["latin"] += 1
    if counts["han"]:
        return "han"
    return max(counts, key=lambda script: counts[script])


@cache
def common(heading: str) -> frozenset[str]:
    return frozenset(normalise(word) for word in lists("common")[heading])


def origins(person: Person) -> tuple[str, ...]:
    """The languages whose spellings a person's name may take: of the party, or of the names given."""
    if person.party and person.party.upper() in _LANGUAGE_OF_PARTY:
        first = [_LANGUAGE_OF_PARTY[person.party.upper()]]
    else:
        first = []
    languages = dict.fromkeys(
        _FAMILY_OF_LANGUAGE.get(lang.split("_")[0].split("-")[0], "") for lang, _n in person.native
    )
    own = [language for language in languages if language]
    if any(lang.startswith("ja") for lang, _reading in person.readings):
        own = ["ja"]
    own = own or _by_script(person)
    if first and (len(own) > 1 or not own):
        own = first
    return tuple(dict.fromkeys(own or first))


def _by_script(person: Person) -> list[str]:
    """The language that the script of the name itself tells, where nothing else does; Han alone is taken for Chinese."""
    script = script_of(normalise(person.family + person.given))
    found = {"cyrillic": "sl", "hangul": "ko", "kana": "ja", "han": "" if person.party else "zh"}.get(script)
    return [found] if found else []


@cache
def diminutives() -> dict[str, tuple[str, ...]]:
    """A given name and its short forms, normalised."""
    return {normalise(given): tuple(normalise(rest).split()) for given, rest in table("diminutives")}


def names_of(person: Person) -> list[Name]:
    """Every name of the person, the registered fields first."""
    made = [_of_fields(person)] if person.family or person.given else []
    base = made[0] if made else Name("", "")
    for language, native in person.native:
        made += _split(native, language.replace("_", "-").split("-")[0], person, base)
    for spelling in person.spellings:
        made += _split(spelling, "", person, base)
    for nickname in person.nicknames:
        made += _nickname(nickname, person, base)
    made += [
        replace(name, given=short) for name in made[:8] if name.is_whole for short in diminutives().get(name.given, ())
    ]
    for language, reading in person.readings:
        made += _split(reading, language.replace("_", "-").split("-")[0], person, base)
    made += [each for name in made if name.script == "kana" and not name.given_first for each in _in_hangul(name)]
    made += [
        each
        for name in made
        if name.is_whole and not name.is_heard
        for each in _in_latin(name, made, is_mongolian=_is_mongolian(person))
    ]
    if "zh" in origins(person):
        made += [each for name in made if name.is_whole for each in _chinese_in_hangul(name)]
    return list(dict.fromkeys(name for name in made if name.family or name.given))


def _in_hangul(name: Name) -> list[Name]:
    """As a text in Korean writes a Japanese name. Of one syllable a family is too little to tell."""
    families, givens = hangulised(name.family), hangulised(name.given)
    pairs = product(sorted(families), sorted(givens))
    return [Name(f, g, "", "hangul", "ko", is_heard=True) for f, g in pairs if len(f) > 1 and len(g) > 1]


def _is_mongolian(person: Person) -> bool:
    return person.party == "MN" or "mn" in dict(person.native)


def _in_latin(name: Name, known: list[Name], *, is_mongolian: bool) -> list[Name]:
    """As a passport writes a name that is on record in its own script alone."""
    if any(each.script == "latin" and each.is_whole for each in known) or not name.given:
        return []
    ways: dict[str, Callable[[str], list[str]]] = {
        "cyrillic": partial(passport_cyrillic, is_mongolian=is_mongolian),
        "hangul": lambda part: ["".join(korean(sign, first=place == 0)[0] for place, sign in enumerate(part))],
        "kana": lambda part: [japanese_passport(part)],
    }
    parts = ways.get(name.script)
    if parts is None:
        return []
    return [
        replace(name, family=family, given=given, patronymic=patronymic, script="latin")
        for family, given, patronymic in zip(parts(name.family), parts(name.given), parts(name.patronymic), strict=True)
    ]


def _chinese_in_hangul(name: Name) -> Iterator[Name]:
    """As a text in Korean writes a Chinese name by its sound: 먀오완닝. Of two syllables it might be any word."""
    for family, given in product(syllables_of(name.family, name.script), syllables_of(name.given, name.script)):
        parts = ["".join(map(hangul_of_pinyin, part)) for part in (family, given)]
        if all(map(hangul_of_pinyin, (*family, *given))) and len("".join(parts)) > 2 and all(parts):
            yield Name(parts[0], parts[1], "", "hangul", "ko", is_heard=True)


def syllables_of(part: str, script: str) -> list[tuple[str, ...]]:
    """The syllables in Pinyin of one part of a Chinese name: in Han by its characters, in Latin letters where they can be cut so."""
    plain = part.replace(" ", "")
    if script == "han" and plain and all(sign in readings() for sign in plain):
        first = SURNAMES.get(plain, readings()[plain[0]][0])  # 单 is Shan as a family, dan elsewhere
        return [(first, *(readings()[sign][0] for sign in plain[1:]))]
    return list(segmented(plain)[:2]) if script == "latin" else []


def _of_fields(person: Person) -> Name:
    family, given = normalise(person.family), normalise(person.given)
    return Name(
        family, given, normalise(person.patronymic or ""), script_of(family or given), "", person.order == "given-first"
    )


def _nickname(nickname: str, person: Person, base: Name) -> list[Name]:
    """A nickname of one word stands in for the given name, and alone when it is long enough to be nobody else's."""
    plain = normalise(nickname)
    if " " in plain:
        return _split(nickname, "", person, base)
    found = [Name(base.family, plain, "", script_of(plain))] if script_of(plain) == base.script else []
    if len(plain) >= 5 or script_of(plain) != "latin":
        found.append(Name(plain, "", "", script_of(plain), is_whole=False))
    return found


def _split(native: str, language: str, person: Person, base: Name) -> list[Name]:
    plain = normalise(native)
    script = script_of(plain)
    words = plain.split()
    if not words:
        return []
    if script in {"hangul", "han", "kana"}:
        is_foreign = person.order == "given-first" and (script == "hangul" or _DOT.search(native) is not None)
        if is_foreign and len(words) > 1:
            return _split_foreign(words, script, language, base)
        return _split_east(words, script, language, person)
    return [_split_west(words, script, language, person, base)]


_DOT = re.compile("[·・･‧•]")
"""Parts a transcribed name, which then keeps the order of the West."""


def _split_foreign(words: list[str], script: str, language: str, base: Name) -> list[Name]:
    """Given name first; the family has as many words as it is registered with, where so many are left."""
    size = min(len(base.family.split()) or 1, len(words) - 1)
    return [Name("".join(words[-size:]), "".join(words[:-size]), "", script, language, given_first=True)]


def _split_east(words: list[str], script: str, language: str, person: Person) -> list[Name]:
    """Family first; where nothing parts the words, the family is the first sign, or as many as a double family has."""
    if len(words) > 1:
        return [Name(words[0], "".join(words[1:]), "", script, language)]
    whole = words[0]
    if script == "kana" or (script == "hangul" and not 2 <= len(whole) <= 5):
        return [Name(whole, "", "", script, language, is_whole=False)]
    if language == "ja" and script == "han":
        return [Name(whole[:n], whole[n:], "", script, language) for n in _japanese_cuts(whole)]
    double = whole[:2] in _DOUBLE_KOREAN or whole[:2] in _DOUBLE_CHINESE
    cut = 2 if double and len(whole) > 2 else 1
    if len(whole) == 1:
        return [Name(whole, "", "", script, language, is_whole=False)]
    return [Name(whole[:cut], whole[cut:], "", script, language)]


def _japanese_cuts(whole: str) -> list[int]:
    """Where the family may end; of four characters it has two, or three: 二階堂, 五十嵐."""
    length = len(whole)
    if length <= 2:
        return [1] if length == 2 else [length]
    if length == 3:
        return [1, 2] if whole[0] in _SINGLE_JAPANESE else [2, 1][:1] + ([1] if whole[1:] in {"一郎", "太郎"} else [])
    return {4: [2, 3], 5: [3, 2]}.get(length, [3])


def _split_west(words: list[str], script: str, language: str, person: Person, base: Name) -> Name:
    """By the patronymic, by likeness to the registered family, then by the order on record."""
    patronymic = next(
        (word for word in words if script == "cyrillic" and len(words) > 2 and _PATRONYMIC.match(word)), ""
    )
    rest = [word for word in words if word != patronymic]
    if len(rest) < 2:
        return Name(rest[0] if rest else patronymic, "", patronymic, script, language, is_whole=False)
    size = _family_size(rest, base, person)
    at_start = _resembles(rest[:size], base.family)
    at_end = _resembles(rest[-size:], base.family)
    first = (
        at_start if at_start != at_end else person.order == "family-first" and (language != "ru" or _is_eastern(person))
    )
    if patronymic and at_start == at_end:
        first = words.index(patronymic) == len(words) - 1
    family, given = (rest[:size], rest[size:]) if first else (rest[-size:], rest[:-size])
    return Name(" ".join(family), " ".join(given), patronymic, script, language, given_first=not first)


def _is_eastern(person: Person) -> bool:
    """Whether also a text in Russian writes this person's family first."""
    return bool({"ko", "zh", "ja"} & set(origins(person)))


def _family_size(words: list[str], base: Name, person: Person) -> int:
    """How many words the family has: as many as registered, where they fit."""
    size = len(base.family.split()) or 1
    is_same = base.script == script_of(words[0]) or len(words) == size + len(base.given.split())
    return size if size < len(words) and is_same else 1


def _resembles(words: list[str], family: str) -> bool:
    """Whether words may be the family in another script or spelling."""
    plain, other = "".join(words), family.replace(" ", "")
    if not plain or not other:
        return False
    if plain == other or plain in mongolian_genitive(other):
        return True
    mine = spellings(plain, "sl") | {plain}
    theirs = spellings(other, "sl") | {other}
    return any(
        {key(kind, word) for word in mine if word.isascii()} & {key(kind, word) for word in theirs if word.isascii()}
        for kind in ("ko", "zh", "ja", "sl")
    )


def spellings(part: str, kind: str) -> set[str]:
    """Latin spellings of one part of a name, whatever its script."""
    script = script_of(part)
    if script == "hangul":
        return set(KOREAN_FAMILIES.get(part, ())) | (korean_words(part) if len(part) <= 4 else set())
    if script == "cyrillic":
        return cyrillic_words(part)
    if script == "kana":
        return {japanese(part)}
    if script == "han":
        return chinese_words(part) if kind == "zh" else set()
    return chinese_words(part) if kind == "zh" else {part}
