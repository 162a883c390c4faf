"""The chat page of the portal: every town has it."""

from pathlib import Path

from channels.contacts import VISITOR
from channels.kinds import ChannelKind, ChannelOptions, Installation
from channels.webchat.adapter import WebchatAdapter, WebchatConfig


class WebchatOptions(ChannelOptions):
    """There is nothing to choose: the portal and its chat are one."""


def _build(options: WebchatOptions, here: Installation) -> WebchatAdapter:
    config = WebchatConfig(here.channel_id, here.visitor_keys, here.public_url, here.ring, chat_path="/chat#end")
    return WebchatAdapter(config)


KIND = ChannelKind(
    adapter=WebchatAdapter,
    options=WebchatOptions,
    build=_build,
    contact=VISITOR,
    icon="globe",
    folder=Path(__file__).parent,
    always=True,
)
