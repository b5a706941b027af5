"""The disposable store: sign-ins end, form keys are taken once, salts can be destroyed, and nothing in it is a diary."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from app.core import clock
from app.core.ids import new_id
from app.vault.linkage import Linkage

START = datetime(2026, 11, 24, 12, 3, 17, tzinfo=UTC)


@pytest.fixture
def linkage(tmp_path):
    made = Linkage(tmp_path / "linkage", idle=timedelta(minutes=30), absolute=timedelta(hours=12))
    yield made
    made.close()


def test_sign_in_opens_with_its_cookie_alone(linkage):
    account, vault = new_id(), b"v" * 32
    cookie = linkage.open_login(account, vault, label="tachibana")
    found = linkage.login(cookie)
    assert (found.account_id, found.vault_key, found.label, found.is_partial) == (account, vault, "tachibana", False)
    assert linkage.login(cookie[:-1] + "x") is None
    linkage.close_login(cookie)
    assert linkage.login(cookie) is None
    stored = (linkage.folder / "linkage.db").read_bytes()
    assert vault not in stored
    assert cookie.encode() not in stored


def test_sign_in_ends_when_idle_and_in_any_case_after_hours(linkage):
    with clock.frozen(START):
        quiet, busy = (linkage.open_login(new_id(), None, label="x") for _login in range(2))
    moment = START
    while moment < START + timedelta(hours=11, minutes=50):
        moment += timedelta(minutes=25)
        with clock.frozen(moment):
            assert linkage.login(busy) is not None, moment
    with clock.frozen(START + timedelta(minutes=41)):
        assert linkage.login(quiet) is None
    with clock.frozen(START + timedelta(hours=12, minutes=11)):
        assert linkage.login(busy) is None


def test_times_are_kept_in_steps_of_ten_minutes(linkage):
    with clock.frozen(START):
        linkage.open_login(new_id(), None, label="x")
        linkage.claim_form(b"h" * 32)
    rows = linkage._db.execute("SELECT idle FROM login UNION SELECT absolute FROM login UNION SELECT expires FROM form")
    assert all(moment % 600 == 0 for (moment,) in rows)


def test_a_used_form_key_tells_no_hour(linkage):
    """Beside a sign-in that was active in that hour it would name who posted a note."""
    for minutes in (1, 500, 1000):
        with clock.frozen(START + timedelta(minutes=minutes)):
            linkage.claim_form(minutes.to_bytes(32, "big"))
    assert all(moment % 86_400 == 0 for (moment,) in linkage._db.execute("SELECT expires FROM form"))


def test_a_sign_in_that_expired_is_forgotten_though_nobody_comes_back_for_it(linkage):
    with clock.frozen(START):
        linkage.open_login(new_id(), None, label="x")
    with clock.frozen(START + timedelta(hours=13)):
        linkage.open_login(new_id(), None, label="y")
    assert linkage._db.execute("SELECT count(*) FROM login").fetchone() == (1,)


def test_all_other_sign_ins_end_at_once(linkage):
    account = new_id()
    mine, other = (linkage.open_login(account, None, label="x") for _login in range(2))
    strangers = linkage.open_login(new_id(), None, label="y")
    linkage.close_all(account, except_cookie=mine)
    assert [linkage.login(c) is not None for c in (mine, other, strangers)] == [True, False, True]


def test_one_of_many_takes_a_form_key(linkage):
    taken = []

    def take():
        if linkage.claim_form(b"k" * 32).is_new:
            taken.append(1)

    threads = [threading.Thread(target=take) for _thread in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
    linkage.release_form(b"k" * 32)  # it changed nothing: the same form may be sent again
    assert linkage.claim_form(b"k" * 32).is_new
    linkage.finish_form(b"k" * 32, "/there")
    linkage.release_form(b"k" * 32)
    again = linkage.claim_form(b"k" * 32)
    assert (again.is_new, again.location) == (False, "/there")


def test_form_key_is_forgotten_after_a_day(linkage):
    with clock.frozen(START):
        linkage.claim_form(b"k" * 32)
    with clock.frozen(START + timedelta(hours=23)):
        assert not linkage.claim_form(b"k" * 32).is_new
    with clock.frozen(START + timedelta(hours=48)):
        assert linkage.claim_form(b"k" * 32).is_new


def test_code_is_used_once(linkage):
    account = new_id()
    assert linkage.totp_fresh(account, 100)
    assert not linkage.totp_fresh(account, 100)
    assert linkage.totp_fresh(account, 101)
    assert linkage.totp_fresh(new_id(), 100)


def test_salt_stays_until_it_is_destroyed_for_good(linkage):
    meeting, other = new_id(), new_id()
    salt, kept = linkage.salt_of(meeting), linkage.salt_of(other)
    assert linkage.salt_of(meeting) == salt != kept
    linkage.destroy_salt(meeting)
    linkage.destroy_salt(meeting)
    assert not linkage.has_salt(meeting)
    assert linkage.has_salt(other)
    assert salt not in b"".join(f.read_bytes() for f in linkage.folder.rglob("*") if f.is_file())


def test_only_its_owner_enters(linkage):
    assert linkage.folder.stat().st_mode & 0o777 == 0o700
    assert (linkage.folder / "salts").stat().st_mode & 0o777 == 0o700
