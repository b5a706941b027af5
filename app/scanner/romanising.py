"""Romanisation families: one coarse key for all the ways a name of one language is written in Latin letters.

A key is made by a chain of replacements, so that ten thousand words, one a line, become keys in a few passes at the speed of C.
For names known in their own script, several systems are written out, and each is keyed.
"""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import product

from app.scanner.words import table

Chain = tuple[tuple[str, str], ...]


def _chain(rules: str) -> Chain:
    """Rules like `sh>s`, in order; `-` is nothing, `$` the end of the word."""
    pairs = (rule.split(">") for rule in rules.split())
    return tuple((old.replace("$", "\n"), new.replace("-", "").replace("$", "\n")) for old, new in pairs)


CHAINS: dict[str, Chain] = {
    "ko": _chain(
        "wh>hw rh>r tsch>C tch>C tj>C jj>C dj>C ts>C tz>C dz>C ch>C j>C z>C sh>s ss>s ck>k kk>k kh>k gg>g ng>N g>k c>k q>k "
        "tt>t th>t dd>d d>t pp>p ph>p bb>b b>p v>p f>p ark>ak ll>l rr>r r>l nn>n mm>m "
        "yeo>Y yeu>Y yoo>Y you>Y yew>Y yuh>Y yo>Y yu>Y eui>I ui>I oa>wa wae>wE wai>wE woe>wE weo>wO woo>O wu>O wo>wO uo>wO "
        "oe>wE oi>wE oy>wE eo>O eu>O oo>O ou>O oh>O ow>O uh>O u>O o>O OO>O ae>E ai>E ay>E ei>E eh>E ee>I ea>I ie>I e>E "
        "yi>I ye>yE y$>I$ ah>A aa>A a>A i>I II>I EE>E"
    ),
    "zh": _chain(
        "tz>z ts>z zh>Z ch>Z q>Z j>Z c>z z>Z hs>s sh>s x>s sz>s ss>s sy>s ng>N b>p d>t g>k iu>iu "
        "eh>e ueh>ue uo>o oo>u ee>i v>u yu>u yo>o ih>i wu>u yi>i y>i ii>i ie>e ia>a io>o iu>u uu>u nn>n tt>t pp>p kk>k"
    ),
    "ja": _chain(
        "jy>j tch>tty cch>tty sh>sy ch>ty ts>t f>h j>zy dz>z du>zu di>zi dy>zy syi>si tyi>ti zyi>zi l>r c>k q>k "
        "mb>nb mp>np mm>nm v>b ou>o oo>o oh>o uu>u aa>a ii>i ei>e ee>e wo>o kk>k ss>s tt>t pp>p nn>n gg>g dd>d zz>z "
        "sy>s ty>t zy>z"
    ),
    "sl": _chain(
        "schtsch>sc shch>sc chtch>sc szcz>sc tsch>c sch>s sh>s sz>s tch>c cz>c ch>c dzh>z dj>z zh>z rz>z kh>h x>ks ts>c tz>c "
        "th>t ph>v ff>v f>v w>v gue>ge gui>gi ou>u q>k j>i y>i ii>i ii>i ie>e io>e ee>e oe>o ue>u aa>a oo>o uu>u "
        "ss>s nn>n ll>l tt>t mm>m kk>k pp>p zz>z cc>c vv>v rr>r h>h"
    ),
}


def keys(family: str, words: list[str]) -> list[str]:
    """The key of each lower-case Latin word; as many as there are words."""
    if not words:
        return []
    joined = "\n".join(words) + "\n"
    for old, new in CHAINS[family]:
        joined = joined.replace(old, new)
    return joined.split("\n")[:-1]


@lru_cache(maxsize=65536)
def key(family: str, word: str) -> str:
    return keys(family, [word])[0]


