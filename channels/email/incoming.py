"""A mail as a message of its sender: who wrote, what is new in it, and which letters it goes back to."""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime
from uuid import UUID

from channels.contacts import EMAIL, read_mail_address
from channels.contract import DeliveryUpdate, InboundAttachment, InboundEvent, InboundMessage
from channels.errors import PayloadInvalid
from channels.incoming import clean_text
from channels.letters import Letter, Unanswered

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")
_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@([^<>\s]+)>")
_MACHINE = re.compile(r"(?:mailer-daemon|postmaster)@", re.IGNORECASE)
_NOBODY = re.compile(r"(?:no-?_?reply|ne-?_?pas-?_?repondre|do-?not-?reply)[^@]*@", re.IGNORECASE)
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_AUTOMATIC = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")
_MOST_FILES = 40


def read_events(raw: bytes, domain: str) -> list[InboundEvent]:
    """What a mail is: one message, or what became of mails that we sent from `domain`. Raises PayloadInvalid."""
    mail = message_from_bytes(raw, policy=default)
    if bounced := list(_bounced(mail, domain)):
        return [*bounced]
    sender = _sender(mail)
    if sender is None:
        raise PayloadInvalid("nobody is named as its sender")
    letter = _letter(mail, sender, domain)
    return [
        InboundMessage(
            external_id=_external_id(raw, letter.letter_id),
            sender=sender,
            sender_kind=EMAIL.kind,
            text=clean_text(_text(mail)),
            subject=letter.subject,
            sent_at=_sent_at(mail),
            attachments=tuple(_files(mail)),
            letter=letter,
        )
    ]


def _external_id(raw: bytes, letter_id: str) -> str:
    """The same for copies of a mail that came to several boxes; another for another mail under the same name."""
    body = raw.partition(b"\r\n\r\n")[2] or raw.partition(b"\n\n")[2] or raw
    content = body if letter_id else raw
    return f"{letter_id[:200]}{hashlib.sha256(content).hexdigest()}"


def _letter(mail: EmailMessage, sender: str, domain: str) -> Letter:
    named = _MESSAGE_ID.findall(_head(mail, "Message-ID"))
    references = [*_MESSAGE_ID.findall(_head(mail, "References")), *_MESSAGE_ID.findall(_head(mail, "In-Reply-To"))]
    return Letter(
        letter_id=named[0] if named else "",
        subject=" ".join(clean_text(_head(mail, "Subject")).split())[:500],
        references=tuple(dict.fromkeys(references)),
        told=tuple(_ours(reversed(references), domain)),
        unanswered=_unanswered(mail, sender),
    )


def _ours(letter_ids: Iterator[str], domain: str) -> Iterator[UUID]:
    for letter_id in letter_ids:
        found = _OURS.fullmatch(letter_id.lower())
        if found and found[2] == domain.lower():
            yield UUID(found[1])


def _sender(mail: EmailMessage) -> str | None:
    """Who wrote; a form on a site writes as nobody and names its resident as the one to answer."""
    found = [read_mail_address(parseaddr(_head(mail, name))[1]) for name in ("From", "Reply-To", "Sender")]
    named = [address for address in found if address]
    return next((address for address in named if not _NOBODY.match(address)), named[0] if named else None)


def _unanswered(mail: EmailMessage, sender: str) -> Unanswered | None:
    if _MACHINE.match(sender) or mail.get_content_type() == "multipart/report":
        return "bounce"
    automatic = _head(mail, "Auto-Submitted").partition(";")[0].strip().lower() not in {"", "no"}
    if automatic or any(mail.get(name) for name in _AUTOMATIC):
        return "auto_reply"
    if mail.get("List-Id") or mail.get("List-Unsubscribe"):
        return "list"
    if _head(mail, "Precedence").strip().lower() in _BULK:
        return "auto_reply"
    return "no_reply" if _NOBODY.match(sender) else None


def _bounced(mail: EmailMessage, domain: str) -> Iterator[DeliveryUpdate]:
    """Our mails that a report says did not arrive; one that is only late says nothing."""
    if mail.get_content_type() != "multipart/report":
        return
    parts = list(mail.walk())
    status = "\n".join(str(part) for part in parts if part.get_content_type() == "message/delivery-status")
    if "action: failed" not in status.lower():
        return
    told = re.search(r"Diagnostic-Code:\s*(.{1,300})", status, re.IGNORECASE)
    for part in parts:
        if part.get_content_type() not in {"message/rfc822", "text/rfc822-headers"}:
            continue
        for letter_id in _MESSAGE_ID.findall(_original(part)):
            for delivery_id in _ours(iter([letter_id]), domain):
                yield DeliveryUpdate(letter_id, "failed", "address_refused", told[1] if told else None, delivery_id)


def _original(part: EmailMessage) -> str:
    content = part.get_payload()
    if isinstance(content, list):
        return "".join(str(inner.get("Message-ID", "")) for inner in content if isinstance(inner, EmailMessage))
    return str(message_from_bytes(str(content).encode()).get("Message-ID", ""))


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    if body is None:
        return ""
    try:
        return str(body.get_content())
    except (LookupError, ValueError, KeyError):
        return (body.get_payload(decode=True) or b"").decode("utf-8", "replace")  # type: ignore[union-attr]


def _files(mail: EmailMessage) -> Iterator[InboundAttachment]:
    for part in list(mail.iter_attachments())[:_MOST_FILES]:
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield InboundAttachment(part.get_filename() or "file", part.get_content_type(), content)


def _sent_at(mail: EmailMessage) -> datetime | None:
    try:
        moment = parsedate_to_datetime(_head(mail, "Date"))
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _head(mail: EmailMessage, name: str) -> str:
    try:
        return str(mail.get(name, ""))
    except Exception:  # the library's readers of heads are not proof against what strangers write
        return ""
