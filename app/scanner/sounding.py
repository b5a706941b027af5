"""What a name sounds like, coarsely enough that another script's way of writing it sounds the same.

A sound is the consonants, in eight classes, and between them the vowels, each a set of classes. Hangul, Katakana and Cyrillic write
foreign names by ear, and nobody's rules are kept by all; but Haverford, 하버퍼드, ハヴァフォード and Хаверфорд have the consonants h b p d in common,
and vowels that agree. What one script cannot say (an r before a consonant, th, f) is tried both ways on the side of the name.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

WEAK = "-"
"""A vowel that a script must write where there is none: the ㅡ of 블, the ウ of ブラック."""
_MOST = 32  # ways to sound one part of a name


@dataclass(frozen=True, slots=True)
class Sound:
    """`consonants` of n signs, and n + 1 sets of vowels, before, between and behind them."""

    consonants: str
    vowels: tuple[frozenset[str], ...]

    def agrees(self, heard: "Sound") -> bool:
        """Whether what was heard may be this name: the same consonants, and vowels in common wherever both have some."""
        return self.consonants == heard.consonants and all(map(_agree, self.vowels, heard.vowels))

    def differences(self, heard: "Sound") -> int:
        """In how many places the vowels do not agree, the consonants being the same."""
        return sum(not _agree(mine, theirs) for mine, theirs in zip(self.vowels, heard.vowels, strict=True))


def _agree(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    if not mine:
        return not theirs or WEAK in theirs or theirs == {"I"}  # 시 and シュ for a final sh
    return not theirs or WEAK in theirs | mine or bool(mine & theirs)


Unit = tuple[str, str]
"""A consonant class (empty for a vowel) and, for a vowel, its classes."""


def joined(first: Sound, second: Sound) -> set[Sound]:
    """Two parts of a name run together; where they meet in one consonant it may be heard once or twice."""
    consonants = first.consonants + second.consonants
    vowels = (*first.vowels[:-1], first.vowels[-1] | second.vowels[0], *second.vowels[1:])
    return {_tidied(consonants, vowels), Sound(consonants, vowels)}


def _tidied(consonants: str, vowels: tuple[frozenset[str], ...]) -> Sound:
    """Two of the same consonant that no vowel parts are one; m before b is n."""
    out, between = "", [vowels[0]]
    for place, sign in enumerate(consonants):
        if out and out[-1] == sign and not between[-1] - {WEAK}:
            between[-1] = vowels[place + 1]
            continue
        if out and out[-1] == "m" and sign == "b" and not between[-1]:
            out = out[:-1] + "n"
        out += sign
        between.append(vowels[place + 1])
    return Sound(out, tuple(between))


def _sound(units: list[Unit]) -> Sound:
    consonants, vowels = "", [frozenset[str]()]
    for consonant, classes in units:
        if consonant:
            consonants += consonant
            vowels.append(frozenset())
        if classes:
            vowels[-1] |= frozenset(classes)
    return _tidied(consonants, tuple(vowels))


# What is heard: one sound for each way of writing.

_ONSETS = ["k", "k", "n", "d", "d", "r", "m", "b", "b", "s", "s", "", "s", "s", "s", "k", "d", "b", "h"]
_NUCLEI = ["A", "E", "A", "E", "OAE", "E", "OAE", "E", "O", "A", "E", "E", "O", "U", "OAE", "E", "IU", "U", WEAK, "IE", "I"]  # fmt: skip
_CODAS = dict(zip(range(28), ["", "k", "k", "k", "n", "n", "n", "d", "r", "k", "m", "r", "r", "r", "b", "r", "m", "b", "b", "d", "d", "n", "d", "d", "k", "d", "b", ""], strict=True))  # fmt: skip


@lru_cache(maxsize=65536)
def of_hangul(word: str) -> Sound:
    units: list[Unit] = []
    for sign in word if all("\uac00" <= sign <= "\ud7a3" for sign in word) else "":
        onset, rest = divmod(ord(sign) - 0xAC00, 588)
        units += [(_ONSETS[onset], ""), ("", _NUCLEI[rest // 28]), (_CODAS[rest % 28], "")]
    return _sound(units)


_ROWS = {
    "アァ": ("", "A"), "イィ": ("", "I"), "ウゥ": ("", "U"), "エェ": ("", "E"), "オォ": ("", "O"), "ャヤ": ("", "A"), "ュユ": ("", "U"), "ョヨ": ("", "O"), "ワヮ": ("", "A"),
    "カガ": ("k", "A"), "キギ": ("k", "I"), "クグ": ("k", "U-"), "ケゲ": ("k", "E"), "コゴ": ("k", "O"),
    "サザ": ("s", "A"), "シジチヂ": ("s", "I-"), "スズツヅ": ("s", "U-"), "セゼ": ("s", "E"), "ソゾ": ("s", "O"),
    "タダ": ("d", "A"), "テデ": ("d", "E"), "トド": ("d", "O-"),
    "ナ": ("n", "A"), "ニ": ("n", "I"), "ヌ": ("n", "U-"), "ネ": ("n", "E"), "ノ": ("n", "O"), "ン": ("n", ""),
    "ハ": ("h", "A"), "ヒ": ("h", "I"), "ヘ": ("h", "E"), "ホ": ("h", "O"), "フブプヴ": ("b", "U-"),
    "バパ": ("b", "A"), "ビピ": ("b", "I"), "ベペ": ("b", "E"), "ボポ": ("b", "O"),
    "マ": ("m", "A"), "ミ": ("m", "I"), "ム": ("m", "U-"), "メ": ("m", "E"), "モ": ("m", "O"),
    "ラ": ("r", "A"), "リ": ("r", "I"), "ル": ("r", "U-"), "レ": ("r", "E"), "ロ": ("r", "O"), "ー": ("", ""), "ッ": ("", ""),
}  # fmt: skip
_KATAKANA = {sign: unit for signs, unit in _ROWS.items() for sign in signs}
_SMALL = "ァィゥェォャュョ"


@lru_cache(maxsize=65536)
def of_katakana(run: str) -> Sound:
    units: list[Unit] = []
    for sign in run:
        consonant, classes = _KATAKANA.get(sign, ("", ""))
        if sign in _SMALL and units:
            if units[-1][0] == "s" and sign == "ュ":
                classes += WEAK  # the シュ of シュナイダー
            units[-1] = (units[-1][0], classes)  # ヴァ: the small sign's vowel for the large one's
        else:
            units.append((consonant, classes))
    return _sound(units)


_CYRILLIC = {
    "б": "b", "п": "b", "в": "b", "ф": "b", "т": "d", "д": "d", "к": "k", "г": "k", "х": "h", "с": "s", "з": "s", "ц": "s", "ч": "s", "ш": "s", "щ": "s",
    "ж": "s", "л": "r", "р": "r", "м": "m", "н": "n",
}  # fmt: skip
_CYRILLIC_VOWELS = {"а": "AO", "я": "A", "э": "EA", "е": "EIO", "и": "I", "ы": "IU", "о": "OA", "у": "U", "ю": "U", "ү": "U", "ө": "OU", "і": "I"}  # fmt: skip


@lru_cache(maxsize=65536)
def of_cyrillic(word: str) -> Sound:
    """Of a normalised word: и for й, е for ё."""
    word = word.replace("дж", "ж").replace("тч", "ч").replace("дз", "з")
    return _sound([(_CYRILLIC.get(sign, ""), _CYRILLIC_VOWELS.get(sign, "")) for sign in word])


# What a name may be heard as: several sounds.

Choices = list[tuple[str, ...]]
_LETTERS: dict[str, tuple[str, ...]] = {
    "b": ("b",), "p": ("b",), "v": ("b",), "f": ("b",), "t": ("d",), "d": ("d",), "k": ("k",), "q": ("k",), "c": ("k",), "g": ("k",), "s": ("s",), "z": ("s",),
    "j": ("s", "", "h"), "l": ("r",), "r": ("r",), "m": ("m",), "n": ("n",), "h": ("h", "k"), "x": ("ks",), "w": ("", "b"),
}  # fmt: skip
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tsch", ("s",)), ("ght", ("d",)), ("shch", ("s",)), ("sch", ("s", "sk")), ("tch", ("s",)), ("tth", ("d", "s")), ("th", ("d", "s")), ("ch", ("s", "k")), ("sh", ("s",)), ("zh", ("s",)), ("ts", ("s",)),
    ("kh", ("h", "k")), ("gh", ("k", "")), ("ph", ("b",)), ("ck", ("k",)), ("ng", ("n", "nk")), ("wh", ("", "h")), ("dj", ("s",)), ("dg", ("s",)), ("sc", ("s", "sk")), ("ds", ("s", "ds")), ("gn", ("kn", "n")), ("mn", ("m", "mn")),
)  # fmt: skip
_WESTERN_VOWELS = {"a": "AEO", "e": "EIA-", "i": "IAE", "o": "OUA", "u": "UAO", "y": "IA"}
_VOWELS = "aeiouy"


@lru_cache(maxsize=16384)
def of_latin(word: str) -> frozenset[Sound]:
    """Of a name in Latin letters without marks, whatever language it comes from."""
    choices: Choices = []
    place = 1 if word.startswith(("kn", "wr")) else 0
    while place < len(word):
        group = next((g for g in _GROUPS if word.startswith(g[0], place)), None)
        options = group[1] if group else _letter(word, place)
        size = len(group[0]) if group else 1
        if (
            not group
            and place + size == len(word)
            and len(word) > 3
            and word[place] in "tdsxp"
            and word[place - 1] in _VOWELS + "rln"
        ):
            options = (*options, "")  # silent in French and in Norwegian
        choices.append(options)
        place += size
    return _sounds(choices)


def _letter(word: str, place: int) -> tuple[str, ...]:
    """A consonant's classes, or a vowel's, which are upper-case."""
    sign, after = word[place], word[place + 1 : place + 2]
    if sign in _VOWELS:
        return (_WESTERN_VOWELS[sign],)
    if sign == "r" and (not after or after not in _VOWELS):
        return ("r", "")
    if sign in "cg" and after and after in "eiy":
        return ("s",) if sign == "c" else ("k", "s")
    if sign + after in {"va", "ti", "ty"}:
        return ("b", "") if sign == "v" else ("d", "s")
    if sign == "h":
        return _aspirate(word, place, after)
    return ("s",) if sign == "x" and not place else _LETTERS.get(sign, ("",))


def _aspirate(word: str, place: int, after: str) -> tuple[str, ...]:
    """An h: lost behind a consonant, a throaty one in Cyrillic, フ before u."""
    if place and word[place - 1] not in _VOWELS:
        return ("", "h")
    return ("h", "k", "b") if after == "u" else ("h", "k")


def of_cyrillic_name(word: str) -> frozenset[Sound]:
    """Of a Russian or Mongolian name, as Hangul and Katakana may write it; в may be lost before a."""
    choices: Choices = []
    plain = word.replace("дж", "ж").replace("тч", "ч").replace("дз", "з")
    for place, sign in enumerate(plain):
        after = plain[place + 1 : place + 2]
        consonant = _CYRILLIC.get(sign, "")
        if sign in _CYRILLIC_VOWELS:
            choices.append((_CYRILLIC_VOWELS[sign],))
        elif sign == "в" and place and after == "а":
            choices.append(("b", ""))
        elif sign in "тд" and after and after in "иью":
            choices.append(("d", "s"))
        elif sign == "х":
            choices.append(("h", "k", "b"))
        elif sign == "щ":
            choices.append(("s", "ss"))
        else:
            choices.append((consonant,))
    return _sounds(choices)


_FINALS = (
    ("iong", "UO", "n"), ("iang", "AI", "n"), ("uang", "AU", "n"), ("ing", "I", "n"), ("ang", "A", "n"), ("eng", "OEUA", "n"), ("ong", "UO", "n"),
    ("ian", "EIA", "n"), ("uan", "AEU", "n"), ("van", "EAU", "n"), ("vn", "UI", "n"), ("in", "I", "n"), ("an", "A", "n"), ("en", "EA", "n"), ("un", "EU", "n"),
)  # fmt: skip
_PINYIN_VOWELS = {"a": "A", "e": "EOUA", "i": "IE", "o": "OU", "u": "UO", "v": "UI", "y": "I", "w": "U"}
_PINYIN_ONSETS = {"zh": "s", "ch": "s", "sh": "s", "b": "b", "p": "b", "m": "m", "f": "b", "d": "d", "t": "d", "n": "n", "l": "r", "g": "k", "k": "k", "h": "h", "j": "s", "q": "s", "x": "s", "r": "r", "z": "s", "c": "s", "s": "s"}  # fmt: skip


def of_pinyin(syllables: tuple[str, ...]) -> frozenset[Sound]:
    """Of a Chinese name by its syllables, as Katakana writes it."""
    choices: Choices = []
    for syllable in syllables:
        onset = next((o for o in _PINYIN_ONSETS if syllable.startswith(o)), "")
        rest = syllable[len(onset) :]
        choices.append(("b", "h") if onset == "h" and rest[:1] == "u" else (_PINYIN_ONSETS.get(onset, ""),))
        final = next((f for f in _FINALS if rest.endswith(f[0])), None)
        if final:
            choices += [(final[1] + ("IU" if rest[0] == "y" else ""),), (final[2],)]
        else:
            classes = "".join(_PINYIN_VOWELS.get(sign, "") for sign in rest)
            choices.append(
                (classes + ("UI" if onset in {"zh", "ch", "sh", "r", "z", "c", "s"} and rest == "i" else ""),)
            )
    return _sounds(choices)


def of_korean_name(word: str) -> frozenset[Sound]:
    """Of a name in Hangul, as Katakana writes it: ㅎ is lost behind a consonant, and is フ before ㅜ and ㅝ."""
    choices: Choices = []
    coda = ""
    for sign in word:
        onset, rest = divmod(ord(sign) - 0xAC00, 588)
        nucleus = rest // 28
        if onset == 18:
            heard: tuple[str, ...] = ("h", "b") if nucleus in {9, 10, 11, 13, 14, 15, 16} else ("h",)
            choices.append((*heard, "") if coda else heard)
        else:
            choices.append((_ONSETS[onset], "n") if onset == 5 else (_ONSETS[onset],))
        coda = _CODAS[rest % 28]
        choices += [
            (
                "EU" + _NUCLEI[nucleus]
                if nucleus in {18, 20}
                else "U" + _NUCLEI[nucleus]
                if nucleus == 4
                else _NUCLEI[nucleus],
            ),
            (coda,),
        ]
    return _sounds(choices)


def _sounds(choices: Choices) -> frozenset[Sound]:
    while _ways(choices) > _MOST:  # the last doubt goes first
        place = max(n for n, options in enumerate(choices) if len(options) > 1)
        choices[place] = choices[place][:1]
    return frozenset(
        _sound([("", sign) if sign in "AEIOU-" else (sign, "") for part in way for sign in part])
        for way in product(*choices)
    )


def _ways(choices: Choices) -> int:
    total = 1
    for options in choices:
        total *= len(options)
    return total
