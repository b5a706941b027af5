"""The sign-in cookie. Over https it is a `__Host-` cookie (RFC 6265bis); plain http exists on loopback only."""

from fastapi import Request, Response


def _name(request: Request) -> str:
    return "__Host-dipoli" if _is_secure(request) else "dipoli"


def _is_secure(request: Request) -> bool:
    return bool(request.app.state.ground.settings.base_url.startswith("https:"))


def login_cookie(request: Request) -> str | None:
    """The sign-in of the page that is being made: the one just given, else the one that came with the request."""
    return getattr(request.state, "new_cookie", None) or request.cookies.get(_name(request))


def give_login_cookie(request: Request, value: str) -> None:
    """From here on this request's page stands on the new sign-in: its forms are bound to it."""
    request.state.new_cookie = value


def set_login_cookie(request: Request, response: Response, value: str) -> None:
    response.set_cookie(_name(request), value, secure=_is_secure(request), httponly=True, samesite="strict", path="/")


def clear_login_cookie(request: Request, response: Response) -> None:
    response.delete_cookie(_name(request), secure=_is_secure(request), httponly=True, samesite="strict", path="/")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def set_flash(response: Response, key: str) -> None:
    """Carry the key of one known sentence to the next page; no private text ever."""
    response.headers.append("set-cookie", f"flash={key}; Max-Age=60; Path=/; HttpOnly; SameSite=strict")


def clear_flash(response: Response) -> None:
    """The sentence was said: no later page says it again."""
    response.headers.append("set-cookie", "flash=; Max-Age=0; Path=/; HttpOnly; SameSite=strict")
