"""The list says who, what, why, how long, which channel and who holds it; the first line is the first thing to do."""

import re
from typing import Any

import pytest
from sqlalchemy import event

from case_store.actors import RESIDENT
from case_store.conversations.locking import lock_conversation, save_conversation
from case_store.conversations.ownership import AUTOMATIC, resolve, snooze, take_over, wake_due
from case_store.conversations.threads import get_conversation
from case_store.models import Staff
from case_store.residents.ledger import opt_out
from tests.console.people import name_resident, send_all
from tests.console.reading import line_order, part, text_of
from tests.console.town import Console, MovingClock, actor
from tests.support.scopes import EVERYTHING


def test_the_queue_puts_the_urgent_first_then_who_waited_longest(
    console: Console, visit: Any, camille: Staff, moving_clock: MovingClock
) -> None:
    first = console.waiting(sender="+33639980001")
    moving_clock.pass_by(minutes=5)
    second = console.waiting(sender="+33639980002")
    moving_clock.pass_by(minutes=5)
    urgent = console.waiting(sender="+33639980003", reason="distress", urgent=True)
    console.receive("Bonjour", sender="+33639980004")
    assert line_order(visit(camille).get("/console").text) == [urgent, first, second]


def test_a_line_tells_everything_in_two_lines(
    console: Console, visit: Any, camille: Staff, moving_clock: MovingClock
) -> None:
    talk = console.waiting("Personne ne répond !", sender="+33639980001", reason="anger", team="voirie")
    name_resident(console, talk, "Jeanne Moreau")
    moving_clock.pass_by(minutes=12)
    line = part(visit(camille).get("/console").text, f'id="line-{talk}"', "</li>")
    for told in ("Jeanne Moreau", "1 message non lu", "Attend depuis 12 minutes", "Mécontent", "Personne ne répond"):
        assert told in line
    assert 'aria-label="SMS"' in visit(camille).get("/console").text


def test_the_first_thing_to_do_is_told_with_its_reason(
    console: Console, visit: Any, camille: Staff, moving_clock: MovingClock
) -> None:
    console.waiting("Je veux parler à quelqu'un", reason="requested")
    moving_clock.pass_by(hours=2)
    page = visit(camille).get("/console").text
    first = part(page, 'class="first"', "</form>")
    assert "À faire en premier" in first
    assert "Demande un agent, depuis 2 heures" in first
    assert "Prendre cette conversation" in first


def test_who_waits_is_told_by_what_the_assistant_noted_until_they_write_again(
    console: Console, visit: Any, camille: Staff
) -> None:
    talk = console.waiting("agent", summary="En cours : Nid-de-poule\nDerniers mots : « agent »")
    console.say(talk, "Une personne va vous répondre.")
    browser = visit(camille)
    page = browser.get("/console").text
    assert "En cours : Nid-de-poule · Derniers mots : « agent »" in part(page, f'id="line-{talk}"', "</li>")
    assert "Résumé de l'assistant En cours : Nid-de-poule" in part(page, 'class="first"', "</form>")
    console.receive("C'est urgent maintenant")
    assert "C'est urgent maintenant" in part(browser.get("/console").text, f'id="line-{talk}"', "</li>")


def test_ones_own_conversations_begin_with_who_waits_for_an_answer(
    console: Console, visit: Any, camille: Staff, moving_clock: MovingClock
) -> None:
    talks = [console.waiting(sender=f"+3363998000{number}") for number in (1, 2)]
    for talk in talks:
        console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(camille))
    browser = visit(camille)
    browser.act(f"/console/conversations/{talks[0]}/reply", text="Bonjour", seen="9")
    moving_clock.pass_by(minutes=5)
    browser.act(f"/console/conversations/{talks[0]}/reply", text="Je vous tiens au courant", seen="9")
    page = browser.get("/console/conversations?view=mine").text
    assert line_order(page) == [talks[1], talks[0]]
    assert "Les miennes 1/2 , 2, 1 attend votre réponse" in text_of(page)


def test_whom_one_wanted_to_come_back_to_comes_back_at_the_top(
    console: Console, visit: Any, camille: Staff, moving_clock: MovingClock
) -> None:
    talks = [console.waiting(sender=f"+3363998000{number}") for number in (1, 2)]
    browser = visit(camille)
    for talk in talks:
        browser.act(f"/console/conversations/{talk}/take-over")
        browser.act(f"/console/conversations/{talk}/reply", text="Je me renseigne", seen="9")
        moving_clock.pass_by(minutes=1)
    browser.act(f"/console/conversations/{talks[0]}/snooze", until="hour")
    moving_clock.pass_by(hours=2)
    console.store.write_now(wake_due)
    page = browser.get("/console/conversations?view=mine").text
    assert line_order(page) == talks
    assert "À reprendre" in part(page, f'id="line-{talks[0]}"', "</li>")


