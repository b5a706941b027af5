"""Romanisation systems of five writing cultures, by rule, for invented names only.

Korean: Revised, McCune–Reischauer (with and without its marks), Yale. Chinese: Pinyin with and without tone marks, Wade–Giles.
Japanese: Hepburn, passport Hepburn, Kunrei, Nihon-shiki, typed long vowels. Russian: BGN/PCGN, passport (ICAO 9303), ISO 9, scholarly,
French. Mongolian: BGN/PCGN, passport, unsystematic. Names are taken part by part: a family and a given name never blend.
"""

import re
import unicodedata

Pair = tuple[str, str]
"""(family, given)"""


def _listed(text: str) -> list[str]:
    """Two spaces in a row hold an empty sound: a syllable may begin with none."""
    return text.split(" ")


RR = (
    _listed("g kk n d tt r m b pp s ss  j jj ch k t p h"),
    _listed("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i"),
    {0: "", 1: "k", 4: "n", 8: "l", 16: "m", 17: "p", 21: "ng"},
)
MR = (
    _listed("k kk n t tt r m p pp s ss  ch tch ch' k' t' p' h"),
    _listed("a ae ya yae ŏ e yŏ ye o wa wae oe yo u wŏ we wi yu ŭ ŭi i"),
    RR[2],
)
YALE = (
    _listed("k kk n t tt l m p pp s ss  c cc ch kh th ph h"),
    _listed("a ay ya yay e ey ye yey o wa way oy yo wu we wey wi yu u uy i"),
    RR[2],
)
VOICED = {"k": "g", "t": "d", "p": "b", "ch": "j"}


def _jamo(syllable: str) -> tuple[int, int, int]:
    index = ord(syllable) - 0xAC00
    return index // 588, index % 588 // 28, index % 28


def _korean_syllables(word: str, system: tuple[list[str], list[str], dict[int, str]]) -> list[str]:
    initials, vowels, finals = system
    return [initials[i] + vowels[v] + finals[f] for i, v, f in map(_jamo, word)]


def _mccune(word: str, between: str = "") -> str:
    """Voicing between voiced sounds, and ㄹ before ㅎ, as the system's tables of 1939 have them."""
    made: list[str] = []
    last: int | None = None
    for initial, vowel, final in map(_jamo, word):
        onset = MR[0][initial]
        if last in {0, 4, 8, 16, 21} and onset in VOICED:
            onset = VOICED[onset]
        if last == 8 and onset == "h":
            made[-1] = made[-1][:-1] + "r"
        made.append(onset + MR[1][vowel] + MR[2][final])
        last = final
    return between.join(made)


