"""Text as people type it: NFC, one kind of line end, nothing invisible that could mislead a reader."""

import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from app.core.i18n import N_

# Bidirectional overrides, embeddings and isolates can show a reader another text than is stored (CVE-2021-42574).
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    r"""NFC with `\n` line ends. Raises ValueError, with a sentence, for what cannot be kept."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
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


CleanText = Annotated[str, BeforeValidator(_clean_before)]
Line = Annotated[str, BeforeValidator(_clean_before), AfterValidator(_one_line)]
