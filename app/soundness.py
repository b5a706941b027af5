"""What must hold before anything is served: of the settings, of the process, of the database. One sentence per reason, each with
its mend, and nothing is served while one holds.
"""

import os
import resource
import stat
import sys
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from sqlalchemy import Engine, func, select, text

from app.access.bypass import unguarded
from app.access.models import RoomKey
from app.access.work import Ground, Work
from app.db import revisions
from app.keys.records import NOT_OURS, is_new, records_in
from app.keys.sources import next_file
from app.ledger.models import Leaf
from app.ledger.service import leaf_hash
from app.settings import Settings, UnsafeStart
from app.vault.keys import KeyFailure
from app.vault.master import read_key

log = structlog.get_logger()
WHY = "the start looks whether key, log and database belong together"
SQLITE = {"secure_delete": 1, "synchronous": 2, "foreign_keys": 1}


def _raise_any(reasons: list[str | None]) -> None:
    if found := [reason for reason in reasons if reason]:
        raise UnsafeStart(found)


# --- settings and process ---------------------------------------------------------------------------------------


def refuse_unsafe_start(settings: Settings) -> None:
    """In production, raise UnsafeStart with everything that would break a promise; in development allow it."""
    if not settings.production:
        return
    checks = (
        _key_is_sound,
        _key_is_apart,
        _nothing_is_debugged,
        _address_is_safe,
        _hosts_are_named,
        _linkage_is_private,
        _linkage_is_apart,
        _no_core_is_dumped,
    )
    _raise_any([check(settings) for check in checks])
    if settings.linkage_is_on_disk:
        log.warning("DIPOLI_LINKAGE_DIR does not lie in memory: a disk may remember who could edit which note")


def _key_is_sound(settings: Settings) -> str | None:
    if settings.master_key_from != "file" or next_file(settings).exists():
        return None  # the first is looked at when it is opened, and so is the choice between two
    try:
        read_key(settings.master_key_file)
    except KeyFailure as fault:
        return str(fault)
    return None


def _copied(settings: Settings) -> list[tuple[str, Path]]:
    """What ends up in backups."""
    found = [("data", settings.data_dir)]
    return [*found, ("backup", settings.backup_dir)] if settings.backup_dir else found


def _key_is_apart(settings: Settings) -> str | None:
    """A link counts for what it leads to."""
    if settings.master_key_from != "file":
        return None
    places = {settings.master_key_file.absolute(), settings.master_key_file.resolve()}
    for name, folder in _copied(settings):
        if any(place.is_relative_to(root) for place in places for root in (folder.absolute(), folder.resolve())):
            return (
                f"The master key lies inside the {name} directory, and so in every copy of it; "
                "move it elsewhere and set DIPOLI_MASTER_KEY_FILE."
            )
    return None


def _nothing_is_debugged(settings: Settings) -> str | None:
    if settings.log_level.lower() in ("debug", "trace"):
        return (
            f"DIPOLI_LOG_LEVEL={settings.log_level} is for debugging and may write down who does what; set it to info."
        )
    if sys.flags.dev_mode or os.environ.get("PYTHONASYNCIODEBUG"):
        return "Python runs in its debug mode, which may write down what people typed; unset PYTHONDEVMODE and PYTHONASYNCIODEBUG."
    return None


def _address_is_safe(settings: Settings) -> str | None:
    address = urlsplit(settings.base_url)
    if address.hostname and (address.scheme == "https" or address.hostname.endswith(".onion")):
        return None
    return "DIPOLI_BASE_URL must be an https or onion address; set it to the one that people type."


def _hosts_are_named(settings: Settings) -> str | None:
    if not settings.allowed_hosts:
        return 'DIPOLI_ALLOWED_HOSTS is not set; set it to the names that are answered to, as ["dialogue.example"].'
    if any("*" in host for host in settings.allowed_hosts):
        return "DIPOLI_ALLOWED_HOSTS must not allow every host; name each of them."
    if urlsplit(settings.base_url).hostname not in settings.allowed_hosts:
        return "DIPOLI_ALLOWED_HOSTS does not name the host of DIPOLI_BASE_URL; add it, or nobody is answered."
    return None


def _linkage_is_private(settings: Settings) -> str | None:
    folder = settings.linkage_dir
    if folder.exists() and stat.S_IMODE(folder.stat().st_mode) != 0o700:
        return f"The linkage directory is open to others or closed to us: the mode of {folder} (DIPOLI_LINKAGE_DIR) must be 0700; `chmod` it."
    return None


def _linkage_is_apart(settings: Settings) -> str | None:
    places = {settings.linkage_dir.absolute(), settings.linkage_dir.resolve()}
    for name, folder in _copied(settings):
        if any(place.is_relative_to(root) for place in places for root in (folder.absolute(), folder.resolve())):
            return (
                f"The linkage directory lies inside the {name} directory, and so in every backup of it; "
                "set DIPOLI_LINKAGE_DIR to a folder in memory."
            )
    return None


