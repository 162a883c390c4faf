import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.contract import Capabilities, Choice
from channels.rendering import RenderedPart, Style, render, split, units
from channels.sms.gsm7 import fold

PHONE = Capabilities(max_text=60, choices="numbered", attachments=False, receipts=True)
SPEECH = Capabilities(max_text=1000, choices="none", attachments=False, receipts=False)
YES_NO = (Choice("Oui", "oui"), Choice("Non", "non"))


def test_choices_become_numbers_with_the_caller_s_invitation() -> None:
    assert render("Est-ce bien cela ?", YES_NO, PHONE, style=Style("Répondez par un numéro.")) == [
        RenderedPart("Est-ce bien cela ?\n1 Oui\n2 Non\nRépondez par un numéro.")
    ]


def test_a_list_that_no_longer_fits_starts_a_part_of_its_own() -> None:
    first, second = render("Une question qui prend presque toute la place du message ?", YES_NO, PHONE)
    assert first.text.endswith("?")
    assert second.text == "1 Oui\n2 Non"


def test_where_nothing_can_be_chosen_the_answers_are_told() -> None:
    assert render("Cela ?", YES_NO, SPEECH) == [RenderedPart("Cela ?\n- Oui\n- Non")]


def test_long_texts_are_cut_between_sentences() -> None:
    text = "Votre signalement est enregistré. Le service voirie passe avant jeudi. Merci !"
    assert split(text, 60) == ["Votre signalement est enregistré.", "Le service voirie passe avant jeudi. Merci !"]


def test_the_length_is_measured_after_typesetting() -> None:
    parts = render("…" * 30, (), PHONE, style=Style(typeset=fold))
    assert [len(part.text) for part in parts] == [60, 30]


def test_an_emoji_sequence_is_not_cut() -> None:
    family = "👨\u200d👩\u200d👧"
    assert split(family * 3, 10) == [family] * 3


@pytest.mark.parametrize(("room", "parts"), [(0, 1), (-1, 2)])
def test_the_line_break_between_text_and_choices_counts(room: int, parts: int) -> None:
    text, line = "x" * 20, "1 Oui"
    capabilities = replace(PHONE, max_text=len(text) + len("\n") + len(line) + room)
    rendered = render(text, [Choice("Oui", "oui")], capabilities)
    assert len(rendered) == parts
    assert all(units(part.text) <= capabilities.max_text for part in rendered)


def test_nothing_to_say_gives_no_part() -> None:
    assert render("  ", (), PHONE) == []


@given(st.text(), st.integers(min_value=2, max_value=50))
def test_parts_fit_and_lose_only_white_space(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(0 < units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


WHOLE = st.sampled_from(["a", "é", "e\u0301", "👍🏽", "👨\u200d👩\u200d👧", "\u2764\ufe0f", " "])


@given(st.lists(WHOLE, max_size=80).map("".join), st.integers(min_value=8, max_value=30))
def test_no_part_begins_in_the_middle_of_a_character(text: str, limit: int) -> None:
    for part in split(text, limit):
        assert not unicodedata.combining(part[0])
        assert part[0] not in "\u200d\ufe0f🏽"
