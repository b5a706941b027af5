"""Text as people type it: NFC, one kind of line end, nothing invisible that could mislead a reader."""

import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from app.core.i18n import N_

# Bidirectional overrides, embeddings and isolates can show a reader another text than is stored (CVE-2021-42574).
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Whatever any editor, parser or spreadsheet may end a line at (Unicode, 5.8), CR LF first.
LINE_END = re.compile("\r\n|[\r\u0085\u2028\u2029]")
# Never characters, and never to be exchanged (Unicode, 23.7): the last two of every plane, and U+FDD0 to U+FDEF.
_NONE = "\ufdd0-\ufdef" + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
# Tags are letters that nobody sees.
_TAGS = "\U000e0000-\U000e007f"
UNWRITABLE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff{_NONE}{_TAGS}]")
_NONCHARACTER, _TAG = re.compile(f"[{_NONE}]"), re.compile(f"[{_TAGS}]")


def clean(text: str) -> str:
    r"""NFC with `\n` line ends. Raises ValueError, with a sentence, for what cannot be kept."""
    text = LINE_END.sub("\n", text)
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    if _TAG.search(text):
        raise ValueError(N_("This text holds letters that nobody can see."))
    if _NONCHARACTER.search(text):
        raise ValueError(N_("This text holds characters that cannot be kept."))
    for character in text:
        _refuse(character)
    return unicodedata.normalize("NFC", text)


def _refuse(character: str) -> None:
    if character in BIDI:
        raise ValueError(N_("This text holds hidden marks that turn the direction of reading."))
    category = unicodedata.category(character)
    if category == "Cs" or character == "\ufffd":
        raise ValueError(N_("This text holds characters that cannot be kept."))
    if category == "Cc" and character not in "\n\t":
        raise ValueError(N_("This text holds a control character."))
    if category == "Co":
        raise ValueError(N_("This text holds characters of private use, which others may see differently."))


def writable(text: str) -> str:
    r"""Any text as it can leave in a file: U+FFFD for what `clean` refuses today and an earlier day may have kept."""
    return UNWRITABLE.sub("\ufffd", LINE_END.sub("\n", text))


def _clean_before(value: Any) -> Any:
    # Before, because a lone surrogate makes Pydantic's own check of a string fail with a message nobody understands.
    return clean(value) if isinstance(value, str) else value


def _one_line(value: str) -> str:
    if "\n" in value or "\t" in value:
        raise ValueError(N_("Please write this on one line."))
    return value.strip()


def amount(value: float) -> str:
    """A quantity as people write it: 200,000 or 0.3, never 2e+05 and never a rounded nothing."""
    whole, _dot, part = f"{value:,.6f}".partition(".")
    return f"{whole}.{part}".rstrip("0").rstrip(".") if part.strip("0") else whole


def bare(name: str) -> str:
    """A name by its letters and digits alone, NFKC and without case: what two spellings of it have in common."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(character for character in folded if character.isalnum()).removeprefix("the")


CleanText = Annotated[str, BeforeValidator(_clean_before)]
Line = Annotated[str, BeforeValidator(_clean_before), AfterValidator(_one_line)]
