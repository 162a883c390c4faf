"""The console offers the steps of a case's own service, to whoever may choose them, and says who will be told."""

from typing import Any
from uuid import UUID

import pytest

from case_store.models import Staff
from tests.console.reading import case_of, messages, part, text_of
from tests.console.small_town import SmallTown
from tests.console.town import Console

AFTER_SCHOOL = "request.after_school"


@pytest.fixture
def talk(console: Console) -> UUID:
    return console.waiting("Une place au périscolaire", team="voirie")


@pytest.fixture
def case_id(console: Console, talk: UUID) -> UUID:
    return console.file_case(talk, service=AFTER_SCHOOL)


def change(browser: Any, case_id: UUID, talk: UUID, step: str, **fields: str) -> Any:
    return browser.act(f"/console/cases/{case_id}/state", step=step, conversation=str(talk), **fields)


def offered(browser: Any, talk: UUID, case_id: UUID) -> str:
    return (
        str(browser.get(f"/console/conversations/{talk}").text).split(f'id="change-{case_id}"')[1].split("</form>")[0]
    )


def test_the_steps_of_the_service_are_offered_and_no_others(
    visit: Any, camille: Staff, talk: UUID, case_id: UUID
) -> None:
    form = offered(visit(camille), talk, case_id)
    for code in ("checking", "incomplete", "waiting_list", "registered", "refused"):
        assert f'name="step" value="{code}"' in form
    assert 'value="received"' not in form
    assert 'value="closed"' not in form
    assert 'name="state"' not in form
    assert "Sur liste d'attente" in text_of(form)


def test_a_step_with_words_of_its_own_tells_them(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID
) -> None:
    browser = visit(camille)
    preview = part(offered(browser, talk, case_id), f'id="told-{case_id}-waiting_list"', "</div>")
    answer = change(browser, case_id, talk, "waiting_list", reason="Rang : 4.")
    assert answer.headers["location"].endswith("done=case_changed")
    case, text = case_of(console, case_id), messages(console, talk)[-1].text
    assert (case.state, case.step, case.clock_stopped_at) == ("open", "waiting_list", console.clock.now())
    assert "est sur liste d'attente" in text
    assert text.splitlines()[1].startswith("Rang : 4.")
    assert "est sur liste d'attente" in preview
    page = text_of(browser.get(f"/console/conversations/{talk}").text)
    assert "Étape : Sur liste d'attente" in page
    assert "Délai suspendu" in page


def test_a_step_that_changes_nothing_for_the_resident_is_silent(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID
) -> None:
    browser = visit(camille)
    change(browser, case_id, talk, "waiting_list")
    before = len(messages(console, talk))
    preview = part(offered(browser, talk, case_id), f'id="told-{case_id}-checking"', "</div>")
    assert "n'est pas prévenu de cette étape" in text_of(preview)
    answer = change(browser, case_id, talk, "checking")
    assert answer.headers["location"].endswith("done=step_changed")
    assert len(messages(console, talk)) == before
    assert case_of(console, case_id).step == "checking"


def test_what_is_written_at_a_silent_step_is_told_all_the_same(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID
) -> None:
    change(visit(camille), case_id, talk, "waiting_list")
    change(visit(camille), case_id, talk, "checking", reason="Une place s'est libérée.")
    assert "Une place s'est libérée." in messages(console, talk)[-1].text


def test_closing_what_is_done_says_nothing_more(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID
) -> None:
    change(visit(camille), case_id, talk, "registered")
    assert "est traitée" in messages(console, talk)[-1].text
    assert change(visit(camille), case_id, talk, "closed").headers["location"].endswith("done=step_changed")
    assert case_of(console, case_id).state == "closed"


@pytest.mark.parametrize("step", ["received", "closed", "repaired", "open"])
def test_a_step_that_is_not_offered_is_refused(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID, step: str
) -> None:
    assert change(visit(camille), case_id, talk, step).status_code == 422
    assert (case_of(console, case_id).state, case_of(console, case_id).step) == ("new", None)


def test_a_page_of_before_that_names_a_state_gets_the_first_step_of_it(
    console: Console, visit: Any, camille: Staff, talk: UUID, case_id: UUID
) -> None:
    visit(camille).act(f"/console/cases/{case_id}/state", state="open", conversation=str(talk))
    assert case_of(console, case_id).step == "checking"


def test_a_page_that_is_out_of_date_is_told_so(visit: Any, camille: Staff, talk: UUID, case_id: UUID) -> None:
    change(visit(camille), case_id, talk, "registered", version="1")
    assert change(visit(camille), case_id, talk, "waiting_list", version="1").status_code == 409


def test_who_may_choose_a_step_is_the_workflow_s_to_say(
    console: Console, visit: Any, camille: Staff, soraya: Staff, talk: UUID, case_id: UUID
) -> None:
    town = console.deps.town
    assert isinstance(town, SmallTown)
    town.movers = {"waiting_list": ("supervisor",), "checking": ("etat_civil",), "incomplete": ("voirie",)}
    form = offered(visit(camille), talk, case_id)
    assert 'value="incomplete"' in form
    assert 'value="registered"' in form
    for code in ("waiting_list", "checking"):
        assert f'value="{code}"' not in form
        assert change(visit(camille), case_id, talk, code).status_code == 422
    assert 'value="waiting_list"' in offered(visit(soraya), talk, case_id)
    change(visit(soraya), case_id, talk, "checking")
    assert case_of(console, case_id).step == "checking"
