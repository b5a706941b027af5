"""Unsafe starts, one test each: the server's process ends with one sentence that names what to mend, and has served and written nothing."""

import hashlib
import json
import os
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.db.revisions import downgrade
from app.settings import is_in_memory
from tests.conftest import ENGINES
from tests.figures import figure

PYTHON = sys.executable
WORDS = "seven quiet ferries cross the gulf"
CHEAP = {
    "DIPOLI_ARGON2_MEMORY_KIB": "8",
    "DIPOLI_ARGON2_PASSES": "1",
    "DIPOLI_MASTER_KEY_MEMORY_KIB": "8",
    "DIPOLI_MASTER_KEY_PASSES": "1",
}


class Installation:
    """A production installation in a folder: what is spoiled in it, or in its environment, is spoiled for one test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data, self.key, self.linkage = folder / "data", folder / "keys" / "master.key", folder / "linkage"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        kept = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("DIPOLI_", "HOST", "PORT", "PYTHONDEV", "CREDENTIALS"))
        }
        self.environment = kept | CHEAP | {
            "DIPOLI_PRODUCTION": "true",
            "DIPOLI_DATA_DIR": str(self.data),
            "DIPOLI_MASTER_KEY_FILE": str(self.key),
            "DIPOLI_LINKAGE_DIR": str(self.linkage),
            "DIPOLI_BASE_URL": "https://dialogue.example",
            "DIPOLI_ALLOWED_HOSTS": '["dialogue.example"]',
            "DIPOLI_PORT": str(self.port),
        }  # fmt: skip
        self.core = 0  # blocks
        self.before: tuple[str, ...] = ()  # Python to run before the program

    @property
    def database(self) -> Path:
        return self.data / "dipoli.db"

    def run(self, *arguments, typed=""):
        return subprocess.run(
            self._command(*arguments), env=self.environment, input=typed, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    def start(self):
        return subprocess.Popen(self._command("serve"), env=self.environment, stderr=subprocess.PIPE, text=True)

    def _command(self, *arguments):
        before = "; ".join(self.before) or "pass"
        program = f"import sys; {before}; from app.cli import app; app(sys.argv[1:])"
        return ["sh", "-c", f'ulimit -S -c {self.core}; exec "$@"', "sh", PYTHON, "-c", program, *arguments]

    def content(self):
        """Every file of it, as it lies on the disk."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return {
            str(f): hashlib.sha256(f.read_bytes()).hexdigest()
            for f in files
            if not f.name.endswith((".lock", "-shm", "-wal"))
        }

    def refuses(self, says, typed=""):
        """The start ends with this one sentence, and leaves everything as it was."""
        before = self.content()
        found = self.run("serve", typed=typed)
        assert found.returncode == 1, found.stderr
        assert found.stdout == ""
        head, *reasons = [line for line in found.stderr.splitlines() if not line.startswith("{")]
        assert head == "Dipoli does not start:"
        assert len(reasons) == 1, found.stderr
        assert says in reasons[0]
        assert reasons[0].endswith(".")
        assert self.content() == before
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", self.port)) != 0


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Made once; each test gets a copy."""
    made = Installation(tmp_path_factory.mktemp("model"))
    done = made.run("init")
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(made.database)) as connection:
        assert connection.execute("SELECT count(*) FROM master_key").fetchone() == (1,)
    assert made.run("demo").returncode == 0
    made.linkage.chmod(0o700)
    return made


@pytest.fixture
def installed(model, tmp_path):
    shutil.copytree(model.folder, tmp_path / "copy")
    return Installation(tmp_path / "copy")


def _sql(installed, statement):
    with closing(sqlite3.connect(installed.database)) as connection:
        connection.execute(statement)
        connection.commit()


def _answer(installed):
    """What the server says to the proxy's question whether it is ready; nothing while nobody listens."""
    request = b"GET /readyz HTTP/1.1\r\nHost: dialogue.example\r\nConnection: close\r\n\r\n"
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", installed.port)):
            return b""
        probe.sendall(request)
        return probe.recv(100)


