"""People as services know them: with the vault that their passphrase opens, as after a sign-in."""

from sqlalchemy import select

from app.access.viewer import Viewer
from app.access.work import Ground, identify
from app.accounts.models import Account
from app.vault.passphrase import open_vault
from tests.cast import PASSPHRASE


def viewer(ground: Ground, login: str, dialogue: str = "six-party-talks") -> Viewer:
    with ground.engine.connect() as connection:
        account, credential = connection.execute(
            select(Account.id, Account.credential).where(Account.login == login)
        ).one()
    return identify(ground, account, dialogue, open_vault(PASSPHRASE, credential))
