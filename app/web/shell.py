"""The shape of what every page's frame shows."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class DialogueHead:
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Flash:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Shell:
    """`language` is a BCP 47 tag; `languages` are (code, own name, address).

    `is_silenced`: the viewer's mandate has ended, so that nothing is offered in the party's name.
    """

    language: str
    languages: tuple[tuple[str, str, str], ...]
    signed_in_as: str | None
    nav: tuple[NavItem, ...]
    dialogue: DialogueHead | None
    flash: tuple[Flash, ...]
    today: date
    is_silenced: bool