@contextmanager
def _running(installed):
    """A server that answers."""
    process = installed.start()
    try:
        while not _answer(installed).startswith(b"HTTP/1.1 200"):
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


def _serves(installed):
    """Start, ask once as the proxy would, stop in order; returns the log."""
    with _running(installed) as process:
        process.terminate()
        log = process.communicate(timeout=60)[1]
    assert process.returncode == 0
    return log


def test_safe_installation_is_served(installed):
    log = _serves(installed)
    on_disk = "DIPOLI_LINKAGE_DIR does not lie in memory" in log
    kind = subprocess.run(
        ["stat", "-f", "-c", "%T", installed.linkage], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert on_disk == (kind not in ("tmpfs", "ramfs"))  # a warning, and no refusal
    installed.environment["DIPOLI_BASE_URL"] = "http://abcdefghijkl.onion"
    installed.environment["DIPOLI_ALLOWED_HOSTS"] = '["abcdefghijkl.onion", "dialogue.example"]'
    _serves(installed)


# --- the key ----------------------------------------------------------------------------------------------------


def _rewritten(content):
    def spoil(installed):
        installed.key.chmod(0o600)
        installed.key.write_bytes(content(installed.key.read_bytes()))
        installed.key.chmod(0o400)

    return spoil


def _open_to_others(installed):
    installed.key.chmod(0o444)


def _missing(installed):
    installed.key.unlink()


def _in_the_data(installed):
    installed.key.rename(installed.data / "master.key")
    installed.environment["DIPOLI_MASTER_KEY_FILE"] = str(installed.data / "master.key")


def _linked_into_the_data(installed):
    installed.key.rename(installed.data / "master.key")
    installed.key.symlink_to(installed.data / "master.key")


def _linked_out_of_the_data(installed):
    (installed.data / "link").symlink_to(installed.key)
    installed.environment["DIPOLI_MASTER_KEY_FILE"] = str(installed.data / "link")


def _in_the_backups(installed):
    installed.environment["DIPOLI_BACKUP_DIR"] = str(installed.key.parent)


def _of_somebody_else(installed):
    _rewritten(lambda key: hashlib.sha256(key).digest())(installed)


def _handed_over_by_nobody(installed):
    installed.environment["DIPOLI_MASTER_KEY_FROM"] = "credential"


def _credential_short(installed):
    _handed_over_by_nobody(installed)
    credential = installed.folder / "credentials" / "dipoli-master-key"
    credential.parent.mkdir()
    credential.write_bytes(installed.key.read_bytes()[:30])
    credential.chmod(0o440)
    installed.environment["CREDENTIALS_DIRECTORY"] = str(credential.parent)


def _from_a_passphrase(installed):
    installed.environment["DIPOLI_MASTER_KEY_FROM"] = "passphrase"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_missing, "The master key is missing"),
        (_rewritten(lambda key: b""), "The master key is empty"),
        (_rewritten(lambda key: key[:20]), "The master key is too short"),
        (_rewritten(lambda key: key + b"\n"), "The master key is too long"),
        (_rewritten(lambda key: bytes(32)), "The master key is a default"),
        (_open_to_others, "its mode must be 0400"),
        (
            _in_the_data,
            "inside the data directory, and so in every copy of it; move it elsewhere and set DIPOLI_MASTER_KEY_FILE",
        ),
        (_linked_into_the_data, "inside the data directory"),
        (_linked_out_of_the_data, "inside the data directory"),
        (_in_the_backups, "inside the backup directory"),
        (_of_somebody_else, "not the one that this database was made with"),
        (_handed_over_by_nobody, "LoadCredential=dipoli-master-key:FILE"),
        (_credential_short, "too short"),
        (_from_a_passphrase, "is no passphrase; set DIPOLI_MASTER_KEY_FROM"),
    ],
    ids=lambda value: getattr(value, "__qualname__", None),
)
def test_key_that_is_not_safe_or_not_ours(installed, spoil, says):
    spoil(installed)
    installed.refuses(says)


