"""What can be done next: one step with all that is known of it, the ladder of small steps, the smallest packages.

Only what the viewer may know is used. A facilitator's run uses what was confided too, and its result names no line: what a line
forbids is simply not there.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from app.access import reasons
from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading
from app.board.ahead_views import LeftOut, NextStep, NextView, PackageView, Served, StepPage, Waiting
from app.board.rows import Rows, roadmap_of, rows_of, weighed
from app.board.service import show_line
from app.board.weighing_views import StepEffectView
from app.board.words import Words
from app.core.i18n import stored_wording, wording
from app.engine.isolation import Effect, Effects, StepEffect
from app.engine.ladder import MEASURES, Grades, ready
from app.engine.packages import Candidate, Package, packages
from app.registers import positions
from app.registers import queries as registers
from app.registers.commands import LINES
from app.registers.queries import Kept, touches
from app.roadmap import queries
from app.roadmap.facts import step_facts
from app.roadmap.graph import CLOSED, HARD, StepState
from app.roadmap.queries import Graded
from app.roadmap.service import may_keep
from app.roadmap.views import StepFacts

CAN = frozenset({Effect.FREE, Effect.LINKED, Effect.PROVISIONAL})
"""Held by nobody's requirement: a political tie blocks nothing."""
OPEN = frozenset({"shared", "shared-without-attribution"})
"""The disclosures that everybody on the board may read."""


def show_step(reading: Reading, code: str, *, as_of: date | None = None) -> StepPage:
    rows = rows_of(reading, as_of or reading.today)
    facts = step_facts(reading, code, rows.roadmap, rows.day)
    words = Words(rows, {row.code: row for row in queries.step_rows(reading, rows.day)})
    return StepPage(
        facts=facts,
        feelings=positions.show_feelings(reading, code, as_of=rows.day),
        effect=_effect(code, rows, words),
        waits=_waits(facts, rows, words),
        rung=Grades(**facts.grades).rung,
        as_of=rows.day,
        is_today=rows.is_today,
        may_keep=may_keep(reading),
        may_waive=reading.may_in(Action.REQUIREMENT_WAIVE, Room.BOARD),
    )


def _effect(code: str, rows: Rows, words: Words) -> StepEffectView | None:
    """Under what stands that day; none for a step that is done or withdrawn."""
    roadmap = roadmap_of(rows)
    if code not in roadmap.steps:
        return None
    effects = Effects(roadmap.network, rows.stalled, rows.weighing)
    return next(words.step(step, effects) for step in effects if step.code == code)


def _waits(facts: StepFacts, rows: Rows, words: Words) -> tuple[Waiting, ...]:
    """The requirements of a step that are in force and not met."""
    states = {step.code: step.state for step in rows.roadmap.steps if step.state not in CLOSED}
    states |= dict.fromkeys(rows.weighing, "raised")
    titles = words.titles
    holds = {tie.code for tie in facts.held_by if tie.kind in HARD}
    targets = dict.fromkeys(tie.code for tie in facts.waits_for if tie.kind in HARD and tie.code in states)
    return tuple(Waiting(code, titles.get(code, ""), states[code], code in holds) for code in targets)


def show_next(reading: Reading, *, as_of: date | None = None) -> NextView:
    """What can be done now and nobody's known line forbids, lowest rung first; and the smallest reciprocal packages of it."""
    rows = rows_of(reading, as_of or reading.today)
    entries = [kept for kept in registers.kept_entries(reading, rows.day) if not kept.words.get("withdrawn")]
    forbidden, own_party = _forbidden(reading, entries, rows), reading.viewer.party_id
    # Whoever belongs to no party has no side of his own: what was confided to him is used, and shows in no number.
    own = _forbidden(reading, entries, rows, lambda kept: kept.party.id == own_party) if own_party else set()
    shared = _forbidden(reading, entries, rows, lambda kept: kept.disclosure in OPEN) - own
    roadmap = roadmap_of(rows)
    found = [step for steps in weighed(roadmap, rows.stalled, rows.weighing).values() for step in steps]
    untouched = [step.code for step in found if step.effect in CAN]
    doable = ready(roadmap, untouched)
    offered = ready(roadmap, (code for code in untouched if code not in forbidden))
    allowed = ready(roadmap, (code for code in untouched if code not in own))
    unshared = ready(roadmap, (code for code in untouched if code not in shared))
    tied = {step.code for step in found if step.effect is Effect.LINKED}
    details, names = queries.graded_steps(reading, rows.day), dict(rows.parties)
    standing = {row.code for row in queries.step_rows(reading, rows.day) if row.due.get("standing")}
    states = {step.code: step for step in rows.roadmap.steps}
    steps = [
        _next_step(
            states[code],
            names,
            details[code],
            sorted(offered[code]),
            is_standing=code in standing,
            is_tied=code in tied,
        )
        for code in offered
    ]
    wants = _declared(reading, entries)
    candidates = [code for code in offered if code not in standing]
    exchanged = frozenset(frozenset({code, *offered[code]}) for code in offered if offered[code])
    made = packages(tuple(_candidates(candidates, rows, wants, details)), exchanged)
    shown = _Packages(rows, details, wants)
    readers = reasons.of_worked_out(reading)
    return NextView(
        dialogue=reading.viewer.dialogue_code,
        as_of=rows.day,
        is_today=rows.is_today,
        steps=tuple(sorted(steps, key=lambda step: (not step.is_graded, step.rung))),
        packages=tuple(map(shown.view, made.best)),
        package_count=made.count,
        has_all_packages=made.is_complete,
        left_out=_left_out(
            rows,
            found,
            waiting=len(untouched) - len(doable),
            own=tuple(code for code in doable if code not in allowed),
            shared=tuple(code for code in doable if code in allowed and code not in unshared),
        ),
        sees_confided=Room.CONFIDED in reading.viewer.room_kinds and reading.viewer.party_id is None,
        line=show_line(reading, rows),
        may_keep=rows.is_today and may_keep(reading),
        readers=readers.who,
        why=readers.why,
    )


