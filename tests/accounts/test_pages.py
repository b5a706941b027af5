"""Signing in, the second factor, tokens."""

import re

import pyotp

from app.access.bypass import unguarded
from app.accounts.models import Account
from app.accounts.service import totp_secret
from app.core import clock
from tests.cast import PASSPHRASE

D = "/dialogues/six-party-talks"


def _new_facilitator(visit):
    organiser = visit("organiser")
    page = organiser.send(
        f"{D}/people", page=f"{D}/people", family="Rask", role="facilitator", passphrase=PASSPHRASE
    ).text
    link = re.search(r"(/invitations/[\w-]+)</p>", page).group(1)
    code = re.search(r'"secret">([A-Z0-9]{4}(?:-[A-Z0-9]{4}){5})<', page).group(1)
    guest = visit()
    guest.send(link, page=link, code=code, login="rask", passphrase=PASSPHRASE)
    return guest.sign_in("rask", PASSPHRASE)


def test_role_with_a_second_factor_opens_nothing_before_it_is_set_up(visit):
    guest = _new_facilitator(visit)
    setup = "/account/second-factor"
    for path in (D, f"{D}/registers", f"{D}/people"):
        assert guest.get(path).headers["location"] == setup, path
    issued = guest.send("/account/tokens", page="/account/tokens", name="early").text
    token = re.search(r"dipoli_[\w-]+", issued).group(0)
    assert guest.get(f"/api/v1{D}", headers={"Authorization": f"Bearer {token}"}).status_code == 401

    secret = re.search(r'class="secret">([A-Z2-7]{32})<', guest.get(setup).text).group(1)
    assert guest.send(setup, page=setup, code="000000").status_code == 422
    before = guest.client.cookies["dipoli"]
    answer = guest.send(setup, page=setup, code=pyotp.TOTP(secret).at(clock.now()))
    codes = re.findall(r"<li>([A-Z0-9]{4}(?:-[A-Z0-9]{4}){5})</li>", answer.text)
    assert (answer.status_code, len(set(codes))) == (200, 10)
    assert guest.client.cookies["dipoli"] != before  # a new sign-in with the new rights; the old one is gone
    assert guest.get(D).status_code == 200

    for code, expected in ((codes[0].lower().replace("-", " "), 303), (codes[0], 422), ("A" * 24, 422)):
        again = visit().send("/sign-in", login="rask", passphrase=PASSPHRASE, code=code)
        assert again.status_code == expected, code
    assert "9 recovery codes are left" in guest.get("/account").text
    fresh = guest.send("/account/recovery-codes", page="/account").text
    assert codes[1] not in fresh
    void = visit().send("/sign-in", login="rask", passphrase=PASSPHRASE, code=codes[1])
    assert void.status_code == 422


def test_code_is_used_one_time_only(visit, ground):
    visit("organiser")
    stranger = visit()
    with unguarded(ground, "a test looks up a second factor") as work:
        secret = totp_secret(ground.keys, work.db.query(Account).filter_by(login="organiser").one())
    used = pyotp.TOTP(secret).at(clock.now())
    again = stranger.send("/sign-in", login="organiser", passphrase=PASSPHRASE, code=used)
    assert again.status_code == 422


def test_every_way_of_being_wrong_gets_the_same_answer(visit):
    stranger = visit()
    answers = [
        stranger.send("/sign-in", login=login, passphrase=passphrase)
        for login, passphrase in (
            ("nobody", PASSPHRASE),
            ("tachibana", "a wrong and long passphrase"),
            ("organiser", PASSPHRASE),
        )
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert len({len(answer.content) for answer in answers}) == 1
    plain = {re.sub(r'value="[^"]*"', "", answer.text).rstrip() for answer in answers}
    assert len(plain) == 1


def test_guessing_is_slowed_down(visit):
    stranger = visit()
    for _try in range(5):
        stranger.send("/sign-in", login="namgung", passphrase="a wrong and long passphrase")
    assert "Please wait" in stranger.send("/sign-in", login="namgung", passphrase=PASSPHRASE).text


def test_signing_out_and_ending_others(visit):
    here, there = visit("tachibana"), visit("tachibana")
    assert here.send("/account/end-others", page="/account").status_code == 303
    assert there.get(D).status_code == 303
    assert here.get(D).status_code == 200
    assert here.send("/sign-out", page="/").status_code == 303
    assert here.get(D).headers["location"].startswith("/sign-in")


def test_token_reads_what_its_holder_may_and_is_revoked(visit):
    holder = visit("tachibana")
    issued = holder.send("/account/tokens", page="/account/tokens", name="script").text
    token = re.search(r"dipoli_[\w-]+", issued).group(0)
    bearer = {"Authorization": f"Bearer {token}"}
    program = visit()
    board = program.get(f"/api/v1{D}?as_of=2009-02-20", headers=bearer).json()
    assert {b["code"]: b["state"] for b in board["baskets"]}["DENUC"] == "stalled"
    assert program.get(f"/api/v1{D}").status_code == 401
    assert program.get(f"/api/v1{D}/summaries", headers=bearer).status_code == 403
    place = re.search(r'action="(/account/tokens/[0-9a-f-]+/revoke)"', holder.get("/account/tokens").text).group(1)
    assert holder.send(place, page="/account/tokens").status_code == 303
    assert program.get(f"/api/v1{D}", headers=bearer).status_code == 401


def test_passphrase_is_changed_and_notes_stay_ones_own(visit):
    author = visit("tachibana")
    meeting = re.search(rf'href="({D}/meetings/[0-9a-f-]+)">Workshop', author.get(f"{D}/meetings").text).group(1)
    item = re.search(rf'action="({meeting}/agenda/[0-9a-f-]+/notes)"', author.get(f"{meeting}/notes").text).group(1)
    author.send(item, page=f"{meeting}/notes", body="Still mine afterwards")
    new = "another calm and patient table"
    weak = author.send("/account/passphrase", page="/account", passphrase=PASSPHRASE, new_passphrase="short")
    assert weak.status_code == 422
    assert (
        author.send("/account/passphrase", page="/account", passphrase=PASSPHRASE, new_passphrase=new).status_code
        == 303
    )
    again = visit().sign_in("tachibana", new)
    assert "Still mine afterwards" in again.get(f"{meeting}/notes/mine").text
