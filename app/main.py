"""The composition root: one application from settings, with every page, every JSON twin and the health checks."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio.to_thread
import structlog
from fastapi import FastAPI
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from app.access.work import Ground
from app.accounts import api as accounts_api
from app.accounts import pages as accounts_pages
from app.accounts.service import login_of_token
from app.api.problems import problem
from app.baskets import api as baskets_api
from app.baskets import pages as baskets_pages
from app.board import api as board_api
from app.board import pages as board_pages
from app.dialogues import api as dialogues_api
from app.dialogues import pages as dialogues_pages
from app.ledger import api as ledger_api
from app.ledger import pages as ledger_pages
from app.meetings import api as meetings_api
from app.meetings import pages as meetings_pages
from app.notes import api as notes_api
from app.notes import pages as notes_pages
from app.notes.batches import release_due
from app.notes.sealing import take_care
from app.outbox import api as outbox_api
from app.outbox import pages as outbox_pages
from app.outbox.delivering import deliver_due
from app.promises import api as promises_api
from app.promises import pages as promises_pages
from app.registers import api as registers_api
from app.registers import pages as registers_pages
from app.registers.sealing import settle
from app.releases import api as releases_api
from app.releases import pages as releases_pages
from app.roadmap import api as roadmap_api
from app.roadmap import pages as roadmap_pages
from app.roadmap import tying_pages as roadmap_tying_pages
from app.scheduling import api as scheduling_api
from app.scheduling import pages as scheduling_pages
from app.web import assets, errors, health, styleguide, templating
from app.web.headers import SecurityHeaders
from app.web.journal import Journal
from app.web.languages import Languages

log = structlog.get_logger()
CARE_SECONDS = 60
LETTER_SECONDS = 10
MAX_BODY = 1024 * 1024  # bytes; fields have limits of their own, so that what was typed can come back in the page

# In the order of use: a path is looked for in one module after the other.
PAGES = (
    roadmap_pages,  # before the board, whose page of one step would take "new" for a code
    roadmap_tying_pages,
    board_pages,
    notes_pages,
    meetings_pages,
    scheduling_pages,
    outbox_pages,
    baskets_pages,
    registers_pages,
    dialogues_pages,
    ledger_pages,
    accounts_pages,
    releases_pages,
    promises_pages,
    assets,
    health,
    styleguide,
)
TWINS = (
    accounts_api,
    dialogues_api,
    roadmap_api,
    board_api,
    baskets_api,
    meetings_api,
    scheduling_api,
    outbox_api,
    notes_api,
    registers_api,
    releases_api,
    ledger_api,
    promises_api,
)


def create_app(ground: Ground) -> FastAPI:
    """The ASGI application on this ground. Nothing is read from the environment here."""
    app = FastAPI(
        title="Dipoli",
        description="The JSON twin of every page, for the bearer of a token.",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        # Validation failures and exception texts quote what people typed; none of it may reach a telemetry provider.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.ground = ground
    app.state.form_secret = ground.keys.derive(b"form keys")
    app.state.login_of_token = login_of_token
    app.state.signed_in = settle
    app.state.api_problem = problem
    for module in (*PAGES, *TWINS):
        app.include_router(module.router)
    errors.install(app)
    templating.install(app)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY)  # inside, so that its 413 is a page too
    app.add_middleware(Languages)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(ground.settings.hosts))
    app.add_middleware(Journal)
    app.add_middleware(SecurityHeaders, is_secure=ground.settings.base_url.startswith("https:"))
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    # Two handler threads, not forty: CPU-bound handlers on two cores hand the GIL over between threads
    # and lose up to four fifths of their rate; see docs/performance.md.
    anyio.to_thread.current_default_thread_limiter().total_tokens = app.state.ground.settings.handler_threads
    chores = [asyncio.create_task(chore) for chore in (_take_care(app.state.ground), _send_letters(app.state.ground))]
    yield
    for chore in chores:
        chore.cancel()
    app.state.ground.engine.dispose()


async def _take_care(ground: Ground) -> None:
    """Batches that are due, seals that were interrupted or are overdue: now and every minute."""
    while True:
        for care in (release_due, take_care):
            await _carefully(care, ground)
        await asyncio.sleep(CARE_SECONDS)


async def _send_letters(ground: Ground) -> None:
    """Apart from the caretaker: a slow mail server must not hold up a seal."""
    while ground.settings.smtp_host:
        await _carefully(deliver_due, ground)
        await asyncio.sleep(LETTER_SECONDS)


async def _carefully(care: Callable[[Ground], object], ground: Ground) -> None:
    try:
        await anyio.to_thread.run_sync(care, ground)
    except Exception as fault:  # noqa: BLE001  # the next round tries again
        log.error("caretaker failed", kind=type(fault).__name__)  # noqa: TRY400  # words quote values
