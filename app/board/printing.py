"""Board and impact for the command line: as text for people, as JSON for programs."""

import dataclasses
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from app.access.work import Ground, reading
from app.board import service, weighing
from app.board.views import BoardView, MatrixView, Tally
from app.board.weighing_views import ActView, BasketImpact, ChainLink, ExchangeState, ImpactView
from app.dialogues.joining import operator_of


def board(ground: Ground, dialogue: str, *, as_of: date | None) -> BoardView:
    with reading(ground, operator_of(ground, dialogue)) as here:
        return service.show_board(here, as_of=as_of)


def impact(
    ground: Ground, dialogue: str, *, stalled: tuple[str, ...], obstacles: tuple[str, ...] = (), as_of: date | None
) -> ImpactView:
    with reading(ground, operator_of(ground, dialogue)) as here:
        return weighing.show_impact(here, stalled=stalled, obstacles=obstacles, as_of=as_of)


def as_json(view: Any) -> str:
    """A view as JSON. An impact carries `steps`: every open step with code, basket, effect and chain."""
    data = dataclasses.asdict(view)
    if isinstance(view, ImpactView):
        data = {
            "dialogue": view.dialogue,
            "as_of": view.as_of,
            "stalled": view.stalled,
            "steps": [
                {
                    "code": s.code,
                    "basket": s.basket,
                    "effect": s.effect,
                    "chain": s.chain,
                    "border": [f"{edge.step} → {edge.target}" for edge in s.border],
                }
                for basket in view.baskets
                for s in basket.steps
            ],
            "obstacles": view.obstacles,
            "totals": data["effects"],
            "freeing": data["freeing"],
        }
    return json.dumps(data, ensure_ascii=False, indent=2, default=str)


def board_as_text(view: BoardView) -> str:
    lines = [f"{view.title} as of {view.as_of} ({view.linkage_policy})", ""]
    for card in view.baskets:
        lines.append(f"{card.code:<10} {card.state:<12} {card.title}")
        lines.append(f"           open steps {card.open_steps}: {_words(card.effects)}")
    return "\n".join(lines)


def impact_as_text(view: ImpactView) -> str:
    """All that the page says. A step whose chain has reasons is followed by them, a line for each link."""
    lines = [f"What a stalemate blocks, as of {view.as_of}", "", _looked_at(view)]
    if view.stalled or view.obstacles:
        lines += [f"Elsewhere: {_words(view.effects)}.", "", *_freeing(view)]
    for basket in view.baskets:
        lines += ["", *_basket(basket)]
    for state in view.exchanges:
        if state.readings:
            lines += ["", *_disputed(state)]
    if view.plans:
        lines += ["", "Plans that are carried out as a whole:"]
        lines += [f"  {plan.code}  {plan.title}: {_words(plan.effects)}" for plan in view.plans]
    return "\n".join(lines)


def _looked_at(view: ImpactView) -> str:
    if not view.stalled and not view.obstacles:
        return "No basket stands still and no obstacle weighs on this day."
    titles = dict(view.choices)
    baskets = [f"{code} ({titles[code]})" for code in view.stalled]
    obstacles = [f"the obstacle {code} ({view.titles.get(code, code)})" for code in view.obstacles]
    return f"{'As it really stands' if view.is_standing else 'Suppose a stalemate in'}: {', '.join((*baskets, *obstacles))}."


def _freeing(view: ImpactView) -> list[str]:
    found = view.freeing
    if not found.blocked:
        return ["Nothing outside the stalemate is blocked: there is nothing to waive."]
    lines = [f"What would free it ({found.blocked} steps outside the stalemate are blocked):"]
    lines += [f"  {code} lifted: {count} steps would be blocked no longer" for code, count in found.lifting]
    for option in found.options:
        lines.append(f"  {_acts(option.acts)}: frees {len(option.frees)} ({', '.join(option.frees)})")
    if found.left_out:
        lines.append(f"  and {found.left_out} more such sets, none of which frees more")
    if not found.is_exact:
        lines.append("  There are too many combinations to look at each; these are the best found.")
    return [*lines, f"  Everything, at the least: {_acts(found.everything.acts)}"]


def _acts(acts: Iterable[ActView]) -> str:
    said = {"waive": "waive", "substitute": "hand to a substitute"}
    return "; ".join(f"{said[act.kind]} {act.what}" + (f" [{', '.join(act.who)}]" if act.who else "") for act in acts)


def _basket(basket: BasketImpact) -> list[str]:
    lines = [f"{basket.code}  {basket.title} ({'taken as stalled' if basket.is_stalled else basket.state})"]
    if not basket.steps:
        return [*lines, "  No open steps."]
    lines.append(f"  {_words(basket.effects)}; open topics {basket.open_topics}")
    for step in basket.steps:
        lines += [f"  {step.effect:<11} {step.code:<10} {step.title} ({step.who})", *map(_link, step.links)]
        if len(step.border) > 1:
            lines.append(f"      at the edge: {', '.join(f'{edge.step} → {edge.target}' for edge in step.border)}")
    return lines


def _link(link: ChainLink) -> str:
    where = f" ({link.target_basket})" if link.target_basket else ""
    why = ": ".join(filter(None, (link.party, link.reason)))
    how = "waits for" if link.is_hard else "is tied to"
    return f"      {link.step} {how} {link.target}{where}" + (f" — {why}" if why else "")


def _disputed(state: ExchangeState) -> list[str]:
    lines = [f"Exchange {state.exchange.code}: the parties read its order differently; it blocks nothing."]
    for each in state.readings:
        blocks = ", ".join(each.blocks) or "nothing"
        more = f"; under this stalemate {', '.join(each.under_stall)} more" if each.under_stall else ""
        lines.append(f"  As read by {', '.join(each.parties)} ({each.order}), it would block {blocks}{more}.")
    return lines


def _words(tally: Tally) -> str:
    provisional = f"{tally.provisional} provisional, " if tally.provisional else ""
    return f"{tally.free} free, {tally.linked} linked, {provisional}{tally.blocked} blocked"


def matrix(ground: Ground, dialogue: str, *, as_of: date | None) -> MatrixView:
    with reading(ground, operator_of(ground, dialogue)) as here:
        return weighing.show_matrix(here, as_of=as_of)


def matrix_as_text(view: MatrixView) -> str:
    """Every cell of the page's table, and what each obstacle does by itself."""
    lines = [f"Each basket as if it stalled, alone, as of {view.as_of} ({view.linkage_policy})"]
    for row in view.rows:
        share = "no open steps elsewhere" if row.independence is None else f"independence {row.independence:.0%}"
        state = f"{row.state}, stands still" if row.stands_still else row.state
        lines += ["", f"{row.basket}  {row.title} ({state})", f"  elsewhere  {_words(row.elsewhere)}; {share}"]
        lines += [f"  {cell.basket:<10} {_words(cell.effects)}" for cell in row.cells if cell and cell.effects.total]
    for weight in view.weights:
        lines += ["", f"Obstacle {weight.code}  {weight.title}: blocks {weight.blocks}, tied politically {weight.ties}"]
    return "\n".join(lines)
