"""Whatever a stranger sends, something is read of it, and it is told what was wrong."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.commands.mail import show_mail
from channels.email.reading import read_mail
from channels.email.reading.words.html_text import Line
from channels.email.reading.words.quotes import split_reply
from channels.incoming import clean_text

TOKENS = [
    b"From: ",
    b"To: ",
    b"Subject: ",
    b"Date: ",
    b"Message-ID: ",
    b"References: ",
    b"Content-Type: ",
    b"Content-Transfer-Encoding: ",
    b"Content-Disposition: attachment; filename=",
    b"multipart/mixed; boundary=x",
    b"multipart/alternative; boundary=x",
    b"multipart/report; report-type=delivery-status; boundary=x",
    b"message/rfc822",
    b"message/delivery-status",
    b"text/plain; charset=",
    b"text/html",
    b"text/calendar",
    b"base64",
    b"quoted-printable",
    b"x-uuencode",
    b"utf-8",
    b"utf-16",
    b"punycode",
    b"=?utf-8?q?=C3=A9?=",
    b"=?x?b?",
    b"?=",
    b"--x",
    b"--",
    b"\r\n",
    b"\n",
    b"\r",
    b" ",
    b"\t",
    b"<",
    b">",
    b'"',
    b"(",
    b")",
    b"\\",
    b":",
    b";",
    b",",
    b"@",
    b"*0*=",
    b"a",
    b"\xe9",
    b"\x00",
    b"<div>",
    b"</div>",
    b"<blockquote>",
    b"> ",
    b"Le lundi 30 novembre 2026, Jean a ecrit :",
    b"De : ",
    b"-- ",
    b"BEGIN:VEVENT",
    b"SUMMARY:",
]
LINES = [
    "Bonjour",
    "",
    "> cité",
    "> Le 30 nov. 2026 à 10:12, Mairie <a@b.fr> a écrit :",
    "Le 30 nov. 2026 à 10:12, Mairie",
    "<a@b.fr> a écrit :",
    "-----Message d'origine-----",
    "---------- Forwarded message ---------",
    "________________________________",
    "De : Mairie <a@b.fr>",
    "Envoyé : lundi",
    "Objet : Votre demande",
    "-- ",
    "Envoyé de mon iPhone",
    "Ce message est confidentiel",
]


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_bytes(raw: bytes) -> None:
    json.dumps(show_mail(read_mail(raw))).encode()


@given(st.lists(st.sampled_from(TOKENS), max_size=60))
@settings(max_examples=600, deadline=None)
def test_any_order_of_what_mails_are_made_of(pieces: list[bytes]) -> None:
    shown = show_mail(read_mail(b"".join(pieces)))
    json.dumps(shown, ensure_ascii=False).encode()


@pytest.mark.parametrize("raw", [b"", b"\n", b"\r", b"\xff", b":", b"From", b"\x00" * 100, b"\n\n\nBonjour"])
def test_what_is_hardly_a_mail(raw: bytes) -> None:
    assert read_mail(raw).problems


MAILS = sorted((Path(__file__).parent.parent / "mails").glob("*/*.eml"))


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_a_mail_damaged_on_its_way(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(MAILS)).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        cut = data.draw(st.integers(0, 40))
        raw[at : at + cut] = data.draw(st.one_of(st.binary(max_size=8), st.sampled_from(TOKENS)))
    mail = read_mail(bytes(raw))
    json.dumps(show_mail(mail), ensure_ascii=False).encode()


@given(st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=30)), max_size=20))
@settings(max_examples=400, deadline=None)
def test_no_line_is_lost_between_reply_and_fold(lines: list[str]) -> None:
    written = [line.strip() for line in clean_text("\n".join(lines)).split("\n")]
    parted = split_reply([Line(line) for line in written])
    kept = {line.strip() for line in [*parted.text.split("\n"), *parted.folded.split("\n")]}
    assert [line for line in written if line and line not in kept] == []
