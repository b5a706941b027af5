"""Ask for a passphrase: on the terminal without echo, or one line from standard input where that is no terminal."""

import getpass
import sys

from app.keys.sources import Asking
from app.vault.keys import KeyFailure
from app.vault.passphrase import LONGEST, weakness


def _asked(question: str) -> str:
    """Raises KeyFailure where nothing comes."""
    given = getpass.getpass(f"{question}: ") if sys.stdin.isatty() else sys.stdin.readline(4 * LONGEST).rstrip("\r\n")
    if not given:
        raise KeyFailure("No passphrase came; type it on the terminal, or give it as one line on standard input.")
    return given


def _present() -> str:
    return _asked("Passphrase of the master key")


def _new() -> str:
    """Raises KeyFailure for a weak one, or for two that differ."""
    given = _asked("New passphrase of the master key")
    if weak := weakness(given):
        raise KeyFailure(f"{weak} `dipoli keys propose` proposes one.")
    if sys.stdin.isatty() and _asked("The same once more") != given:
        raise KeyFailure("The two passphrases differ; nothing was changed.")
    return given


TERMINAL = Asking(_present, _new)
