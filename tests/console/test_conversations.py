"""The thread: who said what, where each message stands, what happened, and nothing confused with anything else."""

import re
from typing import Any

import pytest

from case_store.conversations.deliveries import record_failure
from case_store.conversations.ownership import take_over
from case_store.conversations.receiving import NewAttachment
from case_store.models import Staff
from case_store.work.delivery_claims import claim_deliveries
from tests.console.people import hole, save_picture, send_all
from tests.console.reading import part, text_of
from tests.console.town import Console, MovingClock, actor
from tests.support.scopes import EVERYTHING


def entry(page: str, seq: int) -> str:
    tag = '<p class="event"' if f'<p class="event" id="entry-{seq}"' in page else f'id="entry-{seq}"'
    return part(page, tag, "</article>" if "event" not in tag else "</p>")


def test_the_resident_the_machine_the_agent_and_notes_are_told_apart(
    console: Console, visit: Any, camille: Staff
) -> None:
    talk = console.waiting("Bonjour")
    console.say(talk, "Je suis l'assistant", [("Oui", "oui")])
    browser = visit(camille)
    browser.act(f"/console/conversations/{talk}/take-over")
    browser.act(f"/console/conversations/{talk}/reply", text="Je m'en occupe", seen="9")
    browser.act(f"/console/conversations/{talk}/note", text="Déjà venue en mairie")
    page = " ".join(browser.get(f"/console/conversations/{talk}").text.split())
    assert 'message-resident by-resident" id="entry-1"' in page
    assert 'message-town message-machine message-cancelled by-machine" id="entry-3"' in page
    assert 'message-town message-agent by-agent" id="entry-5"' in page
    assert 'class="note" id="entry-6"' in page
    assert "Assistant automatique" in page
    assert "Camille Roux a pris la conversation" in text_of(page)
    assert "Note interne jamais envoyée" in text_of(page)


def test_events_are_told_in_words(console: Console, visit: Any, camille: Staff, driss: Staff) -> None:
    talk = console.waiting(reason="anger")
    browser = visit(camille)
    browser.act(f"/console/conversations/{talk}/take-over")
    browser.act(f"/console/conversations/{talk}/reassign", to=f"staff:{driss.id}")
    page = text_of(browser.get(f"/console/conversations/{talk}").text)
    assert "Passage à un agent : Mécontent" in page
    assert "Camille Roux a confié la conversation à Driss Benali" in page
    visit(driss).act(f"/console/conversations/{talk}/reassign", to="team:voirie")
    page = text_of(browser.get(f"/console/conversations/{talk}").text)
    assert "Driss Benali a confié la conversation à Voirie" in page


