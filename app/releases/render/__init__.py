"""A release document as a file: Markdown, DOCX, PDF, JSON. Each byte follows from the document alone."""

from collections.abc import Callable
from dataclasses import dataclass

from app.releases.document import ReleaseDocument
from app.releases.render import data, docx, markdown, pdf


@dataclass(frozen=True, slots=True)
class Format:
    media_type: str
    extension: str
    render: Callable[[ReleaseDocument], bytes]


FORMATS = {
    "md": Format("text/markdown; charset=utf-8", "md", markdown.render),
    "docx": Format("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", docx.render),
    "pdf": Format("application/pdf", "pdf", pdf.render),
    "json": Format("application/json", "json", data.render),
}


def file_name(document: ReleaseDocument, form: str) -> str:
    """Neutral: the dialogue's code and the number, nobody's name."""
    return f"{document.dialogue_code}-R-{document.number:03d}.{FORMATS[form].extension}"
