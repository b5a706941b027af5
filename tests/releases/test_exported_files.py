"""The gate reads the finished files again: a name that a renderer lets slip into any corner of one holds the release back.

The renderers here are faulty on purpose; the gate, the doors and the database are the real ones.
"""

import io
import json
import zipfile
from dataclasses import replace

import pytest
from lxml import etree
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

from app.releases.render import FORMATS
from tests.figures import figure
from tests.ground import dump
from tests.releases.test_gate import desk  # noqa: F401  # a fixture

NAME, TITLED = "Kyoko Tachibana", "Professor Tachibana"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _package(change):
    """A DOCX after `change` of its parts (name to bytes)."""

    def plant(data):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        change(parts)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as package:
            for name, content in parts.items():
                package.writestr(name, content)
        return out.getvalue()

    return plant


def _inside(name, before, xml):
    """XML put before a closing tag of a part."""

    def change(parts):
        part = parts[name].decode()
        assert before in part
        parts[name] = part.replace(before, f"{xml}{before}", 1).encode()

    return _package(change)


def _body(xml):
    return _inside("word/document.xml", "<w:sectPr", xml)


def _part(name, xml):
    return _package(lambda parts: parts.__setitem__(name, xml.encode()))


def _author(parts):
    root = etree.fromstring(parts["docProps/core.xml"])
    next(e for e in root.iter() if str(e.tag).endswith("creator")).text = NAME
    parts["docProps/core.xml"] = etree.tostring(root)


COMMENT = f'<w:comments xmlns:w="{W}"><w:comment w:id="0" w:author="{{by}}"><w:p><w:r><w:t>{{says}}</w:t></w:r></w:p></w:comment></w:comments>'
RUNS = "<w:p><w:r><w:t>Kyoko Ta</w:t></w:r><w:r><w:t>chibana agreed.</w:t></w:r></w:p>"
DELETED = f'<w:p><w:del w:id="1" w:author="x"><w:r><w:delText>{NAME} agreed.</w:delText></w:r></w:del></w:p>'
INSERTED = f'<w:p><w:ins w:id="1" w:author="{NAME}"><w:r><w:t>agreed.</w:t></w:r></w:ins></w:p>'
HIDDEN = f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{NAME}</w:t></w:r></w:p>"
PICTURE = f'<w:p><w:r><w:drawing><wp:docPr xmlns:wp="urn:x" id="1" name="p" descr="{NAME} at the table"/></w:drawing></w:r></w:p>'
CUSTOM = f'<Properties><property name="Checked by"><lpwstr>{NAME}</lpwstr></property></Properties>'
LINK = '<Relationships><Relationship Id="r" Target="https://example.org/kyoko.tachibana"/></Relationships>'


def _pdf(change):
    def plant(data):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
        change(writer)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    return plant


def _alternative(writer):
    writer.root_object[NameObject("/StructTreeRoot")][NameObject("/Alt")] = TextStringObject(f"{NAME} speaks")


def _xmp(writer):
    stream = StreamObject()
    stream.set_data(f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><creator>{NAME}</creator></x:xmpmeta>".encode())
    stream[NameObject("/Type")] = NameObject("/Metadata")
    writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)


def _annotation(writer):
    writer.add_annotation(0, FreeText(text=f"Ask {NAME}", rect=(0, 0, 90, 20)))


def _bookmark(writer):
    mark = DictionaryObject({NameObject("/Title"): TextStringObject(NAME)})
    writer.root_object[NameObject("/Outlines")] = DictionaryObject({NameObject("/First"): writer._add_object(mark)})


def _unused(writer):
    writer._add_object(DictionaryObject({NameObject("/Note"): TextStringObject(NAME)}))


