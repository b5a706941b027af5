"""What the log holds and what it never holds, who reads which entry, and that two writers at once both get in."""

import base64
import io
import json
import re
import threading
import zipfile
from urllib.parse import quote

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.access.bypass import unguarded
from app.access.gate import GateError
from app.access.levels import Level
from app.access.models import Compartment, DialogueHead, Member
from app.core.i18n import LANGUAGES, use_language
from app.demo.service import case
from app.interchange.loading import load
from app.interchange.reading import parse
from app.ledger import queries, tree
from app.ledger.kinds import TRANSLATED, VALUES, WORDS, Kind, words_of
from app.ledger.models import Leaf
from app.ledger.service import checkpoint, leaf_hash, record
from tests.cast import CAST
from tests.ledger.conftest import D

WHY = "a test looks at the log"
ELSEWHERE = """format: dipoli/1
dialogue: {code: elsewhere, title: {en: Elsewhere}}
parties: [{code: A, neutral: Party A, names: {en: {short: Northland}}}]
"""


def _entries(ground):
    with unguarded(ground, WHY) as work:
        dialogue_id = work.db.scalar(select(DialogueHead.id).where(DialogueHead.code == "six-party-talks"))
        return [json.loads(row.entry) for row in queries.rows(work, dialogue_id)]


# --- what is in it ----------------------------------------------------------------------------------------------------


def test_log_knows_of_every_seat_key_rule_seal_and_release(past):
    entries = _entries(past.ground)
    kinds = [entry["kind"] for entry in entries]
    seats = [entry["member"] for entry in entries if entry["kind"] == Kind.MEMBER_JOINED]
    assert seats == list(range(1, len(seats) + 1))
    assert len(seats) >= len(CAST)
    for kind in (Kind.KEYS_HANDED, Kind.MEETING_ADDED, Kind.ITEM_ADDED, Kind.RULE_TIGHTENED, Kind.MEETING_CLOSED):
        assert kind in kinds, kind
    sealed = next(entry for entry in entries if entry["kind"] == Kind.MEETING_SEALED)
    assert (sealed["meeting"], sealed["linkage"], len(sealed["notes"])) == ("W-2026", "disk", 64)
    cut = [entry for entry in entries if entry["kind"] == Kind.RELEASE_CUT]
    assert [(entry["number"], entry["recipient"]) for entry in cut] == [(1, "JP"), (2, "KR"), (3, "JP")]
    assert set(cut[0]["digests"]) == {"md", "docx", "pdf", "json"}
    assert Kind.RELEASE_ACKNOWLEDGED in kinds


def test_log_names_nobody_and_quotes_nothing(past):
    entries = _entries(past.ground)
    said = json.dumps(entries, ensure_ascii=False)
    document = case()
    words = [w for p in document.people for w in (p.family, p.ref, *p.native.values()) if len(w) > 3]
    words += [note.body for meeting in document.meetings for note in meeting.notes] + [e.text for e in document.entries]
    words += ["tranches", "Received.", *CAST]
    roles = {"organiser", "facilitator", "rapporteur", "observer"}  # logins that are also words for a role
    assert [word for word in words if word not in roles and word in said] == []


def test_seats_that_come_by_invitation_stand_in_the_log(ground, visit, program):
    organiser = program("organiser")
    issued = organiser.call("POST", f"{D}/people", {"family": "Sato", "role": "participant", "party": "JP"}).json()
    before = len(_entries(ground))
    stranger = visit()
    fields = {"code": issued["code"], "login": "sato", "passphrase": "a long and quiet river"}
    there = f"/invitations/{issued['token']}"
    assert stranger.send(there, page=there, **fields).status_code == 200
    joined, keys = _entries(ground)[before:]
    assert (joined["kind"], joined["roles"], joined["party"]) == (Kind.MEMBER_JOINED, "participant", "JP")
    opened = {(key["room"], key["of"], key["level"]) for key in keys["keys"]}
    assert {("board", None, 2), ("confided", "JP", 2)} <= opened
    assert {key["member"] for key in keys["keys"]} == {joined["member"]}
    assert not any(room == "delegation" for room, _of, _level in opened)  # its members let in whom they let in
    page = visit("tachibana").get(f"{D}/log").text
    assert f"Member {joined['member']} took a seat: participant, party JP." in page
    assert "what JP confides" in page


