"""Everybody can read and work the residents' pages: judged by axe, by size and by touch."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.portal import clerk_of, faults, say, start_chat
from tests.portal.site import PHONE as NUMBER
from tests.portal.site import Site

pytestmark = pytest.mark.browser
Scene = Callable[[Page, Site], None]
ACKNOWLEDGEMENT = """Votre signalement est enregistré sous la référence MTL-26-004F7K.
Le service Voirie viendra avant le mardi 8 décembre 2026.
Service chargé du dossier : Voirie, 1 place de la Mairie, 01 99 98 00 00."""


def at(path: str) -> Scene:
    def go(page: Page, site: Site) -> None:
        page.goto(f"{site.url}{path}")

    return go


def a_chat(page: Page, site: Site) -> None:
    """A conversation with every kind of message."""
    clerk = start_chat(page, site)
    clerk.answer("Est-ce dangereux ?", "Oui", "Non")
    say(page, "Oui")
    clerk.answer("Avez-vous une photo ?", "Pas de photo")
    clerk.take_over()
    clerk.reply("Bonjour, je regarde.")
    expect(page.get_by_text("je regarde")).to_be_visible()


def a_filed_case(page: Page, site: Site) -> None:
    """An acknowledgement's panel, unfolded."""
    clerk = start_chat(page, site)
    clerk.answer(ACKNOWLEDGEMENT, kind="acknowledgement")
    page.get_by_text("Service chargé du dossier", exact=True).click()


def a_wait(page: Page, site: Site) -> None:
    clerk = start_chat(page, site)
    clerk.hand_off()
    expect(page.locator("#ask-assistant")).to_be_visible()


def a_case_that_asks(page: Page, site: Site) -> None:
    clerk = start_chat(page, site)
    reference = clerk.open_case(contact=NUMBER)
    for number in range(9):
        clerk.answer(f"Nouvelle numéro {number}")
    clerk.set_state(reference, "awaiting_resident", "De quel côté est-ce ?")
    page.goto(f"{site.url}/suivi/{reference}")


def a_failed_message(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/chat")
    page.route("**/inbound", lambda route: route.fulfill(status=413, body="too large"))
    page.fill("#text", "Trop lourd")
    page.press("#text", "Enter")
    expect(page.get_by_role("button", name="Réessayer")).to_be_visible()


def an_open_menu(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/chat")
    page.locator("summary").click()


def a_wrong_reference(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/suivi")
    page.fill("#reference", "MTL-26-00447Z")
    page.get_by_role("button", name="Continuer").click()


def a_case(page: Page, site: Site) -> None:
    reference = start_chat(page, site).open_case(contact=NUMBER)
    page.goto(f"{site.url}/suivi/{reference}")


SCENES = {
    "home": at("/"),
    "new chat": at("/chat"),
    "chat": a_chat,
    "filed case": a_filed_case,
    "wait for a person": a_wait,
    "case that asks": a_case_that_asks,
    "framed chat": at("/chat?embed=1"),
    "failed message": a_failed_message,
    "menu": an_open_menu,
    "follow-up": at("/suivi"),
    "wrong reference": a_wrong_reference,
    "code": at("/suivi/code?reference=MTL-26-004471"),
    "case": a_case,
    "missing page": at("/nowhere"),
    "components": at("/composants"),
}
scenes = pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES.keys())


@scenes
def test_axe_finds_nothing(page: Page, site: Site, scene: Scene) -> None:
    scene(page, site)
    light = faults(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(300)  # colours change softly
    assert (light, faults(page)) == ([], [])


@scenes
def test_nothing_overflows_a_small_phone_or_a_page_enlarged_four_times(page: Page, site: Site, scene: Scene) -> None:
    scene(page, site)
    for width, height in ((360, 740), (320, 256)):
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate(
            """() => [...document.querySelectorAll("body *")]
                .filter((one) => one.getBoundingClientRect().right > innerWidth + 1
                    && getComputedStyle(one).position !== "absolute" && !one.closest("[tabindex='0'], pre, template"))
                .map((one) => one.outerHTML.slice(0, 90))"""
        )
        assert wide == [], f"at {width} pixels"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@scenes
def test_what_is_touched_is_large_enough(page: Page, site: Site, scene: Scene) -> None:
    """44 pixels for what stands alone; a link within a sentence is as high as its line."""
    scene(page, site)
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, select, textarea, summary, input:not([type=hidden]), a[href]")]
            .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
            .filter((one) => !one.closest("p, .error-summary, .skip-link, label, .message-actions, .day"))
            .map((one) => [one.getBoundingClientRect(), one.outerHTML.slice(0, 100)])
            .filter(([box]) => box.width > 2 && (box.height < 43.5 || box.width < 24))
            .map(([box, html]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""
    )
    assert small == []


def test_the_log_speaks_what_arrives_and_who_says_it(page: Page, site: Site) -> None:
    clerk = start_chat(page, site)
    log = page.get_by_role("log", name="Discussion")
    expect(log).to_be_visible()
    clerk.answer("Est-ce dangereux ?", "Oui")
    expect(log.get_by_role("group", name="Réponses proposées")).to_be_visible()
    spoken = log.locator(".message").last.aria_snapshot()
    assert "Assistant automatique" in spoken
    assert 'button "Oui"' in spoken


def test_an_own_message_is_not_read_out_twice(page: Page, site: Site) -> None:
    """The live region gets one node per message: what the server sends later is adopted, not added."""
    page.goto(f"{site.url}/chat")
    page.evaluate(
        """() => {
            window.added = [];
            new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) =>
                node.classList?.contains("message") && window.added.push(node.textContent))))
                .observe(document.getElementById("log"), { childList: true });
        }"""
    )
    say(page, "Bonjour")
    clerk_of(page, site).answer("Bonjour à vous.")
    expect(page.get_by_text("Bonjour à vous.")).to_be_visible()
    assert len(page.evaluate("window.added")) == 2


def test_the_composer_never_hides_what_has_the_focus(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    clerk = start_chat(page, site)
    clerk.answer("Choisissez.", *[f"Réponse possible numéro {number}" for number in range(9)])
    expect(page.get_by_role("button", name="numéro 8")).to_be_visible()
    page.evaluate("window.scrollTo(0, 0)")
    page.locator("summary").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        hidden = page.evaluate(
            """() => {
                const one = document.activeElement, box = one.getBoundingClientRect();
                const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
                return one.closest(".composer") || one === document.body || one.contains(top) ? "" : one.outerHTML;
            }"""
        )
        assert hidden == ""


def test_motion_stops_for_who_asks(browser: Browser, site: Site) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site.url}/composants")
    running = page.evaluate(
        "document.getAnimations().filter((one) => one.effect.getComputedTiming().duration > 0).length"
    )
    assert running == 0
    context.close()


def test_a_file_too_large_is_told_before_it_travels(page: Page, site: Site) -> None:
    a_case(page, site)
    page.set_input_files("#files", {"name": "film.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 10_000_001})
    page.get_by_role("button", name="Envoyer").click()
    assert "Un fichier dépasse 10" in page.locator("#files").evaluate("one => one.validationMessage")
    assert "sent" not in page.url


def test_errors_take_the_focus_and_lead_to_their_field(page: Page, site: Site) -> None:
    a_wrong_reference(page, site)
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="erreur de frappe").click()
    expect(page.locator("#reference")).to_be_focused()
