"""A release as Markdown (CommonMark), the label first and last."""

from app.releases.document import LOG_SENTENCE, RULE_SENTENCES, ReleaseDocument


def render(document: ReleaseDocument) -> bytes:
    lines = [
        f"**{document.tlp}**",
        "",
        f"# {document.title}",
        "",
        f"{document.dialogue_title} · Release R-{document.number} · {document.released_on}",
        f"For: {document.recipient} · {document.copy_label}",
        "",
        f"> {RULE_SENTENCES[document.rule]}",
        "",
    ]
    number = 0
    for section in document.sections:
        if section.heading:
            lines += [f"## {section.heading}", ""]
        for paragraph in section.paragraphs:
            number += 1
            lines += [f"{number}\\. {paragraph}", ""]
    if document.withheld:
        lines += ["## Withheld", ""]
        lines += [f"- {reason}: {count}" for reason, count in document.withheld]
        lines.append("")
    if document.checkpoint:
        lines += ["## Transparency log", "", LOG_SENTENCE, "", "```", *document.checkpoint.splitlines(), "```", ""]
    lines += [f"**{document.tlp}**", ""]
    return "\n".join(lines).encode()
