"""East Asian names in Cyrillic: Kholodovich and Kontsevich for Korean, Palladius for Chinese, Polivanov for Japanese.

All forms come normalised (и for й, е for ё), as texts do.
"""

import re
from functools import lru_cache
from itertools import product

from app.scanner.romanising import japanese, readings, segmented

_KOREAN_ONSETS = [
    "к/г",
    "кк",
    "н",
    "т/д",
    "тт",
    "р/л",
    "м",
    "п/б",
    "пп",
    "с",
    "сс",
    "-",
    "ч/дж/чж",
    "чч",
    "чх",
    "кх",
    "тх",
    "пх",
    "х",
]
_KOREAN_NUCLEI = [
    "а",
    "э",
    "я",
    "я",
    "о",
    "э/е",
    "е",
    "е/э",
    "о",
    "ва",
    "вэ",
    "ве",
    "е",
    "у",
    "во",
    "ве",
    "ви",
    "ю",
    "ы",
    "ыи/и",
    "и",
]
_KOREAN_CODAS = [
    "-",
    "к",
    "к",
    "к",
    "н",
    "н",
    "н",
    "т",
    "ль",
    "к",
    "м",
    "ль",
    "ль",
    "ль",
    "п",
    "ль",
    "м",
    "п",
    "п",
    "т",
    "т",
    "н",
    "т",
    "т",
    "к",
    "т",
    "п",
    "т",
]
_KOREAN_FAMILIES = {
    "이": ("ли", "и"),
    "리": ("ли",),
    "최": ("цои", "чхве", "чве"),
    "임": ("им", "лим"),
    "유": ("ю", "лю"),
    "노": ("но", "ро"),
    "정": ("чон", "чжон", "тен"),
    "조": ("чо", "чжо", "те"),
    "양": ("ян", "лян"),
}
_CHINESE_ONSETS = dict(
    pair.split("=")
    for pair in [
        "zh=чж",
        "ch=ч",
        "sh=ш",
        "b=б",
        "p=п",
        "m=м",
        "f=ф",
        "d=д",
        "t=т",
        "n=н",
        "l=л",
        "g=г",
        "k=к",
        "h=х",
        "j=цз",
        "q=ц",
        "x=с",
        "r=ж",
        "z=цз",
        "c=ц",
        "s=с",
    ]
)
_CHINESE_FINALS = dict(
    pair.split("=")
    for pair in [
        "a=а",
        "o=о",
        "e=э",
        "ai=аи",
        "ei=эи",
        "ao=ао",
        "ou=оу",
        "an=ань",
        "en=энь",
        "ang=ан",
        "eng=эн",
        "ong=ун",
        "er=эр",
        "i=и",
        "ia=я",
        "ie=е",
        "iao=яо",
        "iu=ю",
        "ian=янь",
        "in=инь",
        "iang=ян",
        "ing=ин",
        "iong=юн",
        "u=у",
        "ua=уа",
        "uo=о",
        "uai=уаи",
        "ui=уи",
        "uan=уань",
        "un=унь",
        "uang=уан",
        "v=юи",
        "ue=юэ",
        "ve=юэ",
    ]
)
_CHINESE_WHOLE = dict(
    pair.split("=")
    for pair in [
        "yi=и",
        "ya=я",
        "yo=ио",
        "ye=е",
        "yao=яо",
        "you=ю",
        "yan=янь",
        "yin=инь",
        "yang=ян",
        "ying=ин",
        "yong=юн",
        "yu=юи",
        "yue=юэ",
        "yuan=юань",
        "yun=юнь",
        "wu=у",
        "wa=ва",
        "wo=во",
        "wai=ваи",
        "wei=вэи",
        "wan=вань",
        "wen=вэнь",
        "wang=ван",
        "weng=вэн",
        "er=эр",
        "hui=хуэи",
        "zi=цзы",
        "ci=цы",
        "si=сы",
        "a=а",
        "ai=аи",
        "an=ань",
        "ang=ан",
        "ao=ао",
        "e=э",
        "en=энь",
        "ou=оу",
    ]
)
_JAPANESE = (
    ("ou", "o"), ("oo", "o"), ("uu", "u"), ("ya", "я"), ("yu", "ю"), ("yo", "е"), ("tu", "цу"), ("hu", "фу"), ("du", "дзу"), ("di", "дзи"),
    ("n(?=[bpm])", "м"), ("z", "дз"), ("wa", "ва"), ("e", "э"),
)  # fmt: skip
_LETTERS = str.maketrans("aiueokgstdnhbpmr", "аиуэокгстднхбпмр")