def test_what_is_sealed_or_said_in_a_note_leaves_no_entry(ground, program):
    tachibana, before = program("tachibana"), _entries(ground)
    line = {"kind": "red-line", "text": "A secret line.", "touches": ["VP"]}
    assert tachibana.call("POST", f"{D}/registers", line).is_success
    entry = next(e for e in tachibana.get(f"{D}/registers")["entries"] if e["text"] == line["text"])
    revised = {"text": "Sharper.", "version": 1}
    assert tachibana.call("POST", f"{D}/registers/{entry['id']}/revise", revised).is_success
    assert tachibana.call("POST", f"{D}/registers/{entry['id']}/withdraw", {}).is_success
    position = {"view": "crosses-a-line", "disclosure": "sealed"}
    assert tachibana.call("POST", f"{D}/roadmap/VP/position", position).is_success
    meeting = next(m["id"] for m in tachibana.get(f"{D}/meetings")["upcoming"] if m["code"] == "W-2026")
    item = tachibana.get(f"{D}/meetings/{meeting}/notes")["items"][0]["id"]
    assert tachibana.call("POST", f"{D}/meetings/{meeting}/agenda/{item}/notes", {"body": "A thought."}).is_success
    assert _entries(ground) == before


def _hand_a_key(ground):
    with unguarded(ground, WHY) as work:
        room = work.db.scalar(select(Compartment.id).where(Compartment.kind == "delegation"))
        organiser = work.db.scalar(select(Member.id).where(Member.roles == "organiser"))
        work.hand_key(room, organiser, Level.READ)


def test_key_that_the_log_does_not_hear_of_is_not_handed(ground):
    with pytest.raises(GateError, match="transparency log"):
        _hand_a_key(ground)
    assert not any(
        key["room"] == "delegation" and key["member"] == 1 for e in _entries(ground) for key in e.get("keys", ())
    )


# --- words ------------------------------------------------------------------------------------------------------------


def test_every_kind_has_words_in_which_every_fact_finds_its_place():
    assert set(WORDS) == set(Kind)
    for kind, sentence in WORDS.items():
        names = re.findall(r"%\((\w+)\)s", sentence)
        shown = words_of({"kind": kind.value, **{name: f"<{name}>" for name in names}})
        assert all(f"<{name}>" in shown for name in names), kind
        assert "—" in words_of({"kind": kind.value}) or not names  # a fact that is missing is no failure
    assert words_of({"kind": "of a later version"}) == "of a later version"


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_hold_in_every_language(language):
    with use_language(language):
        for kind in Kind:
            for name in TRANSLATED:
                assert all(words_of({"kind": kind.value, name: value}) for value in VALUES)


# --- who reads which entry --------------------------------------------------------------------------------------------


def _log(who):
    """Every entry as this viewer sees it, oldest first."""
    found, before = [], None
    while True:
        page = who.get(f"{D}/log" + (f"?before={before}" if before is not None else ""))
        found += page["entries"]
        before = page["older"]
        if before is None:
            return found[::-1]


def test_pages_of_the_log_hold_every_entry_once_newest_first(past):
    log = _log(past.organiser)
    assert [entry["position"] for entry in log] == list(range(len(_entries(past.ground))))
    first = past.organiser.get(f"{D}/log")
    assert (len(first["entries"]), first["newer"]) == (25, None)
    second = past.organiser.get(f"{D}/log?before={first['older']}")
    assert second["newer"] == first["size"]
    assert past.organiser.get(f"{D}/log?before=0")["entries"] == []


def test_each_reads_the_entries_about_the_rooms_he_may_enter_and_no_other(past):
    seen = {
        name: _log(past.program(name)) for name in ("organiser", "liaison-japan", "morinaga", "whitcombe", "observer")
    }
    entries = _entries(past.ground)
    reads = {
        name: {
            (entries[e["position"]]["kind"], entries[e["position"]].get("recipient")) for e in log if not e["is_hidden"]
        }
        for name, log in seen.items()
    }
    assert ("release cut", "JP") in reads["liaison-japan"]
    assert ("release cut", "KR") not in reads["liaison-japan"]
    assert ("member joined", None) not in reads["liaison-japan"]
    assert ("member joined", None) in reads["morinaga"]
    assert ("release cut", "JP") not in reads["morinaga"]
    assert ("release cut", "KR") in reads["organiser"]
    meetings = {
        name: {
            entries[e["position"]]["meeting"] for e in log if not e["is_hidden"] and "meeting" in entries[e["position"]]
        }
        for name, log in seen.items()
    }
    ours = next(e["meeting"] for e in entries if e["kind"] == Kind.MEETING_ADDED and e["meeting"].startswith("M-"))
    assert ours in meetings["morinaga"]
    assert ours in meetings["organiser"]
    assert ours not in meetings["whitcombe"] | meetings["observer"] | meetings["liaison-japan"]


