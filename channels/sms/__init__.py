"""Text and picture messages to and from one number, through Twilio or a gateway that speaks its interface."""

import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import Field, SecretStr, field_validator

from channels.contacts import PHONE
from channels.kinds import ChannelKind, ChannelOptions, Installation, WebAddress
from channels.sms.adapter import SmsAdapter, SmsConfig
from channels.twilio.api import PUBLIC_BASE
from kit.phones import normalise

_NAMED_SENDER = re.compile(r"MG[0-9a-f]{32}|[0-9]{3,6}|(?=.*[A-Za-z])[A-Za-z0-9 ]{2,11}")
"""A messaging service, a short code, or a name, which nobody can answer."""


class SmsOptions(ChannelOptions):
    account_sid: str = Field(description="the account at Twilio (AC...)")
    auth_token: SecretStr = Field(description="its token: sends, and signs the webhooks")
    auth_token_secondary: SecretStr | None = Field(
        None, description="the other token while one is being changed: both are accepted on webhooks"
    )
    number: str | None = Field(
        None, description="the town's number in E.164, or a messaging service (MG...); else the one in city.yaml"
    )
    api_base: WebAddress = Field(PUBLIC_BASE, description="another gateway that speaks Twilio's interface")
    keep_accents: bool | None = Field(
        None,
        description="true: ê, î, ç are sent where the message takes no more segments for it; else as city.yaml says",
    )
    timeout: float = Field(10.0, gt=0, description="seconds for one call")
    connections: int = Field(32, gt=0, description="connections kept open at most")
    media_hosts: tuple[str, ...] = Field(
        ("mms.twiliocdn.com", "media.twiliocdn.com"),
        description="hosts that pictures may be fetched from by https, without the token",
    )

    @field_validator("number")
    @classmethod
    def _can_send(cls, value: str | None) -> str | None:
        if not value or _NAMED_SENDER.fullmatch(value):
            return value
        if number := normalise(value):
            return number
        raise ValueError("no telephone number: write it as +33199980100, or the id of a messaging service (MG...)")

    def sandbox_options(self, inbound: str, town_number: str) -> Sequence[str]:
        return ("--line", f"{self.number or town_number}={inbound}")


def _build(options: SmsOptions, here: Installation) -> SmsAdapter:
    other = options.auth_token_secondary
    tokens = (options.auth_token.get_secret_value(), other.get_secret_value() if other else "")
    config = SmsConfig(
        channel_id=here.channel_id,
        account_sid=options.account_sid,
        auth_tokens=tuple(filter(None, tokens)),
        number=options.number or here.town_number,
        public_url=here.public_url,
        api_base=options.api_base,
        keep_accents=here.keep_accents if options.keep_accents is None else options.keep_accents,
        timeout=options.timeout,
        connections=options.connections,
        media_hosts=options.media_hosts,
    )
    return SmsAdapter(config)


KIND = ChannelKind(
    adapter=SmsAdapter,
    options=SmsOptions,
    build=_build,
    contact=PHONE,
    icon="smartphone",
    folder=Path(__file__).parent,
    webhooks={"inbound": "messages"},
)
