"""Mails made to exhaust the reader: each is read in seconds, though work that grows with its square takes hours."""

import time
from base64 import encodebytes
from random import Random

import pytest

from channels.email.reading import Problem, ReadMail, read_mail

SECONDS = 30
"""Ten times what the slowest takes on a slow machine with other work."""
HEAD = b"From: a@b.fr\r\nMessage-ID: <a@b.fr>\r\nMIME-Version: 1.0\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
HTML = HEAD + b"Content-Type: text/html\r\n\r\n"

# Made when they are read: together they are 200 MB.
HOSTILE = {
    "a million parts": lambda: MIXED + b"--x\r\n\r\nabc\r\n" * 1_000_000,
    "parts in parts": lambda: (
        HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=x%d\r\n\r\n--x%d\r\n" % (n, n) for n in range(50_000))
    ),
    "one boundary for all levels": lambda: HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" * 50_000,
    "a million open elements": lambda: HTML + b"<div>" * 1_000_000,
    "quotes in quotes": lambda: HTML + b"<blockquote>" * 100_000 + b"x",
    "open formatting before paragraphs": lambda: (
        HTML + b"".join(b"<font color=%d>" % n for n in range(20_000)) + b"<p>a" * 50_000
    ),
    "attributes without end": lambda: HTML + b"<p " + b" ".join(b"a%d" % n for n in range(300_000)) + b">x",
    "comments without end": lambda: HTML + b"<!--" * 200_000,
    "pictures in HTML": lambda: HTML + b'<img src="data:image/png;base64,aGVsbG8=">' * 100_000,
    "a field of 40 MB": lambda: b"Subject: " + b"a\r\n " * 10_000_000,
    "millions of fields": lambda: b"S: a\r\n" * 6_000_000,
    "quotation marks in From": lambda: b"From: " + b'"\\"' * 1_000_000,
    "brackets in From": lambda: b"From: " + b"<(" * 30_000,
    "encoded words without end": lambda: b"Subject: " + b"=?utf-8?q?" * 1_000_000,
    "parameters without end": lambda: HEAD + b"Content-Type: text/plain" + b'; a="' * 10_000 + b"\r\n\r\n",
    "sections of a file name": lambda: (
        HEAD + b"Content-Disposition: attachment" + b"; filename*0*=a" * 4_000 + b"\r\n\r\n"
    ),
    "half attributions": lambda: HEAD + b"\r\n" + b"Le 12/12 @\n" * 1_000_000,
    "attributions in one line": lambda: HEAD + b"\r\n" + (b"Le 1 " + b"a ecrit wrote " * 25 + b"\n") * 5_000,
    "telephones in one line": lambda: HEAD + b"\r\n" + (b"Envoye de " + b"mail " * 60 + b"\n") * 5_000,
    "a date of numbers": lambda: b"Date: " + b"1 " * 30_000,
    "uuencoded beginnings": lambda: (
        HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\n" + b"begin 644 a\n" * 500_000
    ),
    "uuencoded lines without end": lambda: HEAD + b"\r\n" + (b"begin 644 A\n" + b"M" * 60 + b"\n") * 200_000,
    "zeros": lambda: b"\0" * 20_000_000,
    "line breaks": lambda: b"\n" * 20_000_000,
}


def read_in_time(raw: bytes) -> ReadMail:
    start = time.process_time()
    mail = read_mail(raw)
    assert time.process_time() - start < SECONDS
    return mail


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("a million parts", Problem.TOO_MANY_PARTS),
        ("a field of 40 MB", Problem.HEADER_TOO_LONG),
        ("a million open elements", Problem.HTML_TOO_DEEP),
    ],
)
def test_it_is_told(name: str, problem: Problem) -> None:
    assert problem in read_mail(HOSTILE[name]()).problems


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_exhaust_is_read_in_time(name: str) -> None:
    read_in_time(HOSTILE[name]())


def test_a_file_of_40_megabytes_is_kept_whole() -> None:
    content = Random(1).randbytes(30_000_000)
    attached = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    mail = read_in_time(MIXED + b"--x\r\n\r\nBonjour\r\n--x\r\n" + attached + encodebytes(content) + b"\r\n--x--\r\n")
    assert mail.reply == "Bonjour"
    assert mail.attachments[0].content == content
    assert mail.problems == (Problem.LARGE,)


def test_a_thousand_files_are_all_kept() -> None:
    parts = b"".join(b"--x\r\nContent-Type: image/png\r\n\r\n%d\r\n" % number for number in range(1000))
    mail = read_in_time(MIXED + parts + b"--x--\r\n")
    assert [one.content for one in mail.attachments] == [b"%d" % number for number in range(1000)]
    assert mail.problems == (Problem.MANY_PARTS,)


def test_what_is_cut_off_a_text_is_kept_as_a_file() -> None:
    text = b"Bonjour le monde. " * 200_000
    mail = read_in_time(HEAD + b"\r\n" + text)
    assert len(mail.text) <= 1_000_000
    assert mail.attachments[0].content == text
    assert mail.problems == (Problem.TEXT_TOO_LONG,)
