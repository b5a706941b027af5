"""Load the demonstration once, and remember its accounts beside the database, for whoever tries Dipoli out."""

import json
from pathlib import Path
from typing import TypedDict

import yaml
from sqlalchemy import func, select

from app.access.bypass import unguarded
from app.access.models import DialogueHead
from app.access.work import Ground, identify, working
from app.accounts.models import Account
from app.accounts.service import current_code, totp_secret
from app.core.errors import NotFound
from app.interchange.document import Document
from app.interchange.loading import load
from app.interchange.reading import parse
from app.registers.commands import LodgeEntry
from app.registers.service import lodge
from app.vault.passphrase import open_vault, propose

CASE = Path(__file__).parent / "six_party_talks.yaml"
LINES = CASE.with_name("comparable_lines.yaml")


class DemonstrationAccount(TypedDict):
    """One account, as `dipoli demo --accounts` writes it."""

    login: str
    passphrase: str
    role: str
    party: str | None
    totp_secret: str | None


def case() -> Document:
    return parse(CASE.read_text())


def load_if_empty(ground: Ground) -> bool:
    """Load the case into a database without dialogues. Returns whether it did."""
    with unguarded(ground, "counting dialogues before anybody has a seat") as work:
        if work.db.scalar(select(func.count()).select_from(DialogueHead)):
            return False
    document = case()
    passphrases = {seat.login: propose() for seat in document.memberships if seat.login}
    load(ground, document, accounts=passphrases)
    lodge_comparable_lines(ground, document.dialogue.code, passphrases)
    _remember(ground, document, passphrases)
    return True


def lodge_comparable_lines(ground: Ground, dialogue: str, passphrases: dict[str, str]) -> None:
    """Each by a delegate's own act, signed in: nobody else can seal it, and nobody else may let it be compared."""
    for each in yaml.safe_load(LINES.read_text()):
        with unguarded(ground, "the demonstration's delegates sign in") as work:
            account = work.db.scalars(select(Account).where(Account.login == each["login"])).one()
            vault_key = open_vault(passphrases[account.login], account.credential)
        with working(ground, identify(ground, account.id, dialogue, vault_key)) as work:
            lodge(work, LodgeEntry.model_validate(each["line"]), is_demonstration=True)


def accounts(ground: Ground) -> list[DemonstrationAccount]:
    """The demonstration's accounts; empty where it was never loaded."""
    file = _file(ground)
    return json.loads(file.read_text()) if file.exists() else []


def code_of(ground: Ground, login: str) -> str:
    """The second-factor code of a demonstration account, now. Raises NotFound for any other account."""
    with unguarded(ground, "the demonstration shows its own codes") as work:
        account = work.db.scalar(select(Account).where(Account.login == login, Account.is_demonstration))
        if account is None or account.totp_wrapped is None:
            raise NotFound
        return current_code(ground, account)


def _remember(ground: Ground, document: Document, passphrases: dict[str, str]) -> None:
    party_of = {person.ref: person.party for person in document.people}
    with unguarded(ground, "the demonstration's secrets are written down for whoever tries it") as work:
        rows = {account.login: account for account in work.db.scalars(select(Account).where(Account.is_demonstration))}
        found: list[DemonstrationAccount] = [
            {
                "login": seat.login,
                "passphrase": passphrases[seat.login],
                "role": seat.roles[0],
                "party": seat.party or party_of[seat.person],
                "totp_secret": totp_secret(ground.keys, rows[seat.login]) if rows[seat.login].totp_wrapped else None,
            }
            for seat in document.memberships
            if seat.login
        ]
    file = _file(ground)
    file.touch(mode=0o600)
    file.write_text(json.dumps(found, indent=2) + "\n")


def _file(ground: Ground) -> Path:
    return ground.settings.data_dir / "demonstration-accounts.json"


def describe(found: list[DemonstrationAccount]) -> str:
    """The demonstration's accounts as a table for the terminal."""
    lines = [f"  {a['login']:<16} {a['role']:<12} {a['party'] or '—':<4} {a['passphrase']}" for a in found]
    return "\n".join(["  login            role         of   passphrase", *lines])
