"""Whoever changes the log or a released row in the database is found out: a thousand random changes, a thousand findings.

The changes are drawn from a seeded generator and made by SQL, as somebody with the database would make them; each is undone
afterwards. What the database itself refuses (a foreign key, a type) is no change and not counted. "Held against an old checkpoint"
is the last part: a log rewritten as a whole, with the house's own keys, agrees with itself, and only whoever kept a checkpoint knows.
"""

import json
import random
from collections import Counter
from contextlib import suppress
from urllib.parse import quote

import pytest
from sqlalchemy import LargeBinary, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from app.audit import Audit, audit, findings
from app.core.ids import new_id
from app.ledger import queries, service
from app.ledger.checkpoint import BadCheckpoint, Checkpoint
from app.ledger.models import Leaf
from app.ledger.tree import tree_hash
from app.releases.models import Acknowledgement, Release
from tests.figures import figure
from tests.ledger.conftest import D

CHANGES = 1000
LEAF, RELEASE, RECEIPT = Leaf.__table__, Release.__table__, Acknowledgement.__table__


class NoChange(Exception):
    """Drawn something that changes nothing, or that the database does not let happen."""


class Tamperer:
    def __init__(self, work, dialogue_id, chance):
        self.db, self.dialogue_id, self.chance = work.db, dialogue_id, chance
        self.leaves = self.db.execute(select(LEAF).order_by(LEAF.c.position)).mappings().all()
        self.releases = self.db.execute(select(RELEASE).order_by(RELEASE.c.number)).mappings().all()
        self.receipts = self.db.execute(select(RECEIPT)).mappings().all()
        self.acts = [
            getattr(self, name) for name in sorted(dir(self)) if name.startswith(("leaf_", "release_", "receipt_"))
        ]

    def change(self):
        act = self.chance.choice(self.acts)
        act()
        return act.__name__

    # --- bits: of any column of any row, as it is stored

    def leaf_flipped(self):
        leaf = self.chance.choice(self.leaves)
        where = {"dialogue_id": leaf["dialogue_id"], "position": leaf["position"]}
        self._flip(LEAF, self.chance.choice(list(LEAF.columns)), where)

    def release_flipped(self):
        row = self.chance.choice(self.releases)
        self._flip(RELEASE, self.chance.choice(list(RELEASE.columns)), {"id": row["id"]})

    def receipt_flipped(self):
        row = self.chance.choice(self.receipts)
        self._flip(RECEIPT, self.chance.choice(list(RECEIPT.columns)), {"id": row["id"]})

    def _flip(self, table, column, key):
        where = [table.c[name] == value for name, value in key.items()]
        if isinstance(column.type, LargeBinary):
            before = bytes(self.db.execute(select(column).where(*where)).scalar_one())
            self._update(table, where, {column.name: self._flipped(before)})
            return
        self._flip_words(table, column, key)

    def _flip_words(self, table, column, key):
        """Through SQL text, past the types of Python: what is written need not be readable any more."""
        dialect = self.db.get_bind().dialect
        kind = column.type.compile(dialect)
        shown = {n: v.hex if hasattr(v, "hex") and dialect.name == "sqlite" else v for n, v in key.items()}
        where = " AND ".join(f"{name} = :{name}" for name in key)
        read = text(f"SELECT CAST({column.name} AS TEXT) FROM {table.name} WHERE {where}")
        before = self.db.execute(read, shown).scalar_one()
        if not before:
            raise NoChange
        try:
            after = self._flipped(before.encode()).decode()
        except UnicodeDecodeError as fault:
            raise NoChange from fault
        if "\x00" in after:
            raise NoChange
        value = ":_new" if dialect.name == "sqlite" else f"CAST(:_new AS {kind})"
        self.db.execute(text(f"UPDATE {table.name} SET {column.name} = {value} WHERE {where}"), shown | {"_new": after})
        with suppress(DBAPIError):
            found = self.db.execute(read, shown).scalar_one_or_none()
            if found == before:
                raise NoChange  # the same value in another spelling

    def _flipped(self, data):
        changed = bytearray(data)
        changed[self.chance.randrange(len(data))] ^= 1 << self.chance.randrange(8)
        return bytes(changed)

    def _update(self, table, where, values):
        self.db.execute(update(table).where(*where).values(**values))

    # --- the log

    def _put_log(self, rows):
        """Another log in the place of this one: (entry, hash) in order, numbered without a gap."""
        self.db.execute(delete(LEAF))
        given = [
            {"dialogue_id": self.dialogue_id, "position": n, "entry": entry, "hash": hashed}
            for n, (entry, hashed) in enumerate(rows)
        ]
        if given:
            self.db.execute(insert(LEAF), given)

    def _log(self):
        return [(leaf["entry"], leaf["hash"]) for leaf in self.leaves]

    def _place(self):
        return self.chance.randrange(len(self.leaves))

    def leaf_swapped(self):
        one, other = self._place(), self._place()
        rows = self._log()
        if one == other:
            raise NoChange
        rows[one], rows[other] = rows[other], rows[one]
        self._put_log(rows)

    def leaf_deleted(self):
        self.db.execute(delete(LEAF).where(LEAF.c.position == self._place()))

    def leaf_deleted_and_gap_closed(self):
        rows = self._log()
        del rows[self._place()]
        self._put_log(rows)

    def leaf_truncated(self):
        self._put_log(self._log()[: self._place()])

    def leaf_inserted(self):
        """A copy of another, or one of one's own making with a right hash: in the middle, or as the newest."""
        rows = self._log()
        entry = rows[self._place()][0]
        if self.chance.random() < 0.5:
            facts = json.loads(entry) | {"on": "2026-11-23", "mark": self.chance.randbytes(16).hex()}
            entry = service.canonical(facts)
        rows.insert(self.chance.randrange(len(rows) + 1), (entry, service.leaf_hash(entry)))
        self._put_log(rows)

    def leaf_redated(self):
        self._rewrite({"on": f"2026-{self.chance.randrange(1, 13):02}-{self.chance.randrange(1, 29):02}"})

    def leaf_turned(self):
        self._rewrite({"kind": self.chance.choice(["release cut", "meeting sealed", "party added", "nothing"])})

    def _rewrite(self, facts):
        """Another entry, with the hash that fits it."""
        rows, place = self._log(), self._place()
        entry = service.canonical(json.loads(rows[place][0]) | facts)
        if entry == rows[place][0]:
            raise NoChange
        rows[place] = (entry, service.leaf_hash(entry))
        self._put_log(rows)

    # --- released rows

    def release_swapped(self):
        """Two releases exchange a column: the text, the digests, the day, the recipient …"""
        names = [c.name for c in RELEASE.columns if c.name not in {"id", "dialogue_id", "number"}]
        name = self.chance.choice(names)
        one, other = self.chance.sample(self.releases, 2)
        if one[name] == other[name]:
            raise NoChange
        self._update(RELEASE, [RELEASE.c.id == one["id"]], {name: other[name]})
        self._update(RELEASE, [RELEASE.c.id == other["id"]], {name: one[name]})

    def release_deleted(self):
        row = self.chance.choice(self.releases)
        self.db.execute(delete(RECEIPT).where(RECEIPT.c.release_id == row["id"]))
        self.db.execute(delete(RELEASE).where(RELEASE.c.id == row["id"]))

    def release_inserted(self):
        row = self.chance.choice(self.releases)
        self.db.execute(insert(RELEASE), [{**row, "id": new_id(), "number": self.chance.randrange(100, 200)}])

    def release_redated(self):
        row = self.chance.choice(self.releases)
        day = row["released_on"].replace(day=self.chance.randrange(1, 29))
        if day == row["released_on"]:
            raise NoChange
        self._update(RELEASE, [RELEASE.c.id == row["id"]], {"released_on": day})

    def release_truncated(self):
        row = self.chance.choice(self.releases)
        document = row["document"][: self.chance.randrange(len(row["document"]))]
        self._update(RELEASE, [RELEASE.c.id == row["id"]], {"document": document})

    def release_of_other_files(self):
        row = self.chance.choice(self.releases)
        digests = {**row["digests"], self.chance.choice(sorted(row["digests"])): self.chance.randbytes(32).hex()}
        self._update(RELEASE, [RELEASE.c.id == row["id"]], {"digests": digests})

    def receipt_deleted(self):
        self.db.execute(delete(RECEIPT))

    def receipt_reworded(self):
        self._update(RECEIPT, [], {"remark": self.chance.choice(["", "Refused.", None])})


