"""Starting and stopping: every unsafe configuration is refused with its reason; an orderly stop is an orderly exit."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from sqlalchemy import update

from app.access.bypass import unguarded
from app.ledger.models import Leaf
from app.settings import UnsafeStart
from app.soundness import refuse_unsound_database
from app.vault.keys import KeyRing

PYTHON = sys.executable


def test_sound_database_is_served_and_another_key_is_refused(ground):
    refuse_unsound_database(ground)
    object.__setattr__(ground, "keys", KeyRing(bytes(32)))
    with pytest.raises(UnsafeStart, match="not the one that this database was made with"):
        refuse_unsound_database(ground)


def test_changed_log_is_refused(ground):
    with unguarded(ground, "a test changes history") as work:
        last = work.db.query(Leaf).order_by(Leaf.position.desc()).first()
        work.db.execute(
            update(Leaf)
            .where(Leaf.dialogue_id == last.dialogue_id, Leaf.position == last.position)
            .values(entry=last.entry + b" ")
        )
    with pytest.raises(UnsafeStart, match="transparency log was changed"):
        refuse_unsound_database(ground)


@pytest.mark.sqlite_only("a pragma of SQLite's")
def test_careless_sqlite_is_refused(ground):
    raw = ground.engine.raw_connection()
    raw.dbapi_connection.execute("PRAGMA secure_delete = OFF")
    raw.close()
    with pytest.raises(UnsafeStart, match="secure_delete"):
        refuse_unsound_database(ground)


def test_superuser_is_refused_in_production(ground, engine_name):
    """The throw-away server's role is a superuser."""
    if engine_name == "sqlite":
        assert refuse_unsound_database(ground) is None
        return
    object.__setattr__(ground, "settings", ground.settings.model_copy(update={"production": True}))
    with pytest.raises(UnsafeStart, match="superuser"):
        refuse_unsound_database(ground)


def _environment(folder, **more):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DIPOLI_", "HOST", "PORT"))}
    fast = {"DIPOLI_ARGON2_MEMORY_KIB": "8", "DIPOLI_ARGON2_PASSES": "1"}
    return kept | fast | {"DIPOLI_DATA_DIR": str(folder), "DIPOLI_LINKAGE_DIR": str(folder / "linkage")} | more


def _run(folder, *arguments, said=None, **more):
    """`said` is given on standard input."""
    command = [PYTHON, "-m", "app.cli", *arguments]
    return subprocess.run(
        command, env=_environment(folder, **more), input=said, capture_output=True, text=True, check=False
    )


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(url, process):
    for _try in range(1200):
        try:
            with urllib.request.urlopen(url) as answer:
                return answer.status
        except OSError:
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
    raise AssertionError("the server did not answer")


def test_server_starts_on_host_and_port_serves_and_stops_in_order(tmp_path, port):
    environment = _environment(tmp_path, HOST="127.0.0.1", PORT=str(port))
    command = [PYTHON, "-m", "app.cli", "serve", "--demo"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert _wait_for(f"http://127.0.0.1:{port}/readyz", process) == 200
    assert _wait_for(f"http://127.0.0.1:{port}/sign-in?next=/secret-place", process) == 200
    process.send_signal(signal.SIGTERM)
    said, logged = process.communicate(timeout=20)
    assert process.returncode == 0
    assert f"http://127.0.0.1:{port}" in said
    assert "organiser" in said
    lines = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    assert {"event": "request", "level": "info", "route": "/sign-in", "status": "2xx", "took": "<10ms"}.keys() == lines[
        -1
    ].keys()
    assert "127.0.0.1" not in logged
    assert "secret-place" not in logged


def test_wrong_key_stops_the_start_with_a_sentence(tmp_path, port):
    assert _run(tmp_path, "init").returncode == 0
    assert _run(tmp_path, "demo").returncode == 0
    key = tmp_path / "keys" / "master.key"
    key.chmod(0o600)
    key.write_bytes(key.read_bytes()[::-1])
    found = _run(tmp_path, "serve", PORT=str(port))
    assert found.returncode == 1
    assert "not the one that this database was made with" in found.stderr
    assert "Traceback" not in found.stderr


def test_commands_without_a_page_load_no_web_framework(tmp_path):
    code = (
        "import sys; from app.cli import app\n"
        "try: app(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "loaded = {'fastapi', 'starlette', 'jinja2', 'uvicorn', 'docx', 'typst'} & set(sys.modules)\n"
        "print('LOADED', sorted(loaded))"
    )
    for arguments in (["demo"], ["board", "six-party-talks"], ["impact", "six-party-talks", "--stall", "DPRK-JP"]):
        command = [PYTHON, "-c", code, *arguments]
        found = subprocess.run(command, env=_environment(tmp_path), capture_output=True, text=True, check=False)
        assert "LOADED []" in found.stdout, (arguments, found.stdout[-300:], found.stderr[-300:])


def test_the_program_is_called_by_its_name_and_an_unknown_format_is_refused_by_naming_the_formats(tmp_path):
    assert "Usage: dipoli" in _run(tmp_path, "--help").stdout
    for command, formats in (("board", "json"), ("impact", "json"), ("matrix", "json"), ("export", "yaml")):
        found = _run(tmp_path, command, "six-party-talks", "--format", "xml")
        assert found.returncode == 2
        assert formats in found.stderr
        assert "Traceback" not in found.stderr


def test_demonstration_accounts_are_written_and_codes_shown(tmp_path):
    file = tmp_path / "accounts.json"
    assert _run(tmp_path, "demo", "--accounts", str(file)).returncode == 0
    accounts = json.loads(file.read_text())
    assert set(accounts[0]) == {"login", "passphrase", "role", "party", "totp_secret"}
    roles = {account["role"] for account in accounts}
    assert roles == {"organiser", "facilitator", "rapporteur", "participant", "liaison", "observer"}
    assert len({account["party"] for account in accounts if account["role"] == "participant"}) >= 3
    assert all(bool(a["totp_secret"]) == (a["role"] in ("organiser", "facilitator", "rapporteur")) for a in accounts)
    assert _run(tmp_path, "demo", "--code", "organiser").stdout.strip().isdigit()
    assert _run(tmp_path, "demo", "--code", "nobody").returncode == 1


def test_code_asked_for_in_another_folder_loads_no_second_demonstration(tmp_path):
    other = tmp_path / "other"
    asked = _run(other, "demo", "--code", "organiser")
    assert (asked.returncode, asked.stdout, other.exists()) == (1, "", False)
    assert f"There is no demonstration in {other}" in asked.stderr


def test_dialogue_goes_out_and_into_another_house_unchanged(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir(), other.mkdir()
    assert _run(one, "demo").returncode == 0
    document = one / "out.yaml"
    document.write_text(_run(one, "export", "six-party-talks").stdout)
    assert "Loaded the dialogue six-party-talks." in _run(other, "import", str(document)).stdout
    assert _run(other, "export", "six-party-talks").stdout == document.read_text()
    again = _run(other, "import", str(document))
    assert again.returncode == 1
    assert "Traceback" not in again.stderr
    token = _run(one, "token", "create", "tachibana").stdout.strip()
    assert len(token) > 30
    invited = _run(one, "invite", "six-party-talks", "--family", "Aalto").stdout.splitlines()
    assert "/invitations/" in invited[0]
    assert len(invited[1].replace("-", "")) == 24
