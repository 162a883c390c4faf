"""The chat page, above all without scripts: it is a form, and everything said is on it."""

from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.web import build_app
from app.wiring import Product
from case_store.actors import Actor
from case_store.conversations.saying import add_note
from tests.portal.conftest import Enter, talk, visitor_in
from tests.portal.site import Clerk, make_product
from tests.support.scopes import EVERYTHING

Resident = tuple[TestClient, Clerk]


def test_a_newcomer_is_told_that_the_assistant_is_automatic(browser_of: TestClient) -> None:
    page = unescape(browser_of.get("/chat").text)
    assert "Un assistant automatique vous répond tout de suite" in page
    assert "Parler à une personne" in page


def test_a_newcomer_gets_a_cookie_that_scripts_cannot_read(browser_of: TestClient, product: Product) -> None:
    header = browser_of.get("/chat").headers["set-cookie"]
    assert "HttpOnly" in header
    assert "SameSite=lax" in header
    assert visitor_in(browser_of, product)


def test_a_forged_cookie_is_replaced(browser_of: TestClient, product: Product) -> None:
    browser_of.cookies.set("guichet_visitor", "somebody-else-1.0000")
    answer = browser_of.get("/chat")
    assert "somebody-else-1" not in answer.headers["set-cookie"]


def test_what_was_said_stays_after_a_reload(resident: Resident) -> None:
    client, clerk = resident
    clerk.answer("Est-ce dangereux ?", "Oui", "Non")
    page = client.get("/chat").text
    assert "Il y a un trou devant le 12 rue de Paris" in page
    assert "Est-ce dangereux ?" in page


def test_posting_without_scripts_leads_back_to_the_chat(browser_of: TestClient) -> None:
    browser_of.get("/chat")
    answer = browser_of.post("/channels/webchat/inbound", data={"client_id": "a-number", "text": "Bonjour"})
    assert (answer.status_code, answer.headers["location"].partition("#")[0]) == (303, "/chat")


def test_every_form_of_the_page_has_a_number_of_its_own(resident: Resident) -> None:
    client, clerk = resident
    clerk.answer("Est-ce dangereux ?", "Oui", "Non")
    page = client.get("/chat").text
    numbers = [part.split('"')[0] for part in page.split('name="client_id" value="')[1:]]
    assert len(numbers) >= 3
    assert len(set(numbers)) == len(numbers)


def test_a_form_posted_twice_is_one_message(browser_of: TestClient) -> None:
    talk(browser_of, "Une seule fois", "same-number")
    talk(browser_of, "Une seule fois", "same-number")
    assert browser_of.get("/chat").text.count("Une seule fois") == 1


def test_a_form_of_a_framed_page_leads_back_to_one_that_may_be_framed(browser_of: TestClient) -> None:
    """Sent before the scripts are there, a message would else leave an empty frame on the town's site."""
    form = {"client_id": "in-a-frame", "text": "Bonjour", "language": "fr"}
    for page, back in (("/chat?embed=1", "/chat?embed=1#end"), ("/chat", "/chat#end")):
        browser_of.get(page)
        answer = browser_of.post(
            "/channels/webchat/inbound", data=form, headers={"referer": str(browser_of.base_url.join(page))}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, back)


def test_a_visitor_never_sees_another_conversation(resident: Resident, enter: Enter) -> None:
    other = enter()
    talk(other, "Bonjour de la voisine")
    assert "12 rue de Paris" not in other.get("/chat").text
    assert "12 rue de Paris" not in other.get("/chat/messages?after=0").text


def test_choices_are_buttons_until_they_are_answered(resident: Resident) -> None:
    client, clerk = resident
    clerk.answer("Est-ce dangereux ?", "Oui", "Non")
    assert 'name="choice" value="Oui">' in client.get("/chat").text
    talk(client, "Oui", "the-answer")
    page = client.get("/chat").text
    assert 'name="choice" value="Oui" disabled aria-pressed="true"' in page
    assert 'name="choice" value="Non" disabled>' in page