def test_a_thousand_changes_are_a_thousand_findings(past):
    checkpoint = past.checkpoint()
    kinds, missed = Counter(), []
    with past.work() as work:
        dialogue_id = work.db.scalar(select(Leaf.dialogue_id))
        assert audit(work, dialogue_id, checkpoint).findings == []
        tamperer = Tamperer(work, dialogue_id, random.Random(12))
        while sum(kinds.values()) < CHANGES:
            try:
                name = tamperer.change()
            except (NoChange, DBAPIError):
                work.db.rollback()
                continue
            kinds[name] += 1
            if not _noticed(work, dialogue_id, checkpoint):
                missed.append(name)
            work.db.rollback()
        figure("P13", mutations=sum(kinds.values()), found=sum(kinds.values()) - len(missed))
        assert missed == []
        assert audit(work, dialogue_id, checkpoint).findings == []  # each change was undone: nothing cries wolf
    assert len(kinds) == len(tamperer.acts)


def _noticed(work, dialogue_id, checkpoint):
    try:
        return any(findings(work, dialogue_id, checkpoint, Audit("")))
    except BadCheckpoint:  # fewer entries than the checkpoint counts
        return True


# --- a log rewritten as a whole ---------------------------------------------------------------------------------------


def _rewritten(work, dialogue_id, act):
    """The log as the house itself would have written it, had the past been another: marks and hashes are right."""
    key = service.log_key(work, dialogue_id)
    told = act([service.facts_of(key, dialogue_id, row) for row in queries.rows(work, dialogue_id)])
    work.db.execute(delete(LEAF).where(LEAF.c.dialogue_id == dialogue_id))
    for place, facts in enumerate(told):
        entry = service.marked(key, dialogue_id, place, facts)
        work.db.add(Leaf(dialogue_id=dialogue_id, position=place, entry=entry, hash=service.leaf_hash(entry)))
    work.db.flush()