PLANTED = {
    "docx author": ("docx", _package(_author)),
    "docx custom property": ("docx", _part("docProps/custom.xml", CUSTOM)),
    "docx comment": ("docx", _part("word/comments.xml", COMMENT.format(by="", says=f"Ask {NAME}"))),
    "docx author of a comment": ("docx", _part("word/comments.xml", COMMENT.format(by=NAME, says="Really?"))),
    "docx tracked deletion": ("docx", _body(DELETED)),
    "docx author of a tracked insertion": ("docx", _body(INSERTED)),
    "docx hidden text": ("docx", _body(HIDDEN)),
    "docx alternative text": ("docx", _body(PICTURE)),
    "docx split over runs": ("docx", _body(RUNS)),
    "docx title before a surname": ("docx", _body(f"<w:p><w:r><w:t>{TITLED}</w:t></w:r></w:p>")),
    "docx comment of the XML": ("docx", _body(f"<!-- {NAME} -->")),
    "docx target of a link": ("docx", _part("word/_rels/document2.xml.rels", LINK)),
    "docx name of a part": ("docx", _part("word/kyoko-tachibana.xml", "<x/>")),
    "docx part that nobody can read": ("docx", _part("word/media/image1.png", "\x89PNG")),
    "docx broken": ("docx", lambda data: data[:-40]),
    "pdf author": ("pdf", _pdf(lambda writer: writer.add_metadata({"/Author": NAME}))),
    "pdf own field": ("pdf", _pdf(lambda writer: writer.add_metadata({"/Approver": "橘恭子"}))),
    "pdf XMP": ("pdf", _pdf(_xmp)),
    "pdf annotation": ("pdf", _pdf(_annotation)),
    "pdf alternative text": ("pdf", _pdf(_alternative)),
    "pdf bookmark": ("pdf", _pdf(_bookmark)),
    "pdf name of an attachment": ("pdf", _pdf(lambda writer: writer.add_attachment("kyoko.tachibana.txt", b"-"))),
    "pdf words of an attachment": ("pdf", _pdf(lambda writer: writer.add_attachment("a.txt", NAME.encode()))),
    "pdf object that no page shows": ("pdf", _pdf(_unused)),
    "pdf broken": ("pdf", lambda data: data[:200]),
    "md comment": ("md", lambda data: data + f"<!-- {NAME} -->".encode()),
    "json key": ("json", lambda data: json.dumps({**json.loads(data), NAME: 1}).encode()),
    "json escaped": ("json", lambda data: json.dumps({**json.loads(data), "by": "橘恭子"}).encode()),
}


@pytest.mark.sqlite_only("files do not depend on the database")
@pytest.mark.parametrize("place", PLANTED)
def test_name_planted_in_a_finished_file_holds_the_release_back(desk, ground, monkeypatch, place):  # noqa: F811
    form, plant = PLANTED[place]
    faulty = replace(FORMATS[form], render=lambda document, render=FORMATS[form].render: plant(render(document)))
    desk.write("# Fuel\n\nSmall tranches were easier to verify.")
    before = dump.rows(ground)
    monkeypatch.setitem(FORMATS, form, faulty)
    answer = desk.cut()
    assert answer.status_code == 422, place
    assert form.upper() in answer.json()["errors"][""]
    assert "Tachibana" not in answer.text
    assert dump.rows(ground) == before
    figure("P10", planted=1, planted_found=1)


@pytest.mark.sqlite_only("files do not depend on the database")
def test_name_in_a_file_name_holds_the_release_back(desk, ground, monkeypatch):  # noqa: F811
    """The file's name is the dialogue's code and a number, so a code that is somebody's name gives every file that name."""
    desk.write("# Fuel\n\nSmall tranches were easier to verify.")
    from sqlalchemy import text  # noqa: PLC0415

    with ground.engine.begin() as connection:
        connection.execute(text("UPDATE dialogue_head SET code = 'kyoko-tachibana'"))
    here = "/dialogues/kyoko-tachibana"
    path = f"{here}/summaries/{desk.summary}/releases"
    answer = desk.rapporteur.call("POST", path, {"party": "KR", "tlp": "TLP:AMBER"})
    assert answer.status_code == 422
    assert desk.rapporteur.get(f"{here}/releases") == []


def test_approved_attribution_passes_in_the_files_and_another_one_does_not(desk, monkeypatch):  # noqa: F811
    desk.write(f"# Fuel\n\n{TITLED} was thanked.")
    assert [desk.approve(who).status_code for who in (desk.rapporteur, desk.facilitator)] == [201, 201]
    slip = _body("<w:p><w:r><w:t>Dr Whitcombe agreed.</w:t></w:r></w:p>")
    sound = FORMATS["docx"]
    monkeypatch.setitem(FORMATS, "docx", replace(sound, render=lambda document: slip(sound.render(document))))
    assert desk.cut().status_code == 422
    monkeypatch.undo()
    assert desk.cut().status_code == 201


def test_all_formats_of_a_sound_release_are_read_whole():
    """What the gate reads back holds every word that was put in."""
    from app.releases.render.rereading import passages  # noqa: PLC0415
    from tests.releases.test_render import TEXT, _document  # noqa: PLC0415

    for form, made in FORMATS.items():
        read = "\n".join(text for _place, text in passages(form, "x", made.render(_document())))
        for paragraph in TEXT.split("\n\n")[1:]:
            assert paragraph.replace(" ", "") in read.replace(" ", "").replace("\n", ""), (form, paragraph)
