"""The verbs of accounts: making one, signing in, the second factor, tokens."""

import base64
import io
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pyotp
import segno

from app.access.viewer import NOBODY, Viewer
from app.access.work import Ground, Reading, Work, reading, seats_of, working
from app.accounts import queries
from app.accounts.commands import ChangePassphrase, ConfirmSecondFactor, IssueToken, SetPreferences, SignIn
from app.accounts.models import Account, ApiToken, RecoveryCode
from app.accounts.views import AccountView, IssuedToken, SeatView, SecondFactorSetup, TokenView
from app.core import clock, entropy
from app.core.errors import Conflict, Invalid, SignInNeeded
from app.core.i18n import gettext as _
from app.core.i18n import wording
from app.core.ids import new_id
from app.vault import codes, personal
from app.vault import passphrase as passphrases
from app.vault.keys import KeyRing, derive
from app.vault.linkage import Login
from app.vault.passphrase import Cost

TOTP_STEP, TOTP_DIGITS = 30, 6  # seconds, digits
RECOVERY_CODES = 10


def cost_of(ground: Ground) -> Cost:
    return Cost(ground.settings.argon2_memory_kib, ground.settings.argon2_passes)


def create_account(
    work: Work, login: str, passphrase: str, *, needs_second_factor: bool, is_demonstration: bool = False
) -> Account:
    """A new account with a vault of its own. Raises Invalid at `login` or `passphrase`."""
    if queries.by_login(work, login) is not None:
        raise Invalid({"login": _("This name is already taken.")})
    if weak := passphrases.weakness(passphrase, login=login):
        raise Invalid({"passphrase": _(weak)})
    vault_key = entropy.token_bytes(passphrases.VAULT_KEY)
    account = Account(
        id=new_id(),
        login=login,
        credential=passphrases.enrol(passphrase, cost_of(work.ground), vault_key=vault_key),
        public_key=personal.public_key(vault_key),
        needs_second_factor=needs_second_factor,
        is_demonstration=is_demonstration,
    )
    work.db.add(account)
    work.db.flush()  # a second account of this name must collide here, at its field
    return account


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A cookie's value; `must_set_up`: the role needs a second factor and there is none yet."""

    cookie: str
    must_set_up: bool
    account_id: UUID
    vault_key: bytes = field(repr=False)
    is_other_vault: bool
    """Than at the sign-in before: somebody gave the account a new credential."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A second factor that counts: the new cookie's value, and the recovery codes to write down."""

    cookie: str
    recovery_codes: tuple[str, ...]


def sign_in(here: Reading, command: SignIn, *, source: str) -> SignedIn:
    """Raises Invalid, with one and the same sentence for every way of being wrong and the same work behind it."""
    wait = here.ground.throttle.wait(command.login, source, here.now)
    if wait or here.ground.throttle.is_stopped(command.login):
        raise Invalid({"": _("Too many tries. Please wait %(seconds)s seconds.") % {"seconds": wait or 60}})
    account = queries.by_login(here, command.login)
    vault_key = None
    if account is None or account.is_disabled:
        passphrases.burn(command.passphrase, cost_of(here.ground))
    else:
        vault_key = passphrases.open_vault(command.passphrase, account.credential)
    if account is None or vault_key is None or not _second_factor_holds(here, account, command.code):
        here.ground.throttle.failed(command.login, here.now)
        raise Invalid({"": _("Name, passphrase or code do not fit.")})
    here.ground.throttle.succeeded(command.login)
    must_set_up = _lacks_second_factor(account)
    cookie = here.ground.linkage.open_login(account.id, vault_key, label=account.login, is_partial=must_set_up)
    is_other_vault = account.public_key != personal.public_key(vault_key)
    if is_other_vault:
        _keep_public_key(here.ground, account.id, vault_key)
    signed = SignedIn(cookie, must_set_up, account.id, vault_key, is_other_vault)
    here.db.rollback()  # a reader would be in the way of what now rewrites the database's files, if anything waited for this
    return signed


def _keep_public_key(ground: Ground, account_id: UUID, vault_key: bytes) -> None:
    """Once, for an account from before there were such keys; and again where the vault is another one."""
    with working(ground) as work:
        work.db.get_one(Account, account_id).public_key = personal.public_key(vault_key)


