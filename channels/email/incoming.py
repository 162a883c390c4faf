"""A mail as a message of its sender: who wrote, what is new in it, and which letters it goes back to."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from uuid import UUID

from channels.contacts import EMAIL, read_mail_address
from channels.contract import DeliveryUpdate, InboundAttachment, InboundEvent, InboundMessage
from channels.email.reading import ReadMail, read_mail
from channels.errors import PayloadInvalid
from channels.incoming import clean_text
from channels.letters import Letter, Unanswered

_HEAD = 64_000
_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@([^<>\s]{1,253})>")
_MACHINE = re.compile(r"(?:mailer-daemon|postmaster)@")
_NOBODY = re.compile(r"(?:no-?_?reply|ne-?_?pas-?_?repondre|do-?not-?reply)[^@]*@")
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_AUTOMATIC = ("X-Autoreply", "X-Autorespond")
_FAILED = re.compile(rb"^action:[ \t]*failed", re.IGNORECASE | re.MULTILINE)
_DIAGNOSTIC = re.compile(rb"^diagnostic-code:[ \t]*([^\r\n]{1,300})", re.IGNORECASE | re.MULTILINE)
_LONGEST_SUBJECT = 300


def read_events(raw: bytes, domain: str) -> list[InboundEvent]:
    """What a mail is: one message, or what became of mails that we sent from `domain`. Raises PayloadInvalid."""
    mail, heads = read_mail(raw), BytesHeaderParser().parsebytes(raw[:_HEAD])
    sender = _sender(mail, heads)
    if sender is None:
        raise PayloadInvalid("nobody is named as its sender")
    unanswered = _unanswered(mail, heads, sender)
    if unanswered == "bounce" and (bounced := list(_bounced(raw, domain))):
        return [*bounced]
    references = _references(mail)
    letter = Letter(
        letter_id=mail.message_id or "",
        subject=" ".join(clean_text(mail.subject).split())[:_LONGEST_SUBJECT],
        references=references,
        told=tuple(dict.fromkeys(_ours(reversed(references), domain))),
        unanswered=unanswered,
    )
    return [
        InboundMessage(
            external_id=_external_id(raw, letter.letter_id),
            sender=sender,
            sender_kind=EMAIL.kind,
            text=clean_text(mail.reply),
            sent_at=mail.date,
            attachments=tuple(
                InboundAttachment(file.filename or "", file.content_type, file.content) for file in mail.attachments
            ),
            subject=letter.subject,
            letter=letter,
        )
    ]


def _external_id(raw: bytes, letter_id: str) -> str:
    """The same for copies of a mail that came to several boxes; another for another mail under the same name."""
    body = raw.partition(b"\r\n\r\n")[2] or raw.partition(b"\n\n")[2]
    return f"{letter_id[:200]}{hashlib.sha256(body if letter_id and body else raw).hexdigest()}"


def _references(mail: ReadMail) -> tuple[str, ...]:
    answered = (mail.in_reply_to,) if mail.in_reply_to else ()
    return tuple(dict.fromkeys([*mail.references, *answered]))


def _ours(letter_ids: Iterable[str], domain: str) -> Iterator[UUID]:
    for letter_id in letter_ids:
        found = _OURS.fullmatch(letter_id.lower())
        if found and found[2] == domain.lower():
            yield UUID(found[1])


def _sender(mail: ReadMail, heads: "Message[str, str]") -> str | None:
    """Who wrote; a form on a site writes as nobody and names its resident as the one to answer."""
    told = [mail.sender, *mail.reply_to[:1]]
    found = [read_mail_address(one.address) for one in told if one is not None]
    named = [address for address in found if address]
    return next((address for address in named if not _NOBODY.match(address)), named[0] if named else None)


def _unanswered(mail: ReadMail, heads: "Message[str, str]", sender: str) -> Unanswered | None:
    if mail.bounce or _MACHINE.match(sender) or heads.get_content_type() == "multipart/report":
        return "bounce"
    submitted = str(heads.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    if mail.auto_submitted or submitted not in {"", "no"} or any(heads.get(name) for name in _AUTOMATIC):
        return "auto_reply"
    if heads.get("List-Id") or heads.get("List-Unsubscribe"):
        return "list"
    if str(heads.get("Precedence", "")).strip().lower() in _BULK:
        return "auto_reply"
    return "no_reply" if _NOBODY.match(sender) else None


def _bounced(raw: bytes, domain: str) -> Iterator[DeliveryUpdate]:
    """Our mails that a report says did not arrive; one that is only late says nothing."""
    if not _FAILED.search(raw):
        return
    found = _DIAGNOSTIC.search(raw)
    told = clean_text(found[1].decode("utf-8", "replace")) if found else None
    ours = dict.fromkeys(_OURS.finditer(raw.decode("latin-1").lower()))
    for letter_id, delivery_id, its_domain in dict.fromkeys((each[0], each[1], each[2]) for each in ours):
        if its_domain == domain.lower():
            yield DeliveryUpdate(letter_id, "failed", "address_refused", told, UUID(delivery_id))