def _issued_on_another_day(entries):
    return [{**e, "on": "2026-11-01"} if e["kind"] == "invitation issued" else e for e in entries]


def _never_invited(entries):
    return [e for e in entries if e["kind"] != "invitation issued"]


def _in_another_order(entries):
    return [entries[0], *reversed(entries[1:4]), *entries[4:]]


def _never_loaded_and_one_more(entries):
    return [
        *(e for e in entries if e["kind"] != "dialogue loaded"),
        {**entries[-1], "kind": "party added", "party": "XX"},
    ]


REWRITES = [_issued_on_another_day, _never_invited, _in_another_order, _never_loaded_and_one_more]


@pytest.mark.parametrize("act", REWRITES, ids=lambda act: act.__name__)
def test_rewritten_log_agrees_with_itself_and_whoever_kept_a_checkpoint_knows(past, act):
    past.made(past.organiser, "/people", {"family": "Guest", "role": "observer"})
    checkpoint = past.checkpoint()
    with past.work() as work:
        dialogue_id = work.db.scalar(select(Leaf.dialogue_id))
        _rewritten(work, dialogue_id, act)
        assert audit(work, dialogue_id).findings == []
        assert _noticed(work, dialogue_id, checkpoint)
        # … and so does whoever kept only the three lines that stand on a release.
        assert _noticed(work, dialogue_id, Checkpoint(checkpoint.origin, checkpoint.size, checkpoint.root))
        work.db.rollback()


