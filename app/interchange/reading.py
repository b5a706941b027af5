"""From YAML or JSON text to a `Document`, or to every fault with its place and line; and back to text."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from pydantic import ValidationError

from app.core.messages import message_of
from app.interchange.document import Document
from app.interchange.judging import faults_of

LARGEST = 5_000_000  # characters
DEEPEST = 24
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `place` like `steps[3].due.anchor`, the line it stands on where known, and a sentence."""

    place: str
    line: int | None
    message: str

    def __str__(self) -> str:
        where = f"{self.place} (line {self.line})" if self.line else self.place
        return f"{where}: {self.message}" if where else self.message


class BadDocument(ValueError):
    """The document is refused whole. `faults` names every one."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class _Loader(yaml.SafeLoader):
    """Safe YAML in which `on` and `no` are words, as in YAML 1.2, and nothing may be written twice."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", __import__("re").compile(r"^(?:true|True|false|False)$"), list("tTfF")
)


def parse(text: str, shape: type[Document] = Document) -> Document:
    """A document of this shape. Raises BadDocument with all faults; nothing is half-read."""
    if len(text) > LARGEST:
        raise BadDocument([Fault("", None, "The document is larger than 5 MB.")])
    node = _compose(text)
    lines, faults = _walk(node)
    if faults:
        raise BadDocument(faults)
    try:
        document = shape.model_validate(_Loader("").construct_document(node))
    except ValidationError as error:
        raise BadDocument([_fault(e, lines) for e in error.errors(include_url=False)]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadDocument([Fault("", None, "The document cannot be read.")]) from error
    if wrong := [Fault(_place(path), _line(path, lines), message) for path, message in faults_of(document)]:
        raise BadDocument(wrong)
    return document


def _mark_line(mark: Any) -> int | None:
    return mark.line + 1 if mark is not None else None


def _compose(text: str) -> yaml.Node:
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent):
                raise BadDocument([Fault("", _mark_line(event.start_mark), "Aliases are not read.")])
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise BadDocument([Fault("", line, f"This is neither YAML nor JSON: {error.problem}.")]) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BadDocument([Fault("", None, "This is neither YAML nor JSON.")]) from error
    if not isinstance(node, yaml.MappingNode):
        raise BadDocument([Fault("", 1, "A document begins with named parts, the first of them `format: dipoli/1`.")])
    return node


def _walk(root: yaml.Node) -> tuple[dict[Path, int], list[Fault]]:
    """The line of every place, and the faults only the text shows: doubled keys, tags, too much depth."""
    lines: dict[Path, int] = {}
    faults: list[Fault] = []
    todo: list[tuple[Path, yaml.Node]] = [((), root)]
    while todo:
        path, node = todo.pop()
        lines[path] = node.start_mark.line + 1
        if len(path) > DEEPEST:
            faults.append(Fault(_place(path), lines[path], "The document is nested too deeply."))
        elif not str(node.tag).startswith("tag:yaml.org,2002:"):
            faults.append(Fault(_place(path), lines[path], "Tags are not read."))
        elif isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                name = str(key.value)
                if name in seen:
                    faults.append(Fault(_place((*path, name)), key.start_mark.line + 1, "This key stands twice."))
                seen.add(name)
                todo.append(((*path, name), value))
        elif isinstance(node, yaml.SequenceNode):
            todo.extend(((*path, index), value) for index, value in enumerate(node.value))
    return lines, faults


def _fault(error: Any, lines: dict[Path, int]) -> Fault:
    path = tuple(error["loc"])
    return Fault(_place(path), _line(path, lines), message_of(error["type"], error.get("ctx") or {}))


def _place(path: Path) -> str:
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return words.lstrip(".").encode("utf-8", "replace").decode()


def _line(path: Path, lines: dict[Path, int]) -> int | None:
    """The line of the place, or of the nearest part around it that stands in the text."""
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path)


def plain(document: Document) -> dict[str, Any]:
    """The document as plain data, without what is left at its default."""
    return document.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def write_yaml(document: Document) -> str:
    return yaml.safe_dump(plain(document), allow_unicode=True, sort_keys=False, width=120)


def write_json(document: Document) -> str:
    return json.dumps(plain(document), ensure_ascii=False, indent=2) + "\n"


def schema() -> dict[str, Any]:
    """The format as JSON Schema, 2020-12."""
    made = Document.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def day_of(value: date | None) -> str | None:
    return value.isoformat() if value else None
