"""Ways a name gets disfigured without becoming another name. Each takes a written form and gives another, or None where it does not apply."""

import re
import unicodedata
from collections.abc import Callable
from hashlib import sha256

from tests.leaks.romanise import plain

Variant = Callable[[str], str | None]

LATIN_TO_CYRILLIC = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
CYRILLIC_TO_LATIN = str.maketrans("асеорхуАВСЕНКМОРТХ", "aceopxyABCEHKMOPTX")
HALF_KANA = {unicodedata.normalize("NFKC", chr(c)): chr(c) for c in range(0xFF66, 0xFF9E)}
_KANJI = "高=髙 崎=﨑 濱=浜 邉=辺 澤=沢 齋=斎 真=眞 広=廣 竜=龍 条=條 壮=壯 黒=黑 曽=曾 島=嶋 鶴=靏 慎=愼 涼=凉"
KANJI = dict(pair.split("=") for pair in _KANJI.split())
WIDE = {c: c + 0xFEE0 for c in range(0x21, 0x7F)} | {0x20: 0x3000}


def number(*keys: object) -> int:
    """A number that depends on the keys alone: chance that is the same on every machine and version."""
    return int.from_bytes(sha256("|".join(map(str, keys)).encode()).digest()[:8], "big")


def _middle(text: str) -> int:
    """A place inside a word, never at its edge and never next to a space."""
    places = [i for i in range(1, len(text)) if text[i - 1].isalpha() and text[i].isalpha()]
    return places[number("middle", text) % len(places)]


def inside(mark: str) -> Variant:
    def put(text: str) -> str | None:
        at = _middle(text)
        return text[:at] + mark + text[at:]

    return put


def for_space(mark: str) -> Variant:
    return lambda text: text.replace(" ", mark, 1) if " " in text else None


def for_dash(mark: str) -> Variant:
    return lambda text: text.replace("-", mark) if "-" in text else None


def for_apostrophe(mark: str) -> Variant:
    return lambda text: text.replace("'", mark) if "'" in text else None


def changed(change: Variant) -> Variant:
    """Only where something did change."""

    def put(text: str) -> str | None:
        made = change(text)
        return made if made != text else None

    return put


def lookalike(text: str) -> str | None:
    """One to three letters of a Latin name in Cyrillic, or the other way round; never all, so that the word is a mixed one."""
    table = CYRILLIC_TO_LATIN if re.search("[а-яё]", text) else LATIN_TO_CYRILLIC
    places = [i for i, c in enumerate(text) if ord(c) in table]
    if len(places) < 2:
        return None
    taken = {places[number("look", text, k) % len(places)] for k in range(3)}
    return "".join(c.translate(table) if i in taken else c for i, c in enumerate(text))


def entities(text: str) -> str | None:
    at = _middle(text)
    return text[:at] + f"&#{ord(text[at])};" + text[at + 1 :]


def entities_hex(text: str) -> str | None:
    at = _middle(text)
    return text[: at - 1] + f"&#x{ord(text[at - 1]):x};" + text[at:]


def named_entities(text: str) -> str | None:
    table = {
        "é": "&eacute;",
        "á": "&aacute;",
        "ë": "&euml;",
        "ï": "&iuml;",
        "'": "&#39;",
        "-": "&#8209;",
        " ": "&nbsp;",
    }
    for sign, entity in table.items():
        if sign in text:
            return text.replace(sign, entity, 1)
    return None


def added_mark(text: str) -> str | None:
    """A stress or accent on one vowel, as dictionaries and careless keyboards set it."""
    vowels = [i for i, c in enumerate(text) if c in "aeiouаеиоуыэюя"]
    if not vowels:
        return None
    at = vowels[number("mark", text) % len(vowels)] + 1
    return text[:at] + "\u0301" + text[at:]


def kanji(text: str) -> str | None:
    return "".join(KANJI.get(c, c) for c in text)


def half_kana(text: str) -> str | None:
    """Katakana in half width; voiced signs become two."""
    if not re.search("[ァ-ヺ]", text):
        return None
    made = ""
    for sign in text:
        base, *mark = unicodedata.normalize("NFD", sign)
        halves = {"\u3099": "ﾞ", "\u309a": "ﾟ"}
        made += HALF_KANA.get(base, {"・": "･", "ー": "ｰ", "　": " "}.get(base, base)) + "".join(
            halves[m] for m in mark
        )
    return made


def spread(text: str) -> str | None:
    return " ".join(text.replace(" ", "")) if not text.isascii() and len(text) <= 6 else None