def prove(ground: Ground, login: Login | None, passphrase: str) -> None:
    """The same person still? Asked again before what cannot be undone. Raises Invalid at `passphrase`; guessing is slowed as at the door."""
    signed = require_login(login)
    now = clock.now()
    with reading(ground, Viewer(account_id=signed.account_id)) as here:
        credential = queries.account(here, signed.account_id).credential
    if wait := ground.throttle.wait(signed.label, "proof", now):
        raise Invalid({"passphrase": _("Too many tries. Please wait %(seconds)s seconds.") % {"seconds": wait}})
    if passphrases.open_vault(passphrase, credential) is None:
        ground.throttle.failed(signed.label, now)
        raise Invalid({"passphrase": _("This is not your present passphrase.")})
    ground.throttle.succeeded(signed.label)


def _lacks_second_factor(account: Account) -> bool:
    return account.needs_second_factor and not account.totp_confirmed


def _second_factor_holds(here: Reading, account: Account, code: str) -> bool:
    if not account.totp_confirmed:
        return True
    code = code.replace(" ", "")
    if len(code) > TOTP_DIGITS:
        return _use_recovery_code(here.ground, account.id, code)
    return code_fits(here, account.id, totp_secret(here.ground.keys, account), code)


def _use_recovery_code(ground: Ground, account_id: UUID, code: str) -> bool:
    """Takes the code off the list, in a transaction of its own: whatever else fails, it is used."""
    with working(ground) as work:
        row = work.db.get(RecoveryCode, codes.code_hash(code))
        if row is None or row.account_id != account_id:
            return False
        work.db.delete(row)
        return True


def code_fits(here: Reading, account_id: UUID, secret: str, code: str) -> bool:
    """RFC 6238 with one step of grace either way; a code is used one time only."""
    totp = pyotp.TOTP(secret)
    now = int(here.now.timestamp()) // TOTP_STEP
    for step in (now, now - 1, now + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), code):
            return here.ground.linkage.totp_fresh(account_id, step)
    return False


def totp_secret(keys: KeyRing, account: Account) -> str:
    if account.totp_wrapped is None:
        raise Invalid({"code": _("There is no second factor yet.")})
    return base64.b32encode(keys.unwrap(account.totp_wrapped, owner=account.id.bytes)).decode()


def give_second_factor(work: Work, account: Account, *, confirmed: bool = False) -> str:
    """A new 160-bit secret (RFC 4226, 4). It counts once a code has been shown to work."""
    secret = entropy.token_bytes(20)
    account.totp_wrapped = work.ground.keys.wrap(secret, owner=account.id.bytes)
    account.totp_confirmed = confirmed
    return base64.b32encode(secret).decode()


def second_factor_setup(here: Reading) -> SecondFactorSetup:
    """The secret to scan, the same until it is confirmed: it follows from the master key, so looking stores nothing."""
    account = queries.account(here, here.viewer.account_id)
    if account.totp_confirmed:
        raise Invalid({"code": _("Your second factor is already set up.")})
    secret = base64.b32encode(_proposed_secret(here.ground.keys, account)).decode()
    address = pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name="Dipoli")
    picture = io.BytesIO()
    segno.make(address).save(picture, kind="png", scale=5, border=3)
    return SecondFactorSetup(secret=secret, picture=base64.b64encode(picture.getvalue()).decode())


def _proposed_secret(keys: KeyRing, account: Account) -> bytes:
    """160 bits (RFC 4226, 4), another for every credential."""
    return keys.derive(b"second factor" + account.id.bytes + json.dumps(account.credential).encode())[:20]


def confirm_second_factor(work: Work, command: ConfirmSecondFactor, *, login: Login, cookie: str) -> Confirmed:
    """The factor counts from here on. The sign-in gets a new cookie with its new rights, and its owner ten recovery codes."""
    account = queries.account(work, work.viewer.account_id)
    secret = _proposed_secret(work.ground.keys, account)
    if not code_fits(work, account.id, base64.b32encode(secret).decode(), command.code.replace(" ", "")):
        raise Invalid({"code": _("This code does not fit. Please try the next one.")})
    account.totp_wrapped = work.ground.keys.wrap(secret, owner=account.id.bytes)
    account.totp_confirmed = True
    linkage = work.ground.linkage
    work.later.append(lambda: linkage.close_login(cookie))
    renewed = linkage.open_login(account.id, login.vault_key, label=account.login)
    return Confirmed(renewed, new_recovery_codes(work))