def test_hidden_entry_shows_its_place_and_its_hash_and_nothing_that_can_be_guessed(past):
    entries = _entries(past.ground)
    liaison = past.program("liaison-japan")
    place = next(n for n, e in enumerate(entries) if e["kind"] == Kind.KEYS_HANDED)
    proof = liaison.get(f"{D}/log/entries/{place}")
    assert proof["text"] == ""
    assert proof["entry"] | {"hash": ""} == {
        "position": place,
        "day": None,
        "words": "",
        "details": [],
        "is_hidden": True,
        "hash": "",
    }
    guess = dict(entries[place])
    mark = guess.pop("mark")
    assert len(mark) == 32
    assert leaf_hash(json.dumps(guess, sort_keys=True, separators=(",", ":")).encode()).hex() != proof["entry"]["hash"]


def test_anybody_gets_from_an_entry_to_the_root_with_the_published_hashes_alone(past):
    liaison = past.program("liaison-japan")
    size = liaison.get(f"{D}/log")["size"]
    for place in range(size):
        proof = liaison.get(f"{D}/log/entries/{place}")
        leaf = bytes.fromhex(proof["entry"]["hash"])
        if proof["text"]:
            assert leaf_hash(proof["text"].encode()) == leaf
        steps = [base64.b64decode(step) for step in proof["proof"]]
        assert tree.verify_inclusion(leaf, place, proof["size"], steps, base64.b64decode(proof["root"]))
    assert liaison.call("GET", f"{D}/log/entries/{size}").status_code == 404
    assert liaison.call("GET", f"{D}/log/entries/-1").status_code == 404


def test_anybody_checks_the_continuation_with_the_published_proof_alone(past):
    liaison = past.program("liaison-japan")
    with unguarded(past.ground, WHY) as work:
        dialogue_id = work.db.scalar(select(DialogueHead.id))
        leaves, now = queries.hashes(work, dialogue_id), checkpoint(work, dialogue_id)
    for size in (1, 7, len(leaves)):
        root = base64.b64encode(tree.tree_hash(leaves[:size])).decode()
        note = quote(f"{now.origin}\n{size}\n{root}\n", safe="")
        found = liaison.get(f"{D}/log/check?checkpoint={note}")
        assert (found["is_honest"], found["is_signed"]) == (True, False)
        steps = [base64.b64decode(step) for step in found["proof"]]
        roots = base64.b64decode(found["old_root"]), base64.b64decode(found["root"])
        assert tree.verify_consistency(size, found["size"], steps, *roots)


# --- on the page ------------------------------------------------------------------------------------------------------


def test_page_shows_downloads_and_compares(ground, visit):
    reader = visit("liaison-japan")
    page = reader.get(f"{D}/log").text
    assert "An entry about a room to which you hold no key." in page
    assert (
        "The dialogue was loaded from a document."
        in reader.get(f"{D}/log?before=25").text + page + reader.get(f"{D}/log?before=50").text
    )
    kept = reader.get(f"{D}/log/checkpoint")
    assert kept.headers["content-disposition"].startswith('attachment; filename="six-party-talks-checkpoint-')
    asked = reader.get(f"{D}/log/check", params={"checkpoint": kept.text})
    assert asked.status_code == 200
    assert "honest continuation" in asked.text
    other = re.sub(r"\n.{44}\n\n.*", f"\n{'A' * 43}=\n", kept.text, flags=re.DOTALL)
    asked = reader.get(f"{D}/log/check", params={"checkpoint": other})
    assert "NOT a continuation" in asked.text
    assert "It carries no signature" in asked.text
    assert "Inclusion proof" in reader.get(f"{D}/log/entries/3").text


def _of_another_dialogue(ground, note):
    load(ground, parse(ELSEWHERE))
    with unguarded(ground, WHY) as work:
        return checkpoint(work, work.db.scalar(select(DialogueHead.id).where(DialogueHead.code == "elsewhere"))).note


REFUSED = [
    (lambda ground, note: "", "three lines"),
    (lambda ground, note: "Yours sincerely\n\n\n", "three lines"),
    (lambda ground, note: note.replace("\n", "\n9", 1), "more entries than the log has"),
    (lambda ground, note: re.sub(r"(— \S+ ....)..", r"\1zz", note), "signature does not fit"),
    (lambda ground, note: note.split("\n\n")[0].replace("six-party-talks/", "six-party-talks/0", 1), "another"),
    (_of_another_dialogue, "another dialogue"),
]


