"""Text to the form that is matched, fast, with a way back to the places of the text as given.

The text is cut into chunks, each turned by one `str.translate`. The way back is worked out only for chunks that hold a hit.
"""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import accumulate, chain, pairwise

from app.scanner.words import table

CHUNK = 800  # characters; small enough that the way back through one chunk is cheap
STOP = "。"  # ends a sentence in Han and Kana text: kept, so that no name reaches across it
_CLUSTER = "\ue000"
_SEPARATOR = "\ue002"
_BLANK = frozenset({ord(_CLUSTER), ord(" ")})
_HAN = {form: read for read, forms in table("variants") for form in forms}
_LATIN = {
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "ħ": "h",
    "ı": "i",
    "ð": "d",
    "þ": "th",
    "ŋ": "n",
    "æ": "ae",
    "œ": "oe",
    "ƒ": "f",
    "ɡ": "g",
    "ɑ": "a",
    "ʀ": "r",
}
_LATIN |= dict(zip("օսոհցքյզ", "ounhgqjq", strict=True))  # Armenian that looks so
_GREEK_CAPITALS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx", strict=True))
_NAMED = re.compile(r"(?:LATIN (?:CAPITAL|SMALL) LETTER|SMALL CAPITAL|INDICATOR SYMBOL LETTER) ([A-Z])$")
_APOSTROPHES = frozenset("'’‘ʼʹʺ′`´ʻʽ＇‛ˈ\u3164\u115f\u1160\uffa0")
_APOSTROPHE_CLASS = "".join(sorted(_APOSTROPHES))
_ACCENTED = re.compile("[À-ɏ\u0300-\u036fḀ-ỿ\uff21-\uff5a\u2010\u200b-\u200f\u00ad]")
_BOUNDARY = re.compile(r"[\s。、，]")
_WHOLE = re.compile(  # what only makes sense together: entities, tags, sounds and marks of Hangul and Kana
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
    r"|</?[A-Za-z][^<>]{0,200}>"
    r"|[\u1100-\u115f\u1161-\u11ff]+"
    r"|[\u3041-\u30ff\uff66-\uff9d][\u3099\u309a\uff9e\uff9f]"
)


class _Table(dict[int, int | str | None]):
    """Character to its matched form, worked out when first met."""

    def __missing__(self, code: int) -> int | str | None:
        plain = _folded(chr(code))
        plain = plain if plain.strip() else plain[:1]
        self[code] = found = ord(plain) if len(plain) == 1 else plain or None
        return found


def _folded(character: str) -> str:
    code = ord(character)
    if 0x1161 <= code <= 0x11FF or 0x1100 <= code <= 0x115E or character in "\u3099\u309a\uff9e\uff9f":
        return _CLUSTER
    if character == _SEPARATOR:
        return character
    if character in _APOSTROPHES or unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return ""
    if character in "。．！？｡" and character != "．":
        return f" {STOP} "
    if 0xAC00 <= code <= 0xD7A3:
        return character
    return "".join(_plain(sign) for sign in unicodedata.normalize("NFKC", character))


def _plain(sign: str) -> str:
    if 0x3041 <= ord(sign) <= 0x30FF:
        return _kana(sign)
    if sign in _HAN:
        return _HAN[sign]
    if sign in _GREEK_CAPITALS:
        return _GREEK_CAPITALS[sign]
    if not sign.isascii() and (named := _NAMED.search(unicodedata.name(sign, ""))):
        return named.group(1).lower()  # small capitals, and letters in boxes
    kept = (part for part in unicodedata.normalize("NFKD", sign.casefold()) if unicodedata.category(part) != "Mn")
    return "".join(_LATIN.get(part, part if unicodedata.category(part)[0] in "LN" else " ") for part in kept)


def _kana(sign: str) -> str:
    """Hiragana for Katakana; the long mark, the iteration marks stay; the middle dot parts."""
    if "\u30a1" <= sign <= "\u30f6":
        return chr(ord(sign) - 0x60)
    return " " if unicodedata.category(sign)[0] == "P" else sign


_TABLE = _Table()
_LATIN_LIKE = dict(
    zip("авсеніјкморѕтухгпһӏԁԛԝьүөοαντκρυχεηβιγω", "abcehijkmopstyxrnhldqwbyooavtkpuxenbiyw", strict=True)
)
_CYRILLIC_LIKE = dict(zip("abcehikmoptyxrnu036", "авсенікмортухгпиозб", strict=True)) | {"3": "з", "4": "ч"}
_DIGIT_LIKE = {"0": "o", "1": "l", "3": "e", "5": "s"}


