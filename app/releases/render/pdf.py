"""A release as tagged PDF, set by Typst. The words go in as data, never as source."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.releases.document import RULE_SENTENCES, ReleaseDocument

TEMPLATE = Path(__file__).parents[3] / "templates" / "exports" / "release.typ"
FONTS = Path(__file__).parents[3] / "static" / "fonts"


def render(document: ReleaseDocument) -> bytes:
    import typst  # noqa: PLC0415  # half a second to load, seldom needed

    data = document.as_data() | {"rule_sentence": RULE_SENTENCES[document.rule]}
    moment = datetime.fromisoformat(document.released_on).replace(tzinfo=UTC)
    make: Any = typst.Compiler  # its stubs leave a type parameter open
    compiler = make(
        TEMPLATE.read_bytes(),
        root=str(TEMPLATE.parent),
        font_paths=[str(FONTS)] if FONTS.is_dir() else [],
        ignore_system_fonts=True,
        sys_inputs={"release": json.dumps(data, ensure_ascii=False)},
    )
    return bytes(compiler.compile(format="pdf", timestamp=int(moment.timestamp())))
