"""The master keys this database has known. None of them is here: only how to recognise one."""

from datetime import date

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class MasterKey(Base):
    """One master key: its id, its check value (app.vault.keys) and, for a passphrase, the salt and cost of Argon2id.

    `kind`: "key" (32 random bytes, from a file or a credential) or "passphrase". `retired_on` is empty for the present one.
    """

    __tablename__ = "master_key"
    key_id: Mapped[bytes] = mapped_column(LargeBinary(8), primary_key=True)
    kind: Mapped[str]
    check_value: Mapped[bytes] = mapped_column(LargeBinary)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    memory_kib: Mapped[int | None]
    passes: Mapped[int | None]
    retired_on: Mapped[date | None]