# Korean: syllables taken apart by arithmetic on their code points.
_ONSETS = ["g", "kk", "n", "d", "tt", "l", "m", "b", "pp", "s", "ss", "-", "j", "jj", "ch", "k", "t", "p", "h"]
_NUCLEI = [
    "a",
    "ae",
    "ya",
    "yae",
    "eo",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "eu",
    "ui",
    "i",
]
_CODAS = [
    "-",
    "k",
    "k",
    "k",
    "n",
    "n",
    "n",
    "t",
    "l",
    "k",
    "m",
    "l",
    "l",
    "l",
    "p",
    "l",
    "m",
    "p",
    "p",
    "t",
    "t",
    "ng",
    "t",
    "t",
    "k",
    "t",
    "p",
    "t",
]
_OTHER_NUCLEI = {"wi": ("ui", "we"), "wo": ("u",), "ui": ("eu",), "ye": ("e",), "wae": ("ae",), "eo": ("e",)}
_NASAL = {"k": "ng", "t": "n", "p": "m"}
KOREAN_FAMILIES: dict[str, tuple[str, ...]] = {
    "이": ("lee", "yi", "rhee", "ri", "li", "i", "yee", "rhie", "leigh"),
    "리": ("lee", "yi", "rhee", "ri", "li", "i"),
    "박": ("park", "pak", "bak", "pahk", "bahk"),
    "최": ("choi", "choe", "choy", "chwe", "che"),
    "노": ("noh", "roh", "no", "ro", "nho"),
    "로": ("noh", "roh", "no", "ro"),
    "임": ("lim", "im", "rim", "yim", "leem"),
    "림": ("lim", "im", "rim", "yim", "leem"),
    "유": ("yoo", "yu", "ryu", "ryoo", "lyu", "you"),
    "류": ("yoo", "yu", "ryu", "ryoo", "lyu", "you"),
    "양": ("yang", "ryang", "lyang"),
    "량": ("yang", "ryang", "lyang"),
    "허": ("heo", "hur", "huh", "ho", "her"),
    "정": ("jung", "jeong", "chung", "chong", "jong", "joung", "cheong"),
    "나": ("na", "ra", "rah", "nah"),
    "라": ("na", "ra", "rah", "nah"),
    "여": ("yeo", "yo", "ryo", "yuh"),
    "려": ("yeo", "yo", "ryo"),
    "연": ("yeon", "yon", "youn", "ryon"),
    "서": ("seo", "suh", "so", "sur"),
    "어": ("eo", "uh", "euh", "o"),
    "왕": ("wang",),
    "위": ("wi", "wee"),
    "우": ("woo", "wu", "u"),
    "주": ("joo", "ju", "chu", "choo"),
    "조": ("cho", "jo", "joe", "joh"),
    "신": ("shin", "sin", "synn"),
}


