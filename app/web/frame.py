"""The frame round every page: who is signed in, which way the navigation goes, which language."""

from datetime import date

from fastapi import Request

from app.access.rules import Action, permits_role
from app.access.viewer import NOBODY, Viewer
from app.core import clock, i18n
from app.core.i18n import N_
from app.core.i18n import gettext as _
from app.web.shell import DialogueHead, Flash, NavItem, Shell

# (label, route name, what one must be able to do there)
NAVIGATION = (
    (N_("Board"), "board.show", Action.BOARD_READ),
    (N_("Meetings"), "meetings.list", Action.BOARD_READ),
    (N_("Roadmap"), "roadmap.show", Action.BOARD_READ),
    (N_("Registers"), "registers.list", Action.BOARD_READ),
    (N_("Your delegation"), "dialogues.delegation", Action.DELEGATION_READ),
    (N_("Summaries"), "releases.summaries", Action.SUMMARY_DRAFT),
    (N_("Releases"), "releases.list", Action.RELEASE_READ),
    (N_("Parties"), "dialogues.parties", Action.DIALOGUE_READ),
    (N_("People"), "dialogues.people", Action.PEOPLE_READ),
    (N_("Transparency log"), "ledger.show", Action.LOG_READ),
)
DATED = frozenset({"board.show", "roadmap.show", "registers.list"})
"""Those that can be looked at as of a past day: who walks there from a past day stays on it."""
FLASHES = {
    "saved": N_("Saved."),
    "answered": N_("Your answer is kept. You can change it until the deadline."),
    "asked": N_("Asked for. A batch appears at one of the next moments, once enough people have written."),
    "posted": N_("Your note is kept. It appears to the others with the next batch."),
    "signed-out": N_("You are signed out."),
}


BESIDE = {"meetings.list": ("outbox.show", "notes.search")}
"""Pages that belong to an item of the navigation without lying under its address."""


def shell(request: Request) -> Shell:
    language = i18n.current_language()
    login = getattr(request.state, "login", None)
    viewer: Viewer = getattr(request.state, "viewer", NOBODY)
    return Shell(
        language=language.replace("_", "-"),
        languages=tuple((code, name, f"/language?to={code}") for code, name in i18n.LANGUAGES.items()),
        signed_in_as=login.label if login else None,
        nav=_navigation(request, viewer),
        dialogue=_dialogue(request, viewer),
        flash=_flash(request),
        today=clock.today(),
        is_silenced=viewer.is_silenced,
    )


def _navigation(request: Request, viewer: Viewer) -> tuple[NavItem, ...]:
    if not viewer.is_member:
        return ()
    dialogue, here = request.path_params["dialogue"], request.url.path
    items, day = [], _day_asked_for(request)
    for label, name, action in NAVIGATION:
        if permits_role(viewer, action) and _leads_somewhere(viewer, action):
            href = request.app.state.path_of(name, dialogue=dialogue)
            beside = [request.app.state.path_of(other, dialogue=dialogue) for other in BESIDE.get(name, ())]
            current = here == href or (name != "board.show" and here.startswith((href, *beside)))
            items.append(NavItem(_(label), href + (day if name in DATED else ""), current))
    return tuple(items)


def _day_asked_for(request: Request) -> str:
    """The query of the day that is looked at; empty for today, and for what is no day."""
    try:
        day = date.fromisoformat(request.query_params["as_of"]) if request.url.query else None
    except (KeyError, ValueError):
        return ""
    return f"?as_of={day}" if day and day != clock.today() else ""


def _leads_somewhere(viewer: Viewer, action: Action) -> bool:
    kinds = {"board:read": "board", "delegation:read": "confided", "people:read": "registry", "release:read": "release"}
    needed = kinds.get(action)
    return needed is None or needed in viewer.room_kinds


def _dialogue(request: Request, viewer: Viewer) -> DialogueHead | None:
    if not viewer.is_member:
        return None
    return DialogueHead(code=request.path_params["dialogue"], title=i18n.wording(viewer.dialogue_titles))


def _flash(request: Request) -> tuple[Flash, ...]:
    key = FLASHES.get(request.cookies.get("flash", ""))
    return (Flash(kind="done", text=_(key)),) if key else ()
