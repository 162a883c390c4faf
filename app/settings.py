"""Every setting, typed, from the environment (`GUICHET_*`) or a `.env` file. No other package reads settings."""

import os
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from kit.clock import Clock, FixedClock, SystemClock

ROOT = Path(__file__).parent.parent
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_ENV_FILE = ".env"
_NAMED_IN_FILE = re.compile(r"^\s*(?:export\s+)?(GUICHET_\w+)\s*=", re.MULTILINE)
_NOT_OURS = frozenset({"GUICHET_PYTHON", "GUICHET_TEST_DATA", "GUICHET_TEST_REQUIRE"})
"""Variables of the set-up and of the tests, which are no settings of the product."""


class SettingsInvalid(Exception):
    """A setting cannot be used: the message names it and says how to mend it."""


def _with_scheme(url: str, *schemes: str) -> str:
    """The address as it is. Raises ValueError, which never repeats it: passwords stand in addresses."""
    if not url:
        return url
    scheme, separator, _ = url.partition("://")
    if not separator or scheme not in schemes:
        raise ValueError(f"needs to start with {schemes[0]}://")
    try:
        urlsplit(url).port  # noqa: B018 - read for its error
    except ValueError:
        raise ValueError(
            "the port is no number, or the password holds a / ? # or @ that is not written as %2F ..."
        ) from None
    return url


class Settings(BaseSettings):
    """The product's settings; `.env.example` and docs/operations.md say what each is for."""

    model_config = SettingsConfigDict(env_prefix="GUICHET_", env_file=_ENV_FILE, extra="ignore", env_ignore_empty=True)

    mode: Literal["demo", "production"] = "demo"
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    data_dir: Path = Path("var")
    model_dir: Path = Path(".models")
    city_dir: Path = ROOT / "data"
    demo: bool = True
    demo_public: bool = False
    now: datetime | None = None
    database_url: str = ""
    redis_url: str = ""
    public_url: str = ""
    secret_key: SecretStr = SecretStr("")
    sandbox_port: int = 0
    log_format: Literal["auto", "json", "console"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    trusted_proxies: str = "127.0.0.1"
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_auth_token_secondary: SecretStr = SecretStr("")
    twilio_api_base: str = ""
    sms_number: str = ""
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    nlu_engine: Literal["embedded", "rasa", "both"] = "embedded"
    rasa_url: str = ""

    @field_validator("now")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("needs a zone, for example 2026-11-24T10:00:00+01:00")
        return value

    @field_validator("public_url", "twilio_api_base", "rasa_url")
    @classmethod
    def _url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("needs to start with http:// or https://")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        return _with_scheme(value, "postgresql", "postgresql+psycopg", "sqlite")

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str) -> str:
        return _with_scheme(value, "redis", "rediss", "unix")

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: SecretStr) -> SecretStr:
        _with_scheme(value.get_secret_value(), "smtp", "smtps")
        return value

    @model_validator(mode="after")
    def _mode_is_safe(self) -> "Settings":
        if self.is_production and self.now is not None:
            raise ValueError("GUICHET_NOW is for checks: it is refused in production")
        if not self.is_production and self.host not in _LOOPBACK and not self.demo_public:
            raise ValueError(
                "demo mode has public passwords, so it serves this machine only: "
                "set GUICHET_MODE=production, or GUICHET_DEMO_PUBLIC=1 if that is what you want"
            )
        return self

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def base_url(self) -> str:
        """The address residents and providers use."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def store_url(self) -> str:
        """The database; an SQLite file in the data directory by default."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'guichet.db').absolute()}"

    @property
    def sandbox_at(self) -> int:
        """The sandbox's port."""
        return self.sandbox_port or self.port + 1

    @property
    def sandbox_mail_port(self) -> int:
        """The port of the sandbox's mailbox (SMTP)."""
        return self.sandbox_at + 1

    def clock(self) -> Clock:
        """The town's clock: the machine's, or the moment set by GUICHET_NOW."""
        return FixedClock(self.now) if self.now else SystemClock()

    def key(self) -> bytes:
        """The key that signs cookies and codes: the setting, else one made once in the data directory."""
        given = self.secret_key.get_secret_value()
        if given:
            return given.encode()
        path = self.data_dir / "secret.key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_bytes()


def load_settings() -> Settings:
    """Raises SettingsInvalid with one line for each setting that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [_explain(list(item["loc"]), item["msg"]) for item in error.errors()]
        raise SettingsInvalid("\n".join(lines)) from error


def _explain(place: list[int | str], message: str) -> str:
    name = f"GUICHET_{str(place[0]).upper()}: " if place else ""
    return f"{name}{message.removeprefix('Value error, ')}"


def unknown_settings() -> list[str]:
    """One sentence for each GUICHET_ variable that is no setting: a slip of the pen would else go unnoticed."""
    known = {f"GUICHET_{name.upper()}" for name in Settings.model_fields}
    file = Path(_ENV_FILE)
    in_file = _NAMED_IN_FILE.findall(file.read_text(errors="replace")) if file.is_file() else []
    given = {name for name in [*os.environ, *in_file] if name.startswith("GUICHET_")}
    return [_unknown(name, known) for name in sorted(given - known - _NOT_OURS)]


def _unknown(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1, cutoff=0.75)
    meant = f"; did you mean {close[0]}?" if close else ""
    return f"{name}: no setting has this name, so it changes nothing{meant}"