LATIN_AND_CYRILLIC: dict[str, Variant] = {
    "upper": changed(str.upper),
    "lower": changed(str.lower),
    "wide": lambda text: text.translate(WIDE) if text.isascii() else None,
    "zero-width": inside("\u200b"),
    "joiner": inside("\u2060"),
    "non-joiner": inside("\u200c"),
    "soft-hyphen": inside("\u00ad"),
    "look-alike": lookalike,
    "no-marks": changed(
        lambda text: plain(text) if not re.search("й", text) else text.replace("ё", "е").replace("Ё", "Е")
    ),
    "extra-mark": added_mark,
    "decomposed": changed(lambda text: unicodedata.normalize("NFD", text)),
    "double-space": for_space("  "),
    "no-break": for_space("\u00a0"),
    "narrow": for_space("\u202f"),
    "tab": for_space("\t"),
    "line-break": for_space("\n"),
    "line-break-indent": for_space("\r\n    "),
    "entity": entities,
    "entity-hex": entities_hex,
    "entity-named": named_entities,
    "dash-no-break": for_dash("\u2011"),
    "dash-en": for_dash("\u2013"),
    "dash-minus": for_dash("\u2212"),
    "dash-none": for_dash(" "),
    "dash-break": for_dash("-\n"),
    "apostrophe-curly": for_apostrophe("\u2019"),
    "apostrophe-letter": for_apostrophe("\u02bc"),
    "apostrophe-grave": for_apostrophe("`"),
}

EAST_ASIAN: dict[str, Variant] = {
    "zero-width": inside("\u200b"),
    "joiner": inside("\u2060"),
    "byte-order": inside("\ufeff"),
    "soft-hyphen": inside("\u00ad"),
    "line-break": inside("\n"),
    "wide-space": inside("\u3000"),
    "no-break": inside("\u00a0"),
    "spread": spread,
    "entity": entities,
    "entity-hex": entities_hex,
    "decomposed": changed(lambda text: unicodedata.normalize("NFD", text)),
    "selector": lambda text: text[0] + "\U000e0100" + text[1:] if re.match("[一-鿿]", text) else None,
    "kanji": changed(kanji),
    "half-kana": half_kana,
    "middle-dot": changed(
        lambda text: text.replace("・", "·").replace("·", "・") if "・" not in text else text.replace("・", "·")
    ),
}

_ALPHABETS = (
    "abcdefghijklmnoprstuvwyz",
    "абвгдежзиклмнопрстуфхцчшыэюя",
    "アイウカキクサシスタテトナニノマミラリルレロン",
)


def one_edit(text: str, turn: int) -> str | None:
    """A single insertion, deletion, substitution or transposition of letters; None where the name has fewer than seven.

    Kind and place follow from the text and the turn. The result never differs from the name by case or marks only.
    """
    places = [i for i, c in enumerate(text) if c.isalpha()]
    if len(places) < 7:
        return None
    alphabet = next((a for a in _ALPHABETS if text[places[2]].lower() in a or text[places[1]].lower() in a), None)
    if alphabet is None:
        return None
    at = places[number("place", text, turn) % len(places)]
    letter = alphabet[number("letter", text, turn) % len(alphabet)]
    letter = letter.upper() if text[at].isupper() else letter
    kind = ("insert", "delete", "replace", "swap")[turn % 4]
    made = {
        "insert": text[:at] + letter + (text[at].lower() if text[at].isupper() else text[at]) + text[at + 1 :],
        "delete": text[:at] + _recase(text[at], text[at + 1 :]),
        "replace": text[:at] + letter + text[at + 1 :],
        "swap": _swapped(text, at),
    }[kind]
    if any(word[0] in "ァィゥェォャュョッンー" for word in made.replace("・", " ").split(" ") if word):
        return None  # no slip of a finger begins a word so
    return made if plain(made).lower() != plain(text).lower() else None


def _recase(gone: str, rest: str) -> str:
    return rest[:1].upper() + rest[1:] if gone.isupper() else rest


def _swapped(text: str, at: int) -> str:
    pair = text[at : at + 2]
    if len(pair) < 2 or not pair.isalpha():
        at -= 1
        pair = text[at : at + 2]
    if at < 0 or not pair.isalpha():
        return text
    swapped = pair[::-1] if not pair[0].isupper() else pair[1].upper() + pair[0].lower()
    return text[:at] + swapped + text[at + 2 :]
