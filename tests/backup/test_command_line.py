"""As operators use it: the commands, their sentences, their status; and what stays behind when something goes wrong."""

import json
import resource
import signal
import subprocess
import time

import pytest

from app.backup.recipients import new_identity, write_identity
from tests.test_starting import PYTHON, _environment, _run

pytestmark = pytest.mark.sqlite_only("the commands are the same; both engines are met in the other tests")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    assert _run(folder, "demo").returncode == 0
    made = _run(folder, "backup", "keygen", str(folder / "id"))
    assert made.returncode == 0, made.stderr
    assert "keep it away from the server" in made.stdout
    return folder


def _backup(house, file, **more):
    return _run(house, "backup", str(file), "--to", str(house / "id.pub"), **more)


def test_daily_command_check_and_restore(house, tmp_path):
    file, key = tmp_path / "monday.backup", str(house / "keys" / "master.key")
    made = _backup(house, file)
    assert made.returncode == 0, made.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    identity = ("--identity", str(house / "id"))
    checked = _run(house, "backup", "verify", str(file), *identity)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.count("\nok  ") >= 10
    assert checked.stdout.endswith("The backup is good.\n")
    exported = _run(house, "export", "six-party-talks").stdout
    assert exported
    for number, words in enumerate((("restore",), ("backup", "restore"))):
        new = tmp_path / f"new{number}"
        back = _run(new, *words, str(file), *identity, DIPOLI_MASTER_KEY_FILE=key)
        assert back.returncode == 0, back.stderr
        assert _run(new, "export", "six-party-talks", DIPOLI_MASTER_KEY_FILE=key).stdout == exported
        again = _run(new, *words, str(file), *identity, DIPOLI_MASTER_KEY_FILE=key)
        assert again.returncode == 1
        assert "not empty" in again.stderr
    other = _run(house, "backup", "create", str(tmp_path / "tuesday.backup"), "--to", str(house / "id.pub"))
    assert other.returncode == 0


def test_house_whose_key_is_a_passphrase_comes_back_by_the_passphrase_alone(tmp_path):
    """On a machine that has the file, an identity and nothing else."""
    cheap = {"DIPOLI_MASTER_KEY_MEMORY_KIB": "8", "DIPOLI_MASTER_KEY_PASSES": "1"}
    spoken = cheap | {"DIPOLI_MASTER_KEY_FROM": "passphrase"}
    house, new, file, identity = tmp_path / "house", tmp_path / "new", tmp_path / "file", str(tmp_path / "id")
    words = "eight words that nobody else has chosen\n"
    assert _run(house, "demo", said=words, **spoken).returncode == 0
    assert _run(house, "backup", "keygen", identity).returncode == 0
    made = _run(house, "backup", str(file), "--to", f"{identity}.pub", said=words, **spoken)
    assert made.returncode == 0, made.stderr
    checked = _run(new, "backup", "verify", str(file), "--identity", identity, said=words, **spoken)
    assert checked.stdout.endswith("The backup is good.\n"), checked.stderr
    wrong = _run(new, "restore", str(file), "--identity", identity, said="eight other words of somebody\n", **spoken)
    assert (wrong.returncode, "not the passphrase" in wrong.stderr) == (1, True)
    assert not (new / "dipoli.db").exists()
    back = _run(new, "restore", str(file), "--identity", identity, said=words, **spoken)
    assert back.returncode == 0, back.stderr
    exported = [_run(each, "export", "six-party-talks", said=words, **spoken).stdout for each in (house, new)]
    assert exported[0] == exported[1] != ""


