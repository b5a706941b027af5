"""From a request to a viewer and a unit of work, for pages."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import Depends, Request

from app.access import work as access
from app.access.rules import OUTSIDE_ROOMS, Action, permits_role
from app.access.viewer import NOBODY, Viewer
from app.core.errors import Forbidden, SecondFactorNeeded, SignInNeeded
from app.core.i18n import gettext as _
from app.vault.linkage import Login
from app.web.cookies import login_cookie


def ground_of(request: Request) -> access.Ground:
    return request.app.state.ground  # type: ignore[no-any-return]


# What only looks at memory is `async`: a hop to a handler thread costs more than the work.
async def current_login(request: Request) -> Login | None:
    """Who is signed in by this browser's cookie. Kept on the request for the page's frame."""
    cookie = login_cookie(request)
    request.state.login = ground_of(request).linkage.login(cookie) if cookie else None
    return request.state.login  # type: ignore[no-any-return]


CurrentLogin = Annotated[Login | None, Depends(current_login)]


def current_viewer(request: Request, login: CurrentLogin) -> Viewer:
    """The viewer in the dialogue of the path, or outside any. Kept on the request for the page's frame."""
    dialogue = request.path_params.get("dialogue")
    if login is None:
        viewer = NOBODY
    elif dialogue is None:
        viewer = Viewer(account_id=login.account_id)
    else:
        viewer = access.identify(ground_of(request), login.account_id, dialogue)
    request.state.viewer = viewer
    return viewer


CurrentViewer = Annotated[Viewer, Depends(current_viewer)]


def acts(action: Action) -> Any:
    """Declare what a route does. The coarse door: signed in, a member, with a role that could; rows are judged later."""

    async def door(viewer: CurrentViewer, login: CurrentLogin) -> None:
        open_door(viewer, action, login)

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


def _reading(request: Request, viewer: CurrentViewer) -> Iterator[access.Reading]:
    with access.reading(ground_of(request), viewer) as it:
        yield it


def _working(request: Request, viewer: CurrentViewer) -> Iterator[access.Work]:
    with access.working(ground_of(request), viewer) as it:
        yield it


# scope="function": the transaction ends before the response leaves.
ReadingDep = Annotated[access.Reading, Depends(_reading, scope="function")]
WorkDep = Annotated[access.Work, Depends(_working, scope="function")]
