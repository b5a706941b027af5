"""Which language a request is answered in: the cookie, else what the browser asks for."""

from http.cookies import SimpleCookie

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core import i18n


class Languages:
    """Sets the language for everything that happens inside the request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        chosen = _chosen(headers.get("cookie", ""))
        with i18n.use_language(i18n.pick_language(headers.get("accept-language"), chosen)):
            await self.app(scope, receive, send)


def _chosen(cookies: str) -> str | None:
    if "language=" not in cookies:
        return None
    jar: SimpleCookie = SimpleCookie()
    jar.load(cookies)
    return jar["language"].value if "language" in jar else None