def test_credential_of_systemd_is_taken(installed):
    """As systemd leaves it: in a folder of its own, with an access list that shows as 0440."""
    _credential_short(installed)
    credential = installed.folder / "credentials" / "dipoli-master-key"
    credential.chmod(0o600)
    credential.write_text(installed.key.read_bytes().hex() + "\n")
    credential.chmod(0o440)
    installed.key.unlink()
    _serves(installed)


# --- settings and process ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DIPOLI_LOG_LEVEL", "debug", "DIPOLI_LOG_LEVEL=debug is for debugging"),
        ("PYTHONDEVMODE", "1", "unset PYTHONDEVMODE"),
        ("PYTHONASYNCIODEBUG", "1", "unset PYTHONDEVMODE and PYTHONASYNCIODEBUG"),
        ("DIPOLI_ALLOWED_HOSTS", "", "DIPOLI_ALLOWED_HOSTS is not set"),
        ("DIPOLI_ALLOWED_HOSTS", '["*"]', "DIPOLI_ALLOWED_HOSTS must not allow every host"),
        ("DIPOLI_ALLOWED_HOSTS", '["*.example"]', "DIPOLI_ALLOWED_HOSTS must not allow every host"),
        ("DIPOLI_ALLOWED_HOSTS", '["other.example"]', "does not name the host of DIPOLI_BASE_URL"),
        ("DIPOLI_BASE_URL", "http://dialogue.example", "DIPOLI_BASE_URL must be an https or onion address"),
        ("DIPOLI_ALLOWED_HOSTS", "dialogue.example", "DIPOLI_ALLOWED_HOSTS cannot be used: a list is written in JSON"),
        ("DIPOLI_MASTER_KEY_FROM", "memory", "DIPOLI_MASTER_KEY_FROM cannot be used"),
        ("DIPOLI_PORT", "eighty", "DIPOLI_PORT cannot be used"),
        (
            "DIPOLI_CONFIG_FILE",
            "/nowhere/dipoli.env",
            "DIPOLI_CONFIG_FILE names /nowhere/dipoli.env, where there is no file",
        ),
    ],
)
def test_setting_that_breaks_a_promise(installed, name, value, says):
    installed.environment[name] = value
    installed.refuses(says)
    figure("P20", refused=1)


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o777])
def test_linkage_that_is_open_to_others(installed, mode):
    installed.linkage.chmod(mode)
    installed.refuses("(DIPOLI_LINKAGE_DIR) must be 0700")


def test_linkage_in_the_backup_set(installed):
    environment = dict(installed.environment)
    for folder in (installed.data / "linkage", installed.data / "deep" / "linkage"):
        installed.environment["DIPOLI_LINKAGE_DIR"] = str(folder)
        installed.refuses("set DIPOLI_LINKAGE_DIR to a folder in memory")
    installed.environment = environment
    shutil.move(installed.linkage, installed.data / "linkage")
    installed.linkage.symlink_to(installed.data / "linkage")
    installed.refuses("The linkage directory lies inside the data directory")
    installed.linkage.unlink()
    shutil.move(installed.data / "linkage", installed.linkage)
    installed.environment["DIPOLI_BACKUP_DIR"] = str(installed.linkage)
    installed.refuses("The linkage directory lies inside the backup directory")


def test_core_dumps(installed):
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip("core dumps cannot be turned on here")
    installed.core = 1024
    installed.refuses("start with `ulimit -c 0`")


def test_every_fault_is_said_at_once(installed):
    installed.environment |= {"DIPOLI_LOG_LEVEL": "debug", "DIPOLI_BASE_URL": "http://dialogue.example"}
    installed.key.chmod(0o644)
    found = installed.run("serve")
    assert found.returncode == 1
    assert len([line for line in found.stderr.splitlines() if not line.startswith("{")]) == 4


def test_development_says_nothing_of_it(installed):
    installed.environment |= {
        "DIPOLI_LOG_LEVEL": "debug",
        "DIPOLI_BASE_URL": "http://dialogue.example",
        "DIPOLI_PRODUCTION": "false",
    }
    installed.core = 1024 if resource.getrlimit(resource.RLIMIT_CORE)[1] else 0
    _serves(installed)


