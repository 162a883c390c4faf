"""Mail: it leaves over SMTP and is fetched over IMAP; nothing is received by webhook."""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import unquote, urlsplit

from channels.boxes import Box, BoxRefused
from channels.contract import Capabilities, InboundEvent, OutboundMessage, Secrets, Sent, WebhookRequest
from channels.email.box import BoxAddress, ImapBox
from channels.email.html import as_html
from channels.email.incoming import read_events
from channels.errors import (
    Accepted,
    AddressRefused,
    ContentRefused,
    CredentialsRefused,
    PayloadInvalid,
    ProviderUnavailable,
    SendError,
    SignatureInvalid,
)
from channels.health import await_answer
from channels.incoming import clean_text
from kit.clock import Clock

if TYPE_CHECKING:
    from aiosmtplib import SMTPException

_ADDRESS = re.compile(r"[^\s@<>\",;:]+@[^\s@<>\",;:]+")


@dataclass(frozen=True, slots=True)
class EmailConfig:
    """`smtp_url`: smtp://[user:password@]host[:port] (STARTTLS where offered) or smtps://... `timeout` in seconds.

    `subject` stands where a message has none of its own. `imap_url`: the mailbox, as in `channels.email.box`; None
    where mail only leaves.
    """

    channel_id: str
    smtp_url: str = field(repr=False)
    sender: str
    sender_name: str
    subject: str
    clock: Clock = field(repr=False)
    timeout: float = 15.0
    imap_url: str | None = field(default=None, repr=False)


class EmailAdapter:
    """One address of the town: its mail leaves, and where it has a mailbox what residents write there is read."""

    kind: ClassVar[str] = "email"
    capabilities: Capabilities = Capabilities(
        max_text=100_000, choices="numbered", attachments=False, receipts=False, hears=False, letters=True
    )

    def __init__(self, config: EmailConfig) -> None:
        self._config = config
        self._server = urlsplit(config.smtp_url)
        self._box = BoxAddress(config.imap_url) if config.imap_url else None
        self.capabilities = replace(type(self).capabilities, hears=self.has_box)

    @property
    def secrets(self) -> Secrets:
        boxes = self._box.secrets if self._box else ()
        return Secrets(tuple(filter(None, [self._server.password, self._password, *boxes])))

    @property
    def has_box(self) -> bool:
        return self._box is not None

    def open_box(self) -> Box:
        if self._box is None:
            raise BoxRefused("folder", "no mailbox is set up")
        return ImapBox(self._box)

    def read(self, raw: bytes) -> Sequence[InboundEvent]:
        return read_events(raw, self._domain)

    def verify(self, request: WebhookRequest) -> None:
        raise SignatureInvalid("mail is not received by webhook")

    def parse(self, request: WebhookRequest) -> Sequence[InboundEvent]:
        raise PayloadInvalid("mail is not received by webhook")

    async def examine(self) -> str:
        leaves = await await_answer(self._config.smtp_url)
        if self._box is None:
            return f"{leaves}; no mailbox is read"
        return f"{leaves}; {await asyncio.to_thread(_look_into, self)}"

    async def send(self, message: OutboundMessage) -> Sent:
        """One connection a message: codes and copies are few. The mail's Message-ID is the same at each try."""
        import aiosmtplib

        if not _ADDRESS.fullmatch(message.to):
            raise AddressRefused("not a mail address")
        mail = self._mail(message)
        try:
            await aiosmtplib.send(mail, sender=self._config.sender, recipients=[message.to], **self._connection())
        except aiosmtplib.SMTPException as error:
            raise _error_from(error) from error
        except (OSError, TimeoutError) as error:
            raise ProviderUnavailable(type(error).__name__) from error
        return Sent(provider_id=str(mail["Message-ID"]), state="sent")

    def _mail(self, message: OutboundMessage) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = formataddr((self._config.sender_name, self._config.sender))
        mail["To"] = message.to
        mail["Subject"] = " ".join(clean_text(message.subject or self._config.subject).split())
        mail["Date"] = format_datetime(self._config.clock.now())
        mail["Message-ID"] = f"<{message.delivery_id}@{self._domain}>"
        if message.references:
            mail["In-Reply-To"] = message.references[-1]
            mail["References"] = " ".join(message.references)
        if message.automatic:
            mail["Auto-Submitted"] = "auto-replied" if message.references else "auto-generated"
        text = clean_text(message.text)
        mail.set_content(text, cte="quoted-printable")
        mail.add_alternative(as_html(text, message.language), subtype="html", cte="quoted-printable")
        if message.language:
            mail["Content-Language"] = message.language
        return mail

    @property
    def _domain(self) -> str:
        return self._config.sender.rpartition("@")[2]

    @property
    def _password(self) -> str:
        return unquote(self._server.password or "")

    def _connection(self) -> dict[str, Any]:
        tls = self._server.scheme == "smtps"
        return {
            "hostname": self._server.hostname,
            "port": self._server.port or (465 if tls else 25),
            "use_tls": tls,
            "username": unquote(self._server.username or "") or None,
            "password": self._password or None,
            "timeout": self._config.timeout,
        }


def _look_into(adapter: EmailAdapter) -> str:
    """Signs in to the mailbox and leaves it again. Raises ConnectionError, which says what to mend."""
    try:
        box = adapter.open_box()
    except BoxRefused as error:
        raise ConnectionError(str(error)) from None
    box.close()
    return "the mailbox can be read"


def _error_from(error: "SMTPException") -> SendError:
    """Permanent answers say whose fault it is by the step they answer; all others are worth another try."""
    import aiosmtplib

    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return _permanent_or_not(error.recipients[0].code, AddressRefused, str(error.recipients[0].message))
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return _permanent_or_not(error.code, CredentialsRefused, str(error.message))
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return AddressRefused(str(error))
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        return _permanent_or_not(error.code, CredentialsRefused, str(error.message))
    if isinstance(error, aiosmtplib.SMTPDataError):
        return _permanent_or_not(error.code, ContentRefused, str(error.message))
    answered = isinstance(error, aiosmtplib.SMTPResponseException) and error.code >= 400
    never_there = isinstance(error, aiosmtplib.SMTPConnectError)
    accepted: Accepted = "no" if answered or never_there else "perhaps"
    return ProviderUnavailable(f"{type(error).__name__}: {error}", accepted=accepted)


def _permanent_or_not(code: int, permanent: Callable[[str], SendError], answer: str) -> SendError:
    detail = f"SMTP {code} {answer}"
    return permanent(detail) if code >= 500 else ProviderUnavailable(detail, accepted="no")
