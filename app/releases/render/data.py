"""A release as JSON (RFC 8259): the document's own fields, in one spelling."""

import json

from app.releases.document import RULE_SENTENCES, ReleaseDocument

FORMAT = "dipoli-release/1"


def render(document: ReleaseDocument) -> bytes:
    data = {"format": FORMAT, "rule_sentence": RULE_SENTENCES[document.rule], **document.as_data()}
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
