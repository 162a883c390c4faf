"""What other servers say of mails of ours: not delivered, late, delivered, opened."""

import re
from collections.abc import Iterator

from channels.email.reading.addresses import read_addresses
from channels.email.reading.identity import read_ids
from channels.email.reading.mail import Bounce, FailedRecipient
from channels.email.reading.mime.fields import Fields, decode_words, read_fields
from channels.email.reading.mime.parts import Part
from channels.email.reading.mime.problems import Problems
from channels.email.reading.words.client_habits import any_of

MOST_RECIPIENTS = 100

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_DAEMON = re.compile(r"(?:mailer-?daemon|postmaster|mail-daemon|microsoftexchange[0-9a-f]*|bounces?)(?:@|\+|-|$)")
_SUBJECT = re.compile(
    r"(?:re ?: ?)?"
    + any_of(
        "undeliver(?:ed|able)|delivery (?:status notification|failure|has failed)",
        "mail delivery (?:fail(?:ed|ure)|sub)|returned mail|failure notice|message undeliverable",
        "non[ -]?remis|non distribu|avis de non[- ]remise",
        "[ée]chec de (?:la )?(?:remise|livraison|distribution)|notification d['’][ée]tat de remise",
        "(?:message|courrier|mail) non (?:remis|d[ée]livr[ée]|distribu[ée])",
        "remise (?:impossible|diff[ée]r[ée]e|retard[ée]e)",
        "unzustellbar|warning: could not send|delayed mail",
    ),
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_MESSAGE_ID = re.compile(r"^\W{0,3}message-id\s?:\s{0,10}(<[^<>\s]{1,300}>)", re.IGNORECASE | re.MULTILINE)
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_ORIGINALS = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_BLOCKS = re.compile(rb"\r?\n(?:[ \t]*\r?\n)+")
_LONGEST_REPORT = 100_000
_LOOKED_AT = 20_000
"""Characters of a text in which a server names the address and the mail."""


def is_report(root: Part) -> bool:
    """Whether a server or a mail program says what became of a mail of ours: lost, late, delivered, opened."""
    kinds = ("delivery-status", "disposition-notification")
    return root.content_type == "multipart/report" and root.parameters.get("report-type", "").lower() in kinds


def read_bounce(root: Part, sender: str, subject: str, text: str) -> Bounce | None:
    """What a server says of a mail it could not deliver, None for any other mail.

    Servers that write no report are known by their name and subject; the address is then the first one they name.
    """
    reports = [part for part in root.walk() if part.content_type in _REPORTS]
    if reports:
        recipients = tuple(found for part in reports for found in _recipients(part))
        failed = tuple(one for one in recipients if one is not None)[:MOST_RECIPIENTS]
        delivered = len(failed) < len(recipients) and not failed
        return None if delivered else Bounce(failed, _original_id(root, text))
    named = root.fields.raw("x-failed-recipients")
    if not named and not (_DAEMON.match(sender) and _SUBJECT.match(subject)):
        return None
    return Bounce(_told_in_words(named, text), _original_id(root, text))


def _recipients(report: Part) -> Iterator[FailedRecipient | None]:
    """One entry for each recipient that a report tells of, None for one who got the mail."""
    for block in _BLOCKS.split(report.content(Problems())[:_LONGEST_REPORT]):
        fields, _ = read_fields(block, 0, len(block), Problems())
        if "final-recipient" in fields or "original-recipient" in fields:
            yield _recipient(fields)


def _recipient(fields: Fields) -> FailedRecipient | None:
    action = fields.plain("action").lower()
    if action in ("delivered", "relayed", "expanded"):
        return None
    named = fields.raw("original-recipient") or fields.raw("final-recipient")
    found = read_addresses(named.rpartition(b";")[2], Problems())
    status = _STATUS.search(fields.plain("status"))
    told = status[1] if status else ""
    permanent = not told.startswith("4") and action != "delayed"
    diagnostic = decode_words(fields.raw("diagnostic-code"), Problems())
    return FailedRecipient(found[0].address if found else "", told, diagnostic[:500], permanent=permanent)


def _told_in_words(named: bytes, text: str) -> tuple[FailedRecipient, ...]:
    status = _STATUS.search(text[:_LOOKED_AT])
    told = status[1] if status else ""
    addresses = [one.address for one in read_addresses(named, Problems())]
    if not addresses:
        first = _ADDRESS.search(text[:_LOOKED_AT])
        addresses = [first[0].lower()] if first else []
    return tuple(FailedRecipient(one, told, "", permanent=not told.startswith("4")) for one in addresses)


def _original_id(root: Part, text: str) -> str | None:
    """The id of the mail that came back: from its own head, else from what the report answers."""
    for part in root.walk():
        if part.content_type in _ORIGINALS:
            raw = part.content(Problems())
            found = read_ids(read_fields(raw, 0, len(raw), Problems())[0], "message-id")
            if found:
                return found[0]
    written = _MESSAGE_ID.search(text[:_LOOKED_AT])
    answered = read_ids(root.fields, "in-reply-to") or read_ids(root.fields, "references")
    return written[1] if written else next(iter(answered[-1:]), None)