@pytest.mark.parametrize(("spoil", "says"), REFUSED)
@pytest.mark.sqlite_only("what is pasted is read before the database is")
def test_what_is_no_checkpoint_of_this_log_is_refused_in_the_form(ground, visit, spoil, says):
    reader = visit("tachibana")
    note = spoil(ground, reader.get(f"{D}/log/checkpoint").text)
    answer = reader.get(f"{D}/log/check", params={"checkpoint": note})
    assert answer.status_code == 422
    assert says in answer.text
    assert not note or note.split("\n")[0].strip() in answer.text  # what was pasted is still there


# --- releases ---------------------------------------------------------------------------------------------------------


def test_every_file_of_a_release_carries_the_checkpoint_of_its_moment(past):
    liaison = past.liaison
    here = f"{D}/releases/{past.releases[2]}"
    note = liaison.get(here)["document"]["checkpoint"]
    entries = _entries(past.ground)
    assert entries[int(note.split("\n")[1])]["number"] == 3  # the next entry is the release itself
    files = {form: liaison.call("GET", f"{here}/files/{form}").content for form in ("md", "docx", "pdf")}
    with zipfile.ZipFile(io.BytesIO(files["docx"])) as parts:
        files["docx"] = parts.read("word/document.xml")
    pdf = "".join(page.extract_text() for page in PdfReader(io.BytesIO(files["pdf"])).pages)
    for line in filter(None, note.split("\n")):
        assert line.encode() in files["md"]
        assert line.encode() in files["docx"]
        assert line.replace(" ", "") in pdf.replace("\n", "").replace(" ", "")
    assert liaison.get(f"{D}/log/check?checkpoint={quote(note, safe='')}")["is_honest"]


# --- two at once ------------------------------------------------------------------------------------------------------


def test_two_writers_at_once_both_get_in(ground):
    """Each holds the log for a while; without the lock both would take one position and one of them would fail."""
    before, errors, here = len(_entries(ground)), [], threading.Barrier(2)

    def write(party):
        try:
            with unguarded(ground, WHY) as work:
                head = work.db.execute(
                    select(DialogueHead.id, Compartment.id).join(Compartment).where(Compartment.kind == "lobby")
                ).first()
                if ground.engine.dialect.name == "postgresql":
                    here.wait(5)  # both transactions are open; SQLite's writers queue at BEGIN
                for _entry in range(5):
                    record(work, Kind.PARTY_ADDED, room=head[1], dialogue_id=head[0], party=party)
        except Exception as fault:  # noqa: BLE001  # told below
            errors.append(fault)

    for _round in range(4):
        threads = [threading.Thread(target=write, args=(party,)) for party in ("A", "B")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert errors == []
    added = [entry["party"] for entry in _entries(ground)[before:]]
    assert sorted(added) == ["A"] * 20 + ["B"] * 20
    assert all(len(set(added[n : n + 5])) == 1 for n in range(0, 40, 5))  # one waited for the other's commit
    with unguarded(ground, WHY) as work:
        assert [leaf.position for leaf in work.db.scalars(select(Leaf).order_by(Leaf.position))] == list(
            range(before + 40)
        )


def test_what_is_taken_back_to_a_savepoint_leaves_no_gap_and_gives_up_the_turn(ground):
    """The place is asked for once in a transaction; a savepoint that is undone takes its entries with it, and the lock."""
    before = len(_entries(ground))
    with unguarded(ground, WHY) as work:
        dialogue, lobby = work.db.execute(
            select(DialogueHead.id, Compartment.id).join(Compartment).where(Compartment.kind == "lobby")
        ).one()
        for party, is_undone in (("A", True), ("B", False), ("C", True), ("D", False)):
            savepoint = work.db.begin_nested()
            for _twice in range(2):
                record(work, Kind.PARTY_ADDED, room=lobby, dialogue_id=dialogue, party=party)
            if is_undone:
                savepoint.rollback()
            else:
                savepoint.commit()
    assert [entry["party"] for entry in _entries(ground)[before:]] == ["B", "B", "D", "D"]
    with unguarded(ground, WHY) as work:
        places = list(work.db.scalars(select(Leaf.position).order_by(Leaf.position)))
    assert places == list(range(before + 4))
