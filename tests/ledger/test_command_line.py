"""`dipoli log`: what the operator runs, and what it refuses, each with its reason and exit 1."""

import sqlite3
import subprocess
import sys

import pytest

from tests.test_starting import _environment

CODE = "six-party-talks"
ELSEWHERE = """format: dipoli/1
dialogue: {code: elsewhere, title: {en: Elsewhere}}
parties: [{code: A, neutral: Party A, names: {en: {short: Northland}}}]
"""


def _run(folder, *arguments, given=None):
    command = [sys.executable, "-m", "app.cli", "log", *arguments]
    return subprocess.run(command, env=_environment(folder), capture_output=True, text=True, check=False, input=given)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A folder with the demonstration and a second dialogue, and a checkpoint of each."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "elsewhere.yaml").write_text(ELSEWHERE)
    for arguments in (["demo"], ["import", str(folder / "elsewhere.yaml")]):
        command = [sys.executable, "-m", "app.cli", *arguments]
        subprocess.run(command, env=_environment(folder), check=True, capture_output=True)
    for code in (CODE, "elsewhere"):
        made = _run(folder, "checkpoint", code)
        assert made.returncode == 0, made.stderr
        (folder / f"{code}.txt").write_text(made.stdout)
    return folder


def test_honest_log_is_verified_from_a_file_and_from_standard_input(house):
    file = house / f"{CODE}.txt"
    found = _run(house, "verify", str(file), "--dialogue", CODE)
    assert (found.returncode, found.stderr) == (0, "")
    assert "begins with the" in found.stdout
    assert "signed here" in found.stdout
    assert "× seat" in found.stdout
    typed = "".join(file.read_text().splitlines(keepends=True)[:3])
    found = _run(house, "verify", "-", given=typed)
    assert found.returncode == 0
    assert "without a signature" in found.stdout


def _spoiled(house, how):
    note = (house / f"{CODE}.txt").read_text()
    origin, size, root, *_rest = note.split("\n")
    return {
        "of another dialogue": (house / "elsewhere.txt").read_text(),
        "of a dialogue that is not here": note.replace(CODE, "accord"),
        "of another kind of log": note.replace("dipoli/", "example.com/"),
        "of another house": f"dipoli/{CODE}/{'0' * 12}\n{size}\n{root}\n",
        "malformed": "It was signed on Tuesday.",
        "empty": "",
        "larger than the log": f"{origin}\n{int(size) + 1}\n{root}\n",
        "changed": note.replace(f"\n{size}\n", f"\n{int(size) - 1}\n"),
    }[how]


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("of another dialogue", "elsewhere, not of six-party-talks"),
        ("of a dialogue that is not here", "accord"),
        ("of another kind of log", "another kind of log"),
        ("of another house", "another platform"),
        ("malformed", "three lines"),
        ("empty", "three lines"),
        ("larger than the log", "more entries than the log has"),
        ("changed", "signature does not fit"),
    ],
)
def test_what_is_no_checkpoint_of_this_log_is_refused_with_the_reason(house, how, says):
    found = _run(house, "verify", "-", "--dialogue", CODE, given=_spoiled(house, how))
    assert found.returncode == 1
    assert says in found.stderr
    assert found.stdout == ""
    assert "Traceback" not in found.stderr


def test_missing_and_unreadable_files_and_dialogues_are_refused(house):
    (house / "bytes").write_bytes(b"\xff\xfe\x00")
    for arguments in (["verify", str(house / "nothing")], ["verify", str(house / "bytes")], ["verify", str(house)]):
        found = _run(house, *arguments)
        assert (found.returncode, found.stdout) == (1, "")
        assert found.stderr.startswith("Refused: ")
    found = _run(house, "checkpoint", "nowhere")
    assert (found.returncode, found.stderr) == (1, "There is no dialogue nowhere.\n")


def test_changed_row_is_reported_and_is_a_failure(house):
    database = sqlite3.connect(house / "dipoli.db")
    database.execute("UPDATE member SET roles = 'facilitator organiser' WHERE roles = 'organiser'")
    database.commit()
    found = _run(house, "verify", str(house / f"{CODE}.txt"))
    database.execute("UPDATE member SET roles = 'organiser' WHERE roles = 'facilitator organiser'")
    database.commit()
    database.close()
    assert found.returncode == 1
    assert "seat 1 is not what the log says: roles" in found.stderr
    assert _run(house, "verify", str(house / f"{CODE}.txt")).returncode == 0
