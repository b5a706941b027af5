"""Finding words in a text that lies in memory: whatever their case and width, two characters of Han or Hangul as well as a sentence.

Both sides are folded, NFKC with case folding (Unicode, 3.13 and UAX #15), so that Ｆｕｅｌ is fuel and ｶﾞｽ is ガス. No index: nothing of a text
stays after it was looked at.
"""

import unicodedata
from itertools import groupby

# What Unicode composes with the character before it, beside marks: vowels and finals of Hangul, and the half-width and compatibility
# forms that turn into them or into the sound marks of Kana.
_JOINING = (("\u1160", "\u11ff"), ("\u3131", "\u318e"), ("\uff9e", "\uff9f"), ("\uffa0", "\uffdc"))


def fold(text: str) -> str:
    """The form in which texts are compared."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return plain if plain.isascii() else unicodedata.normalize("NFKC", plain)


def _widths(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


class Sought:
    """Words that must all stand in a text, in any order, as parts of longer words too."""

    def __init__(self, words: str) -> None:
        self.words = tuple(dict.fromkeys(fold(words).split()))
        has_case = any(word != word.upper() for word in self.words)
        self._turned = fold if has_case else _widths  # in Han and Hangul there is no case to fold

    def is_in(self, text: str) -> bool:
        turned = self._turned(text)
        return all(word in turned for word in self.words)

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