def normalise(text: str) -> str:
    """The matched form of a short text, words parted by one space: what names of the registry are turned into."""
    return " ".join(Normalised(text).tokens)


def compact(text: str) -> str:
    return "".join(Normalised(text).tokens)


class Normalised:
    """A text made ready. `tokens` are words without marks or signs; `compact` is all of them, run together.

    A place in `tokens` or in `compact` leads back to the text by `span_of_tokens` and `span`.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = _cuts(text)
        chunks = [text[start:end] for start, end in pairwise(self._starts)]
        raw = self._raw = [chunk.split() for chunk in chunks]
        self._distinct = set(chain.from_iterable(raw))
        pieces, odd = _pieces(self._distinct)
        self._wholes = [
            _has_whole(chunk) or (bool(odd) and not odd.isdisjoint(words))
            for chunk, words in zip(chunks, raw, strict=True)
        ]
        per_chunk = [
            _parted_words(_formed(chunk).split())
            if whole
            else list(chain.from_iterable(map(pieces.__getitem__, words)))
            for chunk, words, whole in zip(chunks, raw, self._wholes, strict=True)
        ]
        self.tokens = list(chain.from_iterable(per_chunk))
        self.words = set(self.tokens) if any(self._wholes) else set(chain.from_iterable(pieces.values()))
        self._token_starts = [0, *accumulate(map(len, per_chunk))]
        self._pieces = pieces
        self._mended: frozenset[str] = frozenset()
        self._capitals: dict[tuple[int, str], bool] = {}
        self._maps: dict[int, tuple[list[int], list[int] | None]] = {}

    @cached_property
    def _ever_capital(self) -> set[str]:
        """Words that stand with a capital somewhere in the text."""
        return {part for word, parts in self._pieces.items() if word != word.lower() for part in parts}

    def mend(self, mended: dict[str, str]) -> None:
        """Replace tokens, sign for sign, wherever they stand."""
        self.tokens = [mended.get(token, token) for token in self.tokens]
        self._mended = frozenset(mended.values())

    def seal(self) -> None:
        """Run the tokens together; no token changes afterwards."""
        self.compact = "".join(self.tokens)
        self._bounds = [0, *accumulate(map(len, self.tokens))]
        self._compact_starts = [self._bounds[start] for start in self._token_starts]

    def is_bound(self, place: int) -> bool:
        """Whether a token begins (or ends) at this place of `compact`."""
        return self._bounds[self.token_at(place)] == place

    def token_at(self, place: int) -> int:
        """The index of the token in which a place of `compact` lies."""
        return bisect_right(self._bounds, place) - 1

    def place_of(self, token: int) -> int:
        """Where a token begins in `compact`."""
        return self._bounds[token]

    def _chunk_of(self, place: int) -> int:
        """The chunk in which a place of `compact` lies; empty chunks hold none."""
        return bisect_right(self._compact_starts, place) - 1

    def span_of_tokens(self, first: int, last: int) -> tuple[int, int]:
        """The place in the text of the tokens from `first` to `last`, both included."""
        return self.span(self._bounds[first], self._bounds[last + 1])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the text of `compact[start:end]`."""
        chunk = self._chunk_of(start)
        first = self._map(chunk)[0][start - self._compact_starts[chunk]]
        chunk = self._chunk_of(end - 1)
        starts, ends = self._map(chunk)
        last = end - 1 - self._compact_starts[chunk]
        return first, ends[last] if ends else starts[last] + 1

    def is_capital(self, token: int) -> bool:
        """Whether a token begins with a capital letter in the text; Hangul has none, and may always be a name."""
        if self.tokens[token] >= "\uac00":
            return True
        place = self.place_of(token)
        chunk = self._chunk_of(place)
        at = self._map(chunk)[0][place - self._compact_starts[chunk]]
        return (html.unescape(self.text[at : at + 10]) if self.text[at] == "&" else self.text[at])[0].isupper()

    def may_be_joined(self, token: int) -> bool:
        """Whether the word may stand here beside a sign that joins the parts of a handle: a quick no."""
        chunk, word = bisect_right(self._token_starts, token) - 1, self.tokens[token]
        if (chunk, f"_{word}") not in self._capitals:
            part = self.text[self._starts[chunk] : self._starts[chunk + 1]].lower()
            joined = re.compile(f"[a-z][._-]{word}|{word}(?:[._-][a-z]|@)|[@~/]{word}")
            self._capitals[chunk, f"_{word}"] = joined.search(part) is not None
        return self._capitals[chunk, f"_{word}"]

    def parts_with(self, pattern: re.Pattern[str], is_wanted: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
        """Where in the text words stand in which the pattern finds something wanted: chunks, with some text around them."""
        joined = "\n".join(word for word in self._distinct if not word.isascii())
        places = [found.start() for found in pattern.finditer(joined) if is_wanted(found.group())]
        words = {
            joined[joined.rfind("\n", 0, at) + 1 : (joined.find("\n", at) + 1 or len(joined) + 1) - 1] for at in places
        }
        for chunk, mine in enumerate(self._raw) if words else ():
            if not words.isdisjoint(mine):
                yield max(0, self._starts[chunk] - 60), min(len(self.text), self._starts[chunk + 1] + 60)

    def may_be_capital(self, token: int) -> bool:
        """Whether the word stands with a capital anywhere near: a quick no, without the way back through the chunk."""
        chunk, word = bisect_right(self._token_starts, token) - 1, self.tokens[token]
        if word in self._mended or word >= "\uac00":
            return True
        if word not in self._ever_capital and not self._wholes[chunk]:
            return False
        if (chunk, word) not in self._capitals:
            self._capitals[chunk, word] = self._has_capital(chunk, word)
        return self._capitals[chunk, word]

    def _has_capital(self, chunk: int, word: str) -> bool:
        part = self.text[self._starts[chunk] : self._starts[chunk + 1]]
        if self._wholes[chunk]:
            return True
        if len(word) == 1:
            return f" {word.upper()} " in part or f"\n{word.upper()} " in part or part.startswith(f"{word.upper()} ")
        if word.capitalize() in part or word.upper() in part:
            return True
        if re.search(f"[{_APOSTROPHE_CLASS}]?".join(map(re.escape, word.capitalize())), part):  # K'uang, Ch'iu
            return True
        if "и" in word or "е" in word:  # й and ё lost their marks
            return word[0].upper() in part or word[0] in "ие"
        return not part.isascii() and (_ACCENTED.search(part) is not None)

    def _map(self, chunk: int) -> tuple[list[int], list[int] | None]:
        """For each sign of the chunk in `compact` where it begins in the text, and where it ends unless one sign later."""
        if chunk not in self._maps:
            self._maps[chunk] = self._mapped(chunk)
        return self._maps[chunk]

    def _mapped(self, chunk: int) -> tuple[list[int], list[int] | None]:
        base, end = self._starts[chunk], self._starts[chunk + 1]
        if not self._wholes[chunk]:
            return _places(self.text, base, end), None
        starts: list[int] = []
        ends: list[int] = []
        for found in _WHOLE.finditer(self.text, base, end):
            form = _whole_form(found.group()).replace(_CLUSTER, "").replace(" ", "")
            plain = _places(self.text, base, found.start())
            starts += [*plain, *[found.start()] * len(form)]
            ends += [*(place + 1 for place in plain), *[found.end()] * len(form)]
            base = found.end()
        plain = _places(self.text, base, end)
        return starts + plain, ends + [place + 1 for place in plain]


def _places(text: str, start: int, end: int) -> list[int]:
    """Where each sign that is kept stands."""
    forms = [_TABLE[code] for code in map(ord, text[start:end])]
    if all(form.__class__ is not str or len(form.strip()) == 1 for form in set(forms)):
        return [place for place, form in enumerate(forms, start) if form is not None and form not in _BLANK]
    places: list[int] = []
    for place, form in enumerate(forms, start):
        if isinstance(form, str):
            places += [place] * len(form.replace(" ", ""))
        elif form is not None and form not in _BLANK:
            places.append(place)
    return places


def _cuts(text: str) -> list[int]:
    """Where chunks begin, and the end of the text; a chunk ends behind a space or a sign of punctuation where there is one."""
    cuts, place, length = [0], 0, len(text)
    while place < length:
        place += CHUNK
        found = _BOUNDARY.search(text, place, place + 400) if place < length else None
        place = found.end() if found else min(place, length)
        cuts.append(place)
    return cuts


def _pieces(words: set[str]) -> tuple[dict[str, tuple[str, ...]], set[str]]:
    """For each word between spaces the words it is matched as; and the words that only make sense sign by sign.

    Each word is turned once, however often it stands in the text: all in one pass.
    """
    ordered = list(words)
    forms = _SEPARATOR.join(ordered).translate(_TABLE).split(_SEPARATOR)
    if len(forms) != len(ordered):
        forms = [word.translate(_TABLE) for word in ordered]
    pieces = {
        word: tuple(form.split()) for word, form in zip(ordered, forms, strict=True)
    }  # a list is one step further away
    if parted := _parted(set(chain.from_iterable(pieces.values()))):
        pieces = {word: tuple(q for p in parts for q in parted.get(p, (p,))) for word, parts in pieces.items()}
    return pieces, {word for word, form in zip(ordered, forms, strict=True) if _CLUSTER in form}


def _parted_words(words: list[str]) -> list[str]:
    parted = _parted(set(words))
    return [piece for word in words for piece in parted.get(word, (word,))]


def _has_whole(chunk: str) -> bool:
    return ("&" in chunk or "<" in chunk) and _WHOLE.search(chunk) is not None


def _formed(chunk: str) -> str:
    parts, last = [], 0
    for found in _WHOLE.finditer(chunk):
        parts += [chunk[last : found.start()].translate(_TABLE), _whole_form(found.group())]
        last = found.end()
    parts.append(chunk[last:].translate(_TABLE))
    return "".join(parts).replace(_CLUSTER, "")


def _whole_form(cluster: str) -> str:
    if cluster[0] == "&":
        return html.unescape(cluster).translate(_TABLE)
    if cluster[0] == "<":
        return " " if re.match(r"</?(?:br|p|div|li|td|th|tr|h\d)\b", cluster, re.IGNORECASE) else ""
    return unicodedata.normalize("NFKC", cluster).translate(_TABLE)


_BORDER = re.compile(r"(?<=[a-z0-9\u0370-\u052f])(?=[\u2e80-\uffdc])|(?<=[\u2e80-\uffdc])(?=[a-z\u0370-\u052f])")


def _parted(words: set[str]) -> dict[str, list[str]]:
    """Words in which Latin or Cyrillic letters touch an eastern script, taken apart there."""
    eastern = "\n".join(word for word in words if not word.isascii())
    if not _BORDER.search(eastern):
        return {}
    return {word: _BORDER.split(word) for word in eastern.split("\n") if _BORDER.search(word)}


_MIXED = re.compile(
    r"[a-z][\u0370-\u052f]|[\u0370-\u052f][a-z]|[a-z][0135](?=[a-z])|[\u0400-\u052f][034](?=[\u0400-\u052f])"
)


def unmixed(tokens: set[str]) -> dict[str, str]:
    """For tokens that mix scripts (or letters and look-alike digits), the token in one script, of the same length."""
    joined = "\n".join(tokens)
    suspects = {
        joined[joined.rfind("\n", 0, m.start()) + 1 : (joined.find("\n", m.end()) + 1 or len(joined) + 1) - 1]
        for m in _MIXED.finditer(joined)
    }
    found = {token: alike(token) for token in suspects}
    return {token: plain for token, plain in found.items() if plain and plain != token}


def alike(token: str) -> str:
    """The token in the script that most of its letters belong to."""
    latin = sum("a" <= sign <= "z" for sign in token)
    cyrillic = sum("\u0400" <= sign <= "\u052f" for sign in token)
    tables = [_LATIN_LIKE | _DIGIT_LIKE, _CYRILLIC_LIKE]
    for mapping in tables if latin >= cyrillic else tables[::-1]:
        mapped = "".join(mapping.get(sign, sign) for sign in token)
        scripts = {"l" if "a" <= sign <= "z" else "c" if "\u0370" <= sign <= "\u052f" else "o" for sign in mapped}
        if len(scripts - {"o"}) == 1:
            return mapped
    return token


def to_latin(token: str) -> str | None:
    """A Cyrillic or Greek token all of whose letters look like Latin ones, in Latin."""
    if all(sign in _LATIN_LIKE for sign in token):
        return "".join(_LATIN_LIKE[sign] for sign in token)
    return None