def test_what_the_assistant_proposed_is_over_once_a_person_answers(resident: Resident) -> None:
    client, clerk = resident
    clerk.answer("Je passe votre conversation à une personne.", "Revenir à l'assistant")
    clerk.take_over()
    assert 'name="choice" value="Revenir à l\'assistant">' in unescape(client.get("/chat").text)
    clerk.reply("Bonjour, je regarde.")
    assert 'value="Revenir à l\'assistant" disabled>' in unescape(client.get("/chat").text)


def test_markup_in_a_message_is_shown_as_written(browser_of: TestClient) -> None:
    talk(browser_of, "<script>alert(1)</script> {{ 7*7 }} <img src=x onerror=alert(1)>")
    page = browser_of.get("/chat").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in page
    assert "<img src=x" not in page


def test_addresses_and_references_are_links_and_nothing_else_is(browser_of: TestClient) -> None:
    talk(browser_of, "Voir https://exemple.fr/a?b=1&c=<b>. Réf MTL-26-004F7K, javascript:alert(1)")
    page = browser_of.get("/chat").text
    assert '<a href="https://exemple.fr/a?b=1&amp;c=" rel="noopener">' in page
    assert '<a class="nowrap" href="/suivi/MTL-26-004F7K">MTL-26-004F7K</a>' in page
    assert 'href="javascript' not in page


def test_a_telephone_number_can_be_called(resident: Resident) -> None:
    client, clerk = resident
    clerk.answer("Appelez le 01 99 98 00 21, pas 123456789012.")
    clerk.answer("Call +33 1 99 98 00 22.")
    page = client.get("/chat").text
    assert '<a class="nowrap" href="tel:+33199980022">+33 1 99 98 00 22</a>' in page
    assert '<a class="nowrap" href="tel:0199980021">01 99 98 00 21</a>' in page
    assert page.count('href="tel:') == 2


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://elsewhere.example"}],
)
@pytest.mark.parametrize("path", ["/chat", "/chat/leave", "/suivi", "/suivi/code", "/suivi/quitter"])
def test_another_site_cannot_post_for_a_resident(resident: Resident, path: str, headers: dict[str, str]) -> None:
    client, _ = resident
    answer = client.post(path, data={"client_id": "from-elsewhere", "text": "Piège"}, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}, {}])
def test_the_sites_own_forms_are_taken(resident: Resident, headers: dict[str, str]) -> None:
    client, _ = resident
    assert client.post("/suivi", data={"reference": "MTL-26-004471"}, headers=headers).status_code == 303


def test_an_internal_note_is_never_shown(resident: Resident, product: Product) -> None:
    client, clerk = resident
    clerk.take_over()
    agent = Actor("agent", clerk.conversation.agent_id, "Camille")
    product.store.write_now(
        add_note,
        scope=EVERYTHING,
        conversation_id=clerk.conversation.id,
        actor=agent,
        text="Résident déjà connu pour ses appels",
    )
    assert "déjà connu" not in client.get("/chat").text
    assert "déjà connu" not in client.get("/chat/messages?after=0").text


def test_the_page_says_who_answers(resident: Resident) -> None:
    client, clerk = resident
    assert "L'assistant automatique vous répond" in unescape(client.get("/chat").text)
    clerk.hand_off()
    assert "Vous attendez une personne" in client.get("/chat").text
    clerk.take_over("Camille Durand")
    clerk.reply("Bonjour, je regarde.")
    page = client.get("/chat").text
    assert "Camille Durand vous répond" in page
    assert "Camille Durand, de la mairie" in page


def test_at_night_the_page_promises_nobody(tmp_path: Path) -> None:
    product = make_product(tmp_path, now="2026-11-28T21:00:00+01:00")
    with TestClient(build_app(product, with_worker=False), headers={"accept-language": "fr"}) as client:
        page, home = (unescape(client.get(path).text).replace("\u00a0", " ") for path in ("/chat", "/"))
    product.store.close()
    assert "Mairie fermée jusqu'à lundi 30 novembre, 8 h 30." in page
    for promise in ("à tout moment", "quand vous voulez"):
        assert promise not in page + home


