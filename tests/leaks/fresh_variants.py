"""Disfigurements and slips of the fresh set: what people, editors and evaders make of a name without it becoming another."""

import re
import unicodedata
from collections.abc import Callable


def bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


LOOKS = str.maketrans("aeopcxyAEOPCHKMTB", "аеорсхуАЕОРСНКМТВ")
GREEK = str.maketrans("oιvAEHIKMNOPTYZ", "οιvΑΕΗΙΚΜΝΟΡΤΥΖ")
SMALL_CAPITALS = str.maketrans("abcdeghijklmnoprtuvwyz", "ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ")


def _styled(base: int) -> Callable[[str], str]:
    """Mathematical letters from a block that begins with its capital A."""

    def style(text: str) -> str:
        return "".join(
            chr(base + ord(c) - 65) if "A" <= c <= "Z" else chr(base + 26 + ord(c) - 97) if "a" <= c <= "z" else c
            for c in bare(text)
        )

    return style


def _alternate(text: str) -> str:
    return "".join(c.upper() if n % 2 else c.lower() for n, c in enumerate(text))


def _some(table: dict[int, int]) -> Callable[[str], str]:
    """Every second letter that the table has."""

    def change(text: str) -> str:
        places = [n for n, c in enumerate(text) if ord(c) in table][::2]
        return "".join(c.translate(table) if n in places else c for n, c in enumerate(text))

    return change


WESTERN: dict[str, Callable[[str], str]] = {
    "mixed-case": _alternate,
    "letter-spaced": lambda t: "  ".join(" ".join(word) for word in t.split()),
    "dotted": lambda t: t.replace(" ", "."),
    "underscored": lambda t: t.replace(" ", "_"),
    "bidi": lambda t: "\u200e" + t.replace(" ", "\u200f "),
    "bidi-isolate": lambda t: f"\u2066{t}\u2069",
    "zero-width-all": "\u200b".join,
    "soft-hyphens": lambda t: re.sub(r"(\w{2})(?=\w)", "\\1\u00ad", t),
    "thin-space": lambda t: t.replace(" ", "\u2009"),
    "tag-characters": lambda t: t[:2] + "\U000e0041" + t[2:],
    "bold-one-word": lambda t: re.sub(r"^(\S+)", r"**\1**", t),
    "italic-inside": lambda t: re.sub(r" (\S+)$", r" _\1_", t),
    "html": lambda t: re.sub(r"^(\S+)", r"<b>\1</b>", t),
    "line-broken": lambda t: t.replace(" ", "\n> ", 1),
    "hyphenated": lambda t: re.sub(r"^(\w{3})(\w{2,})", "\\1-\n\\2", t),
    "struck": "\u0336".join,
    "double-spaced": lambda t: t.replace(" ", "   "),
}  # fmt: skip
LATIN_ONLY: dict[str, Callable[[str], str]] = {
    "look-alikes": _some(LOOKS),
    "greek": _some(GREEK),
    "bold": _styled(0x1D400),
    "sans": _styled(0x1D5A0),
    "monospace": _styled(0x1D670),
    "small-capitals": lambda t: t[0] + t[1:].translate(SMALL_CAPITALS),
    "full-width": lambda t: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in bare(t)),
    "circled": lambda t: "".join(chr(0x24B6 + ord(c) - 65) if "A" <= c <= "Z" else chr(0x24D0 + ord(c) - 97) if "a" <= c <= "z" else c for c in bare(t)),
    "macrons": lambda t: re.sub("[aeiou]", lambda m: m[0] + "\u0304", t, count=2),
}  # fmt: skip
EASTERN: dict[str, Callable[[str], str]] = {
    "hyphens": "-".join,
    "dots": "·".join,
    "full-stops": ".".join,
    "spaces": " ".join,
    "zero-width-all": "\u200b".join,
    "word-joiners": "\u2060".join,
    "decomposed": lambda t: unicodedata.normalize("NFD", t),
    "variation": lambda t: t[0] + "\ufe00" + t[1:],
    "bold": lambda t: f"**{t[0]}**{t[1:]}",
    "html": lambda t: f"<em>{t[0]}</em>{t[1:]}",
    "line": lambda t: t[0] + "\n" + t[1:],
    "ideographic-space": lambda t: t[:1] + "\u3000" + t[1:],
    "middle-dot-wide": "・".join,
    "entity": lambda t: "".join(f"&#{ord(c)};" for c in t),
    "underscores": "_".join,
}  # fmt: skip


ALPHABETS = ("abcdefghijklmnoprstuvwyz", "абвгдежзиклмнопрстуфхцчшыэюя", "アイウカキクサシスタテトナニノマミラリルレロン", "あいうかきくさしすたてとなにのまみらりるれろん")  # fmt: skip


EDITS: dict[str, Callable[[str, int, str], str]] = {
    "substitution": lambda t, at, letter: t[:at] + letter + t[at + 1 :],
    "insertion": lambda t, at, letter: t[: at + 1] + letter + t[at + 1 :],
    "deletion": lambda t, at, _letter: t[:at] + t[at + 1 :],
    "transposition": lambda t, at, _letter: t[:at] + t[at + 1] + t[at] + t[at + 2 :],
}


def edited(text: str, edit: Callable[[str, int, str], str], draw: int, kind: str) -> str | None:
    """One edit inside a word, its first letter untouched; None where there is no alphabet or the name is short."""
    alphabet = next((a for a in ALPHABETS if sum(c.lower() in a for c in text) >= 3), None)
    places = [n for n in range(1, len(text) - 2) if all(c.isalpha() for c in text[n - 1 : n + 2])]
    if alphabet is None or not places or sum(c.isalpha() for c in text) < 7:
        return None
    at, letter = places[draw % len(places)], alphabet[draw // 97 % len(alphabet)]
    if any(c in "ャュョァィゥェォッンゃゅょっんー" for c in text[at : at + 2] + letter) and alphabet[0] in "アあ":
        return None
    made = edit(text, at, letter)
    return made if bare(made).lower() != bare(text).lower() else None