def korean(family: str, given: str) -> dict[str, Pair]:
    """Systems of a Hangul name. RR keeps the syllables of a given name apart from sound changes, as its rule for names says."""
    revised, yale = _korean_syllables(given, RR), _korean_syllables(given, YALE)
    surname = "Yi" if family == "이" else None  # nobody writes the surname 이 as a bare "I"
    fam = surname or _capital("".join(_korean_syllables(family, RR)))
    marked = surname or _capital(_mccune(family))
    split = _capital(_mccune(given, "-"))
    return {
        "revised": (fam, _capital("-".join(revised))),
        "revised-joined": (fam, _capital("".join(revised))),
        "mccune": (marked, _capital(_mccune(given))),
        "mccune-plain": (plain(marked).replace("'", ""), _capital(plain(_mccune(given)).replace("'", ""))),
        "mccune-hyphen": (marked.replace("'", "’"), split.replace("'", "’")),
        "yale": (surname or _capital("".join(_korean_syllables(family, YALE))), _capital("-".join(yale))),
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def plain(text: str) -> str:
    """Without its marks."""
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


_WADE = """
gao=kao pei=p'ei lin=lin ou=ou yang=yang ruo=jo xi=hsi zhuo=cho ming=ming kun=k'un wang=wang yan=yen qiu=ch'iu xu=hsü
zhi=chih heng=heng zhan=chan yun=yün zhou=chou lai=lai bing=ping ze=tse zeng=tseng yu=yü ting=t'ing qian=ch'ien fu=fu
cai=ts'ai ning=ning kuang=k'uang bo=po wu=wu kai=k'ai qing=ch'ing zhang=chang le=le xuan=hsüan si=ssu tu=t'u yong=yung
"""
WADE = dict(pair.split("=") for pair in _WADE.split())


def _pinyin_syllables(word: str) -> list[str]:
    """The longest known syllables first; the names here have one reading only."""
    known = "|".join(sorted(WADE, key=len, reverse=True))
    syllables = re.findall(known, plain(word).lower())
    assert "".join(syllables) == plain(word).lower(), word
    return syllables


def chinese(family: str, given: str) -> dict[str, Pair]:
    """Systems of a name whose reading is given in Pinyin with tone marks."""
    fam, giv = _pinyin_syllables(family), _pinyin_syllables(given)
    wade = ("-".join(WADE[s] for s in fam).capitalize(), "-".join(WADE[s] for s in giv).capitalize())
    return {
        "tones": (family, given),
        "pinyin": (plain(family), plain(given)),
        "pinyin-hyphen": (plain(family), "-".join(giv).capitalize()),
        "pinyin-split": (plain(family), " ".join(s.capitalize() for s in giv)),
        "wade": wade,
        "wade-curly": (wade[0].replace("'", "’"), wade[1].replace("'", "’")),
        "wade-bare": (plain(wade[0]).replace("'", ""), plain(wade[1]).replace("'", "")),
    }


_ROWS = {
    "": "あいうえお",
    "k": "かきくけこ",
    "s": "さしすせそ",
    "t": "たちつてと",
    "n": "なにぬねの",
    "h": "はひふへほ",
}
_ROWS |= {
    "m": "まみむめも",
    "r": "らりるれろ",
    "g": "がぎぐげご",
    "z": "ざじずぜぞ",
    "d": "だぢづでど",
    "b": "ばびぶべぼ",
}
NIHON = {kana: row + vowel for row, line in _ROWS.items() for kana, vowel in zip(line, "aiueo", strict=True)}
NIHON |= {"や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "を": "wo", "ん": "n"}
KUNREI = NIHON | {"ぢ": "zi", "づ": "zu"}
HEPBURN = NIHON | {"し": "shi", "ち": "chi", "つ": "tsu", "ふ": "fu", "じ": "ji", "ぢ": "ji", "づ": "zu"}


def _kana(word: str, table: dict[str, str]) -> str:
    made = ""
    for index, sign in enumerate(word):
        if sign in "ゃゅょ":
            vowel = {"ゃ": "a", "ゅ": "u", "ょ": "o"}[sign]
            stem = made[:-1]
            made = stem + vowel if stem.endswith(("sh", "ch", "j")) else stem + "y" + vowel
        elif sign == "ん":
            made += "n'" if word[index + 1 : index + 2] in tuple("あいうえおやゆよ") else "n"
        else:
            made += table[sign]
    return made


def _long(word: str, o: str, u: str) -> str:
    return word.replace("ou", o).replace("oo", o).replace("uu", u) if o != "ou" else word


def japanese(family: str, given: str) -> dict[str, Pair]:
    """Systems of a name whose reading is given in Hiragana."""
    systems = {
        "hepburn": (HEPBURN, "ō", "ū"),
        "passport": (HEPBURN, "o", "u"),
        "passport-oh": (HEPBURN, "oh", "u"),
        "typed": (HEPBURN, "ou", "uu"),
        "kunrei": (KUNREI, "ô", "û"),
        "nihon": (NIHON, "ō", "ū"),
        "kunrei-plain": (KUNREI, "o", "u"),
    }
    made = {}
    for name, (table, o, u) in systems.items():
        parts = [_capital(_long(_kana(part, table), o, u)) for part in (family, given)]
        if any("ohh" in part for part in parts):
            continue
        made[name] = (parts[0], parts[1].replace("'", "") if name.startswith("passport") else parts[1])
    return made


def _letters(text: str, tail: str = "") -> dict[str, str]:
    return dict(pair.split("=") for pair in (text + " " + tail).split())


_COMMON = "а=a б=b в=v г=g д=d з=z и=i к=k л=l м=m н=n о=o п=p р=r с=s т=t ф=f"
RUSSIAN = {
    "bgn": _letters(_COMMON, "е=e ё=ë ж=zh й=y у=u х=kh ц=ts ч=ch ш=sh щ=shch ъ=” ы=y ь=’ э=e ю=yu я=ya"),
    "passport": _letters(_COMMON, "е=e ё=e ж=zh й=i у=u х=kh ц=ts ч=ch ш=sh щ=shch ъ=ie ы=y э=e ю=iu я=ia") | {"ь": ""},
    "iso9": _letters(_COMMON, "е=e ё=ë ж=ž й=j у=u х=h ц=c ч=č ш=š щ=ŝ ъ=ʺ ы=y ь=ʹ э=è ю=û я=â"),
    "scholarly": _letters(_COMMON, "е=e ё=ë ж=ž й=j у=u х=x ц=c ч=č ш=š щ=šč ъ=ʺ ы=y ь=ʹ э=è ю=ju я=ja"),
    "french": _letters(_COMMON, "е=e ё=io ж=j й=ï у=ou х=kh ц=ts ч=tch ш=ch щ=chtch ы=y э=e ю=iou я=ia")
    | {"ь": "", "ъ": ""},
    "press": _letters(_COMMON, "е=e ё=yo ж=zh й=y у=u х=kh ц=ts ч=ch ш=sh щ=shch ы=y э=e ю=yu я=ya")
    | {"ь": "", "ъ": ""},
}
_AFTER = frozenset("аеёиоуыэюяйъь")


def russian_word(word: str, system: str) -> str:
    lower = word.lower()
    if system == "press":
        lower = re.sub(r"ий$", "ы", lower)
    if system == "french":
        lower = re.sub(r"ий$", "и", lower).replace("ия", "иа").replace("ге", "гуе")
    made = ""
    for index, letter in enumerate(lower):
        starts = index == 0 or lower[index - 1] in _AFTER
        if letter in "её" and starts and system == "bgn":
            made += "ye" if letter == "е" else "yë"
        elif letter == "е" and index == 0 and system == "press":
            made += "ye"
        else:
            made += RUSSIAN[system][letter]
    if system == "french":
        made = re.sub(r"(?<=i)n$", "ne", made.replace("gouev", "gouïev")).replace("goue", "gue")
    return _capital(made)


def russian(family: str, given: str) -> dict[str, Pair]:
    return {system: (russian_word(family, system), russian_word(given, system)) for system in RUSSIAN}


_MN = "а=a б=b в=v г=g д=d и=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f ц=ts ч=ch ш=sh ы=y э=e ё=yo ю=yu я=ya"
MONGOLIAN = {
    "bgn": _letters(_MN, "е=ye ж=j з=dz й=y ө=ö ү=ü х=kh") | {"ь": "’"},
    "national": _letters(_MN, "е=ye ж=j з=z й=i ө=ö ү=ü х=kh") | {"ь": "i"},
    "passport": _letters(_MN, "е=ye ж=j з=z й=i ө=u ү=u х=kh") | {"ь": ""},
    "adhoc-o": _letters(_MN, "е=ye ж=j з=z й=i ө=o ү=u х=h") | {"ь": ""},
    "adhoc-u": _letters(_MN, "е=e ж=zh з=z й=y ө=u ү=u х=h") | {"ь": ""},
}


def mongolian_word(word: str, system: str) -> str:
    made = "".join(MONGOLIAN[system].get(letter, letter) for letter in word.lower())
    return _capital(made)


def mongolian(family: str, given: str) -> dict[str, Pair]:
    return {system: (mongolian_word(family, system), mongolian_word(given, system)) for system in MONGOLIAN}
