"""A case's reference leads to where the case can be worked on."""

import re
from typing import Any

from agent_console.showing.case_links import link_references
from case_store.models import Staff
from tests.console.reading import case_of, part, text_of
from tests.console.test_supervision import join_residents, resident_of
from tests.console.town import Console


def links(html: str) -> list[str]:
    return re.findall(r'href="(/console/cases/[^"]+)"', html)


def test_a_reference_opens_the_conversation_that_carries_the_case(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.waiting(team="voirie")
    case = case_of(console, console.file_case(talk))
    browser = visit(camille)
    for typed in (case.reference, case.reference.lower()):
        answer = browser.get(f"/console/cases/{typed}", follow_redirects=False)
        assert answer.headers["location"] == f"/console/conversations/{talk}?view=open#case-{case.id}"
    assert browser.get("/console/cases/MTL-26-00000Z").status_code == 404


def test_a_stranger_to_the_team_finds_nothing_there(
    console: Console, visit: Any, camille: Staff, elodie: Staff
) -> None:
    case = case_of(console, console.file_case(console.waiting(team="voirie")))
    assert visit(elodie).get(f"/console/cases/{case.reference}").status_code == 404


def test_who_asks_about_a_case_elsewhere_has_it_at_hand(console: Console, visit: Any, camille: Staff) -> None:
    chat = console.receive("Un trou", sender="visitor-1", kind="webchat").conversation_id
    talk = console.waiting("où en est MTL-26-000015 ?", team="voirie")
    join_residents(console, talk, chat)
    case = case_of(console, console.file_case(chat))
    assert case.reference == "MTL-26-000015"
    page = visit(camille).get(f"/console/conversations/{talk}").text
    cases = page.split('id="context-cases"', 1)[1].split("</section>", 1)[0]
    assert links(cases) == [f"/console/cases/{case.reference}"]
    assert "Dossier suivi dans une autre conversation" in text_of(cases)
    assert "Aucun dossier" not in text_of(cases)
    said = page.split('id="entries"', 1)[1].split("</article>", 1)[0]
    assert links(said) == [f"/console/cases/{case.reference}"]
    history = visit(camille).get(f"/console/residents/{resident_of(console, talk)}").text
    assert f"/console/cases/{case.reference}" in links(history)
    assert case.title in part(history, 'class="history"', "</ul>")


def test_only_references_become_links_and_nothing_else_is_trusted() -> None:
    told = link_references('<b>MTL-26-000015</b>, PNJ-12-XXXXXX1, "MTL-26-00001" et VLR-27-0000BR.')
    assert links(str(told)) == ["/console/cases/MTL-26-000015", "/console/cases/VLR-27-0000BR"]
    assert "&lt;b&gt;" in told
