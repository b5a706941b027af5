"""Inclusion and ownership: who has chaired, hosted, stayed away, was never asked. From attendance alone: nothing of who said what."""

from collections.abc import Iterable
from datetime import date

from app.access.levels import Room
from app.access.work import Reading
from app.baskets.queries import BasketRow, basket_rows
from app.board.views import InclusionCell, InclusionRow, InclusionView
from app.core.i18n import gettext as _
from app.core.i18n import stored_wording
from app.dialogues.queries import party_names
from app.meetings.queries import Sitting, sittings


def show_inclusion(reading: Reading, *, as_of: date | None = None) -> InclusionView:
    """Of the meetings that the viewer may know of, held by that day."""
    reading.enter(Room.BOARD)
    day = as_of or reading.today
    baskets = basket_rows(reading, day)
    held = [sitting for sitting in sittings(reading) if sitting.starts_on <= day]
    return InclusionView(
        dialogue=reading.viewer.dialogue_code,
        as_of=day,
        is_today=day == reading.today,
        baskets=(*((row.code, stored_wording(row.titles)) for row in baskets), ("", _("Plenaries"))),
        rows=tuple(_row(code, name, baskets, held) for code, name in party_names(reading).items()),
        meetings=len(held),
    )


def _row(code: str, name: str, baskets: Iterable[BasketRow], held: list[Sitting]) -> InclusionRow:
    found = {row.code: _cell(code, row, [s for s in held if row.code in s.baskets]) for row in baskets}
    found[""] = _cell(code, None, [sitting for sitting in held if not sitting.baskets])
    return InclusionRow(
        party=name,
        cells=tuple(found.values()),
        chaired=sum(cell.chaired for cell in found.values()),
        hosted=sum(sitting.host == code for sitting in held),
        not_a_member_of=tuple(basket for basket, cell in found.items() if not cell.is_member),
        absent_from=tuple(basket for basket, cell in found.items() if cell.is_member and cell.absent),
        never_at=tuple(basket for basket, cell in found.items() if cell.met and not cell.is_member and not cell.came),
        never_led=tuple(
            basket
            for basket, cell in found.items()
            if cell.met and cell.is_member and not (cell.chairs or cell.chaired or cell.hosted)
        ),
    )


def _cell(party: str, basket: BasketRow | None, held: list[Sitting]) -> InclusionCell:
    """Of a basket; of the meetings of all, where there is none. A basket's chair chairs its meetings unless another was named."""
    chairs = tuple((basket.chair or "").split()) if basket else ()
    recorded = [sitting for sitting in held if sitting.present is not None]
    return InclusionCell(
        is_member=basket is None or party in basket.party_codes,
        chairs=party in chairs,
        chaired=sum(party in (sitting.chairs or chairs) for sitting in held),
        hosted=sum(sitting.host == party for sitting in held),
        absent=sum(party not in (sitting.present or ()) for sitting in recorded) if recorded else None,
        recorded=len(recorded),
        met=len(held),
    )
