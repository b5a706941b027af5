"""The roadmap as it is shown: its steps on a day, what stands in their way, and what its forms offer. The verbs are in families beside it."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading
from app.baskets.queries import BasketRow, basket_codes, basket_rows
from app.core.i18n import current_language, stored_wording, wording
from app.dialogues.queries import party_codes_of, party_names
from app.engine.isolation import Effect
from app.roadmap import facts, queries, rows, standing
from app.roadmap.commands import STATES
from app.roadmap.form_views import Choices
from app.roadmap.graph import CLOSED
from app.roadmap.views import RoadmapView, StepLine

EFFECTS = tuple(effect.value for effect in Effect)


class Chosen(NamedTuple):
    """Which steps: of a basket, in a state, with an effect, with these words in code or title; empty for any."""

    basket: str = ""
    state: str = ""
    effect: str = ""
    q: str = ""

    def fits(self, line: StepLine) -> bool:
        words = self.q.casefold().split()
        text = f"{line.code} {line.title}".casefold()
        return (
            self.basket in ("", line.basket)
            and self.state in ("", line.state)
            and self.effect in ("", line.effect)
            and all(word in text for word in words)
        )


def show_roadmap(reading: Reading, *, as_of: date | None, chosen: Chosen = Chosen()) -> RoadmapView:  # noqa: B008  # immutable
    reading.enter(Room.BOARD)
    day = as_of or reading.today
    baskets = basket_rows(reading, day)
    whole, keeps = _lines(reading, day, baskets), may_keep(reading)
    return RoadmapView(
        steps=tuple(filter(chosen.fits, whole)) if any(chosen) else whole,
        whole=len(whole),
        as_of=day,
        is_today=day == reading.today,
        baskets=tuple((row.code, stored_wording(row.titles)) for row in baskets),
        states=STATES,
        effects=EFFECTS,
        may_keep=keeps,
        unadopted=tuple(text for text in queries.anchor_views(reading) if not text.adopted_on) if keeps else (),
    )


def _lines(reading: Reading, day: date, baskets: tuple[BasketRow, ...]) -> tuple[StepLine, ...]:
    names = tuple(party_names(reading).items())
    found = queries.step_rows(reading, day)
    return _lines_of(found, names, day, current_language(), rows.effects_on(reading, day, found, baskets))


# Remembered by content, as the board is: whoever asks has read those very rows.
@lru_cache(maxsize=32)
def _lines_of(
    found: tuple[queries.StepRow, ...],
    names: tuple[tuple[str, str], ...],
    day: date,
    language: str,
    effects: rows.Weighed,
) -> tuple[StepLine, ...]:
    by_code = dict(names)
    return tuple(facts.line(row, by_code, day, effects.of.get(row.code)) for row in found)


def may_keep(reading: Reading) -> bool:
    """Whether the viewer keeps the roadmap: adds steps, ties, obstacles."""
    return reading.may_in(Action.ROADMAP_KEEP, Room.BOARD)


def choices(reading: Reading) -> Choices:
    """What the forms offer. A participant speaks for the own party only."""
    reading.enter(Room.BOARD)
    names = party_names(reading)
    own = party_codes_of(reading)
    return Choices(
        parties=tuple((code, name) for code, name in names.items() if own is None or code in own),
        baskets=tuple((code, wording(titles)) for code, titles in basket_codes(reading)),
        steps=tuple(
            (row.code, f"{row.code} · {wording(row.titles)}")
            for row in queries.step_rows(reading, reading.today)
            if row.state not in CLOSED
        ),
        obstacles=tuple(
            (row.code, f"{row.code} · {stored_wording(row.titles)}")
            for row in standing.obstacle_rows(reading, reading.today)
            if row.lifted_on is None
        ),
        texts=tuple((text.code, f"{text.code} · {text.title}") for text in queries.anchor_views(reading)),
    )
