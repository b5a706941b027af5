"""From a request to a viewer and a unit of work, for pages."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from app.access import work as access
from app.access.rules import OUTSIDE_ROOMS, Action, permits_role
from app.access.viewer import NOBODY, Viewer
from app.core.errors import Forbidden, SecondFactorNeeded, SignInNeeded
from app.core.i18n import gettext as _
from app.vault.linkage import Login
from app.web.cookies import login_cookie


def ground_of(request: Request) -> access.Ground:
    return request.app.state.ground  # type: ignore[no-any-return]


def login_of(request: Request) -> Login | None:
    """Who is signed in by this browser's cookie. Kept on the request: several dependencies ask."""
    if not hasattr(request.state, "login"):
        cookie = login_cookie(request)
        request.state.login = ground_of(request).linkage.login(cookie) if cookie else None
    return request.state.login  # type: ignore[no-any-return]


# What only looks at memory is `async`: a hop to a handler thread costs more than the work.
async def current_login(request: Request) -> Login | None:
    return login_of(request)


CurrentLogin = Annotated[Login | None, Depends(current_login)]


async def viewer_of(request: Request) -> Viewer:
    """The viewer in the dialogue of the path, or outside any. Kept on the request: door, unit of work and frame ask."""
    if not hasattr(request.state, "viewer"):
        login = login_of(request)
        dialogue = request.path_params.get("dialogue")
        if login is None:
            request.state.viewer = NOBODY
        elif dialogue is None:
            request.state.viewer = Viewer(account_id=login.account_id)
        else:
            request.state.viewer = await _identified(ground_of(request), login, dialogue)
    return request.state.viewer  # type: ignore[no-any-return]


async def _identified(ground: access.Ground, login: Login, dialogue: str) -> Viewer:
    # In the embedded database this is one lookup by key that waits for nobody; across a network it is a wait.
    if ground.engine.dialect.name == "sqlite":
        return access.identify(ground, login.account_id, dialogue, login.vault_key)
    return await run_in_threadpool(access.identify, ground, login.account_id, dialogue, login.vault_key)


def acts(action: Action) -> Any:
    """Declare what a route does. The coarse door: signed in, a member, with a role that could; rows are judged later."""

    async def door(request: Request) -> None:
        open_door(await viewer_of(request), action, login_of(request))

    door.action = action  # type: ignore[attr-defined]  # read by the inventory test
    return Depends(door)


def open_door(viewer: Viewer, action: Action, login: Login | None) -> None:
    """Raises SignInNeeded, SecondFactorNeeded, or Forbidden for a member whose role can never do this."""
    if login is not None and login.is_partial and action not in OUTSIDE_ROOMS:
        raise SecondFactorNeeded
    if permits_role(viewer, action):
        return
    if viewer.account_id is None:
        raise SignInNeeded
    raise Forbidden(_("This needs another role."))


def declared_action(dependency: Callable[..., Any]) -> Action | None:
    return getattr(dependency, "action", None)


async def _reading(request: Request) -> access.Reading:
    return access.reading(ground_of(request), await viewer_of(request))


async def _working(request: Request) -> access.Work:
    return access.working(ground_of(request), await viewer_of(request))


ReadingDep = Annotated[access.Reading, Depends(_reading)]
WorkDep = Annotated[access.Work, Depends(_working)]


def in_one_go(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint with the end of its unit of work inside the same call on the same thread.

    So the commit comes before the answer leaves, and the database's write lock is never held while the call waits
    for its turn on the event loop; with a yielding dependency both are otherwise (measured: half the rate).
    """

    @wraps(endpoint)
    def run(**given: Any) -> Any:
        with ExitStack() as ending:
            for unit in given.values():
                if isinstance(unit, access.Reading):
                    ending.enter_context(unit)
            return endpoint(**given)

    return run