def test_memory_is_told_from_disk_by_the_mount_and_not_by_the_name(tmp_path):
    def kind(folder):
        return subprocess.run(
            ["stat", "-f", "-c", "%T", folder], capture_output=True, text=True, check=True
        ).stdout.strip()

    for folder in ("/dev/shm", "/run", "/", "/proc", str(tmp_path)):
        assert is_in_memory(Path(folder) / "not" / "yet") == (kind(folder) in ("tmpfs", "ramfs")), folder


# --- database ---------------------------------------------------------------------------------------------------


def test_no_database_yet(installed):
    shutil.rmtree(installed.data)
    installed.data.mkdir()
    installed.refuses("run `dipoli init` first")


def test_older_schema_is_not_migrated_by_a_start_in_production(installed):
    _sql(
        installed, 'UPDATE "grant" SET sealed_key = NULL'
    )  # what is sealed to people does not go down, nor an entry without the key
    _sql(installed, "DELETE FROM entry")
    _sql(installed, "DELETE FROM position")  # of today: the older house could not read them
    downgrade(f"sqlite:///{installed.database}", "0004")
    installed.refuses("make a backup, then run `dipoli init`")
    assert installed.run("init").returncode == 0
    _serves(installed)


def test_database_that_is_none_or_does_not_answer(installed):
    installed.environment["DIPOLI_DATABASE_URL"] = f"postgresql://nobody@/nothing?host={installed.folder}"
    installed.refuses("The database in DIPOLI_DATABASE_URL cannot be used")
    del installed.environment["DIPOLI_DATABASE_URL"]
    installed.database.write_bytes(b"no database at all" * 1000)
    for more in installed.data.glob("dipoli.db-*"):
        more.unlink()
    installed.refuses("The database in DIPOLI_DATABASE_URL cannot be used")


@pytest.mark.parametrize("production", ["true", "false"])
def test_newer_schema(installed, production):
    _sql(installed, "UPDATE alembic_version SET version_num = '9999'")
    installed.environment["DIPOLI_PRODUCTION"] = production
    installed.refuses("revision 9999, which this version does not know")


@pytest.mark.parametrize(
    "statement",
    [
        """UPDATE ledger_leaf SET entry = CAST('{"kind": "nothing happened"}' AS BLOB) WHERE position = (SELECT max(position) FROM ledger_leaf)""",
        "UPDATE ledger_leaf SET hash = zeroblob(32) WHERE position = (SELECT max(position) FROM ledger_leaf)",
        "DELETE FROM ledger_leaf WHERE position = (SELECT max(position) - 1 FROM ledger_leaf)",
    ],
)
def test_transparency_log_that_is_broken_at_its_tail(installed, statement):
    for number in range(3):
        words = json.dumps({"kind": "a test", "number": number}, sort_keys=True, separators=(",", ":"))
        value = hashlib.sha256(b"\x00" + words.encode()).hexdigest()
        place = "(SELECT count(*) FROM ledger_leaf)"
        _sql(
            installed,
            f"INSERT INTO ledger_leaf SELECT id, {place}, CAST('{words}' AS BLOB), x'{value}' FROM dialogue_head",
        )
    _sql(installed, statement)
    installed.refuses("The transparency log was changed")


@pytest.mark.parametrize("pragma", ["secure_delete = OFF", "synchronous = NORMAL", "foreign_keys = OFF"])
def test_sqlite_that_is_careless(installed, pragma):
    """A library that does not do as it is told, acted by telling it the opposite."""
    installed.before = ("import app.db.engine as engine", f"engine.SQLITE_PRAGMAS += ('{pragma}',)")
    installed.refuses(f"SQLite ignores what keeps notes safe: {pragma.split()[0]};")


