"""Every channel kind and who builds it: an explicit list, read once by the composition root."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from channels.contract import ChannelAdapter, Confidential, Secrets
from channels.email.adapter import EmailAdapter, EmailConfig
from channels.sms.adapter import SmsAdapter, SmsConfig
from channels.webchat.adapter import WebchatAdapter, WebchatConfig


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """A kind of channel: `build` takes an instance of `config`. `settings` are the settings it is made from.

    `webhooks` are the last words of the addresses that its provider calls, with what it calls each of them for.
    """

    kind: str
    config: type[Any]
    build: Callable[[Any], ChannelAdapter]
    settings: tuple[str, ...]
    webhooks: Mapping[str, str] = field(default_factory=dict)


KINDS: tuple[ChannelKind, ...] = (
    ChannelKind(
        "sms",
        SmsConfig,
        SmsAdapter,
        (
            "GUICHET_PUBLIC_URL",
            "GUICHET_SMS_NUMBER",
            "GUICHET_TWILIO_ACCOUNT_SID",
            "GUICHET_TWILIO_API_BASE",
            "GUICHET_TWILIO_AUTH_TOKEN",
            "GUICHET_TWILIO_AUTH_TOKEN_SECONDARY",
        ),
        webhooks={"inbound": "messages"},
    ),
    ChannelKind("webchat", WebchatConfig, WebchatAdapter, ("GUICHET_PUBLIC_URL", "GUICHET_SECRET_KEY")),
    ChannelKind("email", EmailConfig, EmailAdapter, ("GUICHET_MAIL_FROM", "GUICHET_SMTP_URL")),
)


def webhook_addresses(channel_id: str, kind: str, base_url: str) -> list[str]:
    """The addresses to give to a channel's provider, each with what it is for; none where no provider calls."""
    found = next((entry for entry in KINDS if entry.kind == kind), None)
    told = found.webhooks if found else {}
    return [f"{purpose}: {base_url}/channels/{channel_id}/{last}" for last, purpose in told.items()]


def build(kind: str, config: object) -> ChannelAdapter:
    """The adapter for a configured channel. Raises LookupError for an unknown kind, TypeError for another's config."""
    found = next((entry for entry in KINDS if entry.kind == kind), None)
    if found is None:
        raise LookupError(f"no channel kind {kind!r}; known: {', '.join(entry.kind for entry in KINDS)}")
    if not isinstance(config, found.config):
        raise TypeError(f"the kind {kind!r} is configured by {found.config.__name__}")
    return found.build(config)


def secrets_of(adapter: ChannelAdapter) -> Secrets:
    """What must never appear in a log on this adapter's account."""
    return adapter.secrets if isinstance(adapter, Confidential) else Secrets()