def test_the_console_opens_on_what_comes_first_wherever_it_stands(
    console: Console, visit: Any, camille: Staff, moving_clock: MovingClock
) -> None:
    browser = visit(camille)
    assert "Personne n'attend" in text_of(browser.get("/console").text)
    talk = console.waiting()
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(camille))
    assert browser.get("/console", follow_redirects=False).headers["location"].endswith("?view=mine")
    moving_clock.pass_by(minutes=5)
    queued = console.waiting(sender="+33639980002")
    page = browser.get("/console?view=queue").text
    assert f'data-first="{talk}"' in page
    assert "Attend votre réponse depuis le plus longtemps" in part(page, 'class="first"', 'class="first-actions"')
    assert f'data-first="{talk}"' in browser.get("/console/conversations?view=queue").text
    urgent = console.waiting(sender="+33639980003", urgent=True, reason="distress")
    assert browser.get("/console", follow_redirects=False).headers["location"].endswith("?view=queue")
    assert f'data-first="{urgent}"' in browser.get("/console/conversations?view=mine").text
    answer = browser.get(f"/console/first?known={queued}&view=queue")
    assert f'data-first="{urgent}"' in answer.text
    assert browser.get(f"/console/first?known={urgent}&view=queue").status_code == 204
    browser.act(f"/console/conversations/{urgent}/take-over")
    browser.act(f"/console/conversations/{urgent}/reply", text="Je suis là.", seen="9")
    assert browser.get(f"/console/first?known={queued}&view=queue").status_code == 204
    assert f'data-first="{talk}"' in browser.get(f"/console/first?known={urgent}&view=queue").text


def test_each_view_holds_what_its_name_says(
    console: Console, visit: Any, camille: Staff, driss: Staff, moving_clock: MovingClock
) -> None:
    me, him = actor(camille), actor(driss)
    talks = {name: console.waiting(sender=f"+3363998000{number}") for number, name in enumerate("abcde")}
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talks["a"], actor=me)
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talks["b"], actor=him)
    for name in "cd":
        console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talks[name], actor=me)
    until = moving_clock.now().replace(hour=15)
    console.store.write_now(snooze, scope=EVERYTHING, conversation_id=talks["c"], actor=me, until=until)
    console.store.write_now(resolve, scope=EVERYTHING, conversation_id=talks["d"], actor=me)
    bot = console.receive("Bonjour", sender="+33639980009").conversation_id
    failed = console.receive("Horaires ?", sender="+33639980008").conversation_id
    console.say(failed, "De 9 h à 17 h")
    send_all(console, fail="17")
    browser = visit(camille)

    def view(name: str) -> set[Any]:
        return set(line_order(browser.get(f"/console/conversations?view={name}").text))

    assert view("queue") == {talks["e"]}
    assert view("mine") == {talks["a"]}
    assert view("open") == {talks["a"], talks["b"], talks["e"], bot, failed}
    assert view("bot") == {bot, failed}
    assert view("snoozed") == {talks["c"]}
    assert view("resolved") == {talks["d"]}
    assert view("failed") == {failed}
    assert view("nonsense") == view("queue")
    assert "Avec Driss Benali" in text_of(browser.get("/console/conversations?view=open").text)
    assert "En pause jusqu'à 16 h" in text_of(browser.get("/console/conversations?view=snoozed").text)


def test_counters_tell_how_much_work_there_is(console: Console, visit: Any, camille: Staff) -> None:
    for number in range(3):
        console.waiting(sender=f"+3363998000{number}")
    views = part(visit(camille).get("/console").text, '<nav class="views"', "</nav>")
    assert "File d'attente 3" in views
    assert "Les miennes Toutes" in views


@pytest.mark.parametrize("view", ["queue", "open"])
def test_a_long_list_comes_in_pages_that_lose_nobody(
    console: Console, visit: Any, camille: Staff, moving_clock: MovingClock, view: str
) -> None:
    expected = set()
    for number in range(64):
        expected.add(console.waiting(sender=f"+336399801{number:02d}", urgent=number % 20 == 0))
        moving_clock.pass_by(seconds=7 if number % 3 else 0)
    browser = visit(camille)
    page = browser.get(f"/console/conversations?view={view}").text
    seen = line_order(page)
    assert len(seen) == 30
    while more := re.search(r'hx-get="(/console/list\?[^"]+after=[^"]+)"', page):
        page = browser.get(more[1].replace("&amp;", "&")).text
        seen += line_order(page)
    assert len(seen) == len(set(seen)) == 64
    assert set(seen) == expected