# --- a passphrase -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spoken_model(tmp_path_factory):
    made = Installation(tmp_path_factory.mktemp("spoken"))
    made.environment["DIPOLI_MASTER_KEY_FROM"] = "passphrase"
    done = made.run("init", typed=f"{WORDS}\n")
    assert done.returncode == 0, done.stderr
    made.linkage.chmod(0o700)
    return made


@pytest.fixture
def spoken(spoken_model, tmp_path):
    shutil.copytree(spoken_model.folder, tmp_path / "spoken")
    made = Installation(tmp_path / "spoken")
    made.environment["DIPOLI_MASTER_KEY_FROM"] = "passphrase"
    return made


@pytest.mark.parametrize(
    "typed", ["seven quiet ferries cross the gulp\n", f"{WORDS} \n", f" {WORDS}\n", WORDS.upper() + "\n"]
)
def test_wrong_passphrase(spoken, typed):
    spoken.refuses("This is not the passphrase of this database's master key", typed=typed)


@pytest.mark.parametrize("typed", ["", "\n"])
def test_no_passphrase(spoken, typed):
    spoken.refuses("No passphrase came", typed=typed)


def test_passphrase_database_is_not_opened_with_a_file(spoken):
    spoken.environment["DIPOLI_MASTER_KEY_FROM"] = "file"
    found = spoken.run("serve")
    assert found.returncode == 1
    assert "The master key is missing" in found.stderr
    spoken.key.parent.mkdir()
    spoken.key.write_bytes(hashlib.sha256(b"some key").digest())
    spoken.key.chmod(0o400)
    spoken.refuses("set DIPOLI_MASTER_KEY_FROM=passphrase")


def test_right_passphrase_opens_every_command(spoken):
    assert spoken.run("demo", typed=f"{WORDS}\n").returncode == 0
    assert "Six-Party" in spoken.run("board", "six-party-talks", typed=f"{WORDS}\n").stdout
    assert "does not start" in spoken.run("board", "six-party-talks", typed="wrong\n").stderr
    made = spoken.run("token", "create", "tachibana", "--passphrase-stdin", typed=f"{WORDS}\nwrong\n")
    assert made.stderr.strip() == "This passphrase does not fit."
    assert not list(spoken.folder.rglob("master.key*"))


def test_weak_passphrase_is_not_taken_and_nothing_is_made(tmp_path):
    fresh = Installation(tmp_path)
    fresh.environment["DIPOLI_MASTER_KEY_FROM"] = "passphrase"
    for typed in ("short\n", "aaaaaaaaaaaaaaaaaaaa\n", "correct horse battery staple\n"):
        found = fresh.run("init", typed=typed)
        assert found.returncode == 1
        assert "`dipoli keys propose` proposes one" in found.stderr
        assert not fresh.database.exists()
    proposed = fresh.run("keys", "propose").stdout
    assert len(proposed.split()) == 8
    assert fresh.run("init", typed=proposed).returncode == 0


def test_passphrase_is_asked_for_on_a_terminal_without_echo(spoken):
    """A real terminal: what is typed does not come back, and the right words start."""
    import pty  # noqa: PLC0415

    script = "import sys; from app.keys.asking import TERMINAL; print('GOT', TERMINAL.new() == sys.argv[1])"
    process_id, leader = pty.fork()
    if process_id == 0:
        os.execve(PYTHON, [PYTHON, "-c", script, WORDS], spoken.environment)
    heard = b""
    for question in (b"New passphrase of the master key: ", b"The same once more: "):
        while question not in heard:
            heard += os.read(leader, 1000)
        os.write(leader, WORDS.encode() + b"\n")
    while b"GOT True" not in heard:
        heard += os.read(leader, 1000)
    os.waitpid(process_id, 0)
    os.close(leader)
    assert WORDS.encode() not in heard


# --- rotation at the command line -------------------------------------------------------------------------------


