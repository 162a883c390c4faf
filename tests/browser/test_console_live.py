"""What happens while one looks: messages, colleagues and cut lines, and nothing jumps, doubles or gets lost."""

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Route, expect

from case_store.conversations.ownership import reassign, take_over
from case_store.models import Staff
from tests.browser.console import show
from tests.console.people import send_all
from tests.console.reading import conversation, deliveries, messages
from tests.console.town import Console, actor
from tests.support.scopes import EVERYTHING

pytestmark = pytest.mark.browser


def test_a_message_appears_where_one_reads_and_moves_nothing_elsewhere(
    console: Console, open_browser: Any, base: str, camille: Staff
) -> None:
    talk = console.waiting("message 0")
    for number in range(1, 30):
        console.receive(f"message {number}")
    page = open_browser(camille)
    show(page, base, talk)
    console.receive("tout en bas")
    expect(page.locator("#entries").get_by_text("tout en bas")).to_be_in_viewport()
    scroller = page.locator("#thread-scroll")
    scroller.evaluate("place => { place.scrollTop = 200 }")
    page.wait_for_timeout(100)
    console.receive("pendant la lecture")
    pill = page.locator("#pill")
    expect(pill).to_have_text("1 nouveau message")
    assert scroller.evaluate("place => place.scrollTop") == 200
    pill.click()
    expect(page.locator("#entries").get_by_text("pendant la lecture")).to_be_in_viewport()
    expect(pill).to_be_hidden()


def test_older_messages_load_above_without_a_jump(
    console: Console, open_browser: Any, base: str, camille: Staff
) -> None:
    talk = console.waiting("message 0")
    for number in range(1, 100):
        console.receive(f"message {number}")
    page = open_browser(camille)
    show(page, base, talk)
    page.locator("#thread-scroll").evaluate("place => { place.scrollTop = 0 }")
    first = page.locator("[data-seq]").first
    before, seq = first.bounding_box(), first.get_attribute("data-seq")
    page.get_by_text("Afficher les messages précédents").click()
    expect(page.locator("#entry-1")).to_be_attached()
    after = page.locator(f"[data-seq='{seq}']").bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 40
    ids = page.eval_on_selector_all("[data-seq]", "all => all.map(one => Number(one.dataset.seq))")
    assert ids == sorted(set(ids))
    assert page.locator(".day").count() == 1


def test_two_agents_see_each_other_and_one_takes(
    console: Console, open_browser: Any, base: str, camille: Staff, driss: Staff
) -> None:
    talk = console.waiting()
    hers, his = open_browser(camille), open_browser(driss)
    show(hers, base, talk)
    show(his, base, talk)
    expect(hers.locator("#viewers")).to_contain_text("Driss Benali regarde aussi")
    hers.route("**/presence", lambda route: route.fulfill(status=204))
    his.evaluate("document.querySelector('[data-key=t]').dataset.kept = 'yes'")
    his.route("**/live*", lambda route: route.abort())
    hers.keyboard.press("t")
    expect(hers.locator("#reply")).to_be_visible()
    his.keyboard.press("t")
    expect(his.get_by_text("Camille Roux tient cette conversation")).to_be_visible()
    assert conversation(console, talk).agent_id == camille.id


def test_who_comes_second_is_told_so_and_the_word_stays(
    console: Console, open_browser: Any, base: str, camille: Staff, driss: Staff
) -> None:
    talk = console.waiting()
    his = open_browser(driss)
    show(his, base, talk)
    his.route("**/live*", lambda route: route.abort())
    his.evaluate("window.dispatchEvent(new Event('offline'))")  # he hears nothing of what she does
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(camille))
    his.keyboard.press("t")
    told = his.locator("#alerts [role=alert]")
    expect(told).to_have_text("Camille Roux vient de prendre cette conversation.")
    his.unroute("**/live*")
    his.evaluate("window.dispatchEvent(new Event('online'))")
    console.receive("Il y a quelqu'un ?")
    expect(his.locator("#entries")).to_contain_text("Il y a quelqu'un ?")
    his.wait_for_timeout(700)  # the page has been told anew what stands around the thread
    expect(told).to_be_visible()