def test_refusals_are_sentences_with_status_one(house, tmp_path):
    file = tmp_path / "file"
    assert _backup(house, file).returncode == 0
    write_identity(tmp_path / "stranger", new_identity())
    empty = tmp_path / "empty"
    for arguments, says in (
        (("backup", str(file), "--to", str(house / "id.pub")), "exists already"),
        (("backup", str(tmp_path / "b"), "--to", str(house / "id")), "must stay secret"),
        (("backup", str(tmp_path / "no" / "b"), "--to", str(house / "id.pub")), "No such file or directory"),
        (("backup", "verify", str(file), "--identity", str(tmp_path / "stranger")), "for others"),
        (("backup", "verify", str(house / "id.pub"), "--identity", str(house / "id")), "not a backup of Dipoli"),
        (("restore", str(file), "--identity", str(house / "id")), "not empty"),
    ):
        found = _run(house, *arguments)
        assert found.returncode == 1, arguments
        assert says in found.stderr, (arguments, found.stderr)
        assert "Traceback" not in found.stderr
    for arguments in (("backup", str(tmp_path / "b")), ("backup", "verify", str(file)), ("restore", str(file))):
        assert _run(house, *arguments).returncode == 2, arguments  # without a recipient, without an identity
    found = _run(empty, "restore", str(file), "--identity", str(house / "id"))
    assert found.returncode == 1
    assert "master key is missing" in found.stderr
    assert not (empty / "dipoli.db").exists()
    assert not (tmp_path / "b").exists()


def _with_limit(house, file, most):
    """The command on a disk that is full after so many bytes of one file."""
    command = [PYTHON, "-m", "app.cli", "backup", str(file), "--to", str(house / "id.pub")]
    return subprocess.run(
        command,
        env=_environment(house),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )


def test_full_disk_leaves_no_half_file(house, tmp_path):
    for most in (70_000, 120_000):
        found = _with_limit(house, tmp_path / "file", most)
        assert found.returncode == 1, found.stdout
        assert "cannot be written: File too large" in found.stderr
        assert "Traceback" not in found.stderr
        assert list(tmp_path.iterdir()) == []
    assert _with_limit(house, tmp_path / "file", 10_000_000).returncode == 0


def test_what_a_killed_backup_left_does_not_stop_the_next(house, tmp_path):
    (tmp_path / "file.part").write_bytes(b"half a backup" * 99_999)
    assert _backup(house, tmp_path / "file").returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert _run(house, "backup", "verify", str(tmp_path / "file"), "--identity", str(house / "id")).returncode == 0


def test_two_backups_at_once_into_one_file_do_not_mix(house, tmp_path):
    import fcntl  # noqa: PLC0415

    with (tmp_path / "file.part").open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        found = _backup(house, tmp_path / "file")
    assert found.returncode == 1
    assert "Another backup is being written" in found.stderr
    assert (tmp_path / "file.part").exists()
    assert not (tmp_path / "file").exists()


def test_check_that_is_told_to_stop_leaves_nothing(house, tmp_path):
    assert _backup(house, tmp_path / "file").returncode == 0
    room = tmp_path / "room"
    room.mkdir()
    command = [PYTHON, "-m", "app.cli", "backup", "verify", str(tmp_path / "file"), "--identity", str(house / "id")]
    process = subprocess.Popen(command, env=_environment(house) | {"TMPDIR": str(room)}, stdout=subprocess.PIPE)
    while process.poll() is None and not any(room.glob("*/*")):
        time.sleep(0.002)
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode in {143, 0}  # 0 where it was done before it was told
    assert list(room.iterdir()) == []


def test_bad_backup_leaves_nothing_either(house, tmp_path):
    assert _backup(house, tmp_path / "file").returncode == 0
    room, data = tmp_path / "room", bytearray((tmp_path / "file").read_bytes())
    room.mkdir()
    data[-99] ^= 4
    (tmp_path / "file").write_bytes(data)
    found = _run(house, "backup", "verify", str(tmp_path / "file"), "--identity", str(house / "id"), TMPDIR=str(room))
    assert found.returncode == 1
    assert found.stderr.startswith("BAD ")
    assert list(room.iterdir()) == []


def test_commands_load_no_web_framework(house, tmp_path):
    code = (
        "import sys, json; from app.cli import app\n"
        "try: app(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(json.dumps(sorted({'fastapi', 'starlette', 'jinja2', 'uvicorn', 'docx', 'typst'} & set(sys.modules))))"
    )
    file = str(tmp_path / "file")
    for arguments in (
        ("backup", file, "--to", str(house / "id.pub")),
        ("backup", "verify", file, "--identity", str(house / "id")),
    ):
        command = [PYTHON, "-c", code, *arguments]
        found = subprocess.run(command, env=_environment(house), capture_output=True, text=True, check=False)
        assert json.loads(found.stdout.splitlines()[-1]) == [], found.stderr