def test_a_message_is_seen_once_the_town_has_read_it(resident: Resident) -> None:
    client, clerk = resident
    assert 'data-state="sent"' in client.get("/chat").text
    clerk.answer("Bien noté.")
    assert 'data-state="seen"' in client.get("/chat").text


def test_days_are_separated_once(resident: Resident) -> None:
    client, clerk = resident
    clerk.answer("Bonjour.")
    page = client.get("/chat").text
    assert page.count('class="day"') == 1
    assert "mardi 24 novembre 2026" in page


def test_a_long_conversation_is_read_page_by_page(browser_of: TestClient) -> None:
    for number in range(70):
        talk(browser_of, f"Message numéro {number:02d}", f"number-{number:04d}")
    page = browser_of.get("/chat").text
    assert "Message numéro 69" in page
    assert "Message numéro 09" not in page
    earlier = page.split('href="/chat?before=')[1].split('"')[0]
    older = browser_of.get(f"/chat?before={earlier}").text
    assert "Message numéro 09" in older
    assert "Message numéro 10" not in older
    assert "Revenir aux derniers messages" in older


@pytest.mark.parametrize(("code", "words"), [("report.pothole", "un trou dans la chaussée"), ("no.such", "")])
def test_a_service_chosen_at_home_gives_the_first_words(browser_of: TestClient, code: str, words: str) -> None:
    page = browser_of.get(f"/chat?start={code}").text
    draft = page.split('<textarea id="text"')[1].split(">", 1)[1].split("</textarea>")[0]
    assert words in draft
    assert bool(draft) == bool(words)


def test_words_written_at_home_are_the_first_message(enter: Enter) -> None:
    client = enter()
    client.follow_redirects = True
    page = client.post("/chat", data={"text": "Mon <lampadaire>", "client_id": "from-the-home-page"}).text
    assert '<p dir="auto">Mon &lt;lampadaire&gt;</p>' in page
    assert client.get("/chat").text.count("Mon &lt;lampadaire&gt;") == 1


def test_leaving_forgets_the_conversation_on_this_device(resident: Resident) -> None:
    client, _ = resident
    assert client.post("/chat/leave").headers["location"] == "/?left=1"
    assert "guichet_visitor" not in client.cookies
    assert "12 rue de Paris" not in client.get("/chat").text


def test_leaving_in_a_frame_stays_in_the_frame(resident: Resident) -> None:
    client, _ = resident
    page = client.get("/chat?embed=1").text
    assert 'action="/chat/leave?embed=1"' in page
    assert client.post("/chat/leave?embed=1").headers["location"] == "/chat?embed=1"


FRAMED = {"sec-fetch-dest": "iframe", "sec-fetch-site": "cross-site"}


@pytest.mark.parametrize(
    ("address", "headers", "apart"),
    [
        ("https://guichet.town.example", FRAMED, True),
        ("https://guichet.town.example", {**FRAMED, "sec-fetch-site": "same-site"}, False),
        ("https://guichet.town.example", {"sec-fetch-dest": "document", "sec-fetch-site": "cross-site"}, False),
        ("http://127.0.0.1:8000", FRAMED, False),
    ],
)
def test_a_frame_on_another_site_gets_a_cookie_of_its_own(
    tmp_path: Path, address: str, headers: dict[str, str], apart: bool
) -> None:
    product = make_product(tmp_path, public_url=address, demo_public=True)
    with TestClient(build_app(product, with_worker=False), base_url=address) as client:
        given = client.get("/chat?embed=1", headers=headers).headers["set-cookie"]
    product.store.close()
    assert given.endswith("SameSite=None; Secure; Partitioned") is apart
    assert ("samesite=lax" in given.lower()) is not apart


def test_english_is_spoken_in_the_chat(enter: Enter) -> None:
    client = enter("en")
    talk(client, "Hello")
    page = client.get("/chat").text
    assert "Tuesday 24 November 2026" in page
    assert "The automatic assistant is answering" in page
