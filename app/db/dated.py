"""What was true on a day, of things whose changes of state are dated rows."""

from typing import Any

from sqlalchemy import Subquery, bindparam, func, select


def latest(change: Any, thing: Any) -> Subquery:
    """The last change of each thing that had happened by the parameter `day`: columns `thing`, `state`, `happened_on`, `reason`.

    `change` is a class of dated changes, `thing` its column that names what changed. One ranked pass
    (SQL:2003 window function), because a row for every change of a long process is far more than a board needs.
    """
    newest_first = (change.happened_on.desc(), change.position.desc())
    ranked = (
        select(
            thing.label("thing"),
            change.state.label("state"),
            change.happened_on.label("happened_on"),
            change.reason.label("reason"),
            func.row_number().over(partition_by=thing, order_by=newest_first).label("rank"),
        )
        .where(change.happened_on <= bindparam("day"))
        .subquery()
    )
    return select(ranked).where(ranked.c.rank == 1).subquery()
