"""Jinja2: one environment, one `page` function. Templates get views and the page's frame, nothing that can load."""

from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.routing import iter_route_contexts
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.core import i18n
from app.web import cookies, frame
from app.web.forms import Form
from app.web.once import new_form_key
from app.web.sheet import stylesheet

PAGE_STEP = 4096  # bytes: on the wire, the length of a page tells only a step (one line more or less is not seen)
TEMPLATES = Path(__file__).parents[2] / "templates"


class _Macros:
    """`ui.field.text(…)` names the file `templates/ui/field.html`; loaded when first used."""

    def __getattr__(self, name: str) -> Any:
        return _macro_module(name)


@cache
def _macro_module(name: str) -> Any:
    return env.get_template(f"ui/{name}.html").module


@lru_cache(maxsize=1024)
def _kept(macro: Any, _language: str, *views: Any) -> str:
    return str(macro(*views))


_met: dict[tuple[Any, ...], tuple[tuple[Any, ...], Markup]] = {}
MOST_MET = 1024


def kept(macro: Any, *views: Any) -> Any:
    """A macro's output, remembered by the views it was made of: equal views are equal words, in one language.

    The very same views are met again without being compared: they are held as long as their place is, so a place cannot
    come to mean another.
    """
    language = i18n.current_language()
    place = (macro, language, *(view if isinstance(view, str | date) else id(view) for view in views))
    met = _met.get(place)
    if met is None:
        if len(_met) >= MOST_MET:
            _met.clear()
        met = _met[place] = (views, Markup(_kept(macro, language, *views)))  # noqa: S704  # a macro's own output, escaped there
    return met[1]


env = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
    extensions=["jinja2.ext.i18n"],
)
env.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
env.globals["ui"] = _Macros()
env.globals["kept"] = kept
env.globals["day_words"] = i18n.day_words
env.globals["empty_form"] = Form()
env.globals["stylesheet"] = stylesheet()[1]


def page(request: Request, name: str, *, status: int = 200, block: str | None = None, **context: Any) -> HTMLResponse:
    """Render a page; for an htmx request, only the named block of it."""
    template = env.get_template(name)
    shell = frame.shell(request)
    context |= {
        "shell": shell,
        "form_key": lambda: new_form_key(request),
        "request_path": request.url.path,
    }
    if block and request.headers.get("hx-request") == "true":
        html = "".join(template.blocks[block](template.new_context(context)))
    else:
        html = template.render(context)
    data = html.encode()
    data += b" " * (-len(data) % PAGE_STEP)
    response = HTMLResponse(data, status_code=status, headers={"Vary": "HX-Request, Accept-Language, Cookie"})
    if shell.flash:
        cookies.clear_flash(response)
    return response


def install(app: FastAPI) -> None:
    """Give templates `url_for(name, **params)`: a path, from a table made once (resolving walks every route)."""
    paths = {c.name: c.path for c in iter_route_contexts(app.routes) if c.name and c.path}

    def url_for(name: str, /, **params: Any) -> str:
        path = paths[name]
        for key, value in params.items():
            path = path.replace(f"{{{key}}}", quote(str(value), safe=""))
        return path

    env.globals["url_for"] = url_for
    app.state.path_of = url_for
