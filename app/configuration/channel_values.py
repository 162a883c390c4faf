"""What `${NAME}` in channels.yaml stands for: a setting, a variable of the environment, or the sandbox's."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from app.configuration import env_file
from app.configuration.settings import Settings

DEMO_ACCOUNT = "AC00000000000000000000000000000000"
DEMO_TOKEN = "sandbox-token-of-the-demo-city"  # noqa: S105 - the pretend provider's, public on purpose

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def references_in(value: object) -> list[str]:
    """The names that a value of the file refers to."""
    texts = value if isinstance(value, list) else [value]
    return [name for text in texts if isinstance(text, str) for name in _REFERENCE.findall(text)]


@dataclass(frozen=True, slots=True)
class ChannelValues:
    """The values by name. `pretend` are the names whose value is the sandbox's, as nobody has set one."""

    known: Mapping[str, str] = field(repr=False)
    pretend: frozenset[str] = frozenset()

    @classmethod
    def read(cls, settings: Settings) -> "ChannelValues":
        """From the settings, the environment and `.env`; the environment wins."""
        given = {**env_file.read_variables(), **os.environ, **dict(_of_settings(settings))}
        demo = {} if settings.is_production else _sandbox(settings)
        pretend = {name: value for name, value in demo.items() if not given.get(name)}
        return cls({**given, **pretend}, frozenset(pretend))

    def lacking(self, value: object) -> list[str]:
        """The names in a value that have none."""
        return [name for name in references_in(value) if not self.known.get(name)]

    def fill(self, value: Any) -> Any:
        """The value with what its references stand for."""
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if not isinstance(value, str):
            return value
        return _REFERENCE.sub(lambda found: self.known.get(found[1], ""), value)


def _of_settings(settings: Settings) -> Iterator[tuple[str, str]]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        plain = value.get_secret_value() if isinstance(value, SecretStr) else value
        if isinstance(plain, str):
            yield f"GUICHET_{name.upper()}", plain


def _sandbox(settings: Settings) -> dict[str, str]:
    return {
        "GUICHET_TWILIO_ACCOUNT_SID": DEMO_ACCOUNT,
        "GUICHET_TWILIO_AUTH_TOKEN": DEMO_TOKEN,
        "GUICHET_TWILIO_API_BASE": f"http://127.0.0.1:{settings.sandbox_at}",
        "GUICHET_SMTP_URL": f"smtp://127.0.0.1:{settings.sandbox_mail_port}",
    }