def test_the_next_page_works_without_a_script(console: Console, visit: Any, camille: Staff) -> None:
    for number in range(31):
        console.waiting(sender=f"+336399801{number:02d}")
    browser = visit(camille)
    link = re.search(r'href="(/console/conversations\?[^"]+after=[^"]+)"', browser.get("/console").text)
    assert link
    page = browser.get(link[1].replace("&amp;", "&")).text
    assert len(line_order(page)) == 1
    assert "Revenir au début" in page


@pytest.mark.parametrize("cursor", ["x", "AAAA", "%00", "MjAyNi0xMS0yNHxub3BlfDE"])
def test_a_tampered_cursor_shows_the_beginning(console: Console, visit: Any, camille: Staff, cursor: str) -> None:
    talk = console.waiting()
    assert line_order(visit(camille).get(f"/console/list?view=queue&after={cursor}").text) == [talk]


def test_the_list_takes_the_same_queries_however_long_it_is(console: Console, visit: Any, camille: Staff) -> None:
    browser = visit(camille)
    asked: list[str] = []
    event.listen(console.store._read_engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def queries() -> int:
        asked.clear()
        assert browser.get("/console/list?view=queue").status_code == 200
        return len(asked)

    console.waiting(sender="+33639980001")
    few = queries()
    for number in range(28):
        console.waiting(sender=f"+336399801{number:02d}")
    assert queries() == few <= 7


def test_the_conversation_takes_the_same_queries_however_long_it_is(
    console: Console, visit: Any, camille: Staff
) -> None:
    browser = visit(camille)
    talk = console.waiting(sender="+33639980001")
    asked: list[str] = []
    event.listen(console.store._read_engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def queries() -> int:
        asked.clear()
        assert browser.get(f"/console/conversations/{talk}").status_code == 200
        return len(asked)

    console.say(talk, "Bonjour")
    console.file_case(talk)
    few = queries()
    for _ in range(40):
        console.say(talk, "Encore")
        console.receive("oui", sender="+33639980001")
    for _ in range(3):
        console.file_case(talk)
    assert queries() <= few <= 24


def test_what_the_town_only_sends_is_no_conversation(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.waiting(sender="+33639980001")
    copy = console.only_told("camille@exemple.fr", talk)
    browser = visit(camille)
    assert line_order(browser.get("/console/conversations?view=open").text) == [talk]
    assert line_order(browser.get("/console/conversations?view=bot").text) == []
    history = part(browser.get(f"/console/conversations/{talk}").text, 'id="context-history"', "</section>")
    assert "Aucun autre échange connu" in history
    console.receive("Merci", sender="camille@exemple.fr", kind="email")
    assert copy in line_order(browser.get("/console/conversations?view=bot").text)


def test_a_case_told_meanwhile_is_an_answer_and_no_end_of_a_pause(
    console: Console, visit: Any, camille: Staff, driss: Staff, moving_clock: MovingClock
) -> None:
    talk = console.waiting(team="voirie")
    case = console.file_case(talk)
    browser = visit(camille)
    moving_clock.pass_by(minutes=4)
    browser.act(f"/console/conversations/{talk}/take-over")
    visit(driss).act(f"/console/cases/{case}/state", state="open", conversation=str(talk))
    line = part(browser.get("/console/conversations?view=mine").text, f'id="line-{talk}"', "</li>")
    assert "Réponse attendue" in line
    assert "À reprendre" not in line
    moving_clock.pass_by(minutes=4)
    browser.act(f"/console/cases/{case}/state", state="resolved", conversation=str(talk))
    line = part(browser.get("/console/conversations?view=mine").text, f'id="line-{talk}"', "</li>")
    assert "Avec vous" in line


def test_a_line_tells_of_stop(console: Console, visit: Any, camille: Staff) -> None:
    stopped = console.waiting("agent", sender="+33639980001", reason="requested")
    head = console.store.read_now(get_conversation, scope=EVERYTHING, conversation_id=stopped)
    console.store.write_now(opt_out, contact_point_id=head.contact.id, actor=RESIDENT)
    assert "Demande un agent · STOP" in part(visit(camille).get("/console").text, f'id="line-{stopped}"', "</li>")


def test_a_supposed_automatic_answerer_is_told_in_its_line(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.receive("Ceci est un message automatique.", sender="+33639980002").conversation_id
    console.store.write_now(_suspect, talk=talk)
    page = visit(camille).get("/console/conversations?view=bot").text
    assert "Réponses automatiques ?" in part(page, f'id="line-{talk}"', "</li>")


def _suspect(session: Any, *, talk: Any) -> None:
    conversation = lock_conversation(session, conversation_id=talk)
    conversation.change(queue_reason=AUTOMATIC)
    save_conversation(session, conversation)
