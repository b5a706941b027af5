"""The ground of the suite: both databases, the loaded case, people at browsers, no way out."""

import asyncio
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.access.bypass import unguarded
from app.access.work import Ground
from app.accounts.models import Account
from app.accounts.service import totp_secret
from app.core import clock
from app.db.engine import make_engine
from app.db.revisions import upgrade
from app.demo.service import case
from app.interchange.loading import load
from app.main import create_app
from app.settings import Settings
from app.start import issue_token, set_up_logs
from app.vault.keys import KeyRing
from app.vault.linkage import Linkage
from tests.cast import CAST, PASSPHRASE
from tests.ground import postgres, sockets
from tests.ground.browser import Visitor
from tests.ground.program import Program
from tests.ground.recorder import Recorder

sockets.guard()
set_up_logs("error")
SUITE_DAY = datetime(2026, 11, 24, 9, tzinfo=UTC)
MASTER = hashlib.sha256(b"the suite's own master key").digest()
LOUD = "\n!!! HALF OF THE SUITE WAS NOT RUN: no PostgreSQL server programs were found, and no DIPOLI_TEST_POSTGRES_URL is set !!!"


def _has_postgres() -> bool:
    return bool(os.environ.get("DIPOLI_TEST_POSTGRES_URL")) or postgres.programs() is not None


ENGINES = ["sqlite", "postgresql"] if _has_postgres() else ["sqlite"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine_name" in metafunc.fixturenames:
        only = {name for name in ("sqlite", "postgresql") if metafunc.definition.get_closest_marker(f"{name}_only")}
        metafunc.parametrize("engine_name", [name for name in ENGINES if name in (only or ENGINES)], scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("long") and not os.environ.get("DIPOLI_TEST_LONG"):
            item.add_marker(pytest.mark.skip(reason="runs in `make test-long`"))


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and not _has_postgres():
        print(LOUD)


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    given = os.environ.get("DIPOLI_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    programs = postgres.programs()
    assert programs is not None
    server = postgres.ThrowAway(programs)
    yield server.start()
    server.stop()


@pytest.fixture(scope="session", autouse=True)
def _suite_day() -> Iterator[None]:
    """The suite runs on one day, whenever it runs: its clock goes on from here."""
    began = monotonic()
    with clock.replaced(lambda: SUITE_DAY + timedelta(seconds=monotonic() - began)):
        yield


def settle(url: str) -> None:
    """Everything into SQLite's one file, which is what is copied."""
    if url.startswith("sqlite"):
        engine = create_engine(url)
        with engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        engine.dispose()


RECORDER = Recorder()


@pytest.fixture(scope="session", autouse=True)
def _recorded() -> Iterator[None]:
    with RECORDER.watching():
        yield


@pytest.fixture(autouse=True)
def _no_request_writes_a_note_beside_a_person() -> Iterator[None]:
    yield
    broken, RECORDER.broken[:] = list(RECORDER.broken), []
    assert broken == []


class Databases:
    """One template with the loaded case for each engine; a copy for each test that writes."""

    def __init__(self, name: str, folder: Path, postgres_url: str | None) -> None:
        self.name, self.folder, self.base = name, folder, postgres_url
        self.count = 0
        self.template = self._fresh("template")
        upgrade(self.template)
        ground = self.ground(self.template, folder / "template")
        load(ground, case(), accounts=dict.fromkeys(CAST, PASSPHRASE))
        ground.engine.dispose()
        settle(self.template)

    def _fresh(self, label: str, of: str | None = None) -> str:
        self.count += 1
        if self.name == "sqlite":
            return f"sqlite:///{self.folder / f'{label}{self.count}.db'}"
        name = f"dipoli_{os.getpid()}_{self.count}"
        template = f" TEMPLATE {make_url(of).database}" if of else ""
        self._admin(f"CREATE DATABASE {name}{template}")
        assert self.base is not None
        return make_url(self.base).set(database=name).render_as_string(hide_password=False)

    def _admin(self, statement: str) -> None:
        assert self.base is not None
        engine = create_engine(self.base, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def copy(self, of: str | None = None) -> str:
        """A copy of a database that nobody has open: the loaded case's, unless another is given."""
        url = self._fresh("copy", of or self.template)
        if self.name == "sqlite":
            shutil.copy(make_url(of or self.template).database or "", make_url(url).database or "")
        return url

    def empty(self) -> str:
        return self._fresh("empty")

    def drop(self, url: str) -> None:
        if self.name == "postgresql":
            self._admin(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def ground(self, url: str, folder: Path) -> Ground:
        settings = Settings(
            data_dir=folder,
            database_url=url,
            linkage_dir=folder / "linkage",
            argon2_memory_kib=8,
            argon2_passes=1,
            master_key_memory_kib=8,
            master_key_passes=1,
        )
        linkage = Linkage(settings.linkage_dir, idle=timedelta(minutes=30), absolute=timedelta(hours=12))
        return Ground(settings, make_engine(settings.database_url), KeyRing(MASTER), linkage)


_made: dict[str, Databases] = {}


@pytest.fixture(scope="session")
def databases(engine_name: str, tmp_path_factory: pytest.TempPathFactory, request: Any) -> Databases:
    """One template per engine and process: pytest asks again whenever the tests' order goes from one engine to the other."""
    if engine_name not in _made:
        base = request.getfixturevalue("postgres_url") if engine_name == "postgresql" else None
        _made[engine_name] = Databases(engine_name, tmp_path_factory.mktemp(engine_name), base)
    return _made[engine_name]


@contextmanager
def loaded(databases: Databases, folder: Path) -> Iterator[Ground]:
    """The loaded case, in a database of its own. Salts are the template's, so that demonstration notes keep their tags."""
    url = databases.copy()
    shutil.copytree(databases.folder / "template" / "linkage" / "salts", folder / "linkage" / "salts")
    made = databases.ground(url, folder)
    yield made
    made.engine.dispose()
    made.linkage.close()
    databases.drop(url)


@pytest.fixture
def ground(databases: Databases, tmp_path: Path) -> Iterator[Ground]:
    with loaded(databases, tmp_path) as made:
        yield made


@pytest.fixture
def visit(ground: Ground, loop: asyncio.AbstractEventLoop) -> Iterator[Any]:
    """`visit("tachibana")` is she at her browser, signed in; `visit()` is a stranger."""
    app = create_app(ground)
    made: list[Visitor] = []

    def _visit(login: str | None = None) -> Visitor:
        visitor = Visitor(app, loop)
        made.append(visitor)
        return visitor.sign_in(login, PASSPHRASE, _secret(ground, login)) if login else visitor

    yield _visit
    for visitor in made:
        loop.run_until_complete(visitor.client.aclose())


@pytest.fixture
def program(ground: Ground, loop: asyncio.AbstractEventLoop) -> Iterator[Any]:
    """`program("tachibana")` speaks JSON with her token; `program()` is a stranger."""
    app = create_app(ground)
    made: list[Program] = []

    def _program(login: str | None = None) -> Program:
        token = issue_token(ground, login, name="tests", days=1, passphrase=PASSPHRASE) if login else None
        made.append(Program(app, loop, token))
        return made[-1]

    yield _program
    for each in made:
        each.close()


def _secret(ground: Ground, login: str) -> str | None:
    with unguarded(ground, "a test looks up a second factor") as work:
        account = work.db.query(Account).filter_by(login=login).one()
        return totp_secret(ground.keys, account) if account.totp_wrapped else None
