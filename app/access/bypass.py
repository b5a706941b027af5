"""Sessions that see everything. Importing this module is the privilege; import-linter lists who has it."""

from app.access.viewer import NOBODY
from app.access.work import Ground, GuardedSession, Reading, Work


def unguarded(ground: Ground, why: str) -> Work:
    """One transaction that sees and writes every room, for a `with` block. `why` is for the reader of the code."""
    return Work(GuardedSession(ground.engine, info={"bypass": why}, expire_on_commit=False), NOBODY, ground)


def unguarded_reading(ground: Ground, why: str) -> Reading:
    """The same for reading alone: it takes no lock that a writer would wait for."""
    engine = ground.engine.execution_options(writes=False)
    return Reading(GuardedSession(engine, info={"bypass": why}, autoflush=False), NOBODY, ground)