def cyrillised(part: str, script: str, *, is_family: bool) -> set[str]:
    """Ways to write one part of a name in Cyrillic; none where the script does not tell the sounds."""
    if script == "hangul":
        return set(_KOREAN_FAMILIES.get(part, ())) if is_family and part in _KOREAN_FAMILIES else _korean(part)
    if script == "kana":
        polivanov = _japanese(part)
        return {polivanov, _after_hepburn(polivanov)}
    if script == "han":
        return (
            {_chinese("".join(readings()[sign][0] for sign in part))}
            if all(sign in readings() for sign in part)
            else set()
        )
    return {"".join(_syllable(one) for one in cut) for cut in segmented(part)}


def usual(part: str, script: str, *, is_family: bool) -> set[str]:
    """The few ways that are most usual: what a slip is measured against."""
    if script != "hangul":
        return cyrillised(part, script, is_family=is_family)
    if is_family and part in _KOREAN_FAMILIES:
        return set(_KOREAN_FAMILIES[part])
    hard = [_korean_syllable(sign)[0] for sign in part]
    soft = [_korean_syllable(sign) for sign in part]
    return {"".join(hard), hard[0] + "".join(each[min(1, len(each) - 1)] for each in soft[1:])} if hard else set()


def _korean(part: str) -> set[str]:
    if not 1 <= len(part) <= 3:
        return set()
    return {"".join(each) for each in product(*(_korean_syllable(sign) for sign in part))}


@lru_cache(maxsize=4096)
def _korean_syllable(sign: str) -> tuple[str, ...]:
    place = ord(sign) - 0xAC00
    onsets, nuclei = _KOREAN_ONSETS[place // 588].split("/"), _KOREAN_NUCLEI[place % 588 // 28].split("/")
    coda = _KOREAN_CODAS[place % 28]
    return tuple((onset + nucleus + coda).replace("-", "") for onset, nucleus in product(onsets, nuclei))


def _chinese(pinyin: str) -> str:
    return "".join(_syllable(one) for one in (segmented(pinyin) or ((pinyin,),))[0])


@lru_cache(maxsize=1024)
def _syllable(pinyin: str) -> str:
    if pinyin in _CHINESE_WHOLE:
        return _CHINESE_WHOLE[pinyin]
    onset = next((each for each in _CHINESE_ONSETS if pinyin.startswith(each)), "")
    final = pinyin[len(onset) :]
    if onset in {"j", "q", "x"} and final.startswith("u"):
        return _CHINESE_ONSETS[onset] + {"u": "юи", "ue": "юэ", "uan": "юань", "un": "юнь"}.get(final, final)
    return _CHINESE_ONSETS.get(onset, "") + _CHINESE_FINALS.get(final, final)


_HEPBURN = (
    ("дзи", "джи"), ("дзя", "джа"), ("дзю", "джу"), ("дзе", "джо"), ("си", "ши"), ("ся", "ша"), ("сю", "шу"), ("се", "шо"),
    ("ти", "чи"), ("тя", "ча"), ("тю", "чу"), ("те", "чо"),
)  # fmt: skip


def _after_hepburn(polivanov: str) -> str:
    """As those write it who go by the English spelling: Курамочи, Шинобу."""
    for old, new in _HEPBURN:
        polivanov = polivanov.replace(old, new)
    return polivanov


def _japanese(kana: str) -> str:
    word = japanese(kana)
    for old, new in _JAPANESE:
        word = re.sub(old, new, word)
    return word.translate(_LETTERS)