def test_what_a_resident_says_is_read_out_once_and_nothing_else(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.evaluate(
        """() => { window.spoken = []; new MutationObserver(() => {
            const said = document.getElementById("spoken").textContent; said && window.spoken.push(said);
        }).observe(document.getElementById("spoken"), { childList: true }) }"""
    )
    console.receive("Vous êtes là ?")
    expect(page.locator("#spoken")).to_have_text("1 nouveau message. Vous êtes là ?")
    last = page.locator("[data-seq]").last.get_attribute("data-seq")
    expect(page.locator("[data-seen]")).to_have_value(str(last))  # it has been read
    page.fill("#reply", "Oui")
    page.press("#reply", "Control+Enter")
    expect(page.locator(".by-agent .bubble")).to_have_text("Oui")
    send_all(console)
    expect(page.locator(".by-agent .meta-state")).to_have_text("Reçu", timeout=10_000)
    assert page.evaluate("window.spoken") == ["1 nouveau message. Vous êtes là ?"]


def test_a_colleague_who_writes_is_seen(
    console: Console, open_browser: Any, base: str, camille: Staff, driss: Staff, held: UUID
) -> None:
    hers, his = open_browser(camille), open_browser(driss)
    show(his, base, held, "open")
    show(hers, base, held, "mine")
    hers.fill("#reply", "Bonj")
    expect(his.locator("#viewers")).to_contain_text("Camille Roux écrit une réponse")
    hers.get_by_role("link", name="File d'attente").click()
    expect(his.locator("#viewers")).not_to_contain_text("Camille")
    assert deliveries(console, held) == []


def test_a_cut_line_loses_nothing_and_doubles_nothing(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_contain_text("Connexion coupée")
    page.fill("#reply", "Je reviens vers vous à midi.")
    page.press("#reply", "Control+Enter")
    expect(page.locator("#reply-form [data-state]")).to_contain_text("Pas encore envoyé")
    expect(page.locator("#reply")).to_have_value("Je reviens vers vous à midi.")
    page.wait_for_timeout(2500)
    page.context.set_offline(False)
    expect(page.locator(".by-agent .bubble")).to_have_text("Je reviens vers vous à midi.")
    expect(page.locator("#offline")).to_have_count(0)
    expect(page.locator("#reply")).to_have_value("")
    assert [message.text for message in messages(console, held)][1:] == ["Je reviens vers vous à midi."]


def test_messages_of_the_dark_minutes_arrive_once_and_are_read_before_the_reply_leaves(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    page.context.set_offline(True)
    for number in range(5):
        console.receive(f"dans le noir {number}")
    page.fill("#reply", "Réponse écrite sans les avoir lus")
    page.press("#reply", "Control+Enter")
    page.wait_for_timeout(1500)
    page.context.set_offline(False)
    expect(page.locator("#composer")).to_contain_text("Un message est arrivé pendant que vous écriviez")
    expect(page.locator("#entries .by-resident")).to_have_count(6)
    expect(page.locator("#reply")).to_have_value("Réponse écrite sans les avoir lus")
    assert deliveries(console, held) == []
    page.get_by_role("button", name="Envoyer quand même").click()
    expect(page.locator(".by-agent .bubble")).to_have_text("Réponse écrite sans les avoir lus")
    assert len(deliveries(console, held)) == 1


def test_a_reply_whose_answer_got_lost_leaves_once(
    console: Console, open_browser: Any, base: str, camille: Staff, held: UUID
) -> None:
    page = open_browser(camille)
    show(page, base, held, "mine")
    lost: list[int] = []

    def lose_the_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    page.route("**/reply", lose_the_first_answer)
    page.fill("#reply", "Une seule fois")
    page.press("#reply", "Control+Enter")
    expect(page.locator("#reply")).to_have_value("", timeout=15_000)
    expect(page.locator(".by-agent .bubble")).to_have_count(1)
    assert lost == [200]
    assert [message.text for message in messages(console, held)][1:] == ["Une seule fois"]


def test_the_list_and_the_first_thing_to_do_change_by_themselves(
    console: Console, open_browser: Any, camille: Staff, driss: Staff
) -> None:
    page = open_browser(camille)
    expect(page.locator("#desk").get_by_text("Personne n'attend")).to_be_visible()
    talk = console.waiting(sender="+33639980001")
    expect(page.locator(f"#line-{talk}")).to_be_visible()
    expect(page.locator(".view[aria-current] .view-count")).to_have_text("1")
    heading = page.locator("#desk .first h2")
    expect(heading).to_have_text("06 39 98 00 01")
    urgent = console.waiting(sender="+33639980002", reason="distress", urgent=True)
    expect(page.locator("#lines .line").first).to_have_id(f"line-{urgent}")
    expect(heading).to_have_text("06 39 98 00 02")  # distress gives way to nothing
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=urgent, actor=actor(driss))
    expect(heading).to_have_text("06 39 98 00 01")
    later = console.waiting(sender="+33639980003")
    expect(page.locator(f"#line-{later}")).to_be_visible()
    expect(heading).to_have_text("06 39 98 00 01")  # nothing else changes it under somebody's hand
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(driss))
    expect(heading).to_have_text("06 39 98 00 03")


def test_what_one_has_done_shows_in_the_list_without_the_stream(
    console: Console, open_browser: Any, base: str, camille: Staff
) -> None:
    talk, other = console.waiting(sender="+33639980001"), console.waiting(sender="+33639980002")
    page = open_browser(camille)
    page.route("**/live*", lambda route: route.abort())
    page.goto(f"{base}/console/conversations/{talk}?view=queue")
    page.get_by_role("button", name="Prendre la conversation").click()
    expect(page.locator(f"#line-{talk}")).to_have_count(0)
    expect(page.locator(f"#line-{other}")).to_be_visible()
    page.get_by_role("link", name="Les miennes").click()
    page.locator(f"#line-{talk} a").click()
    expect(page.locator("#menu-snooze")).to_be_visible()
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Conversation mise en pause.")
    expect(page.locator(f"#line-{talk}")).to_have_count(0)


def test_the_lists_of_others_follow_what_one_does(
    console: Console, open_browser: Any, base: str, camille: Staff, driss: Staff
) -> None:
    talk = console.waiting(sender="+33639980001")
    hers, his = open_browser(camille), open_browser(driss)
    show(hers, base, talk)
    his.goto(f"{base}/console/conversations?view=queue")
    line = his.locator(f"#line-{talk}")
    expect(line).to_be_visible()
    hers.keyboard.press("t")
    expect(line).to_have_count(0)
    his.goto(f"{base}/console/conversations?view=bot")
    expect(his.locator("#list[data-view=bot]")).to_be_visible()
    hers.keyboard.press("b")
    hers.keyboard.press("Control+Enter")
    expect(line).to_be_visible()


def test_a_conversation_given_by_a_colleague_is_told_once_with_the_way_there(
    console: Console, open_browser: Any, base: str, camille: Staff, soraya: Staff, held: UUID
) -> None:
    other = console.waiting("Bonjour", sender="+33639980044", team="voirie")
    page = open_browser(camille)
    show(page, base, held, "mine")
    console.store.write_now(reassign, scope=EVERYTHING, conversation_id=other, actor=actor(soraya), staff_id=camille.id)
    told = page.locator(".toast")
    expect(told).to_contain_text("Soraya Haddad vous a confié la conversation avec 06 39 98 00 44.")
    told.get_by_role("link", name="Ouvrir").click()
    page.wait_for_url(f"**/{other}?view=mine")
    expect(page.locator("#reply")).to_be_visible()
    page.reload()
    expect(page.locator("#viewers > *")).to_have_count(1)
    page.wait_for_timeout(1500)
    assert "vous a confié" not in page.locator("#toasts").inner_text()
