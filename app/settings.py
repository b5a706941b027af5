"""Every setting, from `DIPOLI_…` variables or the file named by `DIPOLI_CONFIG_FILE`. One frozen object, made once."""

import hashlib
import os
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError


class Settings(BaseSettings):
    """Documented one by one in docs/settings.md; a test compares."""

    model_config = SettingsConfigDict(env_prefix="DIPOLI_", frozen=True, extra="ignore", env_ignore_empty=True)

    data_dir: Path = Path("var")
    database_url: str = ""
    linkage_dir: Path = Path()
    master_key_from: Literal["file", "credential", "passphrase"] = "file"
    master_key_file: Path = Path()
    master_key_memory_kib: int = Field(default=262144, ge=8)
    master_key_passes: int = Field(default=4, ge=1)
    backup_dir: Path | None = None
    host: str = ""
    port: int = Field(default=8000, ge=0, le=65535)
    base_url: str = ""
    allowed_hosts: tuple[str, ...] = ()
    production: bool = False
    handler_threads: int = Field(default=2, ge=1)
    idle_minutes: int = Field(default=30, ge=1)
    absolute_hours: int = Field(default=12, ge=1)
    seal_after_days: int = Field(default=14, ge=0)
    batch_minimum: int = Field(default=5, ge=1)
    batch_minutes: int = Field(default=30, ge=1)
    argon2_memory_kib: int = Field(default=65536, ge=8)
    argon2_passes: int = Field(default=3, ge=1)
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    mail_from: str = ""
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
        values.setdefault("host", os.environ.get("HOST") or "127.0.0.1")
        values.setdefault("port", os.environ.get("PORT") or "8000")
        values.setdefault("base_url", f"http://{values['host']}:{values['port']}")
        return values

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names we answer to: those allowed, or our own where none is said."""
        return self.allowed_hosts or _own_hosts(self.base_url)

    @property
    def linkage_is_on_disk(self) -> bool:
        """Whether the disposable store lies where a disk might remember it; said in every seal certificate."""
        return not is_in_memory(self.linkage_dir)


IN_MEMORY = ("tmpfs", "ramfs")
MOUNTS = Path("/proc/self/mounts")


def is_in_memory(folder: Path) -> bool:
    """Whether the folder lies, or would lie, on a file system in memory: asked of the kernel, because a container's /run may be a disk."""
    place = folder.resolve()
    try:
        lines = [line.split() for line in MOUNTS.read_text().splitlines()]
    except OSError:
        return False  # where nobody can say, it is not claimed
    over = [line for line in lines if place.is_relative_to(line[1].replace("\\040", " "))]
    longest = max((len(line[1]) for line in over), default=0)
    kinds = [line[2] for line in over if len(line[1]) == longest]  # the last mount at a place hides those before it
    return bool(kinds) and kinds[-1] in IN_MEMORY


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


class UnsafeStart(RuntimeError):
    """The configuration would break a promise. One sentence per reason."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


def load() -> Settings:
    """Settings from the environment, over those of the file. Raises UnsafeStart with the name of each that is wrong."""
    file = os.environ.get("DIPOLI_CONFIG_FILE")
    if file and not Path(file).is_file():
        raise UnsafeStart(
            [f"DIPOLI_CONFIG_FILE names {file}, where there is no file; put it there, or unset the variable."]
        )
    try:
        return Settings(_env_file=file) if file else Settings()  # type: ignore[call-arg]
    except ValidationError as fault:
        raise UnsafeStart([_sentence(each["loc"], each["msg"]) for each in fault.errors()]) from None
    except SettingsError as fault:
        field = str(fault).partition('field "')[2].partition('"')[0]
        raise UnsafeStart([_sentence((field,), 'a list is written in JSON, as ["a", "b"]')]) from None


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    name = "_".join(str(part) for part in place[:1]).upper()
    return f"DIPOLI_{name} cannot be used: {message} (docs/settings.md)."
