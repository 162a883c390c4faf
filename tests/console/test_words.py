"""The words of the console: complete in both languages, and every code the store knows has its word."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from agent_console.showing.case_steps import OFFERED_STATES
from app.pages.faces import face_words
from case_store.conversations.lists import VIEWS
from case_store.kinds import EventKind, QueueReason
from case_store.models.cases import CASE_STATES
from case_store.models.work import DELIVERY_STATES
from kit.catalogues import check, read_catalogue
from kit.files import Refusal
from web.refusals import STATUS_KEYS, TABLE, FaceRefusal

WORDS = face_words("agent_console", ("fr", "en"))
FOLDER = Path(__file__).parent.parent.parent / "agent_console"


def test_both_languages_say_the_same_things() -> None:
    assert check(WORDS.catalogues) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_code_has_its_word(language: str) -> None:
    keys = [
        *(f"view.{view}" for view in VIEWS),
        *(f"view_empty.{view}.title" for view in VIEWS),
        *(f"reason.{reason}" for reason in named(QueueReason)),
        *(f"delivery.{state}" for state in DELIVERY_STATES),
        *(f"case_state.{state}" for state in CASE_STATES),
        *(f"refusal.{refusal}" for refusal in get_args(Refusal)),
        *(f"refused.{key}.{part}" for key in refusal_keys() for part in ("title", "text")),
        *(
            f"told.{kind}.{state}"
            for kind in ("report", "request")
            for state in (*OFFERED_STATES, "closed", "reopened")
        ),
    ]
    assert [key for key in keys if not WORDS.has(language, key)] == []


def refusal_keys() -> set[str]:
    """Of the one table, of the console's own refusals, and of what only has a status."""
    own = (kind.refusal.key for kind in FaceRefusal.__subclasses__())
    return {*(refusal.key for _, refusal in TABLE), *own, *STATUS_KEYS}


def test_whatever_is_noted_has_its_sentence() -> None:
    noted = set(named(EventKind))
    assert {"file_fetched", "delivery_failed", "case_answered", "snoozed", "flow_started", "case_resolved"} <= noted
    assert sorted(kind for kind in noted if not WORDS.has("fr", f"event.{kind}")) == []


def named(kinds: Any) -> Iterator[str]:
    """The words of a type made of literals."""
    for each in get_args(kinds):
        yield from [each] if isinstance(each, str) else named(each)


def test_no_word_lies_unused() -> None:
    sources = "\n".join(
        path.read_text() for pattern in ("*.py", "templates/*.html") for path in sorted(FOLDER.rglob(pattern))
    )
    unused = [key for key in read_catalogue(FOLDER / "words" / "fr.yaml", "fr") if not _is_used(key, sources)]
    assert unused == []


def _is_used(key: str, sources: str) -> bool:
    """Named whole, or built from one of its groups: `word("reason", ...)`, `"view." ~ code`, f"told.{kind}..."."""
    groups = [key.rsplit(".", depth)[0] for depth in range(1, key.count(".") + 1)]
    built = [mark.format(group) for group in groups for mark in ('word("{}"', '"{}." ~', '"{}.{{', ', "{}")')]
    return f'"{key}"' in sources or any(mark in sources for mark in built)
