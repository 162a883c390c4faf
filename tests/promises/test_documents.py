"""What the documents name is there."""

import re
from pathlib import PurePosixPath

import pytest

from tests.promises.tree import ROOT, texts

LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)(?:#[^)]*)?\)")
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
MAKE = re.compile(r"`make ([a-z-]+)[^`]*`|^\s*make ([a-z-]+)", re.MULTILINE)
TREE_LINE = re.compile(r"^([\w./-]+)/?\s{2,}\S", re.MULTILINE)
DECISION = re.compile(
    r"^# (?:\d{4}|NNNN)\. .+\n\nStatus: .+\n\n## Context\n.+\n## Decision\n.+\n## Consequences\n", re.DOTALL
)


def documents() -> dict[str, str]:
    return texts(".md")


def test_every_link_leads_to_a_file() -> None:
    broken = [
        f"{name} -> {link}"
        for name, text in documents().items()
        for link in LINK.findall(text)
        if not (ROOT / PurePosixPath(name).parent / link).exists()
    ]
    assert broken == []


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    named = {
        (name, first or second) for name, text in documents().items() for first, second in MAKE.findall(text) if text
    }
    assert {(name, target) for name, target in named if target not in targets} == set()


def test_every_target_says_what_it_is_for() -> None:
    makefile = (ROOT / "Makefile").read_text()
    silent = [target for target in TARGET.findall(makefile) if not re.search(rf"^{target}:.*## \S", makefile, re.M)]
    assert silent == []


def test_the_tree_in_the_readme_is_the_tree() -> None:
    section = (ROOT / "README.md").read_text().split("## The tree")[1].split("```")[1]
    named = TREE_LINE.findall(section)
    assert len(named) > 12
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_is_one_page_in_the_usual_order(path) -> None:
    text = path.read_text()
    assert DECISION.match(text)
    assert text.count("\n") <= 60