def _no_core_is_dumped(settings: Settings) -> str | None:
    if resource.getrlimit(resource.RLIMIT_CORE)[0] == 0:
        return None
    return "Core dumps are on, and one would hold every key; start with `ulimit -c 0` (systemd: LimitCORE=0, a container: --ulimit core=0)."


# --- database ---------------------------------------------------------------------------------------------------


def refuse_newer_schema(engine: Engine) -> None:
    """Raises UnsafeStart for a database that a later version of the program has migrated."""
    present = None if is_new(engine) else revisions.present(engine)
    if present and present not in revisions.known():
        raise UnsafeStart(
            [
                f"The database is at revision {present}, which this version does not know; start the version that made it."
            ]
        )


def refuse_other_schema(engine: Engine) -> None:
    """Raises UnsafeStart unless the database is exactly at this version's head."""
    refuse_newer_schema(engine)
    present = None if is_new(engine) else revisions.present(engine)
    if present is None:
        raise UnsafeStart(["There is no database yet, or it is empty (DIPOLI_DATABASE_URL); run `dipoli init` first."])
    if present != revisions.head():
        raise UnsafeStart(
            [
                f"The database is at revision {present} and this version needs {revisions.head()}; make a backup, then run `dipoli init`."
            ]
        )


def refuse_unsound_database(ground: Ground) -> None:
    """Raises UnsafeStart with every reason there is."""
    with unguarded(ground, WHY) as work:
        reasons = [_key_fits(work), _log_is_whole(work)]
        if ground.engine.dialect.name == "sqlite":
            reasons.append(_sqlite_is_careful(work))
        elif ground.settings.production:
            reasons.append(_role_is_modest(work))
    _raise_any(reasons)


def _key_fits(work: Work) -> str | None:
    """The record says so of the key, and one wrapped thing of the record."""
    present = records_in(work.db.connection()).present
    if present and present.key_id != work.ground.keys.key_id:
        return f"{NOT_OURS}; put the right key back (docs/keys.md)."
    one = work.db.execute(select(RoomKey.compartment_id, RoomKey.wrapped).limit(1)).one_or_none()
    if one is None:
        return None
    try:
        work.ground.keys.unwrap(one.wrapped, owner=one.compartment_id.bytes)
    except KeyFailure:
        return f"{NOT_OURS}; put the right key back (docs/keys.md)."
    return None


def _log_is_whole(work: Work) -> str | None:
    """The tail of every dialogue's log; the whole of it is recomputed when a proof is asked for."""
    last = (
        select(Leaf.dialogue_id, func.max(Leaf.position).label("position"), func.count().label("size"))
        .group_by(Leaf.dialogue_id)
        .subquery()
    )
    at_the_tail = (last.c.dialogue_id == Leaf.dialogue_id) & (last.c.position == Leaf.position)
    tails = work.db.execute(select(Leaf, last.c.size).join(last, at_the_tail)).all()
    if all(leaf_hash(leaf.entry) == leaf.hash and size == leaf.position + 1 for leaf, size in tails):
        return None
    return "The transparency log was changed: its last entry does not fit its hash, or one is missing; restore the database from a backup."


def _sqlite_is_careful(work: Work) -> str | None:
    connection = work.db.connection()
    weak = [n for n, least in SQLITE.items() if connection.exec_driver_sql(f"PRAGMA {n}").scalar_one() < least]
    return (
        f"SQLite ignores what keeps notes safe: {', '.join(weak)}; use a SQLite library that honours it."
        if weak
        else None
    )


IS_STRONG = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
OWNS = text(
    "SELECT count(*) FILTER (WHERE pg_has_role(current_user, tableowner, 'USAGE')),"
    " count(*) FILTER (WHERE NOT pg_has_role(current_user, tableowner, 'MEMBER'))"
    " FROM pg_tables WHERE schemaname = current_schema()"
)


def _role_is_modest(work: Work) -> str | None:
    """Not above the rules, not the tables' owner; but able to become their owner for a moment, when a seal rewrites a table."""
    connection = work.db.connection()
    if connection.execute(IS_STRONG).scalar_one():
        return "The PostgreSQL role in DIPOLI_DATABASE_URL is a superuser or goes round row security; give Dipoli a role of its own (docs/settings.md)."
    owned, strange = connection.execute(OWNS).one()
    if owned:
        return "The PostgreSQL role in DIPOLI_DATABASE_URL owns Dipoli's tables; let another role own them (docs/settings.md)."
    if strange:
        return "The PostgreSQL role in DIPOLI_DATABASE_URL cannot become the tables' owner, so no seal could rewrite them; grant it that role (docs/settings.md)."
    return None
