"""What can be done next: one step with all that is known of it, the ladder of small steps, the smallest packages.

Only what the viewer may know is used. A facilitator's run uses what was confided too, and its result names no line: what a line
forbids is simply not there.
"""

from collections.abc import Iterable
from datetime import date

from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading
from app.board.rows import Rows, roadmap_of, rows_of, weighed
from app.board.service import show_line
from app.board.views import NextStep, NextView, PackageView, StepEffectView, StepPage
from app.board.weighing import Words
from app.core.i18n import wording
from app.engine.isolation import Effect, Effects
from app.engine.ladder import MEASURES, Grades
from app.engine.packages import Candidate, Package, packages
from app.registers import queries as registers
from app.registers.commands import LINES
from app.registers.queries import OBJECTIONS, Kept
from app.roadmap import queries
from app.roadmap.queries import Graded
from app.roadmap.service import may_keep


def show_step(reading: Reading, code: str, *, as_of: date | None = None) -> StepPage:
    rows = rows_of(reading, as_of or reading.today)
    facts = queries.step_facts(reading, code, rows.roadmap, rows.day)
    return StepPage(
        facts=facts,
        feelings=registers.feelings(reading, code) if as_of is None else None,
        effect=_effect(reading, code, rows),
        rung=Grades(**facts.grades).rung,
        as_of=rows.day,
        is_today=as_of is None,
        may_keep=may_keep(reading),
        may_waive=reading.may_in(Action.REQUIREMENT_WAIVE, Room.BOARD),
    )


def _effect(reading: Reading, code: str, rows: Rows) -> StepEffectView | None:
    """Under what stands that day; none for a step that is done or withdrawn."""
    roadmap = roadmap_of(rows)
    if code not in roadmap.steps:
        return None
    effects = Effects(roadmap.network, rows.stalled, rows.weighing)
    words = Words(rows, {row.code: row for row in queries.step_rows(reading, rows.day)})
    return next(words.step(step, effects) for step in effects if step.code == code)


def show_next(reading: Reading, *, as_of: date | None = None) -> NextView:
    """The free steps that nobody's known line forbids, lowest rung first; and the smallest reciprocal packages of them."""
    rows = rows_of(reading, as_of or reading.today)
    entries = [kept for kept in registers.kept_entries(reading, as_of) if not kept.words.get("withdrawn")]
    forbidden = _forbidden(reading, entries, rows.day)
    details = queries.graded_steps(reading)
    free = [code for code in _free(rows) if code not in forbidden]
    states = {step.code: step for step in rows.roadmap.steps}
    names = dict(rows.parties)
    steps = (
        _next_step(code, states[code].basket, [names.get(a, a) for a in states[code].actors], details[code])
        for code in free
    )
    wants = _declared(reading, entries)
    found = packages(tuple(_candidates(free, rows, wants, details)))
    return NextView(
        dialogue=reading.viewer.dialogue_code,
        as_of=rows.day,
        is_today=as_of is None,
        steps=tuple(sorted(steps, key=lambda step: (not step.is_graded, step.rung))),
        packages=tuple(_package(each, details, names) for each in found.best),
        package_count=found.count,
        has_all_packages=found.is_complete,
        sees_confided=Room.CONFIDED in reading.viewer.room_kinds and reading.viewer.party_id is None,
        line=show_line(reading, rows.day),
    )


def _free(rows: Rows) -> list[str]:
    """What can be done now: free, or tied by nobody's requirement where everything is provisional."""
    found = weighed(roadmap_of(rows), rows.stalled, rows.weighing)
    can = (Effect.FREE, Effect.PROVISIONAL)
    return [step.code for steps in found.values() for step in steps if step.effect in can]


def _forbidden(reading: Reading, entries: Iterable[Kept], day: date) -> set[str]:
    """Steps that a line known to the viewer touches, or to which an objection is known."""
    lines = {code for kept in entries if kept.row.kind in LINES for code in kept.words.get("touches", ())}
    given = [words for _row, _party, words in registers.positions(reading) if (words["on"] or "") <= day.isoformat()]
    objected = {words["step"] for words in given if words["view"] in OBJECTIONS}
    return lines | objected


def _next_step(code: str, basket: str, who: list[str], step: Graded) -> NextStep:
    grades = Grades(**step.grades)
    return NextStep(
        code=code,
        title=wording(step.title),
        basket=basket,
        who=", ".join(who),
        rung=grades.rung,
        grades=tuple((name, getattr(grades, name)) for name in MEASURES),
        is_graded=bool(step.grades),
        others="no objection known",
        precedents=step.precedents,
    )


def _declared(reading: Reading, entries: Iterable[Kept]) -> list[tuple[str, set[str]]]:
    """(party, codes) of every interest that the viewer may know by its party: what was shared without a name serves nobody by name."""
    own = reading.viewer.party_id
    return [
        (kept.party.code, set(kept.words.get("touches", ())))
        for kept in entries
        if kept.row.kind == "interest" and (kept.row.party_id == own or kept.disclosure != "shared-without-attribution")
    ]


def _candidates(
    free: list[str], rows: Rows, wants: list[tuple[str, set[str]]], details: dict[str, Graded]
) -> Iterable[Candidate]:
    """Free steps with the interests they serve: those that touch the step or its basket."""
    states = {step.code: step for step in rows.roadmap.steps}
    for code in free:
        serves: dict[str, int] = {}
        for party, touched in wants:
            if touched & {code, states[code].basket}:
                serves[party] = serves.get(party, 0) + 1
        cost = Grades(**details[code].grades).cost
        yield Candidate(code, frozenset(states[code].actors), tuple(serves.items()), cost)


def _package(found: Package, details: dict[str, Graded], names: dict[str, str]) -> PackageView:
    return PackageView(
        steps=tuple((code, wording(details[code].title)) for code in found.codes),
        gives=tuple((names.get(p, p), amount) for p, amount in found.gives),
        serves=tuple(names.get(party, party) for party, _amount in found.gets),
        imbalance=found.imbalance,
    )
