"""What can go wrong, in the domain's words. HTTP statuses are chosen in web/ and api/."""

from typing import Any


class DomainError(Exception):
    """Anything that is answered with a sentence rather than with a failure."""


class SignInNeeded(DomainError):
    """Nobody is signed in, or no longer."""


class SecondFactorNeeded(DomainError):
    """Signed in with a passphrase alone, in a role that needs more."""


class NotFound(DomainError):
    """Absent, or hidden from this viewer: the two must look the same."""


class Forbidden(DomainError):
    """The viewer may know the thing exists, but may not do this to it."""


class Conflict(DomainError):
    """The thing is not in a state that allows this. `theirs` is the text that stands now, where two texts collide."""

    def __init__(self, message: str = "", *, theirs: str | None = None) -> None:
        super().__init__(message)
        self.theirs = theirs


class Uncertain(Conflict):
    """It was asked before, and whether that was carried out is not known: whoever asks must look before he asks again."""


class Invalid(DomainError):
    """What was asked is wrong at these fields: field to sentence; the empty name stands for the whole."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(errors)
        self.errors = errors

    @property
    def more(self) -> dict[str, Any]:
        """Further members of the problem document."""
        return {}
