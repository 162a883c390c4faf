"""What a kind of channel declares of itself: all that the rest of the product asks of a kind stands here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict

from channels.contacts import ContactKind
from channels.contract import Capabilities, ChannelAdapter
from kit.clock import Clock

Ring = Callable[[UUID, int | None], None]
"""Rings for the browsers that watch a conversation: (conversation id, the new message's number)."""


def _check_web(address: str) -> str:
    if not address.startswith(("http://", "https://")):
        raise ValueError("needs to start with http:// or https://")
    return address.rstrip("/")


WebAddress = Annotated[str, AfterValidator(_check_web)]
"""An option that is an address on the web, without a slash at its end."""


class ChannelOptions(BaseModel):
    """What a town writes for one channel in `channels.yaml`: each option has a description, a secret is a SecretStr."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @property
    def team_code(self) -> str | None:
        """The team to which what comes this way belongs, until something else is known of it."""
        return None

    def sandbox_options(self, inbound: str, town_number: str) -> Sequence[str]:
        """How the sandbox is told to play this channel's provider: options of its command; none where it need not be.

        `inbound` is the path of the channel's webhook.
        """
        return ()


@dataclass(frozen=True, slots=True)
class Installation:
    """Where a channel is built in: its id in addresses and in the store, the town, and what the product hands out.

    `public_url` is the base that providers call back. `visitor_keys` sign the visitors' cookies: the first signs.
    """

    channel_id: str
    public_url: str
    town_name: str
    town_mail: str
    town_number: str
    keep_accents: bool
    clock: Clock = field(repr=False)
    visitor_keys: tuple[str, ...] = field(repr=False)
    ring: Ring = field(repr=False)

    def webhook(self, last: str) -> str:
        """The address of ours that ends so ("inbound", "status")."""
        return f"{self.public_url.rstrip('/')}/channels/{self.channel_id}/{last}"


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """A kind of channel. `folder` holds its `words.yaml`: its name, and the name of its kind of address.

    `icon` is one of app/icons.txt. `webhooks` are the last words of the addresses that its provider calls, with what
    it calls each of them for. `always`: every town has one, whose id is the kind's name.
    """

    adapter: type[ChannelAdapter]
    options: type[ChannelOptions]
    build: Callable[[Any, Installation], ChannelAdapter]
    contact: ContactKind
    icon: str
    folder: Path
    webhooks: Mapping[str, str] = field(default_factory=dict)
    always: bool = False

    @property
    def kind(self) -> str:
        return self.adapter.kind

    @property
    def capabilities(self) -> Capabilities:
        return self.adapter.capabilities


@dataclass(frozen=True, slots=True)
class WayIn:
    """A way by which cases come that is no channel. `folder` holds its name in `words.yaml`; `icon` as for channels."""

    kind: str
    icon: str
    folder: Path
