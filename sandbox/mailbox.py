"""Everybody's mailbox: accepts every mail and shows it to whoever plays the resident."""

import asyncio
from collections import deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.hub import Hub

_MAX_MAIL = 35_000_000


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it arrived; `to` are the envelope's recipients."""

    id: int
    sender: str
    to: list[str]
    subject: str
    text: str
    date: str
    message_id: str
    attachments: list[str]
    headers: list[tuple[str, str]]
    received_at: str

    def as_json(self) -> dict[str, Any]:
        fields = asdict(self)
        fields["from"] = fields.pop("sender")
        return fields


class Mailbox:
    """The last mails; `accepted` counts all."""

    def __init__(self, hub: Hub, capacity: int = 5000) -> None:
        self._hub = hub
        self._mails: deque[Mail] = deque(maxlen=capacity)
        self.accepted = 0

    def find(self, address: str | None = None) -> list[Mail]:
        """Oldest first."""
        return [mail for mail in self._mails if address is None or address.casefold() in map(str.casefold, mail.to)]

    def clear(self) -> None:
        self._mails.clear()

    async def listen(self, host: str, port: int) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(
            lambda: SMTP(self, hostname="sandbox", ident="sandbox", data_size_limit=_MAX_MAIL, loop=loop), host, port
        )

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        self.accepted += 1
        mail = _read(self.accepted, envelope)
        self._mails.append(mail)
        self._hub.publish("mail", mail.as_json)
        return "250 OK"


def _read(number: int, envelope: Envelope) -> Mail:
    parsed = message_from_bytes(cast(bytes, envelope.content), policy=default)
    return Mail(
        id=number,
        sender=str(parsed["From"] or envelope.mail_from or ""),
        to=list(envelope.rcpt_tos),
        subject=str(parsed["Subject"] or ""),
        text=_text(parsed),
        date=str(parsed["Date"] or ""),
        message_id=str(parsed["Message-ID"] or ""),
        attachments=[part.get_filename() or "" for part in parsed.iter_attachments()],
        headers=[(name, str(value)) for name, value in parsed.items()],
        received_at=datetime.now(UTC).isoformat(),
    )


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    try:
        return str(body.get_content()).replace("\r\n", "\n") if body else ""
    except (LookupError, ValueError, KeyError):
        return ""
