"""One mail read from its bytes."""

from channels.email.reading.addresses import find_sender, read_every
from channels.email.reading.body import read_body
from channels.email.reading.fields import decode_words
from channels.email.reading.identity import read_date, read_ids, read_message_id
from channels.email.reading.mail import ReadMail
from channels.email.reading.parts import cut_into_parts
from channels.email.reading.problems import Problem, Problems
from channels.email.reading.quotes import split_reply


def read_mail(raw: bytes) -> ReadMail:
    """Everything a mail says. No bytes raise: what is broken is put right as far as possible and told in `problems`."""
    problems = Problems()
    if not raw.strip():
        problems.add(Problem.EMPTY)
    root = cut_into_parts(raw, problems)
    fields = root.fields
    body = read_body(root, problems)
    reply = split_reply(body.lines)
    return ReadMail(
        sender=find_sender(fields, problems),
        to=read_every(fields, "to", problems),
        cc=read_every(fields, "cc", problems),
        reply_to=read_every(fields, "reply-to", problems),
        subject=decode_words(fields.raw("subject"), problems),
        message_id=read_message_id(fields, problems),
        in_reply_to=next(iter(read_ids(fields, "in-reply-to")), None),
        references=read_ids(fields, "references"),
        date=read_date(fields, problems),
        text=body.text,
        html=body.html,
        reply=reply.text,
        folded=reply.folded,
        attachments=body.attachments,
        auto_submitted=False,
        bounce=False,
        problems=problems.told(),
    )
