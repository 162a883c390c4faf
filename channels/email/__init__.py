"""Mail: what residents write to a mailbox of the town, and what the town writes to them and to its own people."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator

from channels.contacts import EMAIL, read_mail_address
from channels.email.adapter import EmailAdapter, EmailConfig
from channels.kinds import ChannelKind, ChannelOptions, Installation


class EmailOptions(ChannelOptions):
    smtp_url: SecretStr = Field(
        description="smtp://[user:password@]host[:port] (encrypted where the server offers it) or smtps://..."
    )
    imap_url: SecretStr | None = Field(
        None,
        description="the mailbox that is read: imaps://user:password@host[:port][/folder], or imap://... (encrypted "
        "where the server offers it); without one, mail only leaves",
    )
    sender: str | None = Field(None, description="the address in the From line; else the one in city.yaml")
    sender_name: str | None = Field(None, description="the name in the From line; else the town's")
    subject: str | None = Field(None, description="where a message has none; else the town's name")
    team: str | None = Field(
        None, description="the team, by its code, that gets what people must answer; else all see it"
    )
    timeout: float = Field(15.0, gt=0, description="seconds for one mail")

    @field_validator("smtp_url")
    @classmethod
    def _is_mail(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("smtp://", "smtps://")):
            raise ValueError("needs to start with smtp:// or smtps://")
        return value

    @property
    def team_code(self) -> str | None:
        return self.team

    @field_validator("imap_url")
    @classmethod
    def _is_a_mailbox(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("imap://", "imaps://")):
            raise ValueError("needs to start with imap:// or imaps://")
        return value

    @field_validator("sender")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value and read_mail_address(value) is None:
            raise ValueError("no mail address")
        return value


def _build(options: EmailOptions, here: Installation) -> EmailAdapter:
    config = EmailConfig(
        channel_id=here.channel_id,
        smtp_url=options.smtp_url.get_secret_value(),
        sender=options.sender or here.town_mail,
        sender_name=options.sender_name or here.town_name,
        subject=options.subject or here.town_name,
        clock=here.clock,
        timeout=options.timeout,
        imap_url=options.imap_url.get_secret_value() if options.imap_url else None,
    )
    return EmailAdapter(config)


KIND = ChannelKind(
    adapter=EmailAdapter,
    options=EmailOptions,
    build=_build,
    contact=EMAIL,
    icon="mail",
    folder=Path(__file__).parent,
)
