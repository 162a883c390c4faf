"""A list can be filtered and sorted, by its address alone; what was chosen stays behind every link and form."""

import re
from typing import Any
from uuid import UUID

import pytest

from agent_console.lists.list_choice import read_choice
from case_store.conversations.ownership import take_over
from case_store.models import Staff
from tests.console.reading import line_order, part, text_of
from tests.console.town import Console, MovingClock, actor
from tests.support.scopes import EVERYTHING

LIST = "/console/conversations"


@pytest.fixture
def talks(console: Console, driss: Staff, moving_clock: MovingClock) -> dict[str, UUID]:
    """Four conversations: one for the roads, one mail, one that Driss holds, one with the assistant."""
    found = {}
    found["roads"] = console.waiting(sender="+33639980001", team="voirie")
    moving_clock.pass_by(minutes=90)
    found["mail"] = console.waiting(sender="a@example.org", kind="email")
    moving_clock.pass_by(minutes=1)
    found["held"] = console.waiting(sender="+33639980003", team="voirie")
    console.store.write_now(take_over, scope=EVERYTHING, conversation_id=found["held"], actor=actor(driss))
    moving_clock.pass_by(minutes=1)
    found["bot"] = console.receive("Bonjour", sender="+33639980004").conversation_id
    return found


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("team=voirie", ["held", "roads"]),
        ("team=none", ["bot", "mail"]),
        ("channel=email", ["mail"]),
        ("agent=none", ["mail", "roads"]),
        ("agent={driss}", ["held"]),
        ("wait=hour", ["roads"]),
        ("sort=wait", ["roads", "mail", "held"]),
        ("sort=oldest", ["roads", "mail", "held", "bot"]),
        ("team=voirie&sort=oldest", ["roads", "held"]),
        ("sort=sideways&team=%27&agent=me", ["bot", "held", "mail", "roads"]),
    ],
)
def test_the_address_says_what_is_shown_and_in_which_order(
    visit: Any, camille: Staff, driss: Staff, talks: dict[str, UUID], asked: str, shown: list[str]
) -> None:
    page = visit(camille).get(f"{LIST}?view=open&" + asked.format(driss=driss.id)).text
    assert line_order(page) == [talks[name] for name in shown]


def test_what_was_chosen_stands_in_words_and_stays_behind_every_link_and_form(
    visit: Any, camille: Staff, talks: dict[str, UUID]
) -> None:
    browser = visit(camille)
    page = browser.get(f"{LIST}?view=open&team=voirie&sort=oldest&wait=").text
    assert "Voirie · Plus anciens messages d'abord 2 conversations" in part(page, 'id="filters"', "</summary>")
    address = f"{LIST}/{talks['roads']}?view=open.team-voirie.sort-oldest"
    assert f'href="{address}"' in page
    thread = browser.get(address).text
    assert line_order(thread) == [talks["roads"], talks["held"]]
    assert 'name="view" value="open.team-voirie.sort-oldest"' in thread
    after = browser.act(f"{LIST}/{talks['roads']}/take-over", view="open.team-voirie.sort-oldest")
    assert "view=open.team-voirie.sort-oldest" in after.headers["location"]


def test_the_pages_of_a_filtered_list_follow_each_other(console: Console, visit: Any, camille: Staff) -> None:
    for number in range(35):
        console.waiting(sender=f"+336399801{number:02d}", team="voirie")
    browser = visit(camille)
    page = browser.get(f"{LIST}?view=open.team-voirie.sort-wait").text
    [more] = re.findall(r'hx-get="([^"]*after=[^"]*)"', page)
    rest = line_order(browser.get(more.replace("&amp;", "&")).text)
    assert len(line_order(page)) == 30
    assert len(rest) == 5
    assert not set(rest) & set(line_order(page))


def test_nobody_filters_by_a_team_they_cannot_see(console: Console, visit: Any, talks: dict[str, UUID]) -> None:
    clerk = console.add_staff("Zoé Petit", "etat_civil")
    page = visit(clerk).get(f"{LIST}?view=open&team=voirie").text
    assert line_order(page) == []
    assert "Aucune conversation ne correspond" in text_of(page)
    assert "Voirie" not in part(page, 'name="team"', "</select>")


@pytest.mark.parametrize("view", ["mine", "failed"])
def test_a_short_list_offers_no_filter(visit: Any, camille: Staff, view: str) -> None:
    assert 'id="filters"' not in visit(camille).get(f"{LIST}?view={view}&team=voirie").text


@pytest.mark.parametrize(
    "word", [None, "", "open.team-", "open.sort-wait.sort-x", "x" * 5000, "queue.agent-none", ".-."]
)
def test_a_word_that_somebody_has_tampered_with_is_read_as_far_as_it_goes(word: str | None) -> None:
    choice = read_choice(word)
    assert not choice.parts
    assert choice.word in {"queue", "open"}