def test_what_the_assistant_was_told_stays_to_be_read(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.waiting()
    browser = visit(camille)
    browser.act(f"/console/conversations/{talk}/take-over")
    browser.act(f"/console/conversations/{talk}/hand-back", briefing="L'adresse est <12> rue de Paris", resume="yes")
    page = text_of(browser.get(f"/console/conversations/{talk}").text)
    assert "Camille Roux a rendu la conversation à l'assistant – L'adresse est <12> rue de Paris" in page


def test_words_from_right_to_left_stand_so(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.waiting("مرحبا، أريد التحدث إلى موظف")
    page = visit(camille).get(f"/console/conversations/{talk}").text
    assert '<p dir="auto">مرحبا' in page
    assert re.search(r'class="line-text" dir="auto"', page)
    for field in ("note", "reply"):
        visit(camille).act(f"/console/conversations/{talk}/take-over")
        composer = visit(camille).get(f"/console/conversations/{talk}").text
        assert 'dir="auto"' in re.findall(f'<textarea[^>]*id="{field}"[^>]*>', composer)[0]


@pytest.mark.parametrize(
    ("code", "told"), [("30003", "téléphone éteint ou injoignable"), ("63016", "non remis (code 63016)")]
)
def test_a_providers_code_is_told_in_words(console: Console, visit: Any, camille: Staff, code: str, told: str) -> None:
    talk = console.receive("Horaires ?").conversation_id
    console.say(talk, "De 9 h à 17 h")
    [delivery] = console.store.write_now(claim_deliveries, worker="test", limit=5)
    console.store.write_now(record_failure, delivery_id=delivery.id, code=code, detail="", advice="check_address")
    assert f"Échec de l'envoi – {told}." in text_of(visit(camille).get(f"/console/conversations/{talk}").text)


def test_a_delivery_is_told_by_an_icon_and_a_word(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.receive("Bonjour").conversation_id
    console.say(talk, "Un")
    browser = visit(camille)
    assert "En attente d'envoi" in entry(browser.get(f"/console/conversations/{talk}").text, 2)
    send_all(console, state="sent")
    assert "Envoyé" in entry(browser.get(f"/console/conversations/{talk}").text, 2)
    assert "ne dit pas" not in entry(browser.get(f"/console/conversations/{talk}").text, 2)
    console.say(talk, "Deux")
    send_all(console, state="delivered")
    assert "Reçu" in entry(browser.get(f"/console/conversations/{talk}").text, 3)


def test_where_no_receipts_come_sent_is_told_as_all_that_is_known(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.receive("Bonjour", sender="ines@exemple.fr", kind="email").conversation_id
    console.say(talk, "Un")
    browser = visit(camille)
    send_all(console, state="sent")
    assert "Envoyé ; ce canal ne dit pas si le message est reçu" in text_of(
        entry(browser.get(f"/console/conversations/{talk}").text, 2)
    )


def test_a_failed_delivery_says_why_what_to_do_and_is_sent_again(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.receive("Horaires ?").conversation_id
    delivery = console.say(talk, "De 9 h à 17 h")[0]
    send_all(console, fail="17")
    browser = visit(camille)
    page = browser.get(f"/console/conversations/{talk}?view=failed").text
    told = entry(page, 2)
    assert "Échec de l'envoi" in told
    assert "numéro ou adresse refusé" in told
    assert "Vérifiez le numéro ou l'adresse" in told
    assert "Renvoyer" in told
    answer = browser.act(f"/console/deliveries/{delivery}/retry", view="failed")
    assert answer.status_code == 303
    page = browser.get(answer.headers["location"]).text
    assert "Nouvel envoi demandé" in page
    assert "En attente d'envoi" in entry(page, 2)
    assert "Camille Roux a relancé l'envoi" in text_of(page)
    again = browser.act(f"/console/deliveries/{delivery}/retry", view="failed")
    assert again.status_code == 409


def test_the_machines_words_cut_short_stay_visible_as_not_sent(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.waiting("Bonjour")
    console.say(talk, "Je continue ma question")
    browser = visit(camille)
    browser.act(f"/console/conversations/{talk}/take-over")
    told = entry(browser.get(f"/console/conversations/{talk}").text, 3)
    assert "Je continue ma question" in told
    assert "Non envoyé – un agent a pris la conversation avant l'envoi" in told


def test_files_are_shown_refused_or_awaited(console: Console, visit: Any, camille: Staff) -> None:
    save_picture(console)
    files = [
        hole(),
        NewAttachment("acte.pdf", "application/pdf", "stored", path="trou.jpg", size=2_400_000),
        NewAttachment("virus.exe", "application/octet-stream", "refused", refusal="file_type_refused"),
        NewAttachment("mms.jpg", "image/jpeg", "pending", source_url="http://127.0.0.1/1"),
    ]
    talk = console.receive("Voici", attachments=files).conversation_id
    browser = visit(camille)
    page = browser.get(f"/console/conversations/{talk}").text
    told = text_of(page)
    assert 'alt="Ouvrir trou.jpg"' in page
    assert "acte.pdf 2,4 Mo" in told
    assert "virus.exe : refusé (type de fichier refusé)" in told
    assert "mms.jpg : en cours de réception" in told
    assert 'src="/console/attachments/' in page


def test_days_stand_between_messages(console: Console, visit: Any, camille: Staff, moving_clock: MovingClock) -> None:
    talk = console.receive("Lundi").conversation_id
    moving_clock.pass_by(days=1)
    console.receive("Mardi")
    moving_clock.pass_by(days=1)
    console.receive("Mercredi")
    page = text_of(visit(camille).get(f"/console/conversations/{talk}").text)
    order = [
        page.index(told) for told in ("mardi 24 novembre 2026", "Lundi", "Hier", "Mardi", "Aujourd'hui", "Mercredi")
    ]
    assert order == sorted(order)


def test_long_threads_open_at_their_end_and_reach_back(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.receive("message 1").conversation_id
    for number in range(2, 131):
        console.receive(f"message {number}")
    browser = visit(camille)
    page = browser.get(f"/console/conversations/{talk}").text
    assert 'id="entry-130"' in page
    assert 'id="entry-71"' in page
    assert 'id="entry-70"' not in page
    assert f'data-earlier="/console/conversations/{talk}/entries?before=71"' in page
    part_ = browser.get(f"/console/conversations/{talk}/entries?before=71").text
    assert 'id="entry-70"' in part_
    assert 'id="entry-11"' in part_
    assert "<html" not in part_
    older = browser.get(f"/console/conversations/{talk}?before=11").text
    assert 'id="entry-1"' in older
    assert "Début de la conversation" in older
    assert "Revenir aux derniers messages" in older


def test_reading_marks_as_read_unless_a_colleague_has_yet_to_look(
    console: Console, visit: Any, camille: Staff, driss: Staff
) -> None:
    talk = console.waiting("Bonjour")
    camilles, drisss = visit(camille), visit(driss)
    camilles.get(f"/console/conversations/{talk}")
    assert "message non lu" not in camilles.get("/console").text
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(driss))
    console.receive("Vous êtes là ?")
    camilles.get(f"/console/conversations/{talk}")
    assert "1 message non lu" in camilles.get("/console/list?view=open").text
    drisss.act(f"/console/conversations/{talk}/presence", typing="no")
    assert "message non lu" not in drisss.get("/console/list?view=open").text


def test_the_surroundings_tell_the_resident_the_case_and_the_rest(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.waiting(summary="Trou au 12 rue de Paris.", team="voirie", reason="requested")
    console.file_case(talk, due_in=-2)
    context = part(visit(camille).get(f"/console/conversations/{talk}").text, 'id="context"', "</aside>")
    for told in (
        "06 39 98 00 01 non vérifié",
        "Résumé de l'assistant Trou au 12 rue de Paris.",
        "Raison Demande un agent",
        "Tenue par Personne encore",
        "Service Voirie",
        "Nid-de-poule, 12 rue de Paris",
        "MTL-26-",
        "Nouveau",
        "En retard de 2 jours",
        "Danger Oui",
        "Pièce d'identité à fournir",
        "Aucun autre échange connu.",
    ):
        assert told in context, told


def test_a_pause_is_told_as_people_say_it(
    console: Console, visit: Any, camille: Staff, moving_clock: MovingClock
) -> None:
    talk = console.waiting()
    browser = visit(camille)
    browser.act(f"/console/conversations/{talk}/take-over")
    browser.act(f"/console/conversations/{talk}/snooze", until="hour")
    page = text_of(browser.get(f"/console/conversations/{talk}?view=snoozed").text)
    assert "En pause jusqu'à 11 h" in page
    assert "Camille Roux a mis en pause jusqu'à 11 h" in page
    browser.act(f"/console/conversations/{talk}/wake")
    browser.act(f"/console/conversations/{talk}/snooze", until="custom", custom="2026-12-01T09:00")
    assert "En pause jusqu'au 1er décembre à 9 h" in text_of(browser.get("/console/conversations?view=snoozed").text)


def test_two_numbers_of_the_town_can_be_told_apart(console: Console, visit: Any, camille: Staff) -> None:
    main, sport = (console.receive("Bonjour", channel_id=id_).conversation_id for id_ in ("sms", "sms-sport"))
    browser = visit(camille)
    assert "SMS – Sports" not in browser.get(f"/console/conversations/{main}").text
    assert browser.get(f"/console/conversations/{sport}").text.count("SMS – Sports") == 2


def test_visitors_of_the_site_can_be_told_apart(console: Console, visit: Any, camille: Staff) -> None:
    talks = [console.waiting(sender=f"visitor-{number}", kind="webchat") for number in range(2)]
    browser = visit(camille)
    heads = [part(browser.get(f"/console/conversations/{talk}").text, 'id="thread-head"', "</h2>") for talk in talks]
    names = [re.search(r"Visiteur [0-9A-F]{3}", head) for head in heads]
    assert all(names)
    assert len({name[0] for name in names if name}) == 2
    context = part(browser.get(f"/console/conversations/{talks[0]}").text, 'id="context-resident"', "</section>")
    assert names[0] is not None
    assert names[0][0] in context


def test_a_telephone_number_can_be_called_and_is_said_to_be_unchecked(
    console: Console, visit: Any, camille: Staff
) -> None:
    talk = console.waiting(sender="+33639980001")
    page = visit(camille).get(f"/console/conversations/{talk}").text
    assert 'href="tel:+33639980001"' in page
    assert "non vérifié" in part(page, 'id="context-resident"', "</section>")
