"""What a mail is to the town: somebody's words, news of one of ours, or nobody's."""

from uuid import UUID

import pytest

from channels.contract import DeliveryUpdate, InboundMessage
from channels.email.incoming import read_events
from channels.errors import PayloadInvalid

OURS = UUID("01a22f9f-0df8-7de2-9772-ebae8ad2092e")
DOMAIN = "montlieu.example"
HEAD = "From: Lea Martin <Lea@Example.org>\r\nTo: mairie@montlieu.example\r\nSubject: Acte\r\nMessage-ID: <1@e.org>\r\n"


def mail(head: str = HEAD, body: str = "Bonjour", **more: str) -> bytes:
    extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in more.items())
    return f"{head}{extra}\r\n{body}\r\n".encode()


def read(raw: bytes) -> InboundMessage:
    [event] = read_events(raw, DOMAIN)
    assert isinstance(event, InboundMessage)
    return event


def test_a_mail_is_its_senders_words_under_its_subject() -> None:
    found = read(mail())
    assert (found.sender, found.sender_kind, found.text.strip(), found.subject) == (
        "lea@example.org", "email", "Bonjour", "Acte"
    )  # fmt: skip
    assert found.letter is not None
    assert (found.letter.thread, found.letter.unanswered) == (("<1@e.org>",), None)


def test_an_answer_names_our_own_letters_newest_first_and_no_strangers() -> None:
    newer, forged = UUID(int=OURS.int + 1), UUID(int=OURS.int + 2)
    references = f"<{OURS}@{DOMAIN}> <x@e.org> <{forged}@elsewhere.example>"
    letter = read(mail(References=references, In_Reply_To=f"<{newer}@MONTLIEU.example>")).letter
    assert letter is not None
    assert letter.told == (newer, OURS)
    assert letter.thread[-1] == "<1@e.org>"


def test_the_same_mail_by_another_way_is_the_same_and_another_under_its_name_is_not() -> None:
    assert read(mail(Received="by a")).external_id == read(mail(Received="by b")).external_id
    assert read(mail(body="Autre chose")).external_id != read(mail()).external_id
    assert read(mail(HEAD.replace("Message-ID", "X-Id"))).external_id != read(mail()).external_id


@pytest.mark.parametrize(
    ("heads", "why"),
    [
        ({"Auto_Submitted": "auto-replied (vacation)"}, "auto_reply"),
        ({"Precedence": "bulk"}, "list"),
        ({"X_Autoreply": "yes"}, "auto_reply"),
        ({"List_Id": "<nouvelles.example.org>"}, "list"),
        ({"Subject": "x", "X_Auto_Response_Suppress": "All"}, "auto_reply"),
        ({"Auto_Submitted": "no"}, None),
    ],
)
def test_machines_are_told_by_their_heads(heads: dict[str, str], why: str | None) -> None:
    letter = read(mail(**heads)).letter
    assert letter is not None
    assert letter.unanswered == why


def test_a_form_that_writes_as_nobody_names_its_resident() -> None:
    nobody = HEAD.replace("Lea@Example.org", "ne-pas-repondre@site.example")
    assert read(mail(nobody, Reply_To="Lea <lea@example.org>")).sender == "lea@example.org"
    alone = read(mail(nobody))
    assert alone.letter is not None
    assert (alone.sender, alone.letter.unanswered) == ("ne-pas-repondre@site.example", "no_reply")


REPORT = """--b\r
Content-Type: text/plain\r
\r
Undelivered.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example.org\r
\r
Final-Recipient: rfc822; lea@example.org\r
Action: {action}\r
Diagnostic-Code: smtp; 550 5.1.1 nobody of that name\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: <{ours}@montlieu.example>\r
Subject: Re: Acte\r
--b--"""


def report(action: str) -> bytes:
    head = HEAD.replace("Lea@Example.org", "MAILER-DAEMON@mx.example.org")
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    return mail(head, REPORT.format(action=action, ours=OURS), Content_Type=kind)


def test_a_report_says_which_of_our_mails_did_not_arrive() -> None:
    [event] = read_events(report("failed"), DOMAIN)
    assert isinstance(event, DeliveryUpdate)
    assert (event.state, event.delivery_id, event.error_code) == ("failed", OURS, "address_refused")
    assert event.error_text == "smtp; 550 5.1.1 nobody of that name"


def test_a_mail_that_is_only_late_has_not_failed() -> None:
    letter = read(report("delayed")).letter
    assert letter is not None
    assert letter.unanswered == "bounce"


def test_a_mail_of_nobody_is_refused() -> None:
    with pytest.raises(PayloadInvalid):
        read_events(b"Subject: x\r\n\r\nBonjour", DOMAIN)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Léa Martin", "Léa Martin"),
        ("jean-pierre d'arc", "jean-pierre d'arc"),
        ("lea@example.org", ""),
        ("lea", ""),
        ("Service 24/7 SARL", ""),
        ("Lea " * 30, ""),
    ],
)
def test_a_senders_name_is_kept_where_it_reads_like_a_persons(written: str, name: str) -> None:
    letter = read(mail(HEAD.replace("Lea Martin", f'"{written}"'))).letter
    assert letter is not None
    assert letter.sender_name == name
