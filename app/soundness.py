"""What must hold of the database before it is served. One sentence per reason, and nothing is served while one holds."""

from sqlalchemy import func, select, text

from app.access.bypass import unguarded
from app.access.models import RoomKey
from app.access.work import Ground, Work
from app.ledger.models import Leaf
from app.ledger.service import leaf_hash
from app.settings import UnsafeStart
from app.vault.keys import KeyFailure

WHY = "the start looks whether key, log and database belong together"
SQLITE = {"secure_delete": 1, "synchronous": 2, "foreign_keys": 1}


def refuse_unsound_database(ground: Ground) -> None:
    """Raises UnsafeStart with every reason there is."""
    with unguarded(ground, WHY) as work:
        reasons = [_key_fits(work), _log_is_whole(work)]
        if ground.engine.dialect.name == "sqlite":
            reasons.append(_sqlite_is_careful(work))
        elif ground.settings.production:
            reasons.append(_role_is_modest(work))
    if found := [reason for reason in reasons if reason]:
        raise UnsafeStart(found)


def _key_fits(work: Work) -> str | None:
    one = work.db.execute(select(RoomKey.compartment_id, RoomKey.wrapped).limit(1)).one_or_none()
    if one is None:
        return None
    try:
        work.ground.keys.unwrap(one.wrapped, owner=one.compartment_id.bytes)
    except KeyFailure:
        return "The master key is not the one that this database was made with."
    return None


def _log_is_whole(work: Work) -> str | None:
    """The tail of every dialogue's log; the whole of it is recomputed when a proof is asked for."""
    last = select(Leaf.dialogue_id, func.max(Leaf.position).label("position")).group_by(Leaf.dialogue_id).subquery()
    tails = work.db.scalars(
        select(Leaf).join(last, (last.c.dialogue_id == Leaf.dialogue_id) & (last.c.position == Leaf.position))
    )
    if all(leaf_hash(leaf.entry) == leaf.hash for leaf in tails):
        return None
    return "The transparency log was changed: its last entry does not fit its hash."


def _sqlite_is_careful(work: Work) -> str | None:
    connection = work.db.connection()
    weak = [n for n, least in SQLITE.items() if connection.exec_driver_sql(f"PRAGMA {n}").scalar_one() < least]
    return f"SQLite ignores what keeps notes safe: {', '.join(weak)}." if weak else None


def _role_is_modest(work: Work) -> str | None:
    statement = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    if work.db.connection().execute(statement).scalar_one():
        return "The PostgreSQL role is a superuser or goes round row security; give Dipoli a role of its own."
    return None
