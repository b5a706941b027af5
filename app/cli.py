"""`dipoli`: the operator's verbs. Commands import what they need, so that those without a web page start without one."""

import json
import signal
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.access.work import Ground

R = TypeVar("R")

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
tokens = typer.Typer(no_args_is_help=True, help="Bearer tokens for the JSON interface.")
app.add_typer(tokens, name="token")
keys = typer.Typer(no_args_is_help=True, help="The master key: docs/keys.md.")
app.add_typer(keys, name="keys")


class _CreateUnlessNamed(TyperGroup):
    """`dipoli backup FILE` is `dipoli backup create FILE`. A file that is called as a command is written `./verify`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = not args or args[0] in self.commands or args[0] == "--help"
        return super().parse_args(ctx, args if named else ["create", *args])


backups = typer.Typer(cls=_CreateUnlessNamed, no_args_is_help=True, help="Backups that only their recipients can open.")
app.add_typer(backups, name="backup")
log = typer.Typer(no_args_is_help=True, help="The transparency log.")
app.add_typer(log, name="log")

Day = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The board as of this day.")]
Format = Annotated[Literal["text", "json"], typer.Option("--format")]


def _ground() -> "Ground":
    from app.start import ground

    return _started(ground)


def _prepared() -> "Ground":
    from app.start import prepare

    return _started(prepare)


def _started(act: "Callable[[], R]") -> "R":
    """What the act gives, or a sentence and a failure."""
    from sqlalchemy.exc import DBAPIError

    from app.db.inuse import InUse
    from app.settings import UnsafeStart
    from app.vault.keys import KeyFailure

    try:
        return act()
    except (UnsafeStart, KeyFailure, InUse) as fault:
        raise _fail(f"Dipoli does not start:\n{fault}") from None
    except DBAPIError as fault:
        said = " ".join(str(fault.orig).split()).rstrip(".")
        raise _fail(f"Dipoli does not start:\nThe database in DIPOLI_DATABASE_URL cannot be used: {said}.") from None


def _fail(message: str) -> "typer.Exit":
    print(message, file=sys.stderr)
    return typer.Exit(1)


@app.command()
def init() -> None:
    """Make the master key and bring the database up to date. Safe to run again."""
    settings = _prepared().settings
    where = {"file": f"in {settings.master_key_file}", "credential": "with systemd", "passphrase": "in your memory"}
    print(f"Ready. Data lies in {settings.data_dir}, the master key {where[settings.master_key_from]}.")


@app.command()
def serve(
    *, demo: Annotated[bool, typer.Option("--demo", help="Load the Six-Party Talks if the database is empty.")] = False
) -> None:
    """Migrate (in production `init` does that), finish interrupted seals, and serve on HOST:PORT."""
    from app.start import serve as run

    _started(lambda: run(demo=demo))


@app.command()
def demo(
    *,
    accounts: Annotated[
        Path | None, typer.Option(help="Write the demonstration's accounts to this file, as JSON.")
    ] = None,
    code: Annotated[str | None, typer.Option(help="Print the present second-factor code of this login.")] = None,
) -> None:
    """Load the demonstration into an empty database; write its accounts; print a code."""
    from app.demo import service

    if code:
        print(_code_of(code))
        return
    ground = _prepared()
    service.load_if_empty(ground)
    found = service.accounts(ground)
    if accounts:
        accounts.touch(mode=0o600)
        accounts.write_text(json.dumps(found, indent=2) + "\n")
        print(f"Wrote {len(found)} accounts to {accounts}.")
    else:
        print(service.describe(found))


def _code_of(login: str) -> str:
    """Asks for a code and loads nothing: called in another folder it would load a second demonstration there."""
    from app.core.errors import NotFound
    from app.demo import service
    from app.settings import load

    settings = _started(load)
    if settings.database_url.startswith("sqlite") and not settings.data_dir.is_dir():
        raise _fail(
            f"There is no demonstration in {settings.data_dir}. Run this in the folder in which it was loaded, or set DIPOLI_DATA_DIR."
        )
    try:
        return service.code_of(_ground(), login)
    except NotFound:
        raise _fail(f"There is no demonstration account {login} with a second factor in {settings.data_dir}.") from None


@app.command("import")
def import_(file: Annotated[Path, typer.Argument(help="An interchange document, YAML or JSON.")]) -> None:
    """Load a dialogue from a document. A bad document is refused whole, every fault named."""
    from app.core.errors import Conflict
    from app.interchange.loading import load
    from app.interchange.reading import BadDocument, parse

    try:
        document = parse(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        raise _fail(f"{file}: {fault}") from None
    except BadDocument as fault:
        raise _fail("\n".join(f"{file}: {each}" for each in fault.faults)) from None
    ground = _prepared()
    try:
        loaded = load(ground, document)
    except Conflict as fault:
        raise _fail(str(fault)) from None
    print(f"Loaded the dialogue {loaded.dialogue}.")
    if loaded.left_out:
        print(
            f"Left out: {loaded.left_out} sealed entries and positions. What is sealed opens only for members of its delegation, and none has a seat yet."
        )


@app.command()
def export(dialogue: str, *, form: Annotated[Literal["yaml", "json"], typer.Option("--format")] = "yaml") -> None:
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

    ground = _ground()  # first, because it may read the master key's passphrase from the line before
    passphrase = sys.stdin.readline().rstrip("\n") if passphrase_stdin else None
    try:
        print(issue_token(ground, login, name=name, days=days, passphrase=passphrase))
    except NotFound:
        raise _fail(f"There is no account {login}.") from None
    except Invalid as fault:
        raise _fail(" ".join(fault.errors.values())) from None


@keys.command("rotate")
def rotate_keys(
    *, to: Annotated[str, typer.Option("--to", help="file or passphrase; as it is now, where nothing is said")] = ""
) -> None:
    """Another master key: everything is wrapped anew. Dipoli must be stopped. Interrupted, it goes on when it is called again."""
    from app.keys.rotation import rotate
    from app.start import keys_of

    if to not in ("", "file", "passphrase"):
        raise _fail("--to must be file or passphrase.")
    done = _started(lambda: keys_of(lambda *here: rotate(*here, to=to or _as_now(here[0].master_key_from))))
    print("The interrupted rotation is finished." if done.was_finished else f"{done.count} keys are wrapped anew.")
    print(f"The master key is now {done.key_id.hex()}.")
    if done.kept:
        print(f"The old one is kept in {done.kept} until `dipoli keys forget-old`.")


def _as_now(source: str) -> str:
    return "passphrase" if source == "passphrase" else "file"


@keys.command("forget-old")
def forget_old_keys(*, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Destroy old master keys, once it is proved that nothing needs them. Backups from before the rotation then open no more."""
    from app.db.compacting import ReaderInTheWay
    from app.keys.rotation import forget_old
    from app.start import keys_of

    if not yes:
        typer.confirm("Backups from before the rotation will open no more. Go on?", abort=True)
    try:
        done = _started(lambda: keys_of(forget_old))
    except ReaderInTheWay as fault:
        raise _fail(f"Nothing was destroyed: {fault}.") from None
    print(f"{done.proved} keys open with the present master key. Forgotten: {len(done.key_ids)}.")


