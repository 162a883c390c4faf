"""What was typed in a form, kept when it is shown again with what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from agent_console.access.errors import TextMissing, TextTooLong
from agent_console.access.gate import Command

LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class FormState:
    """A form that was refused: which one, what it held, and why."""

    action: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    text: str = ""

    def value(self, action: str, name: str, default: str = "") -> str:
        """What a field of this form held."""
        return self.fields.get(name, default) if self.action == action else default


NO_FORM = FormState()


def required_text(command: Command, name: str = "text") -> str:
    """Raises TextMissing, TextTooLong."""
    text = optional_text(command, name)
    if not text:
        raise TextMissing
    return text


def optional_text(command: Command, name: str) -> str:
    """Raises TextTooLong."""
    text = command.text(name).replace("\r\n", "\n")
    if len(text) > LONGEST_TEXT:
        raise TextTooLong
    return text


def identifier(text: str) -> UUID | None:
    """An id from a form or an address; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def number(text: str) -> int | None:
    """A whole number from a form or an address; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
