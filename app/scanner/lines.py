"""The scanner over JSON lines, so that anybody can measure it: {"id", "lang", "text"} in, {"id", "verdict", "hits"} out."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from app.scanner.registry import Registry, verdict_of
from app.scanner.scanning import scan


class BadLine(ValueError):
    """A line that cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One text. `id` is given back as it came."""

    id: Any
    lang: str | None
    text: str


def read_lines(data: bytes) -> list[Line]:
    """All lines, or BadLine for the first that is not as it should be; empty lines are passed over."""
    return [_line(number, raw) for number, raw in enumerate(data.split(b"\n"), 1) if raw.strip()]


def _line(number: int, raw: bytes) -> Line:
    try:
        found = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        raise BadLine(f"Line {number}: this is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise BadLine(f"Line {number}: this is not JSON.") from None
    if not isinstance(found, dict):
        raise BadLine(f'Line {number}: an object {{"id", "lang", "text"}} is needed.')
    if not isinstance(found.get("text"), str):
        raise BadLine(f'Line {number}: "text" is missing or no string.')
    if "id" not in found or isinstance(found["id"], dict | list):
        raise BadLine(f'Line {number}: "id" is missing, or neither a string nor a number.')
    if not isinstance(found.get("lang"), str | None):
        raise BadLine(f'Line {number}: "lang" is no string.')
    return Line(found["id"], found.get("lang"), found["text"])


def answer(line: Line, registry: Registry) -> bytes:
    """The line's answer as JSON, its end of line included."""
    hits = scan(line.text, registry, line.lang)
    found = {"id": line.id, "verdict": verdict_of(hits), "hits": [asdict(hit) for hit in hits]}
    return json.dumps(found, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
