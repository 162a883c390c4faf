"""An echo service: a pretend chat product, signed both ways. Its users have handles."""

from pathlib import Path

from channels.echo.adapter import EchoAdapter, EchoConfig, read_handle
from pydantic import Field, SecretStr

from channels.contacts import ContactKind
from channels.kinds import ChannelKind, ChannelOptions, Installation, WebAddress

HANDLE = ContactKind("handle", "message-circle", read=read_handle)


class EchoOptions(ChannelOptions):
    url: WebAddress = Field(description="where messages are posted to")
    key: SecretStr = Field(description="signs both ways")
    key_previous: SecretStr | None = Field(None, description="the key before, while it is being changed")
    timeout: float = Field(10.0, gt=0, description="seconds for one call")


def _build(options: EchoOptions, here: Installation) -> EchoAdapter:
    before = options.key_previous
    keys = (options.key.get_secret_value(), before.get_secret_value() if before else "")
    return EchoAdapter(EchoConfig(options.url, tuple(filter(None, keys)), options.timeout))


KIND = ChannelKind(
    adapter=EchoAdapter,
    options=EchoOptions,
    build=_build,
    contact=HANDLE,
    icon="message-circle",
    folder=Path(__file__).parent,
    webhooks={"inbound": "messages and receipts"},
)
