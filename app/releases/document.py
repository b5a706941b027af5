"""What a release says, as plain data: the same document makes the same bytes, whoever renders it, whenever."""

from dataclasses import asdict, dataclass
from typing import Any

from app.core.i18n import N_

RULE_SENTENCES = {
    "on-record": "On the record.",
    "chatham-house": (
        "Held under the Chatham House Rule: the information may be used; neither the identity nor the affiliation of any "
        "speaker or participant may be revealed."
    ),
    "off-record": "Off the record: not for quotation and not for use.",
}
OFF_RECORD = N_(
    "Items off the record"
)  # as the rest of a release's frame: English in the files, translated on the page


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleaseDocument:
    """`copy_label` names the copy, `withheld` counts what was left out: (reason, count).

    `checkpoint`: the transparency log's when the release was cut, a signed note; empty in releases older than that.
    """

    dialogue_title: str
    dialogue_code: str
    number: int
    title: str
    recipient: str
    copy_label: str
    rule: str
    tlp: str
    released_on: str
    sections: tuple[Section, ...]
    withheld: tuple[tuple[str, int], ...]
    checkpoint: str = ""

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


LOG_SENTENCE = (
    "Keep these lines: with them anybody can tell whether the record of this dialogue was rewritten later. They fix every "
    "entry of its transparency log up to this release."
)


def from_data(data: dict[str, Any]) -> ReleaseDocument:
    sections = tuple(Section(part["heading"], tuple(part["paragraphs"])) for part in data["sections"])
    withheld = tuple((reason, count) for reason, count in data["withheld"])
    return ReleaseDocument(**{**data, "sections": sections, "withheld": withheld})


def sections_of(text: str) -> tuple[Section, ...]:
    """A summary's text into sections: a line that begins with `#` is a heading, blank lines part paragraphs."""
    sections: list[tuple[str, list[str]]] = [("", [])]
    for block in text.split("\n\n"):
        lines = block.strip().splitlines()
        if lines and lines[0].startswith("#"):
            sections.append((lines[0].lstrip("# ").strip(), []))
            lines = lines[1:]
        if lines:
            sections[-1][1].append("\n".join(lines))
    return tuple(Section(heading, tuple(paragraphs)) for heading, paragraphs in sections if heading or paragraphs)