@keys.command("status")
def show_keys() -> None:
    """The present master key's id and kind, and those that are retired but not forgotten."""
    from app.keys.records import read_records
    from app.start import keys_of

    found = _started(lambda: keys_of(lambda _settings, engine, _asking: read_records(engine)))
    if found.present:
        print(f"{found.present.key_id.hex()}  {found.present.kind}  present")
    for old in found.retired:
        print(f"{old.key_id.hex()}  {old.kind}  retired on {old.retired_on}")


@keys.command("propose")
def propose_passphrase() -> None:
    """Print a passphrase for the master key: eight words drawn at random, 88 bits."""
    from app.vault.passphrase import propose

    print(propose(count=8))


@log.command("checkpoint")
def print_checkpoint(dialogue: str) -> None:
    """Print the present checkpoint of a dialogue's log, to be kept where nobody here can change it."""
    from app.audit import issue
    from app.core.errors import NotFound

    try:
        sys.stdout.write(issue(_ground(), dialogue).note)
    except NotFound:
        raise _fail(f"There is no dialogue {dialogue}.") from None


@log.command("verify")
def verify_log(
    checkpoint: Annotated[str, typer.Argument(help="A file with a checkpoint, or - for standard input.")],
    *,
    dialogue: Annotated[str | None, typer.Option(help="Refuse a checkpoint of any other dialogue.")] = None,
) -> None:
    """Recompute the log, hold it against an old checkpoint, and every row that it speaks of against the log."""
    from app.audit import as_text, verify
    from app.ledger.checkpoint import BadCheckpoint, parse

    try:
        note = sys.stdin.read() if checkpoint == "-" else Path(checkpoint).read_text(encoding="utf-8")
        found = verify(_ground(), parse(note), dialogue)
    except (OSError, UnicodeDecodeError, BadCheckpoint) as fault:
        raise _fail(f"Refused: {fault}") from None
    print(as_text(found))
    if found.findings:
        raise _fail("\n".join(found.findings))


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


