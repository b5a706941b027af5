"""Cross-site requests are refused by Fetch Metadata, with the Origin header as fall-back (OWASP CSRF cheat sheet, 2025)."""

from urllib.parse import urlsplit

from fastapi import Request

from app.core.errors import Forbidden
from app.core.i18n import gettext as _


def refuse_cross_site(request: Request) -> None:
    """Raises Forbidden unless the request comes from a page of this very site."""
    site = request.headers.get("sec-fetch-site")
    if site == "same-origin":
        return
    if site is None and _origin_is_ours(request):
        return
    raise Forbidden(_("This form was not sent from a page of this site."))


EMBEDDED = frozenset({"iframe", "frame", "embed", "object", "script", "style", "image", "audio", "video", "track"})


def refuse_embedding(request: Request) -> None:
    """Raises Forbidden for a page that another site loads as a part of its own: what it could measure would leak (XS-Leaks)."""
    headers = request.headers
    if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-dest") in EMBEDDED:
        raise Forbidden(_("This page cannot be shown inside another site."))


def _origin_is_ours(request: Request) -> bool:
    origin = request.headers.get("origin")
    if origin is None:
        return False
    configured = urlsplit(request.app.state.ground.settings.base_url)
    return origin in (f"{configured.scheme}://{configured.netloc}", f"{configured.scheme}://{request.headers['host']}")
