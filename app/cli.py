"""`dipoli`: the operator's verbs. Commands import what they need, so that those without a web page start without one."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.access.work import Ground

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
tokens = typer.Typer(no_args_is_help=True, help="Bearer tokens for the JSON interface.")
app.add_typer(tokens, name="token")

Day = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The board as of this day.")]
Format = Annotated[str, typer.Option("--format", help="text or json")]


def _ground() -> "Ground":
    from app.start import ground

    return ground()


def _fail(message: str) -> "typer.Exit":
    print(message, file=sys.stderr)
    return typer.Exit(1)


@app.command()
def init() -> None:
    """Make the master key and bring the database up to date. Safe to run again."""
    from app.start import prepare

    settings = prepare()
    print(f"Ready. Data lies in {settings.data_dir}, the master key in {settings.master_key_file}.")


@app.command()
def serve(
    *, demo: Annotated[bool, typer.Option("--demo", help="Load the Six-Party Talks if the database is empty.")] = False
) -> None:
    """Migrate, finish interrupted seals, and serve on HOST:PORT."""
    from app.settings import UnsafeStart
    from app.start import serve as run
    from app.vault.keys import KeyFailure

    try:
        run(demo=demo)
    except (UnsafeStart, KeyFailure) as fault:
        raise _fail(f"Dipoli does not start:\n{fault}") from None


@app.command()
def demo(
    *,
    accounts: Annotated[
        Path | None, typer.Option(help="Write the demonstration's accounts to this file, as JSON.")
    ] = None,
    code: Annotated[str | None, typer.Option(help="Print the present second-factor code of this login.")] = None,
) -> None:
    """Load the demonstration into an empty database; write its accounts; print a code."""
    from app.core.errors import NotFound
    from app.demo import service
    from app.start import prepare

    prepare()
    ground = _ground()
    service.load_if_empty(ground)
    if code:
        try:
            print(service.code_of(ground, code))
        except NotFound:
            raise _fail(f"There is no demonstration account {code} with a second factor.") from None
    found = service.accounts(ground)
    if accounts:
        accounts.touch(mode=0o600)
        accounts.write_text(json.dumps(found, indent=2) + "\n")
        print(f"Wrote {len(found)} accounts to {accounts}.")
    elif not code:
        print(service.describe(found))


@app.command("import")
def import_(file: Annotated[Path, typer.Argument(help="An interchange document, YAML or JSON.")]) -> None:
    """Load a dialogue from a document. A bad document is refused whole, every fault named."""
    from app.core.errors import Conflict
    from app.interchange.loading import load
    from app.interchange.reading import BadDocument, parse
    from app.start import prepare

    try:
        document = parse(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        raise _fail(f"{file}: {fault}") from None
    except BadDocument as fault:
        raise _fail("\n".join(f"{file}: {each}" for each in fault.faults)) from None
    prepare()
    try:
        loaded = load(_ground(), document)
    except Conflict as fault:
        raise _fail(str(fault)) from None
    print(f"Loaded the dialogue {loaded.dialogue}.")


@app.command()
def export(dialogue: str, *, form: Annotated[str, typer.Option("--format", help="yaml or json")] = "yaml") -> None:
    """Write a dialogue as an interchange document: without notes, and without what is sealed or confided."""
    from app.core.errors import NotFound
    from app.interchange.dumping import dump
    from app.interchange.reading import write_json, write_yaml

    try:
        document = dump(_ground(), dialogue)
    except NotFound:
        raise _fail(f"There is no dialogue {dialogue}.") from None
    sys.stdout.write(write_json(document) if form == "json" else write_yaml(document))


@app.command()
def invite(
    dialogue: str,
    *,
    role: str = "organiser",
    family: str = "Organiser",
    given: str = "",
    party: str = "",
) -> None:
    """Invite a person, usually the first organiser. Prints the link and the code to hand over."""
    from pydantic import ValidationError

    from app.core.errors import Invalid, NotFound
    from app.dialogues.commands import InvitePerson
    from app.start import invite as run

    try:
        command = InvitePerson(role=role, family=family, given=given, party=party)  # type: ignore[arg-type]
        issued, base_url = run(_ground(), dialogue, command)
    except NotFound:
        raise _fail(f"There is no dialogue {dialogue}.") from None
    except (Invalid, ValidationError) as fault:
        raise _fail(str(fault)) from None
    print(f"{base_url}/invitations/{issued.token}\n{issued.code}")


@tokens.command("create")
def create_token(
    login: str,
    *,
    name: str = "command line",
    days: int = 90,
    passphrase_stdin: Annotated[
        bool, typer.Option("--passphrase-stdin", help="Read the passphrase, so that the token can edit one's notes.")
    ] = False,
) -> None:
    """Make a bearer token for a login and print it, once."""
    from app.core.errors import Invalid, NotFound
    from app.start import issue_token

    passphrase = sys.stdin.readline().rstrip("\n") if passphrase_stdin else None
    try:
        print(issue_token(_ground(), login, name=name, days=days, passphrase=passphrase))
    except NotFound:
        raise _fail(f"There is no account {login}.") from None
    except Invalid as fault:
        raise _fail(" ".join(fault.errors.values())) from None


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


@app.command()
def board(dialogue: str, *, as_of: Day = None, form: Format = "text") -> None:
    """Print the basket board."""
    from app.board import printing
    from app.core.errors import NotFound

    try:
        view = printing.board(_ground(), dialogue, as_of=_day(as_of))
    except NotFound:
        raise _fail(f"There is no dialogue {dialogue}.") from None
    print(printing.as_json(view) if form == "json" else printing.board_as_text(view))


@app.command()
def impact(
    dialogue: str,
    *,
    stall: Annotated[list[str], typer.Option(help="A basket that is taken as stalled; may be given again.")] = [],  # noqa: B006  # typer's way
    obstacle: Annotated[list[str], typer.Option(help="An obstacle that is taken to weigh; may be given again.")] = [],  # noqa: B006
    as_of: Day = None,
    form: Format = "text",
) -> None:
    """Print what a stalemate blocks: for every open step its effect and the chain that holds it."""
    from app.board import printing
    from app.core.errors import Invalid, NotFound

    try:
        view = printing.impact(_ground(), dialogue, stalled=tuple(stall), obstacles=tuple(obstacle), as_of=_day(as_of))
    except NotFound:
        raise _fail(f"There is no dialogue {dialogue}.") from None
    except Invalid as fault:
        raise _fail(" ".join(fault.errors.values())) from None
    print(printing.as_json(view) if form == "json" else printing.impact_as_text(view))


@app.command()
def matrix(dialogue: str, *, as_of: Day = None, form: Format = "text") -> None:
    """Print the stalemate matrix: each basket as if it stalled, and how much elsewhere stays free."""
    from app.board import printing
    from app.core.errors import NotFound

    try:
        view = printing.matrix(_ground(), dialogue, as_of=_day(as_of))
    except NotFound:
        raise _fail(f"There is no dialogue {dialogue}.") from None
    print(printing.as_json(view) if form == "json" else printing.matrix_as_text(view))


@app.command()
def scan(
    *, people: Annotated[Path, typer.Option(help="An interchange document; only people and parties are needed.")]
) -> None:
    """Read JSON lines {id, lang, text} on standard input; write one line {id, verdict, hits} each, in the same order."""
    from app.interchange.naming import read_registry
    from app.interchange.reading import BadDocument
    from app.scanner.lines import BadLine, answer, read_lines

    try:
        registry = read_registry(people.read_text(encoding="utf-8"))
        lines = read_lines(sys.stdin.buffer.read())
    except (OSError, UnicodeDecodeError) as fault:
        raise _fail(f"{people}: {fault}") from None
    except BadDocument as fault:
        raise _fail("\n".join(f"{people}: {each}" for each in fault.faults)) from None
    except BadLine as fault:
        raise _fail(str(fault)) from None
    sys.stdout.buffer.write(b"".join(answer(line, registry) for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    app()
