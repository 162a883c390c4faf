"""The pretend phone as somebody uses it."""

import os
import smtplib
import sys
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.sandbox.serving import ACCOUNT, TOKEN
from tests.support.browser import PHONE, watched_page
from tests.support.processes import accepts_connections, free_port, running

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Running:
    url: str
    smtp_port: int


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A sandbox whose town cannot be reached."""
    port, smtp_port = free_port(), free_port()
    arguments = ["--port", str(port), "--smtp-port", str(smtp_port), "--target", "http://127.0.0.1:9"]
    with running(
        [sys.executable, "-m", "sandbox", *arguments, "--account-sid", ACCOUNT, "--auth-token", TOKEN],
        log=tmp_path_factory.mktemp("sandbox") / "log",
        ready=lambda: accepts_connections(port),
        environment={**os.environ, "PYTHONPATH": str(ROOT)},
        folder=ROOT,
    ):
        yield Running(f"http://127.0.0.1:{port}", smtp_port)


def answer(page: Page, sandbox: Running, to: str, text: str) -> None:
    """The town writes to a resident."""
    sent = page.request.post(
        f"{sandbox.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
        form={"To": to, "From": "+33199980100", "Body": text},
        headers={"Authorization": "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()},
    )
    assert sent.status == 201


def complaints(page: Page) -> list[Any]:
    return [
        (found["id"], [node["target"] for node in found["nodes"]]) for found in Axe().run(page).response["violations"]
    ]


def test_a_message_is_typed_by_keyboard_and_the_answer_appears(page: Page, sandbox: Running) -> None:
    page.goto(sandbox.url)
    box = page.get_by_role("textbox", name="Votre message")
    box.fill("Bonjour")
    box.press("Enter")
    log = page.get_by_role("log", name="Messages échangés avec la mairie")
    expect(log).to_contain_text("Bonjour")
    answer(page, sandbox, "+33639980001", "Bonjour, que puis-je faire ?\n1 Signaler\n2 Demander")
    expect(log).to_contain_text("1 Signaler")
    expect(log).to_contain_text("distribué")
    expect(log).to_contain_text("mairie injoignable", timeout=10_000)
    assert complaints(page) == []


def test_a_message_for_somebody_else_is_counted_there(page: Page, sandbox: Running) -> None:
    page.goto(sandbox.url)
    karim = page.get_by_role("button", name="Karim Benali")
    expect(karim).to_be_visible()
    page.wait_for_timeout(300)  # until the page listens
    answer(page, sandbox, "+33639980002", "Pour Karim")
    expect(karim).to_contain_text("1")
    karim.click()
    expect(page.get_by_role("log", name="Messages échangés avec la mairie")).to_contain_text("Pour Karim")


def test_another_number_can_be_played(page: Page, sandbox: Running) -> None:
    page.goto(sandbox.url)
    page.get_by_text("Un autre numéro").first.click()
    page.get_by_label("Un autre numéro").fill("06 39")
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_role("alert").filter(has_text="10 chiffres")).to_be_visible()
    page.get_by_label("Un autre numéro").fill("06 39 98 00 10")
    page.get_by_role("button", name="Ajouter").click()
    expect(page.locator("#people [aria-pressed=true]")).to_contain_text("06\u00a039\u00a098\u00a000\u00a010")


def test_a_bad_day_is_switched_on_shown_and_put_right(page: Page, sandbox: Running) -> None:
    page.goto(sandbox.url)
    page.get_by_label("L'opérateur répond").select_option(label="après 5 secondes")
    banner = page.get_by_text("Mauvais jours en cours")
    expect(banner).to_be_visible()
    page.get_by_role("button", name="Tout remettre en ordre").first.click()
    expect(banner).to_be_hidden()
    expect(page.get_by_label("L'opérateur répond")).to_have_value("0")


def test_a_mail_arrives_while_one_looks_and_is_shown_as_text(page: Page, sandbox: Running) -> None:
    page.goto(sandbox.url)
    page.wait_for_timeout(300)  # until the page listens
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "mairie@a.example", "anne@b.example", "<b>Votre code</b>"
    mail.set_content("Votre code est 123456.")
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port) as server:
        server.send_message(mail)
    subject = page.get_by_text("<b>Votre code</b>")
    expect(subject).to_be_visible()
    subject.click()
    expect(page.get_by_text("Votre code est 123456.")).to_be_visible()
    assert complaints(page) == []


def test_a_phone_size_page_fits_and_has_its_tabs(browser: Browser, sandbox: Running) -> None:
    context = browser.new_context(viewport=PHONE, locale="en-GB", color_scheme="dark")  # type: ignore[arg-type]
    with watched_page(context) as page:
        page.goto(sandbox.url)
        for tab in ("Phone", "Mail", "Bad days"):
            page.get_by_role("tab", name=tab).click()
            expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            assert complaints(page) == []
        page.get_by_role("tab", name="Bad days").press("ArrowRight")
        expect(page.get_by_role("tab", name="Phone")).to_be_focused()
        expect(page.get_by_role("button", name="Send")).to_be_in_viewport()
    context.close()


def test_another_number_can_be_played_on_a_phone(browser: Browser, sandbox: Running) -> None:
    context = browser.new_context(viewport=PHONE, locale="fr-FR", has_touch=True)  # type: ignore[arg-type]
    with watched_page(context) as page:
        page.goto(sandbox.url)
        page.get_by_text("Un autre numéro").first.click()
        page.get_by_label("Un autre numéro").fill("06 39 98 00 11")
        page.get_by_role("button", name="Ajouter").click()
        expect(page.locator("#people [aria-pressed=true]")).to_contain_text("06\u00a039\u00a098\u00a000\u00a011")
        expect(page.get_by_role("button", name="Ajouter")).to_be_hidden()
        expect(page.get_by_role("button", name="Envoyer")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert complaints(page) == []
    context.close()
