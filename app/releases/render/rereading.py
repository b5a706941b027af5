"""Every word of a finished file, wherever it hides: what a recipient who looks for it would find.

DOCX (ECMA-376): every part of the package, the words of a paragraph put together again from its runs, deleted and hidden ones too, and
every attribute by itself (authors of comments and tracked changes, alternative text, properties, link targets). PDF (ISO 32000): the text of
the pages, every string of every object (annotations, alternative text, outlines, names of attachments), the metadata. A part that
cannot be read is a reason to refuse the file: what nobody can check must not leave.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

from app.core.errors import Invalid
from app.core.i18n import gettext as _


class Passage(NamedTuple):
    """A text that stands for itself, and where in the file it stands."""

    place: str
    text: str


def passages(form: str, name: str, data: bytes) -> Iterator[Passage]:
    """Everything that can be read in the file of that format and in its name. Raises Invalid for what cannot be read."""
    yield Passage("file name", name)
    readers = {"docx": _of_package, "pdf": _of_pdf, "json": _of_json}
    try:
        yield from readers.get(form, _of_text)(data)
    except Invalid:
        raise
    except Exception as fault:  # libraries raise whatever they like at a file that is not sound
        raise _unreadable(form, "—") from fault


def _unreadable(form: str, place: str) -> Invalid:
    sentence = _(
        "A part of the file cannot be read again, so it cannot be checked: %(file)s, %(place)s. Nothing was released."
    )
    return Invalid({"": sentence % {"file": form.upper(), "place": place}})


def _of_text(data: bytes) -> Iterator[Passage]:
    yield Passage("text", data.decode())


def _of_json(data: bytes) -> Iterator[Passage]:
    yield from _strings(json.loads(data), "text")


def _strings(value: Any, place: str) -> Iterator[Passage]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield Passage(place, key)
            yield from _strings(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, place)
    elif isinstance(value, str):
        yield Passage(place, value)


# --- DOCX -------------------------------------------------------------------------------------------------------------

_PARAGRAPH = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"
_BREAKS = ("br", "cr", "tab")
_LOOKS = (
    "word/styles.xml",
    "word/theme/",
    "word/fontTable.xml",
    "word/numbering.xml",
    "word/settings.xml",
    "word/webSettings.xml",
)


def _of_package(data: bytes) -> Iterator[Passage]:
    from lxml import etree  # noqa: PLC0415  # comes with python-docx

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        yield Passage("package", package.comment.decode("utf-8", "replace"))
        for entry in package.infolist():
            yield Passage(entry.filename, entry.filename)
            yield Passage(entry.filename, (entry.comment + b" " + entry.extra).decode("utf-8", "replace"))
            if not entry.filename.endswith((".xml", ".rels")):
                raise _unreadable("docx", entry.filename)
            yield from _of_part(
                entry.filename, etree.fromstring(package.read(entry), etree.XMLParser(resolve_entities=False))
            )


def _of_part(place: str, root: Any) -> Iterator[Passage]:
    inside: set[Any] = set()
    for paragraph in root.iter(_PARAGRAPH):
        inside.update(paragraph.iter())
        yield Passage(place, "".join(_words(paragraph)))
    for element in root.iter():
        if element not in inside and element.text:  # comments and processing instructions among them
            yield Passage(place, element.text)
        if element.tail and element.tail.strip():
            yield Passage(place, element.tail)
        if not place.startswith(_LOOKS):  # names of styles and fonts are nobody's
            yield from (Passage(place, value) for value in getattr(element, "attrib", {}).values())


def _words(paragraph: Any) -> Iterator[str]:
    for element in paragraph.iter():
        if isinstance(element.tag, str) and element.tag.rpartition("}")[2] in _BREAKS:
            yield "\n"
        yield element.text or ""


# --- PDF --------------------------------------------------------------------------------------------------------------


def _of_pdf(data: bytes) -> Iterator[Passage]:
    from pypdf import PdfReader  # noqa: PLC0415  # slow to load, seldom needed

    reader = PdfReader(io.BytesIO(data))
    for number, page in enumerate(reader.pages, 1):
        yield Passage(f"page {number}", page.extract_text())
    for number in range(1, int(str(reader.trailer["/Size"]))):
        yield from _of_object(reader.get_object(number), f"object {number}")
    yield from _of_object(reader.trailer.get("/Info"), "metadata")


def _of_object(value: Any, place: str) -> Iterator[Passage]:
    from pypdf.generic import (  # noqa: PLC0415
        ArrayObject,
        ByteStringObject,
        DictionaryObject,
        StreamObject,
        TextStringObject,
    )

    if isinstance(value, TextStringObject):
        yield Passage(place, str(value))
    elif isinstance(value, ByteStringObject):
        yield Passage(place, bytes(value).decode("latin-1"))
    elif isinstance(value, ArrayObject):
        for inner in value:
            yield from _of_object(inner, place)
    elif isinstance(value, DictionaryObject):
        for key, inner in value.items():
            yield from _of_object(inner, f"{place} {key}")
        if isinstance(value, StreamObject) and value.get("/Type") in ("/Metadata", "/EmbeddedFile"):
            yield Passage(f"{place} stream", value.get_data().decode("utf-8", "replace"))
