"""What a supervisor sees: everything that waits now, and everything that happened to one resident."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import select

from case_store.actors import RESIDENT
from case_store.conversations.ownership import snooze, take_over
from case_store.conversations.receiving import quarantine
from case_store.conversations.threads import get_conversation
from case_store.models import Notice, Staff
from case_store.residents.ledger import opt_out
from case_store.work.notices import NewNotice, begin_notice, record_notice_failure, write_notice
from case_store.work.turns import claim_turn, postpone_turn
from tests.console.people import name_resident, send_all
from tests.console.reading import part, text_of
from tests.console.town import Console, MovingClock, actor
from tests.support.scopes import EVERYTHING


def board(page: str, name: str) -> str:
    return part(page, f'aria-labelledby="now-{name}"', "</section>")


def test_now_tells_who_waits_where_and_since_when(
    console: Console, visit: Any, soraya: Staff, moving_clock: MovingClock
) -> None:
    console.waiting(sender="+33639980001", team="voirie")
    moving_clock.pass_by(minutes=20)
    console.waiting(sender="+33639980002", team="voirie", urgent=True, reason="distress")
    console.waiting(sender="+33639980003", team="etat_civil")
    moving_clock.pass_by(minutes=10)
    page = visit(soraya).get("/console/now").text
    assert "Voirie 2 1 30 min" in board(page, "waiting")
    assert "État civil 1 0 10 min" in board(page, "waiting")
    assert "Détresse, attend depuis 10 min" in board(page, "longest")


def test_now_tells_what_the_assistant_got_wrong_today(
    console: Console, visit: Any, soraya: Staff, moving_clock: MovingClock
) -> None:
    console.waiting("hier, rien compris", sender="+33639980001", reason="not_understood")
    moving_clock.pass_by(hours=24)
    console.waiting("je voudrais parler à une personne", sender="+33639980002", reason="requested")
    talk = console.waiting("bjr c pas moi c <le> voisin", sender="+33639980003", reason="not_understood")
    console.waiting("vous êtes nuls", sender="+33639980004", reason="anger")
    console.waiting("encore raté", sender="+33639980005", reason="not_understood")
    page = visit(soraya).get("/console/now").text
    assert "Pas compris par l'assistant 2 Mécontent 1 Demande un agent 1" in board(page, "handed")
    faults = board(page, "faults")
    assert "bjr c pas moi c <le> voisin Pas compris par l'assistant, 10 h" in faults
    assert faults.index("encore raté") < faults.index("vous êtes nuls") < faults.index("bjr")
    assert "une personne" not in faults
    assert "hier" not in faults
    assert f'href="/console/conversations/{talk}?view=open"' in page


def test_now_tells_who_is_loaded(
    console: Console, visit: Any, soraya: Staff, camille: Staff, driss: Staff, moving_clock: MovingClock
) -> None:
    for number in range(3):
        talk = console.waiting(sender=f"+3363998000{number}")
        console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(camille))
    until = moving_clock.now().replace(hour=15)
    console.store.write_now(snooze, scope=EVERYTHING, conversation_id=talk, actor=actor(camille), until=until)
    moving_clock.pass_by(minutes=8)
    agents = board(visit(soraya).get("/console/now").text, "agents")
    assert "Camille Roux 2 1 8 min jamais" in agents
    assert "Driss Benali 0 0 – jamais" in agents
    assert "Soraya Haddad 0 0 – 10 h 08" in agents


def test_now_tells_what_failed_and_what_could_not_be_read(console: Console, visit: Any, soraya: Staff) -> None:
    talk = console.receive("Horaires ?").conversation_id
    console.say(talk, "De 9 h à 17 h")
    send_all(console, fail="17")
    turn = console.store.write_now(claim_turn, conversation_id=talk, worker="test")
    assert turn is not None
    for _ in range(2):
        console.store.write_now(claim_turn, conversation_id=talk, worker="test")
    console.store.write_now(postpone_turn, conversation_id=talk, attempts=3, error="KeyError: 'street'")
    console.store.write_now(quarantine, channel_id="sms", external_id="x", payload={}, error="no From field")
    page = visit(soraya).get("/console/now").text
    assert "06 39 98 00 01" in board(page, "failed")
    assert "3 essais" in board(page, "turns")
    assert "KeyError: 'street'" in board(page, "turns")
    assert "no From field" in board(page, "quarantine")


def test_now_tells_which_cases_are_late(console: Console, visit: Any, soraya: Staff) -> None:
    talk = console.waiting(team="voirie")
    console.file_case(talk, due_in=-3)
    console.file_case(talk, due_in=-1, state="awaiting_resident")
    console.file_case(talk, due_in=0)
    page = visit(soraya).get("/console/now").text
    assert "Voirie 1 1" in board(page, "deadlines")
    late = board(page, "late")
    assert "En retard de 3 jours" in late
    assert late.count("Nid-de-poule") == 1
    assert f'href="/console/conversations/{talk}?view=open"' in page


def test_a_quiet_town_says_so(visit: Any, soraya: Staff) -> None:
    page = text_of(visit(soraya).get("/console/now").text)
    for told in ("Personne n'attend.", "Tous les messages sont partis.", "L'assistant répond partout."):
        assert told in page


def test_conversations_are_passed_on_from_there(console: Console, visit: Any, soraya: Staff, driss: Staff) -> None:
    talk, browser = console.waiting(), visit(soraya)
    page = browser.get("/console/now").text
    assert f'action="/console/conversations/{talk}/reassign"' in page
    answer = browser.act(
        f"/console/conversations/{talk}/reassign", to=f"staff:{driss.id}", **{"return": "/console/now"}
    )
    back = browser.get(answer.headers["location"]).text
    assert "Conversation confiée à Driss Benali." in back
    assert (
        console.store.read_now(get_conversation, scope=EVERYTHING, conversation_id=talk).conversation.agent_id
        == driss.id
    )


def resident_of(console: Console, talk: UUID) -> UUID:
    return console.store.read_now(get_conversation, scope=EVERYTHING, conversation_id=talk).resident.id


def join_residents(console: Console, talk: UUID, other: UUID) -> None:
    """Two contact points of the same person."""

    def command(session: Any) -> None:
        head = get_conversation(session, scope=EVERYTHING, conversation_id=talk)
        second = get_conversation(session, scope=EVERYTHING, conversation_id=other)
        second.conversation.resident_id = head.resident.id
        second.contact.resident_id = head.resident.id

    console.store.write_now(command)


def test_a_residents_history_puts_all_channels_in_the_order_of_each_day(
    console: Console, visit: Any, soraya: Staff, moving_clock: MovingClock
) -> None:
    talk = console.receive("Par SMS d'abord").conversation_id
    name_resident(console, talk, "Jeanne Moreau")
    moving_clock.pass_by(minutes=5)
    chat = console.receive("Puis par le site", sender="visitor-1", kind="webchat").conversation_id
    join_residents(console, talk, chat)
    moving_clock.pass_by(minutes=5)
    console.file_case(chat)
    contact = console.store.read_now(get_conversation, scope=EVERYTHING, conversation_id=talk).contact
    console.store.write_now(opt_out, contact_point_id=contact.id, actor=RESIDENT)
    browser = visit(soraya)
    path = f"/console/residents/{resident_of(console, talk)}"
    page = text_of(browser.get(path).text)
    told = ("Par SMS d'abord", "Puis par le site", "ouvert : Nid-de-poule", "(STOP)")
    order = [page.index(words) for words in told]
    assert order == sorted(order)
    moving_clock.pass_by(days=1)
    console.receive("Le lendemain")
    browser = visit(soraya)
    page = text_of(browser.get(path).text)
    assert page.index("Le lendemain") < page.index("Par SMS d'abord")
    assert "Jeanne Moreau" in page
    only_messages = text_of(browser.get(f"{path}?what=messages&channel=webchat").text)
    assert "Puis par le site" in only_messages
    assert "Par SMS d'abord" not in only_messages
    assert "(STOP)" not in only_messages
    only_cases = text_of(browser.get(f"{path}?what=cases").text)
    assert "ouvert : Nid-de-poule" in only_cases
    assert "Par SMS d'abord" not in only_cases


def test_a_long_history_is_read_in_pages(
    console: Console, visit: Any, soraya: Staff, moving_clock: MovingClock
) -> None:
    talk = console.receive("message 0").conversation_id
    for number in range(1, 120):
        moving_clock.pass_by(seconds=number % 2)
        console.receive(f"message {number}")
    browser = visit(soraya)
    page = browser.get(f"/console/residents/{resident_of(console, talk)}").text
    seen: list[str] = []
    while True:
        seen = re.findall(r'<p dir="auto">(message \d+)</p>', page) + seen
        link = re.search(r'href="(/console/residents/[^"]+before=[^"]+)"', page)
        if link is None:
            break
        page = browser.get(link[1].replace("&amp;", "&")).text
    assert seen == [f"message {number}" for number in range(120)]


def test_an_agent_sees_only_their_teams_share_of_a_history(
    console: Console, visit: Any, camille: Staff, elodie: Staff
) -> None:
    talk = console.waiting("Le trou", team="voirie")
    secret = console.waiting("Mon divorce", sender="visitor-1", kind="webchat", team="etat_civil")
    join_residents(console, talk, secret)
    path = f"/console/residents/{resident_of(console, talk)}"
    mine = text_of(visit(camille).get(path).text)
    assert "Le trou" in mine
    assert "Mon divorce" not in mine
    context = part(visit(camille).get(f"/console/conversations/{talk}").text, 'id="context-history"', "</section>")
    assert "1 échange suivi par un autre service" in context
    assert "Mon divorce" not in context
    assert "Mon divorce" in text_of(visit(elodie).get(path).text)


def test_every_page_shows_a_message_that_failed(console: Console, visit: Any, soraya: Staff) -> None:
    talk = console.waiting("Bonjour", sender="+33639980001")
    console.say(talk, "La mairie est ouverte.")
    send_all(console, fail="mairie")
    history = f"/console/residents/{resident_of(console, talk)}"
    browser = visit(soraya)
    pages = [history, "/console/now", "/console/conversations?view=failed"]
    pages += [f"/console/conversations/{talk}{part}" for part in ("", "/parts", "/entries")]
    for path in pages:
        answer = browser.get(path, headers={"x-guichet-after": "0"} if path.endswith("/parts") else {})
        assert answer.status_code == 200, path
        assert "chec" in text_of(answer.text), path
    retried = browser.get(history).text.split('/retry"', 1)[1].split("</form>", 1)[0]
    assert f'name="return" value="{history}?what=all"' in retried


def test_a_case_in_the_history_says_who_moved_it(
    console: Console, visit: Any, camille: Staff, soraya: Staff, moving_clock: MovingClock
) -> None:
    talk = console.waiting(team="voirie")
    case = console.file_case(talk)
    browser = visit(camille)
    browser.act(f"/console/conversations/{talk}/take-over")
    browser.act(f"/console/cases/{case}/state", state="open", conversation=str(talk))
    page = text_of(browser.get(f"/console/residents/{resident_of(console, talk)}").text)
    assert "Dossier en cours – Camille Roux" in page


def test_the_urgent_and_then_who_has_waited_longest_stand_first_and_how_many_more_there_are(
    console: Console, visit: Any, soraya: Staff, moving_clock: MovingClock
) -> None:
    for number in range(14):
        console.waiting(sender=f"+336399801{number:02d}", urgent=number == 13)
        moving_clock.pass_by(minutes=1)
    page = visit(soraya).get("/console/now").text
    longest = board(page, "longest")
    assert "12 sur 14" in longest
    assert longest.index("06 39 98 01 13") < longest.index("06 39 98 01 00") < longest.index("06 39 98 01 10")
    assert "06 39 98 01 11" not in longest


def test_a_colleague_is_offered_with_teams_and_presence_and_named_when_chosen(
    console: Console, visit: Any, camille: Staff, driss: Staff, soraya: Staff
) -> None:
    talk = console.waiting(team="voirie")
    visit(camille)
    browser = visit(soraya)
    longest = board(browser.get("/console/now").text, "longest")
    assert "Camille Roux, en ligne : Relation usagers, Voirie (0)" in longest
    assert "Driss Benali, absent : Relation usagers, Voirie (0)" in longest
    assert longest.index("Camille Roux") < longest.index("Driss Benali")
    answer = browser.act(
        f"/console/conversations/{talk}/reassign", to=f"staff:{camille.id}", **{"return": "/console/now"}
    )
    assert "Conversation confiée à Camille Roux." in text_of(browser.get(answer.headers["location"]).text)


def test_a_notice_that_was_not_sent_is_seen_and_sent_again(
    console: Console, visit: Any, camille: Staff, soraya: Staff
) -> None:
    notice = NewNotice("cases:voirie:1", "new_cases", "email", "voirie@montlieu.example", "fr", "Sujet", "Texte")
    console.store.write_now(write_notice, notice=notice)
    id_ = console.store.read_now(lambda session: session.scalars(select(Notice.id)).one())
    console.store.write_now(begin_notice, notice_id=id_)
    facts = {"code": "address_refused", "detail": "550", "advice": "check_address"}
    console.store.write_now(record_notice_failure, notice_id=id_, **facts)
    browser = visit(soraya)
    failed = board(browser.get("/console/now").text, "notices")
    assert "Nouveaux dossiers voirie@montlieu.example" in failed
    assert "numéro ou adresse refusé" in failed
    assert visit(camille).act(f"/console/notices/{id_}/retry").status_code == 404
    browser.act(f"/console/notices/{id_}/retry")
    assert "Tous les avis sont partis" in board(browser.get("/console/now").text, "notices")


def test_people_stand_in_the_order_of_a_dictionary(console: Console, visit: Any, camille: Staff, soraya: Staff) -> None:
    for name in ("Zoé Petit", "Émile Aubert", "élise Noël"):
        console.add_staff(name, "voirie")
    shown = board(visit(soraya).get("/console/now").text, "agents")
    names = ["Camille Roux", "élise Noël", "Émile Aubert", "Soraya Haddad", "Zoé Petit"]
    assert sorted(names, key=shown.index) == names