def _left_out(
    rows: Rows, found: Iterable[StepEffect], *, waiting: int, own: tuple[str, ...], shared: tuple[str, ...]
) -> LeftOut:
    """Told with regard to the viewer's own lines and positions, and to those shared with the whole board.

    What others keep sealed or have confided is not told, not even as a number, and not to a facilitator's neighbours at the screen.
    """
    held = [step for step in found if step.effect is Effect.BLOCKED]
    baskets = {row.code: stored_wording(row.titles) for row in rows.baskets}
    basket_of = {step.code: step.basket for step in rows.roadmap.steps}
    obstacles = {row.code: stored_wording(row.titles) for row in rows.roadmap.obstacles}
    ends = dict.fromkeys(basket_of.get(step.chain[-1], step.chain[-1]) for step in held)
    return LeftOut(
        len(held), tuple((code, baskets.get(code) or obstacles[code]) for code in ends), waiting, own, shared
    )


def _forbidden(
    reading: Reading, entries: Iterable[Kept], rows: Rows, counts: Callable[[Kept | positions.Held], bool] = bool
) -> set[str]:
    """Steps that a line known to the viewer touches, themselves or by their basket, or to which an objection is known.

    `counts`: which lines and objections alone.
    """
    lines = [kept.words for kept in entries if kept.row.kind in LINES and counts(kept)]
    crossed = {s.code for s in rows.roadmap.steps if any(touches(words, s.code, s.basket) for words in lines)}
    given = positions.standing(reading, rows.day)
    return crossed | positions.objected(held for held in given if counts(held))


def _next_step(
    row: StepState, names: Mapping[str, str], step: Graded, together: list[str], *, is_standing: bool, is_tied: bool
) -> NextStep:
    grades = Grades(**step.grades)
    return NextStep(
        code=row.code,
        title=wording(step.title),
        basket=row.basket,
        who=", ".join(names.get(code, code) for code in row.actors),
        rung=grades.rung,
        grades=tuple((name, getattr(grades, name)) for name in MEASURES),
        is_graded=bool(step.grades),
        is_standing=is_standing,
        is_tied=is_tied,
        together=tuple(together),
        others="no objection known",
        precedents=step.precedents,
    )


class Interest(NamedTuple):
    """A declared interest that the viewer may know by its party; `is_open`: its words may stand on a page beside its party's name."""

    party: str
    code: str
    text: str
    touches: frozenset[str]
    is_open: bool


def _declared(reading: Reading, entries: Iterable[Kept]) -> list[Interest]:
    """What was shared without a name serves nobody by name; what was confided is used and never shown."""
    own = reading.viewer.party_id
    return [
        Interest(
            kept.party.code,
            kept.row.code,
            kept.words["text"],
            frozenset(kept.words.get("touches", ())),
            kept.row.party_id == own or kept.disclosure == "shared",
        )
        for kept in entries
        if kept.row.kind == "interest" and (kept.row.party_id == own or kept.disclosure != "shared-without-attribution")
    ]


def _candidates(
    offered: list[str], rows: Rows, wants: list[Interest], details: dict[str, Graded]
) -> Iterable[Candidate]:
    """Steps with the interests they serve: those that touch the step or its basket."""
    states = {step.code: step for step in rows.roadmap.steps}
    for code in offered:
        serves = Counter(want.party for want in wants if want.touches & {code, states[code].basket})
        cost = Grades(**details[code].grades).cost
        yield Candidate(code, frozenset(states[code].actors), tuple(serves.items()), cost)


class _Packages:
    """Packages in words."""

    def __init__(self, rows: Rows, details: dict[str, Graded], wants: list[Interest]) -> None:
        self.names, self.details, self.wants = dict(rows.parties), details, wants
        self.states = {step.code: step for step in rows.roadmap.steps}

    def view(self, found: Package) -> PackageView:
        first = self.states[found.codes[0]].actors
        ours = tuple(code for code in found.codes if set(self.states[code].actors) <= set(first))
        return PackageView(
            steps=tuple((code, wording(self.details[code].title)) for code in found.codes),
            gives=tuple((self.names.get(party, party), amount) for party, amount in found.gives),
            serves=tuple(self._served(party, found.codes) for party, _amount in found.gets),
            imbalance=found.imbalance,
            sides=(ours, tuple(code for code in found.codes if code not in ours)),
        )

    def _served(self, party: str, codes: tuple[str, ...]) -> Served:
        """By steps of which the party is not the only actor: what one does alone for oneself is no exchange."""
        others = [self.states[code] for code in codes if self.states[code].actors != (party,)]
        touched = {name for step in others for name in (step.code, step.basket)}
        mine = [want for want in self.wants if want.party == party and want.is_open and want.touches & touched]
        return Served(self.names.get(party, party), tuple((want.code, want.text) for want in mine))
