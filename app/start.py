"""Starting: the ground a process stands on, and the few acts that belong to the operator rather than to a member."""

import ctypes
import logging
import resource
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from sqlalchemy import Engine

from app import settings as configuration
from app.access.bypass import unguarded
from app.access.work import Ground, working
from app.accounts import queries as accounts
from app.accounts.commands import IssueToken
from app.accounts.service import issue_token as issue
from app.core.errors import Invalid, NotFound
from app.db.compacting import ReaderInTheWay, compact
from app.db.engine import make_engine
from app.db.inuse import share
from app.db.revisions import head, present, upgrade
from app.dialogues.commands import InvitePerson
from app.dialogues.joining import operator_of
from app.dialogues.service import invite_person
from app.dialogues.views import IssuedInvitation
from app.keys.asking import TERMINAL
from app.keys.records import Records
from app.keys.sources import Asking, acknowledge, open_master, present_key, watch
from app.registers.positions import hide_parties
from app.settings import Settings
from app.soundness import refuse_newer_schema, refuse_other_schema, refuse_unsafe_start, refuse_unsound_database
from app.vault.keys import KeyRing
from app.vault.linkage import Linkage
from app.vault.passphrase import open_vault

T = TypeVar("T")
log = structlog.get_logger()
STOP_WITHIN = 20  # seconds
PR_SET_DUMPABLE = 4  # <sys/prctl.h>


def prepare() -> Ground:
    """The master key made and the database migrated, where they were not; the ground they make."""
    settings = configuration.load()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = _entered(settings, migrates=True)
    with unguarded(made, "a migration has no key: what it left beside the encrypted is written into it") as work:
        hide_parties(work)
    return made


def ground() -> Ground:
    """The ground of a command that changes neither key nor schema. Raises KeyFailure, UnsafeStart, InUse with a sentence."""
    return _entered(configuration.load(), migrates=False)


def _entered(settings: Settings, *, migrates: bool) -> Ground:
    """A wrong key is noticed before anything is written."""
    keep_out_of_core_dumps()
    engine = engine_of(settings)
    if migrates:
        refuse_newer_schema(engine)
    else:
        refuse_other_schema(engine)
    opened = open_master(settings, engine, TERMINAL, makes=migrates)
    ring = KeyRing(opened.master)
    if migrates:
        _migrate(settings, engine, ring)
    acknowledge(engine, opened)
    watch(engine, ring)
    return Ground(settings, engine, ring, linkage_of(settings))


def _migrate(settings: Settings, engine: Engine, ring: KeyRing) -> None:
    """What a revision wrote anew then lies in no forgotten page either."""
    before = present(engine)
    upgrade(settings.database_url, keys=ring)
    if before not in (None, head()):
        try:
            compact(engine)
        except ReaderInTheWay:
            log.warning("somebody reads the database: pages from before the migration go with the next compacting")


def house_of_backup(records: Records) -> tuple[Settings, KeyRing]:
    """The settings, and the key that opens a backup with these records. Nothing of the database is asked. Raises KeyFailure."""
    keep_out_of_core_dumps()
    settings = configuration.load()
    return settings, KeyRing(present_key(settings, records, TERMINAL))


def engine_of(settings: Settings) -> Engine:
    """Shared with other processes, and not to be had while somebody changes the master key."""
    # One connection more than handler threads: the bearer of a token is looked up beside the request's own.
    engine = make_engine(settings.database_url, connections=settings.handler_threads + 2)
    share(engine)
    return engine


def linkage_of(settings: Settings) -> Linkage:
    return Linkage(
        settings.linkage_dir,
        idle=timedelta(minutes=settings.idle_minutes),
        absolute=timedelta(hours=settings.absolute_hours),
    )


def keys_of(act: Callable[[Settings, Engine, Asking], T]) -> T:
    """Do something with the master key itself: on an engine of its own, which the act takes for itself alone."""
    keep_out_of_core_dumps()
    settings = configuration.load()
    engine = make_engine(settings.database_url, connections=2)
    try:
        refuse_other_schema(engine)
        return act(settings, engine, TERMINAL)
    finally:
        engine.dispose()


def keep_out_of_core_dumps() -> None:
    """A core dump would hold every key: none is written, not even by a program that the kernel pipes it to (prctl(2))."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def set_up_logs(level: str) -> None:
    """Structured lines on standard error, with the hour rather than the second."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def serve(*, demo: bool) -> None:
    """Serve until SIGTERM; then finish what is running, within twenty seconds. In production the operator migrates, not the start."""
    settings = configuration.load()
    set_up_logs(settings.log_level)
    refuse_unsafe_start(settings)
    here = ground() if settings.production else prepare()
    refuse_unsound_database(here)

    import uvicorn  # noqa: PLC0415  # the commands without a page must not pay for it

    from app.demo import service as demonstration  # noqa: PLC0415
    from app.main import create_app  # noqa: PLC0415

    if demo:
        demonstration.load_if_empty(here)
        _welcome(settings, demonstration.accounts(here))
    app = create_app(here)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=STOP_WITHIN,
    )
    # The server raises the signal once more when it is done; then the exit is an orderly one.
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(0))
    uvicorn.Server(config).run()


def _welcome(settings: Settings, found: list[Any]) -> None:
    from app.demo import service as demonstration  # noqa: PLC0415

    print(f"\nDipoli serves at {settings.base_url}  (stop with Ctrl-C)\n\nDemonstration accounts:")  # noqa: T201
    print(demonstration.describe(found))  # noqa: T201
    print("\nOrganiser, facilitator and rapporteur need a code; in this folder:", end=" ")  # noqa: T201
    print(".venv/bin/dipoli demo --code organiser\n", flush=True)  # noqa: T201


def issue_token(here: Ground, login: str, *, name: str, days: int, passphrase: str | None) -> str:
    """A token made by the operator. Only with the passphrase does it open the vault. Raises NotFound, Invalid."""
    with unguarded(here, "the operator makes a token for an account") as work:
        account = accounts.by_login(work, login)
        if account is None:
            raise NotFound
        vault_key = open_vault(passphrase, account.credential) if passphrase else None
        if passphrase and vault_key is None:
            raise Invalid({"passphrase": "This passphrase does not fit."})
        command = IssueToken(name=name, days=days)
        return issue(work, account.id, command, vault_key=vault_key).value


def invite(here: Ground, dialogue: str, command: InvitePerson) -> tuple[IssuedInvitation, str]:
    """An invitation issued by the operator, in the organiser's place."""
    with working(here, operator_of(here, dialogue)) as work:
        return invite_person(work, command), here.settings.base_url
