import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.text import fold, shorten, squeeze, strip_accents, strip_controls


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L'Église !", "l eglise"),
        ("  Bœuf—Œuvre  ", "boeuf oeuvre"),
        ("12 bis, RUE de la République", "12 bis rue de la republique"),
        ("snake_case", "snake case"),
        ("😀 çà et là", "ca et la"),
        ("", ""),
    ],
)
def test_folding_leaves_words_only(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_case_survives_the_loss_of_accents() -> None:
    assert strip_accents("Élève") == "Eleve"


def test_controls_direction_marks_and_private_characters_are_dropped() -> None:
    assert strip_controls("a\x00b\u202ec\ue000d\ufeffe\ud800f\x1b") == "abcdef"


def test_lines_tabs_and_family_emoji_stay() -> None:
    assert strip_controls("a\r\nb\rc\td 👨\u200d👩\u200d👧") == "a\nb\nc\td 👨\u200d👩\u200d👧"


def test_decomposed_accents_are_composed() -> None:
    assert strip_controls("e\u0301") == "é"


@given(st.text())
def test_what_is_kept_can_always_be_stored_as_utf8(text: str) -> None:
    strip_controls(text).encode("utf-8")


def test_squeezing_gives_one_line() -> None:
    assert squeeze(" a\n\n b\u00a0 c ") == "a b c"


def test_a_short_text_is_not_shortened() -> None:
    assert shorten("rue de Paris", 20) == "rue de Paris"


def test_a_long_text_is_cut_between_words() -> None:
    assert shorten("un gros trou dans la chaussée", 20) == "un gros trou dans…"


@given(st.text(), st.integers(min_value=5, max_value=80))
def test_a_shortened_text_never_exceeds_its_length(text: str, length: int) -> None:
    assert len(shorten(text, length)) <= length
