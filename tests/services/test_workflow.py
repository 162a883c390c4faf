"""A workflow says which step follows which and who moves a case; a slip in one is told where it stands."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.declarations.declaration import DeclarationError, load_services
from services.declarations.workflow import Step, step_at, steps_after, workflow_faults
from services.files.product import DEMO_TOWN
from services.town.loading import TownDataError, load_town

WORDS = {"fr": "Ici", "en": "Here"}
BENCH = {
    "code": "report.bench", "version": 1, "kind": "report", "team": "voirie", "names": WORDS, "target_days": 5,
    "fee": {"cents": 0}, "start": WORDS, "next_step": WORDS,
    "fields": [{"name": "location", "kind": "location", "label": WORDS, "ask": WORDS}],
}  # fmt: skip


def step(code: str, state: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "names": WORDS, "state": state, **more}


def steps(*declared: dict[str, Any]) -> list[Step]:
    return [Step.model_validate(each) for each in declared]


NEW, SEEN, ASKED = step("received", "new"), step("seen", "open"), step("asked", "awaiting_resident")
PLANNED, DONE, CLOSED = step("planned", "open"), step("done", "resolved"), step("closed", "closed")
USUAL = (NEW, SEEN, PLANNED, ASKED, DONE, CLOSED)


def following(declared: list[Step], code: str) -> list[str]:
    at = next(each for each in declared if each.code == code)
    return [each.code for each in steps_after(declared, at, at.state)]


def test_without_more_words_those_follow_that_the_state_allows() -> None:
    usual = steps(*USUAL)
    assert workflow_faults(usual) == []
    assert following(usual, "received") == ["seen", "planned", "asked", "done"]
    assert following(usual, "seen") == ["planned", "asked", "done"]
    assert following(usual, "done") == ["seen", "planned", "closed"]


def test_a_step_may_name_the_only_ones_that_follow_it() -> None:
    narrow = steps(step("received", "new", to=["seen"]), step("seen", "open", to=["planned"]), PLANNED, DONE)
    assert workflow_faults(narrow) == []
    assert following(narrow, "received") == ["seen"]
    assert following(narrow, "seen") == ["planned"]


def test_a_case_stands_at_its_step_or_at_the_first_of_its_state() -> None:
    usual = steps(*USUAL)
    assert [step_at(usual, *at) for at in (("planned", "open"), (None, "open"), ("gone", "open"))] == [
        usual[2], usual[1], usual[1],
    ]  # fmt: skip
    assert step_at(usual, "planned", "resolved") == usual[4]
    assert step_at(usual, None, "cancelled") is None
    assert [each.code for each in steps_after(usual, None, "cancelled")] == ["seen", "planned"]


def test_who_may_move_a_case_there() -> None:
    open_to_all, to_one_team, to_supervisors = steps(SEEN, {**SEEN, "by": ["voirie"]}, {**SEEN, "by": ["supervisor"]})
    roads, registry = frozenset({"voirie"}), frozenset({"etat_civil"})
    assert open_to_all.is_open_to(registry, is_supervisor=False)
    assert to_one_team.is_open_to(roads, is_supervisor=False)
    assert not to_one_team.is_open_to(registry, is_supervisor=False)
    assert not to_supervisors.is_open_to(roads, is_supervisor=False)
    assert all(each.is_open_to(frozenset(), is_supervisor=True) for each in (to_one_team, to_supervisors))


def test_the_date_stands_still_while_the_resident_is_awaited_unless_the_step_says_otherwise() -> None:
    seen, asked, paused, runs = steps(SEEN, ASKED, {**SEEN, "deadline": "stands"}, {**ASKED, "deadline": "runs"})
    assert [each.stands_still for each in (seen, asked, paused, runs)] == [False, True, True, False]


FAULTS = [
    ([DONE], "0", "the first step must have the state new"),
    ([NEW, SEEN], "", "so that no case would ever be done"),
    ([NEW, DONE, DONE], "2 code", "the step done stands twice"),
    ([step("received", "new", to=["seen", "dnoe"]), SEEN, DONE], "0 to 1", "did you mean `done`?"),
    ([NEW, step("seen", "open", to=["seen", "done"]), DONE], "1 to 0", "does not follow itself"),
    ([NEW, SEEN, step("done", "resolved", to=["asked"]), ASKED], "2 to 0", "never follows resolved"),
    ([step("received", "new", to=["done"]), step("sorted", "new"), DONE], "1 code", "can ever come to sorted"),
    ([NEW, step("seen", "open", to=["planned"]), step("planned", "open", to=["seen"]), DONE], "1 to", "ever be done"),
    ([NEW, step("seen", "open", told={"fr": "{nom}"}), DONE], "1 told", "fills in {nom}, which nobody gives"),
    ([NEW, step("asked", "awaiting_resident", told=WORDS), DONE], "1 told", "lacks {reason}"),
    ([NEW, step("done", "resolved", deadline="stands")], "1 deadline", "take this out"),
]


@pytest.mark.parametrize(("declared", "place", "told"), FAULTS)
def test_a_fault_says_where_it_is_and_what_to_mend(declared: list[dict[str, Any]], place: str, told: str) -> None:
    found = [(" ".join(map(str, at)), problem) for at, problem in workflow_faults(steps(*declared))]
    assert any(at.startswith(place) and told in problem for at, problem in found), found


def written(folder: Path, flow: list[dict[str, Any]], **changes: Any) -> Path:
    """Two services that take the same workflow."""
    (folder / "services").mkdir()
    for code in ("report.bench", "report.tap"):
        content = {**BENCH, "code": code, "workflow": "repair", **changes}
        (folder / "services" / f"{code}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))
    text = yaml.safe_dump({"repair": {"steps": flow}}, sort_keys=False, allow_unicode=True)
    (folder / "workflows.yaml").write_text(text)
    return folder


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(DeclarationError) as error:
        load_services(folder / "services")
    return str(error.value).splitlines()


def line_of(path: Path, text: str) -> int:
    return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if text in line)


def test_a_fault_of_a_shared_workflow_is_told_once_in_its_own_file(tmp_path: Path) -> None:
    folder = written(tmp_path, [NEW, step("seen", "open", to=["dnoe"]), DONE])
    [told] = faults_of(folder)
    path = folder / "workflows.yaml"
    assert told.startswith(f"{path}:{line_of(path, 'dnoe')}: ")
    assert "did you mean `done`?" in told


def test_a_misspelt_key_of_a_shared_workflow_too(tmp_path: Path) -> None:
    folder = written(tmp_path, [NEW, step("seen", "open", tod=WORDS), DONE])
    [told] = faults_of(folder)
    assert told.startswith(f"{folder / 'workflows.yaml'}:")
    assert "this key is not known here" in told


def test_a_fault_of_a_service_s_own_steps_is_told_in_the_service(tmp_path: Path) -> None:
    folder = written(tmp_path, [NEW, DONE], workflow=[NEW, step("done", "resolved", to=["nowhere"])])
    told = faults_of(folder)
    assert len(told) == 2
    path = folder / "services" / "report.bench.yaml"
    assert told[0].startswith(f"{path}:{line_of(path, 'nowhere')}: ")


def test_a_team_that_nobody_is_in_moves_no_case(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    shutil.copytree(DEMO_TOWN, folder)
    own = [step("received", "new"), step("done", "resolved", by=["voiries"])]
    path = folder / "services" / "report.pothole.yaml"
    path.write_text(yaml.safe_dump({"workflow": own}), encoding="utf-8")
    with pytest.raises(TownDataError) as error:
        load_town(folder)
    [told] = str(error.value).splitlines()
    assert told.startswith(f"{path}:")
    assert "done: voiries is neither `supervisor` nor in teams.tsv" in told
    assert "did you mean" in told
