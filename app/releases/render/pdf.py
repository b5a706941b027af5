"""A release as tagged PDF, set by Typst. The words go in as data, never as source."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.releases.document import LOG_SENTENCE, RULE_SENTENCES, ReleaseDocument

TEMPLATE = Path(__file__).parents[3] / "templates" / "exports" / "release.typ"
FONTS = Path(__file__).parents[3] / "static" / "fonts"


SCRIPTS = (  # the first that occurs decides: Korean and Japanese write Han characters too, each in shapes of its own
    ("ko", re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u3400-\u9fff]")),
    ("ru", re.compile("[\u0400-\u052f]")),
)


def language_of(words: str) -> str:
    """The language (ISO 639-1) that a paragraph's script points to: it chooses the shapes of Han characters and the tag in the file."""
    return next((language for language, script in SCRIPTS if script.search(words)), "en")


def render(document: ReleaseDocument) -> bytes:
    import typst  # noqa: PLC0415  # half a second to load, seldom needed

    data = {
        **document.as_data(),
        "rule_sentence": RULE_SENTENCES[document.rule],
        "log_sentence": LOG_SENTENCE,
        "checkpoint": document.checkpoint.splitlines(),
        "language": language_of(document.title),
        "sections": [
            {
                "heading": section.heading,
                "language": language_of(section.heading),
                "paragraphs": [{"text": words, "language": language_of(words)} for words in section.paragraphs],
            }
            for section in document.sections
        ],
    }
    moment = datetime.fromisoformat(document.released_on).replace(tzinfo=UTC)
    make: Any = typst.Compiler  # its stubs leave a type parameter open
    compiler = make(
        TEMPLATE.read_bytes(),
        root=str(TEMPLATE.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"release": json.dumps(data, ensure_ascii=False)},
    )
    return bytes(compiler.compile(format="pdf", timestamp=int(moment.timestamp())))
