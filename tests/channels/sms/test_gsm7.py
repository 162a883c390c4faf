import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.sms.gsm7 import BASIC, EXTENSION, fold, is_gsm7, segments

ANYTHING = st.text()
GSM = st.text(st.sampled_from(sorted(BASIC | EXTENSION)))


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Où êtes-vous\u00a0?", "Où etes-vous ?"),
        ("«\u00a0Là-bas\u202f» c’est l’été…", "\"Là-bas\" c'est l'été..."),
        ("“Hello” – ‘you’ — • item", "\"Hello\" - 'you' - - item"),
        ("Ça reçoit une œuvre à Noël", "Ça recoit une oeuvre à Noel"),
        ("45,00\u00a0€", "45,00 €"),
        ("a\u200bb\u00adc\x00d\te", "abcd e"),
        ("e\u0301te\u0302", "éte"),
        ("n° 12, № 13, 1º et 2ª", "no 12, no 13, 1o et 2a"),
        ("20 m² à ½ tarif", "20 m2 à 1/2 tarif"),
        ("habitant·e·s", "habitant-e-s"),
    ],
)
def test_typography_becomes_what_phones_have(typed: str, sent: str) -> None:
    assert fold(typed) == sent
    assert is_gsm7(sent)


def test_accents_stay_where_the_town_keeps_them() -> None:
    assert fold("C’est la fête", keep_accents=True) == "C'est la fête"


def test_accents_stay_where_dropping_them_would_help_nothing() -> None:
    assert fold("C’est la fête 👍") == "C'est la fête 👍"
    assert fold("نعم, bientôt") == "نعم, bientôt"


@pytest.mark.parametrize(
    ("text", "encoding", "characters", "count", "remaining"),
    [
        ("", "GSM-7", 0, 0, 160),
        ("é" * 160, "GSM-7", 160, 1, 0),
        ("é" * 161, "GSM-7", 161, 2, 145),
        ("€" * 80, "GSM-7", 160, 1, 0),
        ("a" * 152 + "€" + "a" * 20, "GSM-7", 174, 2, 131),  # the escape moves to the second segment
        ("ê" * 70, "UCS-2", 70, 1, 0),
        ("ê" * 71, "UCS-2", 71, 2, 63),
        ("👍" * 35, "UCS-2", 70, 1, 0),
        ("👍" * 36, "UCS-2", 72, 2, 61),  # a pair is not cut: 66 units in the first
    ],
)
def test_segments_are_counted_as_networks_do(
    text: str, encoding: str, characters: int, count: int, remaining: int
) -> None:
    found = segments(text)
    assert (found.encoding, found.characters, found.segments, found.remaining) == (
        encoding,
        characters,
        count,
        remaining,
    )


@given(ANYTHING, st.booleans())
def test_folding_twice_changes_nothing_more(text: str, keep: bool) -> None:
    once = fold(text, keep_accents=keep)
    assert fold(once, keep_accents=keep) == once


def test_accents_are_kept_only_where_they_cost_nothing() -> None:
    short, long = "Reçu. Où êtes-vous ?", "Votre demande est reçue. " * 4
    assert fold(short, keep_accents=True) == short
    assert segments(long).segments == 2
    assert fold(long, keep_accents=True) == "Votre demande est recue. " * 4
    assert segments(fold(long, keep_accents=True)).segments == 1


@given(GSM)
def test_what_the_alphabet_has_is_left_alone(text: str) -> None:
    assert fold(text) == text.replace("\f", "")


@given(ANYTHING)
def test_folding_costs_no_segment_beyond_what_plain_marks_take(text: str) -> None:
    kept, folded = fold(text, keep_accents=True), fold(text)
    assert segments(folded).segments <= segments(kept).segments
    assert len(folded) == len(kept)


@given(ANYTHING)
def test_every_character_has_its_place_in_the_segments(text: str) -> None:
    found = segments(text)
    single, several = (160, 153) if found.encoding == "GSM-7" else (70, 67)
    assert 0 <= found.remaining <= single
    if found.segments <= 1:
        assert found.characters + found.remaining == single
    else:
        lost_at_cuts = several * found.segments - found.remaining - found.characters
        assert 0 <= lost_at_cuts <= found.segments - 1


@given(ANYTHING, ANYTHING)
def test_more_text_never_takes_fewer_segments(first: str, second: str) -> None:
    assert segments(first + second).segments >= segments(first).segments
