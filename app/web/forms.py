"""Bind a command to a browser form, keeping what was typed and what was wrong."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from starlette.exceptions import HTTPException

from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.messages import message_of

C = TypeVar("C", bound=BaseModel)

MAX_FIELDS = 200
Typed = dict[str, list[str]]
"""A form as it was typed: name to values, in order."""


@dataclass(slots=True)
class Form(Generic[C]):
    """What a page shows of a form: the values as typed, the errors at their fields, the command if there were none."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    command: C | None = None


def read_urlencoded(body: bytes) -> Typed:
    """Parse strictly: bytes that are no UTF-8 become lone surrogates, which the commands refuse at their field."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="surrogateescape"
        )
    except (UnicodeDecodeError, ValueError) as fault:
        raise Invalid({"": _("The form could not be read.")}) from fault
    typed: Typed = {}
    for name, value in pairs:
        typed.setdefault(printable(name), []).append(value)
    return typed


async def read_multipart(request: Request) -> tuple[Typed, bytes]:
    """The fields, and the one file that may come with them; its name is not looked at."""
    typed: Typed = {}
    upload = b""
    try:
        async with request.form(max_files=1, max_fields=MAX_FIELDS) as form:
            for name, value in form.multi_items():
                if isinstance(value, str):
                    typed.setdefault(printable(name), []).append(value)
                else:
                    upload = await value.read()
    except HTTPException as fault:
        raise Invalid({"": _("The form could not be read.")}) from fault
    return typed, upload


def printable(value: str) -> str:
    """The same text, as far as it can be sent back in a page."""
    return value.encode("utf-8", "replace").decode()


async def _fields(request: Request) -> Typed:
    return request.state.fields  # type: ignore[no-any-return]  # put there by PageRoute


Fields = Annotated[Typed, Depends(_fields)]


async def _upload(request: Request) -> bytes:
    return getattr(request.state, "upload", b"")


Upload = Annotated[bytes, Depends(_upload)]


def bind(command: type[C], fields: Typed) -> Form[C]:
    """The command, or the errors by field. Unknown fields are errors; an empty optional field is absent."""
    raw: dict[str, Any] = {}
    for name, values in fields.items():
        known = command.model_fields.get(name)
        if known is not None and _takes_many(known):
            raw[name] = [v for v in values if v != ""]
        elif values[-1] != "" or (known is not None and known.is_required()):
            raw[name] = values[-1]
    shown = {n: ([printable(v) for v in vs] if len(vs) > 1 else printable(vs[-1])) for n, vs in fields.items()}
    try:
        return Form(values=shown, command=command.model_validate(raw))
    except ValidationError as fault:
        return Form(values=shown, errors=errors_of(fault))


def errors_of(fault: ValidationError) -> dict[str, str]:
    """Field to sentence, the first error of each field, in the reader's language."""
    errors: dict[str, str] = {}
    for error in fault.errors(include_url=False, include_input=False):
        place = ".".join(printable(str(part)) for part in error["loc"]) or ""
        errors.setdefault(place.split(".")[0], message_of(error["type"], error.get("ctx") or {}))
    return errors


def take_secret(fields: Typed, name: str) -> str:
    """A secret out of the form, so that it is neither bound nor shown again; empty where there is none."""
    return fields.pop(name, [""])[-1]


def _takes_many(known: FieldInfo) -> bool:
    return get_origin(known.annotation) in (list, tuple, set, frozenset) or any(
        get_origin(part) in (list, tuple) for part in get_args(known.annotation)
    )
