"""What a delegation keeps to itself opens for those whom its own members let in, and for nobody who runs the house."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import product

import pytest
from sqlalchemy import select, update

from app.access.bypass import unguarded
from app.access.levels import Room
from app.access.models import Compartment, Grant, RoomKey
from app.access.work import reading
from app.accounts.models import Account
from app.audit import issue as checkpoint_of
from app.audit import verify
from app.core import clock, entropy
from app.core.errors import NotFound
from app.dialogues.models import Party
from app.interchange.dumping import dump as export
from app.interchange.loading import load
from app.interchange.reading import parse, write_yaml
from app.main import create_app
from app.registers import queries
from app.start import issue_token
from app.vault import envelope, hybrid, personal
from app.vault.envelope import Tampered
from app.vault.keys import KeyFailure, derive
from app.vault.passphrase import Cost, enrol
from tests.cast import PASSPHRASE
from tests.conftest import loaded
from tests.ground import dump
from tests.ground.browser import Visitor
from tests.ground.crawl import pages_of
from tests.ground.people import viewer
from tests.ground.program import Program
from tests.registers.test_two_worlds import seeded

D = "/dialogues/six-party-talks"
CANARY = "A heron stands in the reeds."
SAID = "The kingfisher says no."
GHOST = "ghost"
WHY = "a test looks at what is stored"


def _lodge(who, line=CANARY, **more):
    answer = who.call("POST", f"{D}/registers", {"kind": "red-line", "text": line, "touches": ["VP"]} | more)
    assert answer.status_code == 201, answer.text
    return next(e for e in answer.json()["entries"] if e["text"] == line)


def _keeps(who):
    """Everything that a delegation can keep to itself: an entry, its history, a position."""
    entry = _lodge(who)
    words = {"text": CANARY + " Still.", "touches": ["VP"], "version": 1}
    assert who.call("POST", f"{D}/registers/{entry['id']}/revise", words).status_code == 200
    position = {"view": "crosses-a-line", "text": SAID, "disclosure": "sealed"}
    assert who.call("POST", f"{D}/roadmap/VP/position", position).status_code == 200


def _seat(program, login, party, family="Newcomer"):
    """An organiser gives a seat in a delegation, and its invitation is redeemed."""
    seat = {"family": family, "role": "participant", "party": party}
    issued = program("organiser").call("POST", f"{D}/people", seat).json()
    account = {"code": issued["code"], "login": login, "passphrase": PASSPHRASE}
    answer = program().call("POST", f"/invitations/{issued['token']}", account)
    assert answer.status_code == 201, answer.text


def _waiting(who, name="Newcomer"):
    return next(w for w in who.get(f"{D}/delegation")["waiting"] if name in w["person"])


def _let_in(who, waits, words=None):
    return who.call("POST", f"{D}/delegation/{waits['id']}/let-in", {"words": words or waits["words"]})


def _room(ground, code):
    with unguarded(ground, WHY) as work:
        return work.db.scalar(
            select(Compartment.id)
            .join(Party, Party.id == Compartment.subject_id)
            .where(Party.code == code, Compartment.kind == Room.DELEGATION)
        )


# --- the host ---------------------------------------------------------------------------------------------------------


def _opened_by_the_house(ground):
    """Every text that somebody with the database and the master key can read, trying each key he can get on each record."""
    found = []
    with unguarded(ground, WHY) as work:
        halves = [ground.keys.unwrap(k.wrapped, owner=k.compartment_id.bytes) for k in work.db.scalars(select(RoomKey))]
        wrapped = [key for key in work.db.scalars(select(Grant.sealed_key)) if key]
        seeds = [ground.keys.derive(b"x"), *halves, *(derive(half, b"personal key pair 1") for half in halves)]
        assert all(hybrid.open_with(seed, key, info=b"") is None for seed, key in product(seeds[:3], wrapped[:5]))
        keys = [*halves, *(personal.content_key(other, half) for half in halves for other in (half, bytes(32)))]
        for stored, context in queries.every_body(work):
            for key in keys:
                try:
                    found.append(envelope.unseal(key, stored, context))
                except Tampered:
                    continue
    return found


def test_the_host_with_database_and_master_key_reads_no_sealed_word(ground, program):
    tachibana = program("tachibana")
    _keeps(tachibana)
    _lodge(tachibana, "A swan is confided.", disclosure="confided")
    texts = "\n".join(_opened_by_the_house(ground))
    assert "A swan is confided." in texts  # the attack reads what the house can read
    for canary in ("heron", "kingfisher", "A dated meeting of the working group"):
        assert canary not in texts
    for rows in dump.rows(ground).values():
        assert not re.search("heron|kingfisher", str(rows))
    if ground.engine.dialect.name == "sqlite":
        assert b"heron" not in dump.files(ground)
    with reading(ground, viewer(ground, "tachibana")) as here:  # and a member's sign-in opens it
        assert CANARY + " Still." in {entry.text for entry in queries.entry_views(here)}


def test_a_work_that_sees_every_room_has_no_key_to_these(ground):
    with unguarded(ground, WHY) as work, pytest.raises(NotFound):
        work.room_key(_room(ground, "JP"))


def test_a_wrapped_key_opens_for_its_member_in_its_room_only(ground):
    room, member = _room(ground, "JP"), viewer(ground, "tachibana")
    with unguarded(ground, WHY) as work:
        wrapped = work.db.get_one(Grant, (room, member.member_id)).sealed_key
    good = personal.unwrap(wrapped, member.vault_key, room=room, member=member.member_id)
    assert len(good) == personal.SECRET
    other = viewer(ground, "morinaga")
    for vault, place, whose in (
        (other.vault_key, room, member.member_id),
        (member.vault_key, _room(ground, "KR"), member.member_id),
        (member.vault_key, room, other.member_id),
    ):
        with pytest.raises(KeyFailure):
            personal.unwrap(wrapped, vault, room=place, member=whose)


@pytest.mark.parametrize("disclosure", ["sealed", "confided", "shared-without-attribution", "shared"])
def test_a_copy_of_the_database_tells_nothing_of_an_entry_but_its_room(ground, program, disclosure):
    """Neither whose it is, nor kind, code, disclosure, date or how often it was revised."""
    tachibana = program("tachibana")
    before = {row["id"] for name in ("entry", "entry_version") for row in dump.rows(ground)[name]}
    entry = _lodge(tachibana, disclosure=disclosure, reconfirm_by="2031-07-09")
    words = {"text": "A heron moves.", "version": 1, "reconfirm_by": "2031-07-10"}
    assert tachibana.call("POST", f"{D}/registers/{entry['id']}/revise", words).status_code == 200
    fresh = [r for n in ("entry", "entry_version") for r in dump.rows(ground)[n] if r["id"] not in before]
    assert [set(row) for row in fresh] == [{"id", "dialogue_id", "compartment_id", "body"}] * 2
    assert len({row["id"] for row in fresh}) == 2
    assert {(len(row["body"]) - envelope.HEAD - envelope.NONCE - envelope.TAG) % envelope.STEP for row in fresh} == {0}
    party = viewer(ground, "tachibana").party_id
    found = str(fresh)
    for clear in (party.hex, str(party), entry["code"], "red-line", "2031-07", "heron"):
        assert clear not in found
    if ground.engine.dialect.name == "sqlite":
        assert entry["code"].encode() not in dump.files(ground)


# --- letting in -------------------------------------------------------------------------------------------------------


@contextmanager
def _haunted(databases, folder, loop, acts):
    """A house in which the organiser has seated a ghost in the delegation of Japan; `acts` are hers meanwhile."""
    with loaded(databases, folder) as ground, clock.frozen(datetime(2026, 11, 24, 12, tzinfo=UTC)):
        with entropy.replaced(seeded("haunted")):
            app = create_app(ground)
            made = []

            def program(login=None):
                token = issue_token(ground, login, name="t", days=1, passphrase=PASSPHRASE) if login else None
                made.append(Program(app, loop, token))
                return made[-1]

            _seat(program, GHOST, "JP", family="Ghost")
            ghost, tachibana = program(GHOST), program("tachibana")
            visitor = Visitor(app, loop).sign_in(GHOST, PASSPHRASE)
        with entropy.replaced(seeded("her acts")):
            acts(tachibana)
        try:
            yield ground, ghost, tachibana, visitor
        finally:
            for each in made:
                each.close()
            loop.run_until_complete(visitor.client.aclose())


TWINS = ("", "/registers", "/registers?q=heron", "/registers/files/lines.csv", "/roadmap/VP", "/roadmap/VP/position")
TWINS += ("/next", "/people", "/delegation", "/log", "/matrix", "/inclusion", "/registers?as_of=2026-11-23")


def _seen(ground, ghost, visitor):
    found = {"export": write_yaml(export(ground, "six-party-talks"))}
    for path in TWINS:
        answer = ghost.call("GET", D + path)
        found[path] = (answer.status_code, answer.content, sorted(answer.headers.items()))
    with entropy.replaced(seeded("pages")):
        for path, answer in pages_of(visitor).items():
            found["page", path] = (answer.status_code, answer.content, sorted(answer.headers.items()))
        for form in ("csv", "xlsx"):
            found["file", form] = visitor.get(f"{D}/registers/files/lines.{form}").content
    return found


def test_a_ghost_sees_the_same_bytes_whatever_is_sealed_until_a_member_lets_it_in(databases, tmp_path, loop):
    with _haunted(databases, tmp_path / "empty", loop, lambda _who: None) as (ground, ghost, _her, visitor):
        empty = _seen(ground, ghost, visitor)
    with _haunted(databases, tmp_path / "kept", loop, _keeps) as (ground, ghost, tachibana, visitor):
        kept = _seen(ground, ghost, visitor)
        assert kept.keys() == empty.keys()
        assert [where for where in kept if kept[where] != empty[where]] == []
        assert len(kept) > 30
        assert "A heron" not in str(kept)
        refused = ghost.call("POST", f"{D}/registers", {"kind": "interest", "text": "Boo."})
        assert (refused.status_code, "ask a member who is" in refused.text) == (422, True)
        assert _let_in(tachibana, _waiting(tachibana, "Ghost")).status_code == 200
        assert CANARY + " Still." in {e["text"] for e in ghost.get(f"{D}/registers")["entries"]}
        assert SAID in ghost.call("GET", f"{D}/roadmap/VP").text


def test_only_a_member_who_is_let_in_lets_in_and_only_over_the_words_compared(ground, program, visit):
    _seat(program, "newcomer", "JP")
    tachibana, newcomer = program("tachibana"), program("newcomer")
    _keeps(tachibana)
    waits = _waiting(tachibana)
    assert waits["words"] == _waiting(newcomer)["words"]  # each side reads them from its own page
    assert len(waits["words"].split()) == 6
    before = dump.rows(ground)
    for who, status in (("organiser", 403), ("facilitator", 403), ("namgung", 404), ("newcomer", 404)):
        assert _let_in(program(who), waits).status_code == status, who
    assert _let_in(tachibana, waits, "other words than hers").status_code == 409
    now = dump.rows(ground)
    assert {name: rows for name, rows in now.items() if name != "api_token"} == {
        name: rows for name, rows in before.items() if name != "api_token"
    }
    page = visit("tachibana")
    assert waits["words"] in page.get(f"{D}/delegation").text
    sent = page.send(f"{D}/delegation/{waits['id']}/let-in", page=f"{D}/delegation", words=waits["words"])
    assert sent.status_code == 303
    assert CANARY + " Still." in {e["text"] for e in newcomer.get(f"{D}/registers")["entries"]}
    assert _let_in(program("morinaga"), waits).status_code == 409  # let in already
    assert "let in by member" in program("organiser").call("GET", f"{D}/log").text
    found = verify(ground, checkpoint_of(ground, "six-party-talks"))
    assert found.findings == []


def test_a_public_key_that_the_host_exchanged_shows_in_the_words(ground, program):
    _seat(program, "newcomer", "JP")
    with ground.engine.begin() as connection:  # one that the host can open
        forged = hybrid.public_of(bytes(32))
        connection.execute(update(Account).where(Account.login == "newcomer").values(public_key=forged))
    hers, his = _waiting(program("tachibana")), _waiting(program("newcomer"))
    assert hers["id"] == his["id"]
    assert hers["words"] != his["words"]
    assert _let_in(program("tachibana"), hers, his["words"]).status_code == 409  # as he read them to her


def test_the_first_of_a_delegation_makes_the_key_and_the_second_waits(program):
    _seat(program, "first", "RU", family="Pervov")
    _seat(program, "second", "RU", family="Vtorov")
    first, second = program("first"), program("second")
    _lodge(first)
    view = first.get(f"{D}/delegation")
    assert [h["person"] for h in view["holders"]] == ["Pervov"]
    assert [w["person"] for w in view["waiting"]] == ["Vtorov"]
    assert second.get(f"{D}/delegation")["is_holder"] is False
    assert CANARY not in second.call("GET", f"{D}/registers").text
    assert _let_in(first, _waiting(first, "Vtorov")).status_code == 200
    assert CANARY in second.call("GET", f"{D}/registers").text


def test_the_page_says_what_to_do_to_whoever_waits_and_to_whoever_is_alone(program, visit, ground):
    _seat(program, "first", "RU", family="Pervov")
    _seat(program, "second", "RU", family="Vtorov")
    alone = visit("first").get(f"{D}/delegation").text
    assert "You alone hold the key" in alone
    assert "Vtorov waits to be let in" in alone
    waits = visit("second")
    words = next(w["words"] for w in program("second").get(f"{D}/delegation")["waiting"] if w["is_you"])
    assert words in waits.get(f"{D}/delegation").text
    assert "You are not let in yet" in waits.get(f"{D}/delegation").text
    assert "You are not let in to what your delegation keeps" in waits.get(f"{D}/registers").text
    assert visit("organiser").get(f"{D}/delegation").status_code == 403


def test_a_token_without_the_vault_opens_nothing_sealed(ground, program, loop):
    _keeps(program("tachibana"))
    blind = Program(create_app(ground), loop, issue_token(ground, "tachibana", name="t", days=1, passphrase=None))
    texts = {e["text"] for e in blind.get(f"{D}/registers")["entries"]}
    assert texts
    assert not any("heron" in each for each in texts)
    assert "kingfisher" not in blind.call("GET", f"{D}/roadmap/VP").text
    assert blind.get(f"{D}/delegation")["is_holder"] is False
    blind.close()


# --- losing it --------------------------------------------------------------------------------------------------------


def _mandate(organiser, family):
    return next(m for m in organiser.get(f"{D}/people")["mandates"] if m["may_hand"] and family in m["person"])


def _give_and_end(organiser, family, **more):
    people = organiser.get(f"{D}/people")["people"]
    person = next(p["id"] for p in people if family in p["shown"])
    given = organiser.call("POST", f"{D}/mandates", {"person": person, "begins_on": "2026-11-20"})
    assert given.status_code == 201, given.text
    mandate = _mandate(organiser, family)
    return organiser.call("POST", f"{D}/mandates/{mandate['id']}/hand", {"happened_on": "2026-11-24"} | more)


def test_whose_mandate_ended_opens_nothing_and_the_others_go_on(program):
    tachibana, organiser = program("tachibana"), program("organiser")
    _keeps(tachibana)
    mandate = _mandate(organiser, "TACHIBANA")
    assert mandate["ends_sealed"] is False
    ended = organiser.call("POST", f"{D}/mandates/{mandate['id']}/hand", {"happened_on": "2026-11-24"})
    assert ended.status_code == 200, ended.text
    assert "heron" not in tachibana.call("GET", f"{D}/registers").text
    assert tachibana.call("GET", f"{D}/delegation").status_code == 404
    assert "heron" in program("morinaga").call("GET", f"{D}/registers").text


def test_before_the_last_one_goes_the_page_says_what_is_lost_and_then_it_is(ground, program, visit):
    _seat(program, "first", "RU", family="Pervov")
    first, organiser = program("first"), program("organiser")
    _keeps(first)
    _lodge(first, "A swan is confided.", disclosure="confided")
    room = _room(ground, "RU")
    asked = _give_and_end(organiser, "Pervov")
    assert asked.status_code == 422
    assert "accepts_loss" in asked.text
    mandate = _mandate(organiser, "Pervov")
    assert mandate["ends_sealed"] is True
    page = visit("organiser")
    here = f"{D}/mandates/{mandate['id']}/hand"
    assert "they are lost for good" in page.get(here).text
    assert page.send(here, page=here, happened_on="2026-11-24").status_code == 422
    assert "heron" in first.call("GET", f"{D}/registers").text  # nothing happened yet
    assert page.send(here, page=here, happened_on="2026-11-24", accepts_loss="true").status_code == 303
    for name in ("entry", "entry_version", "position"):
        left = [row for row in dump.rows(ground)[name] if str(row["compartment_id"]).replace("-", "") == room.hex]
        assert left == [], name
    # The next one begins with an empty room and a key of his own; what was confided is still there.
    _seat(program, "second", "RU", family="Vtorov")
    second = program("second")
    assert second.get(f"{D}/delegation")["is_holder"] is True
    texts = second.call("GET", f"{D}/registers").text
    assert "heron" not in texts
    assert "A swan is confided." in texts


def test_with_the_last_holder_what_a_delegation_offered_for_comparing_goes_too(ground, program):
    """Nobody is left who could withdraw it. A successor offers anew, and is told nothing for a line that the other side has not moved."""
    _seat(program, "first", "RU", family="Pervov")
    first, namgung, organiser, facilitator = (program(n) for n in ("first", "namgung", "organiser", "facilitator"))

    def told():
        found = facilitator.get(f"{D}/registers/compare?subject=SP7")["pairs"]
        return next(p["verdict"] for p in found if {p["one"], p["other"]} == {"ROK", "Russia"})

    claim = {"subject": "SP7", "unit": "t", "may_be_compared": True, "kind": "bottom-line"}
    theirs = claim | {"text": "At least that.", "stance": "at-least", "amount": 700_000}
    assert namgung.call("POST", f"{D}/registers", theirs).status_code == 201
    for amount in (1, 2):
        line = claim | {"text": f"At most {amount}.", "stance": "at-most", "amount": amount}
        assert first.call("POST", f"{D}/registers", line).status_code == 201
    assert told() == "unknown"  # after the second line, which the other side has not answered
    assert namgung.call("POST", f"{D}/registers", theirs | {"text": "Again."}).status_code == 201
    assert told() == "conflict"
    assert len(_offers(ground)) == 2
    mandate = _give_and_end(organiser, "Pervov", accepts_loss=True)
    assert mandate.status_code == 200, mandate.text
    assert told() == "unknown"
    assert len(_offers(ground)) == 1
    _seat(program, "second", "RU", family="Vtorov")
    mine = claim | {"text": "At most a million.", "stance": "at-most", "amount": 1_000_000}
    assert program("second").call("POST", f"{D}/registers", mine).status_code == 201
    assert told() == "unknown"  # or a delegation could ask as often as it loses its key
    assert namgung.call("POST", f"{D}/registers", theirs | {"text": "Once more."}).status_code == 201
    assert told() == "no conflict"


def _offers(ground):
    return dump.rows(ground)["line_offer"]


def test_a_changed_passphrase_keeps_the_key_and_a_lost_one_loses_it(ground, program, visit):
    _keeps(program("tachibana"))
    page, fresh = visit("tachibana"), "another calm and patient table"
    changed = page.send("/account/passphrase", page="/account", passphrase=PASSPHRASE, new_passphrase=fresh)
    assert changed.status_code == 303
    again = visit().sign_in("tachibana", fresh)
    assert "heron" in again.get(f"{D}/registers").text
    with (
        ground.engine.begin() as connection
    ):  # an operator who gives her a new credential cannot give her the old vault
        credential = enrol(PASSPHRASE, _cost(ground))
        connection.execute(update(Account).where(Account.login == "tachibana").values(credential=credential))
    reset = visit().sign_in("tachibana", PASSPHRASE)
    assert "heron" not in reset.get(f"{D}/registers").text
    assert "You are not let in yet" in reset.get(f"{D}/delegation").text
    morinaga = program("morinaga")
    assert _let_in(morinaga, _waiting(morinaga, "TACHIBANA")).status_code == 200
    assert "heron" in reset.get(f"{D}/registers").text
    assert verify(ground, checkpoint_of(ground, "six-party-talks")).findings == []


def test_a_damaged_key_destroys_nothing(ground, program, visit):
    """One changed byte of the only holder's key: the next sign-in leaves everything, and the key put back opens it."""
    _keeps(program("tachibana"))
    room = _room(ground, "JP")
    with ground.engine.begin() as connection:
        held = connection.execute(select(Grant.member_id, Grant.sealed_key).where(Grant.compartment_id == room)).all()
        for member, key in held:
            damaged = bytes([key[0] ^ 1]) + key[1:]
            mine = (Grant.compartment_id == room) & (Grant.member_id == member)
            connection.execute(update(Grant).where(mine).values(sealed_key=damaged))
    visit("tachibana")
    with ground.engine.begin() as connection:
        for member, key in held:
            mine = (Grant.compartment_id == room) & (Grant.member_id == member)
            connection.execute(update(Grant).where(mine).values(sealed_key=key))
    assert "heron" in visit("tachibana").get(f"{D}/registers").text


