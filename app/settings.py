"""Every setting, from `DIPOLI_…` variables or the file named by `DIPOLI_CONFIG_FILE`. One frozen object, made once."""

import hashlib
import os
import stat
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Documented one by one in docs/settings.md; a test compares."""

    model_config = SettingsConfigDict(env_prefix="DIPOLI_", frozen=True, extra="ignore")

    data_dir: Path = Path("var")
    database_url: str = ""
    linkage_dir: Path = Path()
    master_key_file: Path = Path()
    host: str = Field(default_factory=lambda: os.environ.get("HOST", "127.0.0.1"))
    port: int = Field(default_factory=lambda: int(os.environ.get("PORT", "8000")))
    base_url: str = ""
    allowed_hosts: tuple[str, ...] = ()
    production: bool = False
    handler_threads: int = Field(default=2, ge=1)
    idle_minutes: int = Field(default=30, ge=1)
    absolute_hours: int = Field(default=12, ge=1)
    seal_after_days: int = Field(default=14, ge=0)
    batch_minimum: int = Field(default=3, ge=1)
    argon2_memory_kib: int = Field(default=65536, ge=8)
    argon2_passes: int = Field(default=3, ge=1)
    log_level: str = "info"

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, given: Any) -> Any:
        """What follows from the rest: where the database, the key and the disposable store lie, and our own address."""
        values = {key: value for key, value in given.items() if value not in ("", None)}
        data = Path(values.get("data_dir", "var")).absolute()
        values["data_dir"] = data
        values.setdefault("database_url", f"sqlite:///{data / 'dipoli.db'}")
        values["database_url"] = _with_driver(str(values["database_url"]))
        values.setdefault("master_key_file", data / "keys" / "master.key")
        values.setdefault("linkage_dir", _linkage_dir(data))
        host = values.get("host") or os.environ.get("HOST", "127.0.0.1")
        port = values.get("port") or os.environ.get("PORT", "8000")
        values.setdefault("base_url", f"http://{host}:{port}")
        if not values.get("allowed_hosts"):
            values["allowed_hosts"] = _own_hosts(str(values["base_url"]))
        return values

    @property
    def linkage_is_on_disk(self) -> bool:
        """Whether the disposable store lies where a disk might remember it; said in every seal certificate."""
        tmpfs = ("/dev/shm/", "/run/")  # noqa: S108  # compared with, not written to
        return not str(self.linkage_dir).startswith(tmpfs)


def _with_driver(url: str) -> str:
    """PostgreSQL is spoken to through psycopg 3, whatever the URL says."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if separator and scheme in ("postgres", "postgresql") else url


def _linkage_dir(data: Path) -> Path:
    name = f"dipoli-{os.getuid()}-{hashlib.sha256(str(data).encode()).hexdigest()[:12]}"
    for base in (os.environ.get("XDG_RUNTIME_DIR"), "/dev/shm"):  # noqa: S108  # memory, on purpose
        if base and os.access(base, os.W_OK):
            return Path(base) / name
    return data / "linkage"


def _own_hosts(base_url: str) -> tuple[str, ...]:
    name = urlsplit(base_url).hostname or "127.0.0.1"
    return tuple(dict.fromkeys((name, "127.0.0.1", "localhost")))


def load() -> Settings:
    """Settings from the environment, over those of the file. Raises pydantic.ValidationError with the place of each fault."""
    file = os.environ.get("DIPOLI_CONFIG_FILE")
    return Settings(_env_file=file) if file else Settings()  # type: ignore[call-arg]


class UnsafeStart(RuntimeError):
    """The configuration would break a promise. One sentence per reason."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


def refuse_unsafe_start(settings: Settings) -> None:
    """In production, raise UnsafeStart for everything that would break a promise; in development allow it."""
    if not settings.production:
        return
    checks = (_key_is_safe, _key_is_apart, _address_is_safe, _hosts_are_named, _linkage_is_private)
    reasons = [reason for check in checks if (reason := check(settings))]
    if reasons:
        raise UnsafeStart(reasons)


def _key_is_safe(settings: Settings) -> str | None:
    file = settings.master_key_file
    if not file.is_file():
        return "The master key is missing; make one with `dipoli init`."
    if file.stat().st_size < 32:
        return "The master key is too short."
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        return "The master key can be read by others; its mode must be 0400."
    return None


def _key_is_apart(settings: Settings) -> str | None:
    if settings.master_key_file.absolute().is_relative_to(settings.data_dir.absolute()):
        return "The master key lies inside the data directory, and so in every copy of it; set DIPOLI_MASTER_KEY_FILE."
    return None


def _address_is_safe(settings: Settings) -> str | None:
    address = urlsplit(settings.base_url)
    if address.scheme == "https" or (address.hostname or "").endswith(".onion"):
        return None
    return "DIPOLI_BASE_URL must be an https or onion address."


def _hosts_are_named(settings: Settings) -> str | None:
    return "DIPOLI_ALLOWED_HOSTS must not allow every host." if "*" in settings.allowed_hosts else None


def _linkage_is_private(settings: Settings) -> str | None:
    folder = settings.linkage_dir
    if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return "The linkage directory can be read by others; its mode must be 0700."
    if folder.absolute().is_relative_to(settings.data_dir.absolute()):
        return "The linkage directory lies inside the data directory, and so in every backup of it."
    return None