@lru_cache(maxsize=16384)
def korean(syllable: str, *, first: bool) -> tuple[str, ...]:
    """Latin spellings of one syllable, wide enough that their keys cover the systems in use."""
    place = ord(syllable) - 0xAC00
    onset, nucleus, coda = _ONSETS[place // 588], _NUCLEI[place % 588 // 28], _CODAS[place % 28].strip("-")
    onsets = [onset.strip("-")]
    if onset == "l":
        onsets += ["n", ""] if nucleus[0] in "yi" else ["n"]
    elif onset == "n" and nucleus[0] in "yi":
        onsets += [""] if first else []
    elif onset == "-" and nucleus[0] in "yi":
        onsets += ["l", "n"]  # a name that is written with its old first sound
    nuclei = (nucleus, *_OTHER_NUCLEI.get(nucleus, ()))
    return (*(o + n + coda for o, n in product(onsets, nuclei)), _yale(place))


_YALE_ONSETS = ["k", "kk", "n", "t", "tt", "l", "m", "p", "pp", "s", "ss", "-", "c", "cc", "ch", "kh", "th", "ph", "h"]
_YALE_NUCLEI = [
    "a",
    "ay",
    "ya",
    "yay",
    "e",
    "ey",
    "ye",
    "yey",
    "o",
    "wa",
    "way",
    "oy",
    "yo",
    "wu",
    "we",
    "wey",
    "wi",
    "yu",
    "u",
    "uy",
    "i",
]


def _yale(place: int) -> str:
    """One syllable as linguists transcribe it (S. E. Martin's system): 제 is cey, 준 cwun."""
    onset, coda = _YALE_ONSETS[place // 588].strip("-"), _CODAS[place % 28].strip("-")
    return onset + _YALE_NUCLEI[place % 588 // 28] + coda


def korean_words(name: str) -> set[str]:
    """Latin spellings of a name or part of a name in Hangul: syllables side by side, and with the sounds they take together."""
    per_syllable = [korean(syllable, first=index == 0) for index, syllable in enumerate(name)]
    words = {"".join(parts) for parts in product(*(spelt[:4] for spelt in per_syllable))}
    return words | {_assimilated(name), "".join(_yale(ord(syllable) - 0xAC00) for syllable in name)}


def _assimilated(name: str) -> str:
    parts = [korean(syllable, first=False)[0] for syllable in name]
    for index in range(len(parts) - 1):
        left, right = parts[index], parts[index + 1]
        if right[:1] in {"n", "m", "l"} and left[-1:] in _NASAL and not left.endswith("ng"):
            parts[index] = left[:-1] + _NASAL[left[-1]]
        if right[:1] == "l" and (parts[index].endswith(("ng", "m"))):
            parts[index + 1] = "n" + right[1:]
        elif right[:1] == "l" and left.endswith("n"):
            parts[index] = left[:-1] + "l"
        elif right[:1] == "n" and left.endswith("l"):
            parts[index + 1] = "l" + right[1:]
    return "".join(parts)


# Chinese.
_WADE_ONSETS = (
    ("zh", "ch"),
    ("ch", "ch"),
    ("sh", "sh"),
    ("b", "p"),
    ("d", "t"),
    ("g", "k"),
    ("j", "ch"),
    ("q", "ch"),
    ("x", "hs"),
    ("z", "ts"),
    ("c", "ts"),
    ("r", "j"),
)
_WADE_FINALS = (
    ("ian", "ien"),
    ("ong", "ung"),
    ("iong", "iung"),
    ("ie", "ieh"),
    ("ue", "ueh"),
    ("ve", "ueh"),
    ("v", "u"),
    ("uo", "o"),
    ("ui", "uei"),
)
_ONSET = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)(.*)")


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """Each character's syllables in Pinyin (v for ü)."""
    found: dict[str, list[str]] = {}
    for syllable, characters in table("pinyin"):
        for character in characters:
            found.setdefault(character, []).append(syllable)
    for character, syllable in SURNAMES.items():
        known = found.setdefault(character, [])
        found[character] = [*known[:1], syllable, *known[1:]] if syllable not in known[:2] else known
    return {character: tuple(syllables) for character, syllables in found.items()}


SURNAMES = dict(
    pair.split("=")
    for pair in ["单=shan", "曾=zeng", "解=xie", "仇=qiu", "查=zha", "任=ren", "华=hua", "朴=piao", "区=ou", "盖=ge", "缪=miao", "翟=zhai", "乐=yue", "宁=ning", "折=she", "召=shao", "秘=bi", "冼=xian", "纪=ji", "葛=ge", "员=yun", "繁=po", "隗=wei", "洗=xian", "车=che", "覃=qin", "燕=yan", "应=ying", "么=yao", "哈=ha", "那=na", "郇=xun", "牟=mu", "臧=zang", "逄=pang", "郗=xi"]
)  # fmt: skip
"""Characters that are read otherwise as a family."""


@cache
def syllables() -> frozenset[str]:
    return frozenset(syllable for syllable, _characters in table("pinyin"))


@lru_cache(maxsize=4096)
def chinese(syllable: str) -> tuple[str, ...]:
    """Pinyin, Wade–Giles, Yale and what passports make of ü."""
    found = {syllable.replace("v", "u"), syllable.replace("v", "yu"), _wade(syllable)}
    yale = re.sub(r"^(?:zh|z(?=i))", "j", syllable).replace("q", "ch").replace("x", "sy")
    return tuple(found | {yale.replace("v", "yu")})


def _wade(syllable: str) -> str:
    parts = _ONSET.fullmatch(syllable)
    onset, final = parts.groups() if parts else ("", syllable)
    if syllable in {"zi", "ci", "si"}:
        return {"zi": "tzu", "ci": "tzu", "si": "ssu"}[syllable]
    if syllable in {"zhi", "chi", "shi", "ri"}:
        return {"zhi": "chih", "chi": "chih", "shi": "shih", "ri": "jih"}[syllable]
    if syllable in {"ge", "ke", "he", "e"}:
        return {"ge": "ko", "ke": "ko", "he": "ho", "e": "o"}[syllable]
    special = {
        "yan": "yen",
        "you": "yu",
        "yong": "yung",
        "ye": "yeh",
        "er": "erh",
        "gui": "kuei",
        "kui": "kuei",
        "guo": "kuo",
        "kuo": "kuo",
        "huo": "huo",
        "shuo": "shuo",
    }
    if syllable in special:
        return special[syllable]
    wade = dict(_WADE_ONSETS).get(onset, onset)
    final = "ueh" if final == "ue" and onset in "jqxy" else dict(_WADE_FINALS).get(final, final)
    return wade + final


@lru_cache(maxsize=8192)
def segmented(word: str) -> tuple[tuple[str, ...], ...]:
    """Every way to read a joined word as Pinyin syllables, at most three of them."""
    known, found = syllables(), []

    def walk(rest: str, parts: tuple[str, ...]) -> None:
        if not rest:
            found.append(parts)
        elif len(parts) < 3:
            for length in range(1, min(6, len(rest)) + 1):
                if rest[:length] in known:
                    walk(rest[length:], (*parts, rest[:length]))

    walk(word, ())
    return tuple(found)


def chinese_words(name: str) -> set[str]:
    """Spellings of a name in Han characters or in Pinyin; of what is neither, the word itself."""
    if name and all(character in readings() for character in name):
        spelt = [[s for r in readings()[character][:2] for s in chinese(r)] for character in name]
        return {"".join(parts) for parts in product(*spelt[:3])}
    plain = name.replace(" ", "")
    words = {plain}
    for parts in segmented(plain):
        words |= {"".join(spelt) for spelt in product(*(chinese(part) for part in parts))}
    return words


# Japanese: from Kana.
_KANA = {}
for _row, _sounds in {
    "": "あいうえお",
    "k": "かきくけこ",
    "g": "がぎぐげご",
    "s": "さしすせそ",
    "z": "ざじずぜぞ",
    "t": "たちつてと",
    "d": "だぢづでど",
    "n": "なにぬねの",
    "h": "はひふへほ",
    "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
    "m": "まみむめも",
    "r": "らりるれろ",
}.items():
    _KANA.update(dict(zip(_sounds, (_row + vowel for vowel in "aiueo"), strict=True)))
_KANA |= {"や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "ゐ": "i", "ゑ": "e", "を": "o", "ん": "n", "ゔ": "bu"}
_SMALL = {"ゃ": "ya", "ゅ": "yu", "ょ": "yo", "ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o"}


def japanese(kana: str) -> str:
    """Nihon-shiki of a word in Hiragana: the key merges the other systems with it."""
    out: list[str] = []
    for sign in kana:
        if sign in _SMALL and out:
            out[-1] = out[-1][:-1] + _SMALL[sign]
        elif sign not in {"っ", "ー"}:
            out.append(_KANA.get(sign, ""))
    return "".join(out)


# Cyrillic, Russian and Mongolian.
_BASE = dict(
    zip(
        "абвгдезиклмнопрстуфэыө",
        ["a", "b", "v", "g", "d", "e", "z", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "e", "y", "o"],
        strict=True,
    )
) | {
    "ү": "u",
    "ь": "",
    "ъ": "",
    "й": "y",
    "і": "i",
}
SYSTEMS: tuple[dict[str, str], ...] = tuple(
    _BASE | dict(pair.split("=") for pair in rules.split())
    for rules in (
        "ж=zh х=kh ц=ts ч=ch ш=sh щ=shch ю=yu я=ya",
        "ж=z х=h ц=c ч=c ш=s щ=sc ю=ju я=ja",
        "ж=z х=h ц=c ч=c ш=s щ=s ю=u я=a",
        "ж=j у=ou х=kh ц=ts ч=tch ш=ch щ=chtch ю=iou я=ia",
        "ж=sch з=s в=w х=ch ц=z ч=tsch ш=sch щ=schtsch ю=ju я=ja",
        "ж=zh х=h ц=ts ч=ch ш=sh щ=sch ю=yu я=ya",
        "ж=j х=kh ц=ts ч=ch ш=sh щ=sh ю=yu я=ya ө=u",
        "ж=j х=x ц=c ч=c ш=s щ=s ю=yu я=ya в=w",
        "ж=j х=kh ц=ts ч=ch ш=sh щ=sh ю=yu я=ya ө=e в=b",
        "ж=zh х=k ц=ts ч=ch ш=sh щ=sch ю=iu я=ia",
    )
)


def cyrillic_words(name: str) -> set[str]:
    """Latin spellings of a name in Cyrillic (already normalised: и for й, е for ё)."""
    words = set()
    for system in SYSTEMS:
        plain = "".join(system.get(sign, sign) for sign in name)
        words |= {plain, re.sub(r"in$", "ine", plain), plain.replace("ks", "x"), re.sub(r"e(?=[vnr]?$)", "io", plain)}
        if name.endswith("ьи"):
            words.add(plain[:-1])
    return words | {word.replace("iy", "y") for word in words} | {re.sub(r"ev(a?)$", r"yov\1", word) for word in words}


def passport_cyrillic(part: str, *, is_mongolian: bool = False) -> list[str]:
    """As passports spell it, before and after 2010, and as newspapers do; a Mongolian name as Mongolia does."""
    if is_mongolian:
        return ["".join((SYSTEMS[6] | {"и": "i"}).get(sign, sign) for sign in part)]
    words = [
        "".join(system.get(sign, sign) for sign in part) for system in (SYSTEMS[0], SYSTEMS[0] | {"ю": "iu", "я": "ia"})
    ]
    return [*words, re.sub(r"(?<![^aeiouy ])e", "ye", words[0])]


_HEPBURN = (("sy", "sh"), ("si", "shi"), ("ty", "ch"), ("ti", "chi"), ("tu", "tsu"), ("hu", "fu"), ("zy", "j"), ("zi", "ji"), ("dy", "j"), ("di", "ji"), ("du", "zu"), ("ou", "o"), ("oo", "o"), ("uu", "u"))  # fmt: skip


def japanese_passport(kana: str) -> str:
    """Hepburn without long vowels."""
    word = japanese(kana)
    for old, new in _HEPBURN:
        word = word.replace(old, new)
    return word


def is_han(text: str) -> bool:
    return bool(text) and all(unicodedata.name(sign, "").startswith(("CJK", "IDEOGRAPHIC")) for sign in text)
