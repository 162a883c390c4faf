"""A mail as a message of its sender: who wrote, what is new in it, and which letters it goes back to."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from uuid import UUID

from channels.contacts import EMAIL, read_mail_address
from channels.contract import DeliveryUpdate, InboundAttachment, InboundEvent, InboundMessage
from channels.email.reading import Attachment, Automatic, ReadMail, read_mail
from channels.email.reading.automatic import is_no_reply
from channels.errors import PayloadInvalid
from channels.incoming import clean_text
from channels.letters import Letter, Unanswered

_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@([^<>\s]{1,253})>")
_WHY: dict[Automatic, Unanswered] = {
    Automatic.BOUNCE: "bounce",
    Automatic.RECEIPT: "bounce",
    Automatic.REPLY: "auto_reply",
    Automatic.GENERATED: "auto_reply",
    Automatic.LIST: "list",
    Automatic.BULK: "list",
    Automatic.NO_REPLY: "no_reply",
}
"""The first that a mail is says why nothing answers it."""
_LONGEST_SUBJECT, _LONGEST_NAME = 300, 60
_FULL_NAME = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:[ '’.-]+[^\W\d_]+){1,5}")
_ORNAMENT_BYTES = 8_000
"""A picture within the text that is no larger is a logo or a line, and nothing that was meant to be sent."""


def read_events(raw: bytes, domain: str) -> list[InboundEvent]:
    """What a mail is: one message, or what became of a mail that we sent from `domain`. Raises PayloadInvalid."""
    mail = read_mail(raw)
    if bounced := _bounced(mail, domain):
        return [bounced]
    sender = _sender(mail)
    if sender is None:
        raise PayloadInvalid("nobody is named as its sender")
    references = _references(mail)
    letter = Letter(
        letter_id=mail.message_id or "",
        subject=" ".join(clean_text(mail.subject).split())[:_LONGEST_SUBJECT],
        references=references,
        told=tuple(dict.fromkeys(_ours(reversed(references), domain))),
        unanswered=_unanswered(mail),
        sender_name=_name(mail, sender),
    )
    return [
        InboundMessage(
            external_id=_external_id(raw, letter.letter_id),
            sender=sender,
            sender_kind=EMAIL.kind,
            text=clean_text(mail.reply),
            sent_at=mail.date,
            attachments=tuple(
                InboundAttachment(file.filename or "", file.content_type, file.content)
                for file in mail.attachments
                if not _is_ornament(file)
            ),
            subject=letter.subject,
            letter=letter,
        )
    ]


def _is_ornament(file: Attachment) -> bool:
    return file.inline and file.content_type.startswith("image/") and file.size <= _ORNAMENT_BYTES


def _unanswered(mail: ReadMail) -> Unanswered | None:
    if mail.bounce is not None:
        return "bounce"
    return next((why for kind, why in _WHY.items() if kind in mail.automatic), None)


def _sender(mail: ReadMail) -> str | None:
    """Who wrote; a form on a site writes as nobody and names its resident as the one to answer."""
    asked_for = mail.answered_at if mail.sender and is_no_reply(mail.sender.address) else mail.sender
    return read_mail_address(asked_for.address) if asked_for else None


def _external_id(raw: bytes, letter_id: str) -> str:
    """The same for copies of a mail that came to several boxes; another for another mail under the same name."""
    body = raw.partition(b"\r\n\r\n")[2] or raw.partition(b"\n\n")[2]
    return f"{letter_id[:200]}{hashlib.sha256(body if letter_id and body else raw).hexdigest()}"


def _name(mail: ReadMail, sender: str) -> str:
    """The sender's name, where it reads like a person's."""
    told = next((one.name for one in (mail.sender, mail.answered_at) if one and one.address == sender), "")
    name = " ".join(clean_text(told).split())
    return name if _FULL_NAME.fullmatch(name) and len(name) <= _LONGEST_NAME else ""


def _references(mail: ReadMail) -> tuple[str, ...]:
    answered = (mail.in_reply_to,) if mail.in_reply_to else ()
    return tuple(dict.fromkeys([*mail.references, *answered]))


def _ours(letter_ids: Iterable[str], domain: str) -> Iterator[UUID]:
    for letter_id in letter_ids:
        found = _OURS.fullmatch(letter_id.lower())
        if found and found[2] == domain.lower():
            yield UUID(found[1])


def _bounced(mail: ReadMail, domain: str) -> DeliveryUpdate | None:
    """The mail of ours that a report says did not arrive; of one that is only late nothing is to be told."""
    bounce = mail.bounce
    failed = [one for one in bounce.recipients if one.permanent] if bounce else []
    ours = list(_ours([bounce.original_id or ""], domain)) if bounce else []
    if bounce is None or not failed or not ours:
        return None
    told = clean_text(failed[0].diagnostic or failed[0].status)
    return DeliveryUpdate(bounce.original_id or "", "failed", "address_refused", told or None, ours[0])
