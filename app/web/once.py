"""Every form carries a one-time key: a second submission returns the first result (RFC draft idempotency-key-header).

The key is `nonce.signature`; the signature binds it to the sign-in that asked for the page. Only the hash of a used
key is kept, in the disposable store, with the place its result is found at.
"""

import asyncio
import hashlib
import hmac

from fastapi import Request

from app.core import entropy
from app.core.errors import Forbidden, Uncertain
from app.core.i18n import gettext as _
from app.vault.linkage import Claim, Linkage
from app.web.cookies import login_cookie

WAIT_STEPS, WAIT_SECONDS = 50, 0.1


def new_form_key(request: Request) -> str:
    nonce = entropy.token_urlsafe(18)
    return f"{nonce}.{_signature(request, nonce)}"


def check_form_key(request: Request, key: str | None) -> bytes:
    """The hash under which a good key is remembered. Raises Forbidden for a missing or foreign key."""
    nonce, _dot, signature = (key or "").partition(".")
    if not nonce or not hmac.compare_digest(signature.encode(), _signature(request, nonce).encode()):
        raise Forbidden(_("This form is no longer current. Please send it again from this page."))
    return hashlib.sha256(nonce.encode()).digest()


async def claim(linkage: Linkage, key_hash: bytes) -> str | None:
    """None: go ahead. A location: it was done before. Waits while the first submission is still under way.

    Raises Uncertain where it has no result after that: it may be slow, or the server was stopped after it was kept.
    """
    for _step in range(WAIT_STEPS):
        held: Claim = linkage.claim_form(key_hash)
        if held.is_new:
            return None
        if held.location is not None:
            return held.location
        await asyncio.sleep(WAIT_SECONDS)
    raise Uncertain(
        _(
            "This form was sent before, and no answer to that is known. It may have been saved, or may be yet: look first."
        )
    )


def _signature(request: Request, nonce: str) -> str:
    secret: bytes = request.app.state.form_secret
    bound_to = login_cookie(request) or ""
    return hmac.new(secret, f"{nonce}\n{bound_to}".encode(), hashlib.sha256).hexdigest()[:32]
