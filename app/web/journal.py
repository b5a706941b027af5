"""The access log: route template, kind of status, bucket of duration. No address, no id, no query, no user, no exact time.

An access log with times, paths and users is the strongest de-anonymiser of all.
"""

from time import perf_counter

import structlog
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

BUCKETS = ((0.01, "<10ms"), (0.1, "<100ms"), (1.0, "<1s"), (10.0, "<10s"))


class Journal:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, began = 0, perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as fault:  # noqa: BLE001  # the very last net: the server's own log would print the values
            log.error("failure", kind=type(fault).__name__)  # noqa: TRY400  # an exception's words quote values
            if not status:
                await PlainTextResponse("Something went wrong on our side.\n", 500)(scope, receive, watch)
        took = _bucket(perf_counter() - began)
        log.info("request", route=_template(scope), status=f"{status // 100}xx", took=took)


def _template(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "other"))


def _bucket(seconds: float) -> str:
    return next((name for limit, name in BUCKETS if seconds < limit), "long")
