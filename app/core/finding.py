"""Finding words in a text that lies in memory: whatever their case and width, two characters of Han or Hangul as well as a sentence.

Both sides are folded, NFKC with case folding (Unicode, 3.13 and UAX #15), so that Ｆｕｅｌ is fuel and ｶﾞｽ is ガス. No index: nothing of a text
stays after it was looked at.
"""

import re
import unicodedata
from functools import cache
from itertools import groupby

# What Unicode composes with the character before it, beside marks: vowels and finals of Hangul, and the half-width and compatibility
# forms that turn into them or into the sound marks of Kana.
_JOINING = (("\u1160", "\u11ff"), ("\u3131", "\u318e"), ("\uff9e", "\uff9f"), ("\uffa0", "\uffdc"))
_FAR_OFF = "\U00010000-\U0001ffff\U0002f800-\U0002fa1f\U000e0100-\U000e01ef"  # all of it: letters of mathematics, rare Han, selectors


def fold(text: str) -> str:
    """The form in which texts are compared."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return plain if plain.isascii() else unicodedata.normalize("NFKC", plain)


@cache
def _odd() -> re.Pattern[str]:
    """Any character of words that case folding alone does not turn into its form. Punctuation, of which Chinese and Japanese are full, is
    left out: to normalise a text takes fifteen times as long as to look for these.
    """
    signs = "".join(re.escape(chr(code)) for code in range(0xA0, 0xFFFF) if _is_odd(chr(code)))
    return re.compile(f"[{signs}{_FAR_OFF}]")


def _is_odd(sign: str) -> bool:
    form = fold(sign)
    return _joins(sign) or (form != sign.casefold() and any(part.isalnum() for part in form))


class Sought:
    """Words that must all stand in a text, in any order, as parts of longer words too."""

    def __init__(self, words: str) -> None:
        self.words = tuple(dict.fromkeys(fold(words).split()))
        self._has_case = any(word != word.upper() for word in self.words)  # Han and Hangul have none
        self._is_plain = all(word.isalnum() for word in self.words)

    def is_in(self, text: str) -> bool:
        turned = self._turned(text)
        return all(word in turned for word in self.words)

    def _turned(self, text: str) -> str:
        """The text folded, as far as these words can tell."""
        if unicodedata.is_normalized("NFKC", text):
            return fold(text) if self._has_case else text
        if self._is_plain and _odd().search(text) is None:
            return text.casefold() if self._has_case else text
        return fold(text)

    def pieces(self, text: str) -> list[tuple[str, bool]]:
        """The text in pieces, each with whether it is one of the words; together they are the text as it was."""
        parts = list(text) if text.isascii() else _clusters(text)
        folded = [fold(part) for part in parts]
        found = self._parts_found("".join(folded), [n for n, form in enumerate(folded) for _sign in form])
        numbered = groupby(range(len(parts)), key=found.__contains__)
        return [("".join(parts[n] for n in numbers), is_found) for is_found, numbers in numbered]

    def _parts_found(self, whole: str, part_of: list[int]) -> set[int]:
        found: set[int] = set()
        for word in self.words:
            place = whole.find(word)
            while place >= 0:
                found.update(range(part_of[place], part_of[place + len(word) - 1] + 1))
                place = whole.find(word, place + len(word))
        return found


def _clusters(text: str) -> list[str]:
    """The text cut so that folding part by part is folding the whole."""
    parts: list[str] = []
    for sign in text:
        if parts and _joins(sign):
            parts[-1] += sign
        else:
            parts.append(sign)
    return parts


def _joins(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "M" or any(first <= sign <= last for first, last in _JOINING)
