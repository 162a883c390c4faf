"""What services take from the shared files: laid over by their own words, and refused with file, line and remedy."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from services.declarations.checks import Check, broken
from services.declarations.declaration import DeclarationError, load_service

WORDS = {"fr": "Ici", "en": "Here"}
SHARED = {"place": {"name": "location", "kind": "location", "label": WORDS, "ask": {"fr": "Où ?", "en": "Where?"}}}
STEPS = [{"code": "in", "names": WORDS, "state": "new"}, {"code": "done", "names": WORDS, "state": "resolved"}]
FLOWS = {"repair": {"start": WORDS, "next_step": WORDS, "steps": STEPS}}
BENCH = {
    "code": "report.bench",
    "version": 1,
    "kind": "report",
    "team": "voirie",
    "names": WORDS,
    "target_days": 5,
    "fee": {"cents": 0},
    "workflow": "repair",
    "fields": [{"use": "place", "ask": {"fr": {"text": "Où est le banc ?", "sms": "Où ?", "speech": "Où donc ?"}}}],
}


def _written(folder: Path, **changes: object) -> Path:
    (folder / "services").mkdir()
    for name, content in (("fields", SHARED), ("workflows", FLOWS), ("services/report.bench", {**BENCH, **changes})):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return folder / "services" / "report.bench.yaml"


def test_a_service_lays_its_own_words_over_a_shared_field(tmp_path: Path) -> None:
    service = load_service(_written(tmp_path))
    ask = service.field("location").ask
    assert [ask.fitting("fr", kind, short=kind == "sms") for kind in ("webchat", "sms", "email", "voice")] == [
        "Où est le banc\u00a0?",
        "Où\u00a0?",
        "Où est le banc\u00a0?",
        "Où donc\u00a0?",
    ]
    assert ask.on("en") == "Where?"
    assert [step.state for step in service.workflow] == ["new", "resolved"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"workflow": "repare"}, "did you mean `repair`?"),
        ({"fields": [{"use": "plaice"}]}, "did you mean `place`?"),
        ({"workflow": [STEPS[1]]}, "the first step must have the state new"),
        ({"workflow": [STEPS[0]]}, "no case would ever be done"),
        ({"checks": [{"rule": "notice", "field": "day", "wording": WORDS}]}, "unknown field day"),
    ],
)
def test_a_mistake_is_told_with_its_file(tmp_path: Path, changes: dict[str, object], told: str) -> None:
    path = _written(tmp_path, start=WORDS, next_step=WORDS, **changes)
    with pytest.raises(DeclarationError) as error:
        load_service(path)
    assert str(path) in str(error.value)
    assert told in str(error.value)


AGE, NOTICE = {"rule": "age", "field": "child"}, {"rule": "notice", "field": "day", "minimum": 7}
CLASS = {"rule": "class_age", "field": "child", "on": "level", "ages": {"CP": 6}}


@pytest.mark.parametrize(
    ("check", "values", "holds"),
    [
        ({**AGE, "minimum": 3, "maximum": 5}, {"child": "Léa Durand, 2022-11-24"}, True),
        ({**AGE, "minimum": 4}, {"child": "Léa D, 2022-11-24"}, False),
        ({**AGE, "on": "day", "minimum": 4}, {"child": "L D, 2022-11-24", "day": "2026-11-24"}, True),
        (NOTICE, {"day": "2026-11-29"}, False),
        (NOTICE, {"day": "2026-11-30/2026-12-04"}, True),
        ({"rule": "longest", "field": "stay", "maximum": 90}, {"stay": "2027-01-01/2027-04-01"}, False),
        ({"rule": "longest", "field": "stay", "maximum": 90}, {"stay": "2027-01-01/2027-03-31"}, True),
        ({"rule": "weekday", "field": "day", "weekdays": [5, 6]}, {"day": "2026-11-28"}, True),
        ({"rule": "weekday", "field": "day", "weekdays": [5, 6]}, {"day": "2026-11-27"}, False),
        ({"rule": "after", "field": "end", "on": "start"}, {"end": "2027-01-01", "start": "2027-01-02"}, False),
        (CLASS, {"child": "L D, 2020-03-03", "level": "CP"}, True),
        (CLASS, {"child": "L D, 2015-03-03", "level": "CP"}, False),
        (NOTICE, {}, True),
    ],
)  # fmt: skip
def test_answers_are_checked_together(check: dict[str, object], values: dict[str, str], holds: bool) -> None:
    declared = Check.model_validate({**check, "wording": WORDS})
    assert (broken([declared], values, date(2026, 11, 23)) is None) is holds
