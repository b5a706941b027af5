"""The registers of words as sheets: red lines, bottom lines and interests; terms with their readings."""

from app.access.rules import Action
from app.access.work import Reading, Work
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.tables import Row
from app.registers import queries, service, terms
from app.registers.commands import DISCLOSURES, AddTerm, DiscloseEntry, GiveReading, LodgeEntry, ReviseEntry, TurnTerm
from app.registers.sheets import Head, Here, Sheet, Verdict, bound, codes, differ, is_ticked, number
from app.registers.views import ClaimView

CLAIM = ("subject", "stance", "amount", "unit", "may_be_compared")
"""What a line says to a machine; only its owners have it in their file."""

LINE = (
    *("code", "kind", "party", "text", "authority", "capacity", "conditions", "source", "touches", "disclosure"),
    *("reconfirm_by", *CLAIM, "rule", "tlp"),
)
MARKS = ("rule", "tlp")
"""What follows from the disclosure: whether a line may be attributed, and how far it may travel. Written out, never taken in."""


def _line_rows(reading: Reading) -> list[Row]:
    """Every entry the viewer may see; whose it is only where it may be attributed."""
    return [
        {
            "code": entry.code,
            "kind": entry.kind,
            "party": entry.party_code or "",
            "text": entry.text,
            "authority": entry.authority,
            "capacity": entry.capacity,
            "conditions": entry.conditions,
            "source": entry.source,
            "touches": " ".join(entry.touches),
            "disclosure": entry.disclosure,
            "reconfirm_by": entry.reconfirm_by.isoformat() if entry.reconfirm_by else "",
            **_claim_cells(entry.claim),
            "rule": entry.rule,
            "tlp": entry.tlp,
        }
        for entry in queries.entry_views(reading)
    ]


def _claim_cells(claim: ClaimView | None) -> Row:
    if claim is None:
        return dict.fromkeys(CLAIM, "")
    cells = {name: str(getattr(claim, name) or "") for name in CLAIM[:4]}
    return cells | {"amount": number(claim.amount), "may_be_compared": "true" if claim.may_be_compared else ""}


def _settled_line(row: Row, old: Row | None, here: Here) -> Row:
    """With the party's code, as every register's file has it, whatever name or language this file has it in; and as it is marked."""
    party = here.party_by_name.get(row["party"].casefold(), row["party"])
    marks = {name: old[name] if old else "" for name in MARKS}
    return row | marks | {"party": party or (old["party"] if old else "")}


def _put_line(work: Work, row: Row, old: Row | None, here: Here) -> Verdict:
    words = {name: row[name] for name in LINE if name not in ("code", "party", "kind", "disclosure", *MARKS)}
    words["touches"] = codes(row["touches"])  # type: ignore[assignment]
    words["may_be_compared"] = is_ticked(row["may_be_compared"])  # type: ignore[assignment]
    if old is None:
        if row["code"]:
            raise Invalid({"code": _("There is no such entry. A new one gets its code here; leave it empty.")})
        if row["party"] and row["party"] != here.own_party:
            raise Invalid({"party": _("You can speak for your own party only.")})
        service.lodge(work, bound(LodgeEntry, words | {n: row[n] for n in ("kind", "disclosure")}), here.known)
        return "new"
    if fixed := differ(row, old, "kind", "party"):
        raise Invalid({fixed[0]: _("This stays as it was lodged.")})
    kept = here.entries[row["code"]]
    if differ(row, old, *words):
        service.revise(work, kept.row.id, bound(ReviseEntry, words | {"version": kept.row.version}), here.known)
    if differ(row, old, "disclosure"):
        if row["disclosure"] not in DISCLOSURES:
            raise Invalid({"disclosure": _("Please choose one of the values offered.")})
        service.disclose(work, kept.row.id, bound(DiscloseEntry, {"disclosure": row["disclosure"]}))
    return "changed"


LINES = Sheet(
    LINE,
    Action.ENTRY_LODGE,
    _line_rows,
    _put_line,
    lambda row: row["code"],
    frozenset({"text", "conditions"}),
    _settled_line,
)

# --- terms ----------------------------------------------------------------------------------------------------------

TERM = (
    *("code", "expression", "state", "agreed_in", "used_in"),
    *("party", "reading", "on", "source", "language", "recorded_by"),
)


def _term_rows(reading: Reading) -> list[Row]:
    """A line for each reading; a term without one has a line of its own."""
    found = []
    for row in terms.term_rows(reading):
        head = {
            "code": row.code,
            "expression": row.expressions.get("en") or next(iter(row.expressions.values()), ""),
            "state": terms.term_state(row, reading.today),
            "agreed_in": terms.agreed_in(row, reading.today),
            "used_in": " ".join(row.extra.get("used_in", ())),
        }
        for given in row.readings or [{}]:
            said = {"party": given.get("party"), "reading": given.get("text"), "on": given.get("on")}
            said |= {"source": given.get("source"), "language": (given.get("language") or "en") if given else ""}
            said |= {"recorded_by": given.get("recorded_by")}
            found.append({name: str((head | said).get(name) or "") for name in TERM})
    return found


def _settled_term(row: Row, old: Row | None, here: Here) -> Row:
    """Who wrote a reading down is a fact of the record, whatever a file says of it."""
    return row | {"recorded_by": old["recorded_by"] if old else ""}


def _put_term(work: Work, row: Row, old: Row | None, here: Here) -> Verdict:
    code, used = row["code"], tuple(codes(row["used_in"]))
    there = here.terms.get(code)
    now = _put_head(work, row, used, there, is_named_anew=old is None)
    if old is not None and differ(row, old, "agreed_in") and now[1] == old["state"]:
        raise Invalid({"agreed_in": _("This stays as it was recorded.")})
    if row["reading"] and old is None:
        said = {"party": row["party"], "text": row["reading"], "on": row["on"], "source": row["source"]}
        terms.give(work, code, bound(GiveReading, said | {"language": row["language"]}))
    elif old is not None and differ(row, old, "source", "language"):
        raise Invalid({"reading": _("A reading stays as it was given; a later one stands beside it.")})
    here.terms[code] = now  # only now: a row that is refused leaves the term as it was
    return "changed" if old or there else "new"


def _put_head(work: Work, row: Row, used: tuple[str, ...], there: Head | None, *, is_named_anew: bool) -> Head:
    """The term itself: added, turned or left. What it then says."""
    if there is None:
        said = {name: row[name] for name in ("code", "expression", "state", "agreed_in")} | {"used_in": list(used)}
        command = bound(AddTerm, said)
        terms.enter_term(work, command)
        return command.expression, command.state, tuple(command.used_in)
    expression, *standing = there
    if row["expression"] not in ("", expression) and is_named_anew:
        raise Invalid({"expression": _("The expression of a term stays as it was recorded.")})
    if [row["state"] or standing[0], used or standing[1]] != standing:
        state, used = row["state"] or str(standing[0]), used or tuple(standing[1])
        turned = bound(TurnTerm, {"state": state, "agreed_in": row["agreed_in"], "used_in": list(used)})
        terms.turn(work, row["code"], turned)
        return expression, turned.state, tuple(turned.used_in)
    return there


def _of_reading(row: Row) -> str:
    parts = (row["code"], row["party"], row["on"], row["language"], row["reading"])
    return " ".join(part for part in parts if part)


TERMS = Sheet(
    TERM,
    Action.READING_GIVE,
    _term_rows,
    _put_term,
    _of_reading,
    frozenset({"reading"}),
    _settled_term,
    columns_of={"text": "reading"},
)
