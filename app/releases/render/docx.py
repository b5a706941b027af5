"""A release as DOCX, without a trace of who made it, with what, or when.

python-docx's template brings an author, a date of 2013 and a thumbnail; all of it goes, and the ZIP's times are fixed.
"""

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from app.releases.document import LOG_SENTENCE, RULE_SENTENCES, ReleaseDocument

INK = (0x1D, 0x23, 0x29)  # no state's colours
EPOCH = (1980, 1, 1, 0, 0, 0)


def render(document: ReleaseDocument) -> bytes:
    from docx import Document  # noqa: PLC0415  # slow to load, seldom needed
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    made = Document()
    _forget(made, document)
    for name in ("Heading 1", "Heading 2"):
        made.styles[name].font.color.rgb = RGBColor(*INK)
    page = made.sections[0]
    for place in (page.header.paragraphs[0], page.footer.paragraphs[0]):
        run = place.add_run(document.tlp)
        run.bold, run.font.size = True, Pt(12)
        place.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    made.add_heading(document.title, level=1)
    made.add_paragraph(f"{document.dialogue_title} · Release R-{document.number} · {document.released_on}")
    made.add_paragraph(f"For: {document.recipient} · {document.copy_label}")
    made.add_paragraph(RULE_SENTENCES[document.rule]).runs[0].italic = True
    _body(made, document)
    packed = io.BytesIO()
    made.save(packed)
    return _with_fixed_times(packed.getvalue())


def _body(made: Any, document: ReleaseDocument) -> None:
    number = 0
    for section in document.sections:
        if section.heading:
            made.add_heading(section.heading, level=2)
        for paragraph in section.paragraphs:
            number += 1
            made.add_paragraph(f"{number}. {paragraph}")
    if document.withheld:
        made.add_heading("Withheld", level=2)
        table = made.add_table(rows=0, cols=2)
        for reason, count in document.withheld:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = reason, str(count)
    if document.checkpoint:
        made.add_heading("Transparency log", level=2)
        made.add_paragraph(LOG_SENTENCE)
        made.add_paragraph(document.checkpoint.strip()).style = "No Spacing"


def _forget(made: Any, document: ReleaseDocument) -> None:
    """Blank properties; the only date is the release's own day."""
    properties = made.core_properties
    day = datetime.fromisoformat(document.released_on).replace(tzinfo=UTC)
    properties.title = document.title
    for name in ("author", "comments", "last_modified_by", "keywords", "subject", "category"):
        setattr(properties, name, "")
    properties.created = properties.modified = day.replace(tzinfo=None)
    properties.revision = 1


def _with_fixed_times(packed: bytes) -> bytes:
    """The same parts with the ZIP's own epoch as their time, without thumbnail and application properties."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            if name in ("docProps/thumbnail.jpeg", "docProps/app.xml"):
                continue
            data = source.read(name)
            if name in ("_rels/.rels", "[Content_Types].xml"):
                data = _without_references(data)
            target.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _without_references(data: bytes) -> bytes:
    from lxml import etree  # noqa: PLC0415  # comes with python-docx

    root = etree.fromstring(data)
    for element in list(root):
        pointed = element.get("Target", "") + element.get("PartName", "") + element.get("Extension", "")
        if "thumbnail" in pointed or pointed.endswith(("app.xml", "jpeg")):
            root.remove(element)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
