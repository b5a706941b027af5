"""A Japanese or Chinese name as a text in Korean writes it: by the rules of 1986 (외래어 표기법) and as it is often heard.

By the rules k, t and ch are plain at the beginning of a word and aspirated within it, tsu is 쓰, long vowels are not marked:
くらもち 구라모치, つしま 쓰시마. Often they are aspirated everywhere, and tsu is 츠 or 쯔: 쿠라모치.
"""

from app.scanner.romanising import japanese

_PLAIN = {"k": "ㄱ", "t": "ㄷ", "c": "ㅈ"}
_ONSETS = {
    "": "ㅇ", "k": "ㅋ", "g": "ㄱ", "s": "ㅅ", "z": "ㅈ", "t": "ㅌ", "d": "ㄷ", "n": "ㄴ", "h": "ㅎ", "f": "ㅎ", "b": "ㅂ", "p": "ㅍ",
    "m": "ㅁ", "y": "ㅇ", "r": "ㄹ", "w": "ㅇ", "c": "ㅊ",
}  # fmt: skip
_NUCLEI = {"a": "ㅏ", "i": "ㅣ", "u": "ㅜ", "e": "ㅔ", "o": "ㅗ"}
_GLIDES = {"a": "ㅑ", "u": "ㅠ", "o": "ㅛ"}
_ORDER_OF_ONSETS, _ORDER_OF_NUCLEI = (
    "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ",
    "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ",
)
_N, _S = 4, 19  # places of ㄴ and ㅅ among the codas


def hangulised(kana: str) -> set[str]:
    """Ways to write one part of a name (in Hiragana, normalised) in Hangul; none where something in it is no Japanese sound."""
    found: set[str] = set()
    for tsu in ("쓰", "츠", "쯔"):
        for is_plain in (True, False):
            word = _word(kana, tsu=tsu, is_plain=is_plain)
            if word:
                found.add(word)
    return found


def _word(kana: str, *, tsu: str, is_plain: bool) -> str:
    out: list[str] = []
    for sign in _moras(kana):
        if sign in {"っ", "ん"}:
            if not out:
                return ""
            out[-1] = chr(ord(out[-1]) + (_S if sign == "っ" else _N))
        elif out and _lengthens(out[-1], sign):
            continue
        else:
            syllable = tsu if sign == "つ" else _syllable(japanese(sign), is_plain=is_plain and not out)
            if not syllable:
                return ""
            out.append(syllable)
    return "".join(out)


def _moras(kana: str) -> list[str]:
    moras: list[str] = []
    for sign in kana:
        if sign in "ゃゅょ" and moras:
            moras[-1] += sign
        elif sign != "ー":
            moras.append(sign)
    return moras


