"""The roadmap's registers as sheets: steps, what they wait for, obstacles."""

from collections.abc import Mapping
from typing import Any

from app.access.rules import Action
from app.access.work import Reading, Work
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.i18n import stored_wording
from app.core.tables import Row
from app.engine.ladder import MEASURES
from app.registers.sheets import Here, Sheet, Verdict, bound, codes, differ, is_ticked, number
from app.roadmap import obstacles, standing, steps, tying
from app.roadmap import queries as roadmap
from app.roadmap.commands import (
    AddLink,
    AddObstacle,
    AddStep,
    ChangeStep,
    EndLink,
    GradeStep,
    LiftObstacle,
    WeighObstacle,
)

STEP = (
    *("code", "basket", "title", "actors", "state", "since", "text", "due_on", "due_anchor", "due_days", "due_words"),
    *("standing", "total", "unit", "verification", *MEASURES, "precedents"),
)


def _step_rows(reading: Reading) -> list[Row]:
    extra = roadmap.step_extras(reading)
    found = []
    for row in roadmap.step_rows(reading, reading.today):
        more = extra[row.code]
        grades = more.get("grades") or {}
        words = {
            "code": row.code,
            "basket": row.basket,
            "title": row.titles.get("en") or next(iter(row.titles.values()), ""),
            "actors": " ".join(row.actors),
            "state": row.state,
            "since": row.since.isoformat(),
            "text": more.get("text") or "",
            **_due_cells(row.due),
            "total": number(row.total),
            "unit": row.unit or "",
            "verification": more.get("verification") or "",
            **{name: str(grades[name]) if name in grades else "" for name in MEASURES},
            "precedents": "; ".join(more.get("precedents") or ()),
        }
        found.append({name: str(words.get(name, "")) for name in STEP})
    return found


def _due_cells(due: Mapping[str, Any]) -> Row:
    cells: Row = {"standing": "true" if due.get("standing") else "", "due_words": str(due.get("words") or "")}
    for part in due.get("earliest_of") or [due]:
        if part.get("on"):
            cells["due_on"] = str(part["on"])
        if part.get("anchor"):
            cells |= {"due_anchor": part["anchor"], "due_days": str(part["days"])}
    return cells


def _put_step(work: Work, row: Row, old: Row | None, here: Here) -> Verdict:
    said: dict[str, Any] = {name: row[name] for name in STEP[:3]} | {
        "actors": codes(row["actors"]),
        "happened_on": row["since"],
    }
    said |= {name: row[name] for name in STEP[6:15]}
    said["standing"] = is_ticked(row["standing"])
    if old is None:
        steps.add_step(work, bound(AddStep, said | {"state": row["state"]}), here.roadmap)
    else:
        _change_step(work, row, old, said, here)
    if differ(row, old or dict.fromkeys(row, ""), *MEASURES, "precedents"):
        lines = "\n".join(part.strip() for part in row["precedents"].split(";"))
        grades = {name: row[name] for name in MEASURES} | {"precedents": lines}
        steps.grade_step(work, row["code"], bound(GradeStep, grades), here.roadmap)
    return "changed" if old else "new"


def _change_step(work: Work, row: Row, old: Row, said: dict[str, Any], here: Here) -> None:
    if differ(row, old, "basket"):
        raise Invalid({"basket": _("A step does not move to another basket; withdraw it and add another.")})
    if differ(row, old, "title", "actors", *STEP[6:15]):
        steps.revise_step(work, row["code"], bound(AddStep, said), here.roadmap)
    if differ(row, old, "state", "since"):
        if row["since"] == old["since"]:
            raise Invalid({"since": _("Another state needs the day from which on it holds.")})
        turn = {"state": row["state"], "happened_on": row["since"]}
        steps.change_step(work, row["code"], bound(ChangeStep, turn), here.roadmap)


STEPS = Sheet(
    STEP,
    Action.ROADMAP_KEEP,
    _step_rows,
    _put_step,
    lambda row: row["code"],
    columns_of={"happened_on": "since", "reason": "state", "verified_by": "state"},
)

# --- what waits for what ----------------------------------------------------------------------------------------------

LINK = ("waits", "target", "kind", "party", "since", "reason", "until")