def new_recovery_codes(work: Work) -> tuple[str, ...]:
    """Ten codes, shown once, each good for one sign-in in place of the second factor; earlier ones are void."""
    account = queries.account(work, work.viewer.account_id)
    if not account.totp_confirmed:
        raise Conflict(_("There is no second factor yet."))
    for row in queries.recovery_codes(work):
        work.db.delete(row)
    made = tuple(codes.new_code() for _code in range(RECOVERY_CODES))
    work.db.add_all(RecoveryCode(code_hash=codes.code_hash(code), account_id=account.id) for code in made)
    return made


def change_passphrase(work: Work, command: ChangePassphrase, *, cookie: str | None) -> None:
    """A new passphrase over the same vault; every other sign-in ends."""
    account = queries.account(work, work.viewer.account_id)
    vault_key = passphrases.open_vault(command.passphrase, account.credential)
    if vault_key is None:
        raise Invalid({"passphrase": _("This is not your present passphrase.")})
    if weak := passphrases.weakness(command.new_passphrase, login=account.login):
        raise Invalid({"new_passphrase": _(weak)})
    account.credential = passphrases.enrol(command.new_passphrase, cost_of(work.ground), vault_key=vault_key)
    work.later.append(lambda: work.ground.linkage.close_all(account.id, except_cookie=cookie))


def end_sign_ins(here: Reading, *, except_cookie: str | None = None) -> None:
    """Every sign-in of the account ends, but that of this cookie."""
    if here.viewer.account_id is None:
        raise SignInNeeded
    here.ground.linkage.close_all(here.viewer.account_id, except_cookie=except_cookie)


def set_preferences(work: Work, command: SetPreferences) -> None:
    account = queries.account(work, work.viewer.account_id)
    account.time_zone = command.time_zone
    account.works_from, account.works_to = queries.minutes_of(command.works_from), queries.minutes_of(command.works_to)


def show_account(here: Reading) -> AccountView:
    account = queries.account(here, here.viewer.account_id)
    sign_ins = tuple(here.ground.linkage.list_logins(account.id))
    return queries.view(account, sign_ins, recovery_codes=len(queries.recovery_codes(here)))


def list_seats(here: Reading) -> tuple[SeatView, ...]:
    return tuple(
        SeatView(seat.dialogue_code, wording(seat.dialogue_titles), tuple(sorted(seat.roles)))
        for seat in seats_of(here)
    )


def list_tokens(here: Reading) -> tuple[TokenView, ...]:
    return tuple(queries.token_view(row) for row in queries.tokens(here))


def issue_token(work: Work, account_id: UUID, command: IssueToken, *, vault_key: bytes | None) -> IssuedToken:
    """A bearer token of 256 random bits. With a vault key it can also edit one's notes, like a sign-in."""
    value = f"dipoli_{entropy.token_urlsafe(32)}"
    token = ApiToken(
        id=new_id(),
        account_id=account_id,
        name=command.name,
        token_hash=queries.token_hash(value),
        vault_wrapped=_token_ring(value).wrap(vault_key, owner=account_id.bytes) if vault_key else None,
        issued_on=work.today,
        expires_on=work.today + timedelta(days=command.days),
    )
    work.db.add(token)
    return IssuedToken(value, queries.token_view(token))


def revoke_token(work: Work, token_id: UUID) -> None:
    work.db.delete(queries.token(work, token_id))


def login_of_token(ground: Ground, value: str) -> Login | None:
    """Whose token this is, with the vault it opens; None for an unknown, expired or revoked one."""
    with reading(ground, NOBODY) as here:
        found = queries.account_of_token(here, value)
    if found is None:
        return None
    account, token = found
    if _lacks_second_factor(account):
        return None
    wrapped = token.vault_wrapped
    vault_key = _token_ring(value).unwrap(wrapped, owner=account.id.bytes) if wrapped else None
    return Login(account.id, account.login, vault_key, handle="token")


def _token_ring(value: str) -> KeyRing:
    return KeyRing(derive(value.encode(), b"token vault"))


def time_zone_of(here: Reading) -> str | None:
    """The zone the viewer chose, if any."""
    account_id = here.viewer.account_id
    account: Any = here.db.get(Account, account_id) if account_id else None
    return account.time_zone if account else None


def current_code(ground: Ground, account: Account) -> str:
    """The code an authenticator would show now."""
    step = int(clock.now().timestamp()) // TOTP_STEP
    return pyotp.TOTP(totp_secret(ground.keys, account)).generate_otp(step)


def require_login(login: Login | None) -> Login:
    if login is None:
        raise SignInNeeded
    return login
