"""Every setting, typed, from the environment (`GUICHET_*`) or a `.env` file. No other package reads settings."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.configuration import env_file
from kit.clock import Clock, FixedClock, SystemClock
from kit.laid_files import Layers
from services.files.product import DEMO_TOWN, over_product

ROOT = Path(__file__).parents[2]
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
SHORTEST_KEY = 32
"""Bytes of a key that signs: what a machine can guess is shorter."""


class SettingsInvalid(Exception):
    """A setting cannot be used: the message names it and says how to mend it."""


_MAKE_KEY = "`openssl rand -base64 48` makes one"
_DEMO_ONLY = (
    "has public passwords, so it serves this machine only: "
    "set GUICHET_MODE=production, or GUICHET_DEMO_PUBLIC=1 if that is what you want"
)


def _refuse_short(key: bytes) -> None:
    """Raises ValueError for a key that is too short to sign with; none at all is no key."""
    if key and len(key) < SHORTEST_KEY:
        raise ValueError(f"needs {SHORTEST_KEY} bytes at least, and has {len(key)}; {_MAKE_KEY}")


_SITE = re.compile(r"https?://(?:\*\.)?[A-Za-z0-9.-]+(?::\d{1,5})?/?")


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

    model_config = SettingsConfigDict(
        env_prefix="GUICHET_",
        env_file=env_file.ENV_FILE,
        env_file_encoding=env_file.ENCODING,
        extra="ignore",
        env_ignore_empty=True,
    )

    mode: Literal["demo", "production"] = "demo"
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    data_dir: Path = Path("var")
    model_dir: Path = Path(".models")
    city_dir: Path = DEMO_TOWN
    demo: bool = True
    demo_public: bool = False
    now: datetime | None = None
    database_url: str = ""
    redis_url: str = ""
    public_url: str = ""
    secret_key: SecretStr = SecretStr("")
    secret_key_previous: SecretStr = SecretStr("")
    sandbox_port: int = 0
    log_format: Literal["auto", "json", "console"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    trusted_proxies: str = "127.0.0.1"
    embed_origins: str = ""
    metrics_token: SecretStr = SecretStr("")
    api_docs: bool = False
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_auth_token_secondary: SecretStr = SecretStr("")
    twilio_api_base: str = ""
    sms_number: str = ""
    smtp_url: SecretStr = SecretStr("")
    imap_url: SecretStr = SecretStr("")
    mail_from: str = ""
    nlu_engine: Literal["embedded", "rasa", "both"] = "embedded"
    rasa_url: str = ""
    rasa_token: SecretStr = SecretStr("")

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

    @field_validator("embed_origins")
    @classmethod
    def _sites(cls, value: str) -> str:
        for site in filter(None, map(str.strip, value.split(","))):
            if not _SITE.fullmatch(site):
                raise ValueError("needs addresses such as https://www.montlieu.example, separated by commas")
        return value

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

    @field_validator("imap_url")
    @classmethod
    def _imap(cls, value: SecretStr) -> SecretStr:
        _with_scheme(value.get_secret_value(), "imap", "imaps")
        return value

    @field_validator("secret_key", "secret_key_previous")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        _refuse_short(value.get_secret_value().encode())
        return value

    @model_validator(mode="after")
    def _mode_is_safe(self) -> "Settings":
        if self.is_production and self.now is not None:
            raise ValueError("GUICHET_NOW is for checks: it is refused in production")
        if not (self.is_production or self.demo_public):
            self._check_demo()
        return self

    def _check_demo(self) -> None:
        if self.host not in _LOOPBACK:
            raise ValueError(f"GUICHET_MODE: demo mode {_DEMO_ONLY}")
        if self.public_url.startswith("https://"):
            raise ValueError(f"GUICHET_MODE: an https GUICHET_PUBLIC_URL is a town's, and demo mode {_DEMO_ONLY}")

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def town_files(self) -> Layers:
        """The town's folder over the product's data."""
        return over_product(self.city_dir)

    @property
    def base_url(self) -> str:
        """The address residents and providers use."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def framing_sites(self) -> tuple[str, ...]:
        """The sites that may show the chat in a frame, besides our own: in the demo any."""
        named = tuple(site.strip().rstrip("/") for site in self.embed_origins.split(",") if site.strip())
        return named or (() if self.is_production else ("*",))

    @property
    def public_host(self) -> str:
        """The name, with the port where it is not the usual one, that browsers call."""
        return urlsplit(self.base_url).netloc

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

    def signing_keys(self) -> tuple[bytes, ...]:
        """What cookies and codes are signed with: the first signs, all are accepted, so that a key can be changed.

        The first is the setting, else one made once in the data directory. Raises SettingsInvalid.
        """
        given, previous = (key.get_secret_value().encode() for key in (self.secret_key, self.secret_key_previous))
        return (given or self._own_key(), *([previous] if previous else []))

    @property
    def key_file(self) -> Path:
        """Where the key is kept when no setting gives it."""
        return self.data_dir / "secret.key"

    def _own_key(self) -> bytes:
        if self.is_production and self.store_url.startswith("postgresql"):
            # Each data directory would have a key of its own, and one host refuse what another has signed.
            raise SettingsInvalid(f"GUICHET_SECRET_KEY: needed with PostgreSQL, the same on every host; {_MAKE_KEY}")
        path = self.key_file
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        key = path.read_bytes().strip()
        try:
            _refuse_short(key or b"-")
        except ValueError as error:
            raise SettingsInvalid(f"{path}: {error}") from None
        return key

    def unsafe(self) -> list[str]:
        """One sentence for each setting that works and should not stand in production."""
        if self.is_production and self.base_url.startswith("http://"):
            return ["GUICHET_PUBLIC_URL: is not https; cookies and webhooks travel unprotected"]
        return []


def load_settings() -> Settings:
    """Raises SettingsInvalid with one line for each setting that cannot be used."""
    if broken := env_file.broken_lines():
        raise SettingsInvalid("\n".join(broken))
    try:
        return Settings()
    except ValidationError as error:
        lines = [_explain(item) for item in error.errors()]
        raise SettingsInvalid("\n".join(lines)) from error


_PLAIN = {
    "int_parsing": "needs a whole number",
    "bool_parsing": "needs 1 or 0",
    "datetime_from_date_parsing": "needs a moment, for example 2026-11-24T10:00:00+01:00",
    "datetime_parsing": "needs a moment, for example 2026-11-24T10:00:00+01:00",
}
"""What the library says in its own words, by its code."""


def _explain(error: ErrorDetails) -> str:
    name = f"GUICHET_{str(error['loc'][0]).upper()}: " if error["loc"] else ""
    return f"{name}{_PLAIN.get(error['type'], error['msg'].removeprefix('Value error, '))}"


def unknown_settings(others: Iterable[str] = ()) -> list[str]:
    """One sentence for each GUICHET_ variable that is neither a setting nor one of `others`."""
    return env_file.unknown_settings([*(f"GUICHET_{name.upper()}" for name in Settings.model_fields), *others])
