"""Steps, ties and acts by their codes, put into words for pages."""

from collections.abc import Mapping
from itertools import pairwise

from app.board.rows import Rows
from app.board.weighing_views import (
    ActView,
    BorderView,
    ChainLink,
    FreeingView,
    OptionView,
    StepEffectView,
)
from app.core.i18n import gettext as _
from app.core.i18n import stored_wording, wording
from app.core.text import amount
from app.engine.freeing import Act, Freeing, Option
from app.engine.isolation import Effect, Effects, StepEffect
from app.roadmap.graph import HARD, POLITICAL, TieRow, ties_of
from app.roadmap.queries import StepRow

MOST_OPTIONS = 12


class Words:
    """Steps and ties by code, so that chains, borders and acts are put into words without searching the roadmap again."""

    def __init__(self, rows: Rows, details: Mapping[str, StepRow]) -> None:
        self.rows, self.details = rows, details
        self.names = dict(rows.parties)
        self.titles = {code: wording(row.titles) for code, row in details.items()}
        self.titles |= {row.code: stored_wording(row.titles) for row in rows.roadmap.obstacles}
        ties = ties_of(rows.roadmap)
        # Of several ties between two steps the hard one is shown; what was waived or handed over is no tie any more.
        standing = (tie for tie in ties if tie.kind in HARD | POLITICAL)
        self.ties = {(tie.step, tie.target): tie for tie in sorted(standing, key=lambda tie: tie.is_hard)}
        self.by_key: dict[str, list[TieRow]] = {}
        for tie in ties:
            if tie.kind in HARD:
                self.by_key.setdefault(tie.key, []).append(tie)

    def step(self, found: StepEffect, effects: Effects) -> StepEffectView:
        row = self.details[found.code]
        border = effects.border(found.code) if found.effect is Effect.BLOCKED and len(found.chain) > 1 else ()
        return StepEffectView(
            code=row.code,
            basket=row.basket,
            title=wording(row.titles),
            actors=tuple(row.actors),
            who=", ".join(self._party(code) for code in row.actors),
            state=row.state,
            effect=found.effect,
            chain=found.chain,
            links=tuple(self._link(step, target) for step, target in pairwise(found.chain)),
            border=tuple(self._border(edge.step, edge.target, str(edge.key)) for edge in border),
        )

    def _party(self, code: str | None) -> str:
        return self.names.get(code or "", code or "")

    def _reason(self, tie: TieRow) -> str | None:
        return _(tie.reason) if tie.reason and tie.kind in ("exchange", "disputed") else tie.reason

    def _link(self, step: str, target: str) -> ChainLink:
        tie = self.ties[step, target]
        basket = self.details[target].basket if target in self.details else ""
        return ChainLink(step, target, basket, tie.is_hard, self._party(tie.party) or None, self._reason(tie))

    def _border(self, step: str, target: str, key: str) -> BorderView:
        """What was written of a whole basket is said of the basket: a step may be held by that and by a line of its own."""
        tie = next(tie for tie in self.by_key[key] if (tie.step, tie.target) == (step, target))
        return BorderView(tie.basket or step, target, key, self._party(tie.party) or None, self._reason(tie))

    def freeing(self, found: Freeing, lifting: tuple[tuple[str, int], ...]) -> FreeingView:
        sized = ([option for option in found.options if len(option.acts) <= size] for size in (1, 2, 3))
        return FreeingView(
            blocked=len(found.blocked),
            options=tuple(self._option(option) for option in found.smallest[:MOST_OPTIONS]),
            left_out=len(found.smallest[MOST_OPTIONS:]),
            best=tuple(self._option(options[0]) for options in sized if options),
            lifting=lifting,
            everything=self._option(found.everything),
            is_exact=found.is_exact,
            most=found.most,
        )

    def _option(self, option: Option) -> OptionView:
        return OptionView(tuple(self._act(act) for act in option.acts), option.frees)

    def _act(self, act: Act) -> ActView:
        if act.kind == "substitute":
            return self._substitute(str(act.key))
        lines = self.by_key[str(act.key)]
        first = lines[0]
        steps = (first.basket,) if first.basket else tuple(dict.fromkeys(tie.step for tie in lines))
        targets = tuple(dict.fromkeys(tie.target for tie in lines))
        waived = {waiver.party for waiver in self.rows.roadmap.waivers if waiver.key == act.key}
        who = tuple(self._party(code) for code in first.concerned if code not in waived)
        what = f"{', '.join(steps)} → {', '.join(targets)}"
        return ActView("waive", str(act.key), what, steps, targets, self._reason(first), who)

    def _substitute(self, code: str) -> ActView:
        """Those who wait for the step have to take it from somebody else."""
        row = self.details[code]
        waiting = [tie.concerned for ties in self.by_key.values() for tie in ties if tie.target == code]
        who = tuple(dict.fromkeys(self._party(party) for parties in waiting for party in parties))
        left = self.rows.roadmap_left.get(code, 0)
        what = f"{code}: {amount(left)} {row.unit or ''}".strip()
        return ActView("substitute", code, what, (code,), (), wording(row.titles), who)
