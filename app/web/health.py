"""Is the process there (`/healthz`), and can it do its work (`/readyz`)? Without versions or reasons: anybody may ask."""

import shutil

from alembic.runtime.migration import MigrationContext
from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy.exc import SQLAlchemyError

from app.access.rules import Action
from app.access.work import Ground
from app.db.revisions import head
from app.web.deps import acts, ground_of

router = APIRouter(include_in_schema=False)

LEAST_FREE = 0.05  # of the disk under the data


@router.get("/healthz", name="health.alive", dependencies=[acts(Action.PUBLIC)])
def alive() -> Response:
    return PlainTextResponse("alive\n")


@router.get("/readyz", name="health.ready", dependencies=[acts(Action.PUBLIC)])
def ready(request: Request) -> Response:
    is_ready = _can_work(ground_of(request))
    return PlainTextResponse("ready\n" if is_ready else "not ready\n", 200 if is_ready else 503)


def _can_work(ground: Ground) -> bool:
    try:
        with ground.engine.begin() as connection:  # on SQLite this takes the write lock: the write probe
            current = MigrationContext.configure(connection).get_current_revision()
        usage = shutil.disk_usage(ground.settings.data_dir)
    except (SQLAlchemyError, OSError):
        return False
    return current == head() and usage.free / usage.total > LEAST_FREE
