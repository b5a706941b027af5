"""Security headers on every answer, errors included (OWASP Secure Headers; ASVS 5.0, chapter 3)."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    # With `no-referrer` browsers send `Origin: null` on form posts, which the same-site check would refuse.
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), interest-cohort=(), payment=(), usb=()"),
)
NO_STORE = (b"cache-control", b"no-store")


class SecurityHeaders:
    """Adds the headers; dynamic answers are never stored, `/static` answers say for themselves how long they keep."""

    def __init__(self, app: ASGIApp, *, is_secure: bool) -> None:
        self.app = app
        hsts = ((b"strict-transport-security", b"max-age=31536000; includeSubDomains"),) if is_secure else ()
        self.headers = [*ALWAYS, *hsts]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _value in message["headers"]}
                extra = [pair for pair in self.headers if pair[0] not in present]
                if b"cache-control" not in present:
                    extra.append(NO_STORE)
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        await self.app(scope, receive, send_with_headers)
