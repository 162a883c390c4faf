"""Who did it: every command names its actor."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """A resident, the bot, an agent (with their id and name) or the system itself."""

    kind: Literal["resident", "bot", "agent", "system"]
    id: UUID | None = None
    name: str = ""


RESIDENT = Actor("resident")
BOT = Actor("bot")
SYSTEM = Actor("system")
