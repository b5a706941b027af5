"""A release as a file: the same bytes from anybody's machine, in six scripts, without a trace of who made it."""

import io
import os
import subprocess
import sys
import zipfile

import pytest
from pypdf import PdfReader

from app.releases.document import ReleaseDocument, from_data, sections_of
from app.releases.render import FORMATS, file_name
from app.releases.render.pdf import language_of

TEXT = """# Fuel and equivalents

Small tranches were easier to verify.

검증 가능한 비핵화에 관한 의견은 서로 달랐다.

検証の手順について異なる読み方が示された。

与会者对适当时候的理解各不相同。

Порядок шагов остаётся спорным.

Алхмуудын дарааллыг өөр өөрөөр ойлгов."""
HOSTILE = '#set text(red) #image("/etc/passwd") $x$ <script>alert(1)</script> & "quotes" \\ `code` @ref'


def _document(text=TEXT):
    return ReleaseDocument(
        dialogue_title="Six-Party Talks",
        dialogue_code="six-party-talks",
        number=7,
        title="Chair's summary",
        recipient="Japan",
        copy_label="Copy 07 — Party C",
        rule="chatham-house",
        tlp="TLP:AMBER+STRICT",
        released_on="2026-11-24",
        sections=sections_of(text),
        withheld=(("Items off the record", 1),),
    )


def _words(form, data):
    if form == "pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    if form == "docx":
        from docx import Document  # noqa: PLC0415

        return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs)
    return data.decode()


@pytest.mark.parametrize("form", FORMATS)
def test_every_script_arrives(form):
    words = _words(form, FORMATS[form].render(_document())).replace("\n", "").replace(" ", "")
    for paragraph in TEXT.split("\n\n")[1:]:
        assert paragraph.replace(" ", "") in words, paragraph


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_words_are_only_words(form):
    data = FORMATS[form].render(_document(f"# A heading\n\n{HOSTILE}"))
    words = _words(form, data)
    assert "root:" not in words
    assert "alert(1)" in words
    assert "#image" in words.replace(" ", "").replace("\n", "")


SCRIPT = """import sys
from tests.releases.test_render import _document
from app.releases.render import FORMATS
sys.stdout.buffer.write(FORMATS[sys.argv[1]].render(_document()))"""


@pytest.mark.parametrize("form", FORMATS)
def test_bytes_do_not_depend_on_where_or_when(form):
    places = ({"TZ": "Asia/Pyongyang", "LC_ALL": "C.UTF-8", "USER": "one"}, {"TZ": "America/New_York", "LANG": "ko_KR"})
    made = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT, form], env=os.environ | place, capture_output=True, check=True
        ).stdout
        for place in places
    ]
    assert made[0] == made[1] == FORMATS[form].render(_document())


def test_docx_names_nobody_and_no_program():
    with zipfile.ZipFile(io.BytesIO(FORMATS["docx"].render(_document()))) as parts:
        words = b"".join(parts.read(name) for name in parts.namelist())
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    for trace in (b"python-docx", b"Macintosh", b"Microsoft Office Word", b"2013-"):
        assert trace not in words, trace


def test_pdf_is_tagged_and_names_nobody():
    reader = PdfReader(io.BytesIO(FORMATS["pdf"].render(_document())))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in reader.trailer["/Root"]
    assert not {"/Author", "/Producer"} & set(reader.metadata or {})


def test_document_survives_being_stored_and_file_names_say_nothing():
    document = _document()
    assert from_data(document.as_data()) == document
    assert file_name(document, "pdf") == "six-party-talks-R-007.pdf"


@pytest.mark.parametrize(
    ("words", "language"),
    [("plain", "en"), ("行動 대 行動", "ko"), ("順序は争い", "ja"), ("顺序", "zh"), ("Порядок", "ru"), ("", "en")],
)
def test_script_tells_the_language(words, language):
    assert language_of(words) == language
