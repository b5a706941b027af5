"""What was true on a day, of things whose changes of state are dated rows."""

from typing import Any

from sqlalchemy import Subquery, bindparam, func, select


def latest(change: Any, thing: Any, *values: Any) -> Subquery:
    """The last change of each thing that had happened by the parameter `day`: columns `thing`, `happened_on` and the values.

    `change` is a class of dated changes, `thing` its column that names what changed, `values` what it changed to
    (`state` and `reason` where none are named). One ranked pass
    (SQL:2003 window function), because a row for every change of a long process is far more than a board needs.
    """
    newest_first = (change.happened_on.desc(), change.position.desc())
    ranked = (
        select(
            thing.label("thing"),
            change.happened_on.label("happened_on"),
            *(values or (change.state, change.reason)),
            func.row_number().over(partition_by=thing, order_by=newest_first).label("rank"),
        )
        .where(change.happened_on <= bindparam("day"))
        .subquery()
    )
    return select(ranked).where(ranked.c.rank == 1).subquery()
