"""One mail read from its bytes."""

from channels.email.reading.addresses import find_sender, read_every
from channels.email.reading.automatic import find_automatic
from channels.email.reading.body import read_body
from channels.email.reading.bounces import is_report, read_bounce
from channels.email.reading.identity import read_date, read_ids, read_message_id
from channels.email.reading.kinds import Automatic
from channels.email.reading.mail import Bounce, ReadMail
from channels.email.reading.mime.fields import decode_words
from channels.email.reading.mime.parts import Part, cut_into_parts
from channels.email.reading.mime.problems import Problem, Problems
from channels.email.reading.words.quotes import split_reply

LARGE = 25_000_000
"""Bytes. Most mailboxes take no more."""


def read_mail(raw: bytes) -> ReadMail:
    """Everything a mail says. No bytes raise: what is broken is put right as far as possible and told in `problems`."""
    problems = Problems()
    if not raw.strip():
        problems.add(Problem.EMPTY)
    if len(raw) > LARGE:
        problems.add(Problem.LARGE)
    root = cut_into_parts(raw, problems)
    fields = root.fields
    body = read_body(root, problems)
    reply = split_reply(body.lines)
    sender = find_sender(fields, problems)
    subject = decode_words(fields.raw("subject"), problems)
    reply_to = read_every(fields, "reply-to", problems)
    bounce = read_bounce(root, sender.address if sender else "", subject, body.text)
    return ReadMail(
        sender=sender,
        to=read_every(fields, "to", problems),
        cc=read_every(fields, "cc", problems),
        reply_to=reply_to,
        subject=subject,
        message_id=read_message_id(fields, problems),
        in_reply_to=next(iter(read_ids(fields, "in-reply-to")), None),
        references=read_ids(fields, "references"),
        date=read_date(fields, problems),
        text=body.text,
        html=body.html,
        reply=reply.text,
        folded=reply.folded,
        attachments=body.attachments,
        automatic=_reported(root, bounce) + find_automatic(fields, next(iter(reply_to), sender), reply.text, subject),
        bounce=bounce,
        problems=problems.told(),
    )


def _reported(root: Part, bounce: Bounce | None) -> tuple[Automatic, ...]:
    if bounce is not None:
        return (Automatic.BOUNCE,)
    return (Automatic.RECEIPT,) if is_report(root) else ()