def _lengthens(syllable: str, sign: str) -> bool:
    """う behind o or u, お behind o: a long vowel, which Korean does not mark."""
    place = ord(syllable) - 0xAC00
    vowel = _ORDER_OF_NUCLEI[place % 588 // 28] if 0 <= place < 11172 and place % 28 == 0 else ""
    return (sign == "う" and vowel in "ㅗㅛㅜㅠ") or (sign == "お" and vowel in "ㅗㅛ")


def _syllable(latin: str, *, is_plain: bool) -> str:
    """One syllable of Nihon-shiki (`ti`, `sya`) in Hangul; empty for what is none."""
    onset, vowel = latin[:-1], latin[-1:]
    is_glide = onset.endswith("y")
    onset = onset.rstrip("y") if len(onset) > 1 or is_glide else onset
    if onset == "t" and (vowel == "i" or is_glide):
        onset = "c"
    if onset == "d" and (vowel in "iu" or is_glide):
        onset = "z"
    if onset not in _ONSETS or vowel not in _NUCLEI or not vowel:
        return ""
    first = _PLAIN.get(onset, _ONSETS[onset]) if is_plain else _ONSETS[onset]
    nucleus = _nucleus(onset, vowel, is_glide=is_glide)
    return chr(0xAC00 + _ORDER_OF_ONSETS.index(first) * 588 + _ORDER_OF_NUCLEI.index(nucleus) * 28)


def _nucleus(onset: str, vowel: str, *, is_glide: bool) -> str:
    """Behind ㅈ and ㅊ no glide is written; す and ず have ㅡ, わ is 와."""
    if onset == "w" and vowel == "a":
        return "ㅘ"
    if onset in {"s", "z"} and vowel == "u" and not is_glide:
        return "ㅡ"
    return _GLIDES[vowel] if is_glide and onset not in {"z", "c"} and vowel in _GLIDES else _NUCLEI[vowel]


# Chinese, from Pinyin (v for ü). A final is written as its first syllable without the onset, and what follows.
_PINYIN_ONSETS = {
    "zh": "ㅈ", "ch": "ㅊ", "sh": "ㅅ", "b": "ㅂ", "p": "ㅍ", "m": "ㅁ", "f": "ㅍ", "d": "ㄷ", "t": "ㅌ", "n": "ㄴ", "l": "ㄹ", "g": "ㄱ", "k": "ㅋ", "h": "ㅎ",
    "j": "ㅈ", "q": "ㅊ", "x": "ㅅ", "r": "ㄹ", "z": "ㅉ", "c": "ㅊ", "s": "ㅆ",
}  # fmt: skip
_FINALS = dict(
    pair.split("=")
    for pair in [
        "a=아",
        "o=오",
        "e=어",
        "ai=아이",
        "ei=에이",
        "ao=아오",
        "ou=어우",
        "an=안",
        "en=언",
        "ang=앙",
        "eng=엉",
        "ong=웅",
        "er=얼",
        "i=이",
        "ia=야",
        "ie=예",
        "iao=야오",
        "iu=유",
        "ian=옌",
        "in=인",
        "iang=양",
        "ing=잉",
        "iong=융",
        "u=우",
        "ua=와",
        "uo=워",
        "uai=와이",
        "ui=우이",
        "uan=완",
        "un=운",
        "uang=왕",
        "v=위",
        "van=위안",
        "vn=윈",
        "yi=이",
        "ya=야",
        "yo=요",
        "ye=예",
        "yao=야오",
        "you=유",
        "yan=옌",
        "yin=인",
        "yang=양",
        "ying=잉",
        "yong=융",
        "yu=위",
        "yue=웨",
        "yuan=위안",
        "yun=윈",
        "wu=우",
        "wa=와",
        "wo=워",
        "wai=와이",
        "wei=웨이",
        "wan=완",
        "wen=원",
        "wang=왕",
        "weng=웡",
    ]
)
_FINALS |= {f"{vowel}e": "웨" for vowel in "uv"}
_PLAIN_NUCLEI = {"ㅑ": "ㅏ", "ㅒ": "ㅐ", "ㅕ": "ㅓ", "ㅖ": "ㅔ", "ㅛ": "ㅗ", "ㅠ": "ㅜ"}


def hangul_of_pinyin(syllable: str) -> str:
    """One syllable of Pinyin in Hangul: zhi 즈, jian 젠, xiao 샤오; empty for what is none."""
    onset = next((each for each in _PINYIN_ONSETS if syllable.startswith(each)), "")
    final = syllable[len(onset) :]
    if onset in {"zh", "ch", "sh", "r", "z", "c", "s"} and final == "i":
        written = "으"
    elif onset in {"j", "q", "x"} and final.startswith("u"):
        written = _FINALS.get("v" + final[1:], "")
    else:
        written = _FINALS.get(final, "")
    if not written or not onset:
        return written
    place = ord(written[0]) - 0xAC00
    nucleus = _ORDER_OF_NUCLEI[place % 588 // 28]
    if onset in {"j", "q", "zh", "ch", "z", "c"}:  # behind ㅈ, ㅉ and ㅊ no glide is written
        nucleus = _PLAIN_NUCLEI.get(nucleus, nucleus)
    first = _ORDER_OF_ONSETS.index(_PINYIN_ONSETS[onset]) * 588 + _ORDER_OF_NUCLEI.index(nucleus) * 28 + place % 28
    return chr(0xAC00 + first) + written[1:]
