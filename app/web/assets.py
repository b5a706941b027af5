"""The stylesheet under its digest, and the few other static files."""

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from app.access.rules import Action
from app.core.errors import NotFound
from app.web.deps import acts
from app.web.route import PageRoute
from app.web.sheet import STATIC, stylesheet

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
VENDORED = {"icon.svg": "image/svg+xml", "htmx-4.0.1.min.js": "text/javascript"}

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/static/{digest}.css", name="assets.stylesheet", dependencies=[acts(Action.PUBLIC)])
def style(digest: str) -> Response:
    sheet, current = stylesheet()
    if digest != current:
        raise NotFound
    return Response(sheet, media_type="text/css", headers=FOR_EVER)


@router.get("/static/{name}", name="assets.file", dependencies=[acts(Action.PUBLIC)])
def file(name: str) -> Response:
    if name not in VENDORED:
        raise NotFound
    return FileResponse(STATIC / "vendor" / name, media_type=VENDORED[name], headers=FOR_EVER)
