"""From a bearer token to a viewer and a unit of work, for the JSON twins."""

from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from app.access import work as access
from app.access.rules import Action
from app.access.viewer import NOBODY, Viewer
from app.core.errors import SignInNeeded
from app.vault.linkage import Login
from app.web.deps import ground_of, open_door

bearer = HTTPBearer(auto_error=False, description="A token from `dipoli token create` or from one's account page.")


def current_login(request: Request, _scheme: Annotated[Any, Depends(bearer)]) -> Login | None:
    """Who holds the token of this request. Cookies are not looked at, so there is nothing to forge across sites."""
    scheme, _space, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    found: Login | None = request.app.state.login_of_token(ground_of(request), token.strip())
    if found is None:
        raise SignInNeeded
    return found


CurrentLogin = Annotated[Login | None, Depends(current_login)]


def current_viewer(request: Request, login: CurrentLogin) -> Viewer:
    dialogue = request.path_params.get("dialogue")
    if login is None:
        return NOBODY
    if dialogue is None:
        return Viewer(account_id=login.account_id)
    return access.identify(ground_of(request), login.account_id, dialogue, login.vault_key)


CurrentViewer = Annotated[Viewer, Depends(current_viewer)]


def acts(action: Action) -> Any:
    """Declare what a route does; see `app.web.deps.acts`."""

    async def door(viewer: CurrentViewer, login: CurrentLogin) -> None:
        open_door(viewer, action, login)

    door.action = action  # type: ignore[attr-defined]
    return Depends(door)


async def _reading(request: Request, viewer: CurrentViewer) -> access.Reading:
    return access.reading(ground_of(request), viewer)


async def _working(request: Request, viewer: CurrentViewer) -> access.Work:
    return access.working(ground_of(request), viewer)


ReadingDep = Annotated[access.Reading, Depends(_reading)]
WorkDep = Annotated[access.Work, Depends(_working)]