def test_keys_at_the_command_line(installed):
    before = installed.run("keys", "status").stdout
    assert before.count("present") == 1
    rotated = installed.run("keys", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    kept = next(installed.key.parent.glob("master.key.*"))
    assert str(kept) in rotated.stdout
    assert "retired on" in installed.run("keys", "status").stdout
    _serves(installed)
    assert installed.run("keys", "forget-old", typed="n\n").returncode == 1
    assert kept.exists()
    assert "Forgotten: 1." in installed.run("keys", "forget-old", "--yes").stdout
    assert not kept.exists()
    assert installed.run("keys", "rotate", "--to", "nowhere").returncode == 1
    changed = installed.run("keys", "rotate", "--to", "passphrase", typed=f"{WORDS}\n")
    assert changed.returncode == 0, changed.stderr
    installed.refuses("The master key is missing")
    installed.environment["DIPOLI_MASTER_KEY_FROM"] = "passphrase"
    installed.refuses("This is not the passphrase", typed="wrong\n")
    assert "Six-Party" in installed.run("board", "six-party-talks", typed=f"{WORDS}\n").stdout


def test_rotation_under_a_running_server_is_refused(installed):
    with _running(installed):
        found = installed.run("keys", "rotate")
        assert found.returncode == 1
        assert "Dipoli is running on this database" in found.stderr
        assert [f.name for f in installed.key.parent.iterdir()] == ["master.key"]
    assert installed.run("keys", "rotate").returncode == 0  # it was killed, and its lock with it


# --- PostgreSQL -------------------------------------------------------------------------------------------------

postgresql_only = pytest.mark.skipif("postgresql" not in ENGINES, reason="no PostgreSQL server programs were found")


@pytest.fixture(scope="module")
def owned(postgres_url, tmp_path_factory):
    """A database that a role of its own owns, migrated and keyed by that owner; `url(role)` connects as a role."""
    name = f"refusals_{os.getpid()}"
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for role, more in (
            ("owner", ""),
            ("app", "NOINHERIT"),
            ("heir", "INHERIT"),
            ("strong", "BYPASSRLS"),
            ("stranger", ""),
        ):
            connection.execute(text(f"CREATE ROLE {name}_{role} LOGIN NOSUPERUSER {more}"))
        connection.execute(text(f"GRANT {name}_owner TO {name}_app, {name}_heir, {name}_strong"))
        connection.execute(text(f"CREATE DATABASE {name} OWNER {name}_owner"))

    def url(role):
        user = {"username": f"{name}_{role}"} if role else {}
        return make_url(postgres_url).set(database=name, **user).render_as_string(hide_password=False)

    folder = tmp_path_factory.mktemp("owned")
    made = Installation(folder)
    made.environment["DIPOLI_DATABASE_URL"] = url("owner")
    assert made.run("init").returncode == 0
    assert made.run("demo").returncode == 0
    made.linkage.chmod(0o700)
    inside = create_engine(url("owner"))
    with inside.begin() as connection:
        connection.execute(
            text(
                f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}_app, {name}_stranger, {name}_strong"
            )
        )
    inside.dispose()
    yield made, url
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        for role in ("owner", "app", "heir", "strong", "stranger"):
            connection.execute(text(f"DROP ROLE {name}_{role}"))
    admin.dispose()


@postgresql_only
@pytest.mark.parametrize(
    ("role", "says"),
    [
        ("", "is a superuser or goes round row security"),
        ("strong", "is a superuser or goes round row security"),
        ("owner", "owns Dipoli's tables"),
        ("heir", "owns Dipoli's tables"),
        ("stranger", "cannot become the tables' owner"),
    ],
)
def test_postgresql_role_that_may_too_much_or_too_little(owned, role, says):
    made, url = owned
    made.environment["DIPOLI_DATABASE_URL"] = url(role)
    made.refuses(says)


@postgresql_only
def test_modest_role_is_served_and_can_rotate(owned):
    made, url = owned
    made.environment["DIPOLI_DATABASE_URL"] = url("app")
    _serves(made)
    with _running(made):
        assert "Dipoli is running" in made.run("keys", "rotate").stderr
    assert made.run("keys", "rotate").returncode == 0
    done = made.run("keys", "forget-old", "--yes")
    assert done.returncode == 0, done.stderr
    _serves(made)
