"""The short story that the pictures show: a hole in the road, a text message, and an agent who answers."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.browser import DESKTOP
from tests.support.product import RunningProduct

REFERENCE = re.compile(r"MTL-\d{2}-[0-9A-Z]{6}")
MAIL = "sacha.leroy@example.org"
PASSWORD = "guichet-demo"  # noqa: S105 - the demo's, printed by `make run`
PATIENCE = 30.0


@dataclass(frozen=True)
class Story:
    """What the pictures need to know: browser states by visitor, and the addresses that came out of the story."""

    states: dict[str, Any]
    reference: str
    conversation: str
    bot_conversation: str
    resident_page: str
    sandbox_url: str


def play(browser: Browser, product: RunningProduct) -> Story:
    """Plays the story once, in contexts of its own."""
    states: dict[str, Any] = {}

    def visit(name: str, steps: Callable[[Page], Any]) -> Any:
        context: BrowserContext = browser.new_context(base_url=product.url, viewport=DESKTOP, locale="fr-FR")  # type: ignore[arg-type]
        try:
            result = steps(context.new_page())
            states[name] = context.storage_state()
        finally:
            context.close()
        return result

    text_messages(product)
    visit("asked", ask_for_a_permit)
    reference = visit("resident", report_a_hole)
    visit("elsewhere", lambda page: follow_up(page, product, reference))
    conversation, bot_conversation = visit("agent", lambda page: answer_as_agent(page, reference))
    resident_page = visit("supervisor", lambda page: look_as_supervisor(page, conversation))
    return Story(states, reference, conversation, bot_conversation, resident_page, product.sandbox_url)


def say(page: Page, text: str) -> None:
    """Writes in the chat and waits for the town's answer."""
    answers = "document.querySelectorAll('#log .message-town').length"
    before = page.evaluate(answers)
    page.fill("#text", text)
    page.click("#composer button[type=submit]")
    page.wait_for_function(f"before => {answers} > before", arg=before)


def ask_for_a_permit(page: Page) -> None:
    page.goto("/chat")
    say(page, "bonjour, je viens d'emménager, il me faut une carte de stationnement")


def report_a_hole(page: Page) -> str:
    """Files a report and asks for a person; gives the reference."""
    page.goto("/chat")
    say(page, "il y a un gros trou dans la chaussée devant le 12 rue de Paris, c'est dangereux pour les vélos")
    for answer in ("pas de photo", MAIL, "oui"):
        say(page, answer)
    found = REFERENCE.search(page.inner_text("#log"))
    if found is None:
        raise RuntimeError(f"no reference in the chat:\n{page.inner_text('#log')}")
    say(page, "je voudrais parler à une personne")
    return found[0]


def follow_up(page: Page, product: RunningProduct, reference: str) -> None:
    """Opens the case's page in another browser, with the code that was mailed."""
    page.goto("/suivi")
    page.fill("[name=reference]", reference)
    page.click("main form button[type=submit]")
    page.fill("[name=code]", mailed_code(product))
    page.click("form[action='/suivi/code'] button[type=submit]")
    page.wait_for_url(f"**/suivi/{reference}")


def mailed_code(product: RunningProduct) -> str:
    """The newest code that reached the resident's mailbox."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        mails = call(product, f"/api/mail?to={MAIL}")["mails"]
        codes = [found for mail in mails for found in re.findall(r"\b\d{6}\b", mail["text"])]
        if codes:
            return str(codes[-1])
        time.sleep(0.2)
    raise RuntimeError("no code arrived by mail")


def text_messages(product: RunningProduct) -> None:
    """Two residents text the town."""
    for sender, texts in {
        "+33639980001": ["Bonjour, le lampadaire devant le 4 rue Victor Hugo est éteint depuis lundi"],
        "+33639980003": ["Quels sont les horaires de la mairie samedi ?", "Je veux parler à quelqu'un svp"],
    }.items():
        for text in texts:
            call(product, "/api/resident/send", {"from": sender, "text": text})


def call(product: RunningProduct, path: str, body: dict[str, Any] | None = None) -> Any:
    """The sandbox's interface."""
    content = json.dumps(body).encode() if body is not None else None
    request = Request(f"{product.sandbox_url}{path}", content, {"content-type": "application/json"})  # noqa: S310
    with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - a loopback address of our own
        return json.load(answer)


def sign_in(page: Page, name: str) -> None:
    page.goto("/console/sign-in")
    page.fill("form.sign-in-form [name=email]", f"{name}@demo.example")
    page.fill("form.sign-in-form [name=password]", PASSWORD)
    page.click("form.sign-in-form button[type=submit]")
    page.wait_for_url("**/console/conversations**")


def answer_as_agent(page: Page, reference: str) -> tuple[str, str]:
    """Takes over the conversation of the case and answers; gives its address, and that of one the bot holds."""
    sign_in(page, "agent")
    page.goto("/console/conversations?view=bot")
    bot_conversation = page.get_attribute(".line-link", "href") or "/console/conversations"
    page.goto("/console/conversations?view=queue")
    page.goto(page.get_attribute(f".line-link:has-text('{reference}')", "href") or "")
    page.click("#composer form[action$='/take-over'] button[type=submit]")
    page.wait_for_selector("#reply-form")
    write(page, "note", "Trou signalé aussi par la police municipale ce matin ; l'équipe passe en priorité.")
    write(page, "reply", "Bonjour, je suis Camille, du service voirie. Une équipe sécurise la chaussée aujourd'hui.")
    return page.url, bot_conversation


def write(page: Page, form: str, text: str) -> None:
    """Fills one of the composer's forms and sends it."""
    page.click(f"[data-compose={form}]")
    page.fill(f"#{form}", text)
    page.click(f"#{form}-form button[type=submit]")
    page.locator("#entries").get_by_text(text[:30]).first.wait_for()


def look_as_supervisor(page: Page, conversation: str) -> str:
    """The address of the resident's page."""
    sign_in(page, "supervisor")
    page.goto(conversation)
    return page.get_attribute("a[href^='/console/residents/']", "href") or "/console"