def test_holder_sees_the_rewriting_on_the_page_and_an_honest_log_stays_honest(past, loop):
    old = past.checkpoint()
    answer = past.liaison.get(f"{D}/log/check?checkpoint={_quoted(old.note)}")
    assert (answer["is_honest"], answer["is_signed"], answer["old_size"]) == (True, True, old.size)
    past.made(past.organiser, "/people", {"family": "Another", "role": "observer"})
    answer = past.liaison.get(f"{D}/log/check?checkpoint={_quoted(old.note)}")
    assert answer["is_honest"]
    assert answer["size"] == old.size + 1
    with past.work() as work:
        dialogue_id = work.db.scalar(select(Leaf.dialogue_id))
        kept = queries.rows(work, dialogue_id)
        _rewritten(work, dialogue_id, _never_loaded_and_one_more)
    try:
        answer = past.liaison.get(f"{D}/log/check?checkpoint={_quoted(old.note)}")
        assert not answer["is_honest"]
        assert past.checkpoint().root != tree_hash([row.hash for row in kept])
    finally:
        with past.work() as work:
            work.db.execute(delete(LEAF))
            work.db.add_all(Leaf(dialogue_id=dialogue_id, position=n, entry=e, hash=h) for n, e, h in kept)


def _quoted(note):
    return quote(note, safe="")


# --- the rest of what the log speaks of -------------------------------------------------------------------------------

SEIZED = {
    "a key to a delegation's room": (
        "INSERT INTO \"grant\" (compartment_id, member_id, level) SELECT c.id, m.id, 2 FROM compartment c, member m WHERE c.kind = 'delegation' AND m.roles = 'organiser' LIMIT 1",
        "holds key delegation",
    ),
    "a stronger key": ('UPDATE "grant" SET level = 3 WHERE level = 1', "its level"),
    "a key taken away": ('DELETE FROM "grant" WHERE level = 3', "the database does not"),
    "another role": ("UPDATE member SET roles = 'facilitator organiser' WHERE roles = 'organiser'", "roles"),
    "another's seat": (
        "UPDATE member SET account_id = (SELECT account_id FROM member WHERE roles = 'observer') WHERE roles = 'organiser'",
        "row",
    ),
    "a seat shut": ("UPDATE member SET is_active = false WHERE roles = 'observer'", "is_active"),
    "a rule loosened": ("UPDATE meeting SET rule = 'on-record' WHERE floor_id IS NOT NULL", "rule"),
    "a label widened": ("UPDATE meeting SET tlp = 'TLP:CLEAR' WHERE floor_id IS NOT NULL", "tlp"),
    "an item's rule loosened": ("UPDATE agenda_item SET rule = NULL WHERE rule IS NOT NULL", "items"),
    "a sealed meeting opened": ("UPDATE meeting SET state = 'open' WHERE state = 'sealed'", "state"),
    "a closed meeting opened": ("UPDATE meeting SET state = 'open' WHERE state = 'closed'", "state"),
    "a sealed note taken out": (
        "DELETE FROM note WHERE compartment_id = (SELECT floor_id FROM meeting WHERE state = 'sealed')",
        "notes",
    ),
    "a sealed note under another item": (
        "UPDATE note SET agenda_item_id = (SELECT id FROM agenda_item ORDER BY id DESC LIMIT 1) WHERE compartment_id IN (SELECT floor_id FROM meeting WHERE state = 'sealed')",
        "notes",
    ),
}


@pytest.mark.parametrize("what", SEIZED)
def test_what_was_seized_in_the_database_is_found(past, what):
    statement, says = SEIZED[what]
    if what == "another's seat":
        statement = statement.replace("(SELECT account_id FROM member WHERE roles = 'observer')", f"'{_nobody(past)}'")
    with past.work() as work:
        assert work.db.execute(text(statement)).rowcount > 0
        dialogue_id = work.db.scalar(select(Leaf.dialogue_id))
        assert any(says in sentence for sentence in audit(work, dialogue_id).findings)
        work.db.rollback()
    assert past.findings(past.checkpoint()) == []


def _nobody(past):
    made = new_id()
    return made.hex if past.ground.engine.dialect.name == "sqlite" else str(made)
