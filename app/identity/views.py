"""What the identity check says to whoever may hear it."""

from dataclasses import dataclass
from typing import Any

from app.core.errors import Invalid


@dataclass(frozen=True, slots=True)
class Finding:
    """One hit: its place (code points, the end exclusive), its line, the words before, at and after it, and what could stand there."""

    start: int
    end: int
    line: int
    before: str
    words: str
    after: str
    kind: str
    blocks: bool
    suggestion: str


@dataclass(frozen=True, slots=True)
class AuthorWarning:
    """What an author is shown before a text that names or attributes is posted.

    `acknowledge` belongs to this very text alone; `passages` are the whole text in pieces, each with whether something was found there;
    `suggestion` is the whole text reworded.
    """

    acknowledge: str
    findings: tuple[Finding, ...]
    passages: tuple[tuple[str, bool], ...]
    suggestion: str


class Warned(Invalid):
    """The text names or attributes, and its author has not said that it is meant. Nothing was stored, nothing logged."""

    def __init__(self, message: str, warning: AuthorWarning) -> None:
        super().__init__({"acknowledge": message})
        self.warning = warning

    @property
    def more(self) -> dict[str, Any]:
        """Members of the problem document: the acknowledgement to send back, the places, a rewording."""
        places = ("start", "end", "words", "kind", "suggestion")
        return {
            "acknowledge": self.warning.acknowledge,
            "findings": [{name: getattr(each, name) for name in places} for each in self.warning.findings],
            "suggestion": self.warning.suggestion,
        }