Identities = Annotated[list[Path], typer.Option("--identity", help="An identity; may be given again.")]


@backups.command("keygen")
def make_identity(file: Annotated[Path, typer.Argument(help="A new file, best on a medium of its own.")]) -> None:
    """Make an identity that can open backups, and beside it FILE.pub, its recipient, for the server."""
    from app.backup.faults import BackupFault
    from app.backup.recipients import new_identity, write_identity

    identity = new_identity()
    try:
        public = write_identity(file, identity)
    except BackupFault as fault:
        raise _fail(str(fault)) from None
    print(f"Wrote the identity {file}: keep it away from the server, and twice. Without it no backup opens.")
    print(f"Wrote its recipient {public}, fingerprint {identity.recipient().fingerprint()}.")


@backups.command("create")
def create_backup(
    file: Annotated[Path, typer.Argument(help="A new file.")],
    *,
    to: Annotated[list[str], typer.Option("--to", help="A recipient, or a file of them; may be given again.")],
) -> None:
    """Write a backup of the running house to FILE, for its recipients alone. `dipoli backup FILE` is the same."""
    from app.backup import service
    from app.backup.faults import BackupFault
    from app.backup.recipients import read_recipients
    from app.vault.keys import KeyFailure

    _clean_up_when_stopped()
    try:
        recipients = [each for given in to for each in read_recipients(given)]
        made = service.create(_ground(), file, recipients)
    except (BackupFault, KeyFailure) as fault:
        raise _fail(f"No backup was made. {fault}") from None
    print(f"Wrote {file}: {made.rows:,} rows of {made.tables} tables, {made.size:,} bytes.")
    print("For " + ", ".join(each.fingerprint() for each in recipients) + ". In it: no master key, no edit tags.")


@backups.command("verify")
def verify_backup(file: Path, *, identity: Identities) -> None:
    """Restore FILE to a temporary place, open every record, compare every hash. Stops at the first lie, with status 1."""
    from app.backup import service
    from app.backup.faults import BackupFault
    from app.backup.recipients import read_identity
    from app.start import house_of_backup
    from app.vault.keys import KeyFailure

    _clean_up_when_stopped()
    try:
        identities = [read_identity(each) for each in identity]
        _settings, keys = house_of_backup(service.records_in(file, identities))
        for said in service.verify(keys, file, identities):
            print(f"ok  {said}", flush=True)
    except (BackupFault, KeyFailure, OSError) as fault:
        raise _fail(f"BAD {fault}") from None
    print("The backup is good.")


@app.command("restore")
@backups.command("restore")
def restore_backup(file: Path, *, identity: Identities) -> None:
    """Restore FILE into the empty database of the settings: all of it, or nothing. The master key must be in its place."""
    from app.backup import service
    from app.backup.faults import BackupFault
    from app.backup.recipients import read_identity
    from app.start import house_of_backup
    from app.vault.keys import KeyFailure

    try:
        identities = [read_identity(each) for each in identity]
        settings, keys = house_of_backup(service.records_in(file, identities))
        manifest = service.restore_into(settings, keys, file, identities)
    except (BackupFault, KeyFailure, OSError) as fault:
        raise _fail(f"Nothing was restored. {fault}") from None
    print(f"Restored {manifest.rows:,} rows of {len(manifest.tables)} tables; every hash agrees.")
    print(
        "Notes that were not sealed when the backup was made stay as they are: their authors cannot edit them any more."
    )


def _clean_up_when_stopped() -> None:
    """SIGTERM ends the program by way of its `finally`, so that it leaves no half file and no temporary place."""
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))


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
    app(prog_name="dipoli")