def _cost(ground):
    return Cost(ground.settings.argon2_memory_kib, ground.settings.argon2_passes)


# --- from before ------------------------------------------------------------------------------------------------------


def _as_before(ground, code):
    """The delegation's room as it was before there were members' keys: one key, whole under the master key. Returns it."""
    room = _room(ground, code)
    with reading(ground, viewer(ground, {"JP": "tachibana"}[code])) as here:
        key = here.room_key(room)
    with ground.engine.begin() as connection:
        wrapped = ground.keys.wrap(key, owner=room.bytes)
        connection.execute(update(RoomKey).where(RoomKey.compartment_id == room).values(wrapped=wrapped))
        connection.execute(update(Grant).where(Grant.compartment_id == room).values(sealed_key=None))
        connection.execute(update(Account).values(public_key=None))
    return key


def _bodies(ground, room):
    with unguarded(ground, WHY) as work:
        return [each for each in queries.every_body(work) if each.context.room == room]


def test_what_was_kept_before_is_sealed_when_a_member_signs_in(ground, program, visit):
    _keeps(program("tachibana"))
    room = _room(ground, "JP")
    old = _as_before(ground, "JP")
    before = _bodies(ground, room)
    assert "heron" in "".join(envelope.unseal(old, stored, context) for stored, context in before)
    page = visit("tachibana")
    assert "heron" in page.get(f"{D}/registers").text
    after = _bodies(ground, room)
    assert len(after) == len(before)
    for stored, context in after:
        with pytest.raises(Tampered):
            envelope.unseal(old, stored, context)
    assert not re.search("heron|kingfisher", "".join(_opened_by_the_house(ground)))
    if ground.engine.dialect.name == "sqlite":  # and the old bytes are in none of its files
        everything = dump.files(ground)
        assert not any(stored in everything for stored, _context in before)
    colleague = visit("morinaga")  # who waits now, and is let in
    assert "heron" not in colleague.get(f"{D}/registers").text
    tachibana = program("tachibana")
    assert _let_in(tachibana, _waiting(tachibana, "MORINAGA")).status_code == 200
    assert "heron" in colleague.get(f"{D}/registers").text
    assert verify(ground, checkpoint_of(ground, "six-party-talks")).findings == []


def test_signing_in_again_writes_nothing(ground, visit):
    visit("tachibana")
    before = dump.rows(ground)
    visit("tachibana")
    assert dump.rows(ground) == before


SEALED_DOCUMENT = """format: dipoli/1
dialogue: {code: elsewhere, title: {en: Elsewhere}}
parties: [{code: A, neutral: Party A, names: {en: {short: Northland}}}]
people: [{ref: o, family: Outside, party: A, demonstration: true}]
memberships: [{person: o, roles: [participant], party: A, login: outsider}]
entries:
- {party: A, kind: red-line, text: A heron., disclosure: sealed, on: 2026-09-15}
- {party: A, kind: interest, text: A swan., disclosure: shared, on: 2026-09-15}
"""


def test_a_document_s_sealed_entries_need_somebody_to_be_sealed_to(ground, program):
    assert load(ground, parse(SEALED_DOCUMENT)).left_out == 1
    document = parse(SEALED_DOCUMENT.replace("code: elsewhere", "code: nearby"))
    assert load(ground, document, accounts={"outsider": PASSPHRASE}).left_out == 0
    texts = {e["text"] for e in program("outsider").get("/dialogues/nearby/registers")["entries"]}
    assert texts == {"A heron.", "A swan."}
