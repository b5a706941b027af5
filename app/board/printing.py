"""Board and impact for the command line: as text for people, as JSON for programs."""

import dataclasses
import json
from datetime import date
from typing import Any

from app.access.work import Ground, reading
from app.board import service, weighing
from app.board.views import BoardView, MatrixView, Tally
from app.board.weighing_views import ImpactView
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
    lines = [f"A stalemate in {', '.join(view.stalled)} as of {view.as_of}:"]
    for basket in view.baskets:
        lines += ["", f"{basket.code}  {basket.title}"]
        lines += [f"  {s.effect:<8} {s.code:<8} {' → '.join(s.chain)}" for s in basket.steps]
    lines += ["", f"Elsewhere: {_words(view.effects)}."]
    return "\n".join(lines)


def _words(tally: Tally) -> str:
    provisional = f"{tally.provisional} provisional, " if tally.provisional else ""
    return f"{tally.free} free, {tally.linked} linked, {provisional}{tally.blocked} blocked"


def matrix(ground: Ground, dialogue: str, *, as_of: date | None) -> MatrixView:
    with reading(ground, operator_of(ground, dialogue)) as here:
        return weighing.show_matrix(here, as_of=as_of)


def matrix_as_text(view: MatrixView) -> str:
    lines = [f"Each basket as if it stalled, as of {view.as_of} ({view.linkage_policy}): free/linked/blocked elsewhere"]
    for row in view.rows:
        share = "no open steps elsewhere" if row.independence is None else f"independence {row.independence:.0%}"
        lines.append(f"{row.basket:<10} {_words(row.elsewhere)}; {share}")
    return "\n".join(lines)