def _link_rows(reading: Reading) -> list[Row]:
    """Every tie that is or was in force: a step, or every step of a basket, waits for a step or an obstacle."""
    return [
        {
            "waits": link.basket or link.step or "",
            "target": link.target,
            "kind": link.kind,
            "party": link.party or "",
            "since": link.since.isoformat() if link.since else "",
            "reason": link.reason or "",
            "until": link.until.isoformat() if link.until else "",
        }
        for link in (*standing.ended_links(reading, reading.today), *standing.rows(reading, reading.today).links)
    ]


def _put_link(work: Work, row: Row, old: Row | None, here: Here) -> Verdict:
    tie = here.ties.get((row["waits"], row["target"], row["kind"], row["party"]))
    if old is None and (tie is None or row["since"]):
        _add_link(work, row, here)
        return "new"
    if old is not None and (fixed := differ(row, old, *LINK[:6])):
        raise Invalid({fixed[0]: _("This stays as it was recorded.")})
    if old is not None and old["until"]:
        raise Invalid({"until": _("It ended before, on %(day)s.") % {"day": old["until"]}})
    if tie is None or not row["until"]:  # named without its day, and nothing said of its end
        return "unchanged"
    said = {"happened_on": row["until"], "reason": row["reason"] or _("ended")}
    tying.end_link(work, tie, bound(EndLink, said))
    return "changed"


def _add_link(work: Work, row: Row, here: Here) -> None:
    if row["until"]:
        raise Invalid({"until": _("There is no such tie in force that could end.")})
    said = {name: row[name] for name in LINK[2:6]}
    if row["waits"] in here.roadmap.baskets:
        tie = bound(WeighObstacle, said | {"basket": row["waits"]})
        tying.weigh_obstacle(work, row["target"], tie, here.roadmap)
    else:
        tying.add_link(work, row["waits"], bound(AddLink, said | {"to": row["target"]}), here.roadmap)


def _of_link(row: Row) -> str:
    """With its first day: what was tied, ended and tied again is two ties."""
    return " ".join(
        part for part in (row["waits"], "→", row["target"], row["kind"], row["party"], row["since"]) if part
    )


LINKS = Sheet(
    LINK,
    Action.ROADMAP_KEEP,
    _link_rows,
    _put_link,
    _of_link,
    frozenset({"reason"}),
    columns_of={"happened_on": "until", "to": "target", "basket": "waits"},
)

# --- obstacles --------------------------------------------------------------------------------------------------------

OBSTACLE = ("code", "title", "baskets", "raised_on", "lifted_on", "reason")


def _obstacle_rows(reading: Reading) -> list[Row]:
    return [
        {
            "code": row.code,
            "title": stored_wording(row.titles),
            "baskets": " ".join(row.baskets),
            "raised_on": row.raised_on.isoformat(),
            "lifted_on": row.lifted_on.isoformat() if row.lifted_on else "",
            "reason": row.reason or "",
        }
        for row in standing.obstacle_rows(reading, reading.today)
    ]


def _put_obstacle(work: Work, row: Row, old: Row | None, here: Here) -> Verdict:
    if old is None:
        said = {name: row[name] for name in ("code", "title", "raised_on", "reason")}
        obstacles.add_obstacle(work, bound(AddObstacle, said | {"baskets": codes(row["baskets"])}), here.roadmap)
    elif fixed := differ(row, old, "title", "baskets", "raised_on", "reason"):
        raise Invalid({fixed[0]: _("This stays as it was recorded.")})
    if row["lifted_on"] and (old is None or not old["lifted_on"]):
        said = {"happened_on": row["lifted_on"], "reason": row["reason"] or _("lifted")}
        obstacles.lift_obstacle(work, row["code"], bound(LiftObstacle, said), here.roadmap)
    elif old is not None and differ(row, old, "lifted_on"):
        raise Invalid({"lifted_on": _("It was lifted before, on %(day)s.") % {"day": old["lifted_on"]}})
    return "changed" if old else "new"


OBSTACLES = Sheet(
    OBSTACLE,
    Action.ROADMAP_KEEP,
    _obstacle_rows,
    _put_obstacle,
    lambda row: row["code"],
    frozenset({"reason"}),
    columns_of={"happened_on": "lifted_on"},
)
