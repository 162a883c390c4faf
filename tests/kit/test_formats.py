from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import formats
from kit.money import Money

NB = "\u00a0"
MONDAY = date(2026, 11, 23)


def test_long_dates() -> None:
    assert formats.date_long(MONDAY, "fr") == "lundi 23 novembre 2026"
    assert formats.date_long(MONDAY, "en") == "Monday 23 November 2026"


def test_only_the_first_of_a_french_month_is_an_ordinal() -> None:
    assert formats.date_long(date(2026, 5, 1), "fr") == "vendredi 1er mai 2026"
    assert formats.date_without_weekday(date(2011, 1, 1), "fr") == "1er janvier 2011"
    assert formats.date_long(date(2026, 5, 11), "fr") == "lundi 11 mai 2026"
    assert formats.date_short(date(2026, 5, 1), "fr") == "01/05/2026"


def test_languages_are_named_in_the_readers_own() -> None:
    assert formats.language_name("en", "fr") == "Anglais"
    assert formats.language_name("en", "en") == "English"
    assert formats.language_name("ar", "fr") == "Arabe"
    assert formats.language_name("xx-unknown", "fr") == "Xx-unknown"


def test_other_dates() -> None:
    assert formats.day_and_month(MONDAY, "fr") == "lundi 23 novembre"
    assert formats.weekday(MONDAY, "en") == "Monday"
    assert formats.date_short(MONDAY, "en") == "23/11/2026"


@pytest.mark.parametrize(
    ("clock", "french", "english"),
    [
        (time(14, 30), f"14{NB}h{NB}30", "14:30"),
        (time(9), f"9{NB}h", "09:00"),
        (time(9, 5), f"9{NB}h{NB}05", "09:05"),
        (time(0), f"0{NB}h", "00:00"),
    ],
)
def test_times(clock: time, french: str, english: str) -> None:
    assert formats.time_of_day(clock, "fr") == french
    assert formats.time_of_day(clock, "en") == english


def test_a_moment_is_told_in_the_town_s_zone() -> None:
    moment = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
    assert formats.date_time(moment, "fr") == f"lundi 23 novembre 2026 à 14{NB}h{NB}30"
    assert formats.date_time(moment, "en") == "Monday 23 November 2026 at 14:30"
    assert formats.time_of_day(moment, "en") == "14:30"


def test_a_span_of_time() -> None:
    assert formats.time_span(time(9), time(12, 30), "fr") == f"9{NB}h à 12{NB}h{NB}30"
    assert formats.time_span(time(9), time(12, 30), "en") == "09:00 to 12:30"


def test_sums() -> None:
    assert formats.money(4500, "fr") == f"45,00{NB}€"
    assert formats.money(4500, "en") == "€45.00"
    assert formats.money(123450, "fr") == f"1{NB}234,50{NB}€"
    assert formats.money(-5, "en") == "-€0.05"


def test_waits_are_one_rounded_unit_and_never_nothing() -> None:
    assert formats.minutes(5, "fr") == "5 minutes"
    assert formats.duration(timedelta(hours=3), "en") == "3 hours"
    assert formats.duration(timedelta(hours=3), "fr", short=True) == f"3{NB}h"
    assert formats.duration(timedelta(seconds=4), "en") == "1 minute"


def test_past_and_future() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert formats.ago(now - timedelta(minutes=5), now, "fr") == "il y a 5 minutes"
    assert formats.ago(now + timedelta(minutes=5), now, "en") == "in 5 minutes"
    assert formats.ago(now, now, "en") == "1 minute ago"


def test_lists() -> None:
    assert formats.join_all(["a", "b", "c"], "fr") == "a, b et c"
    assert formats.join_all(["a", "b", "c"], "en") == "a, b and c"
    assert formats.join_any(["a", "b"], "fr") == "a ou b"
    assert formats.join_all([], "fr") == ""
    assert formats.join_any(["a"], "en") == "a"


def test_distances() -> None:
    assert formats.distance(43, "fr") == f"40{NB}m"
    assert formats.distance(2, "fr") == f"10{NB}m"
    assert formats.distance(1234, "fr") == f"1,2{NB}km"
    assert formats.distance(1234, "en") == "1.2 km"


def test_sizes_of_files() -> None:
    assert formats.file_size(2_400_000, "fr").replace(NB, " ") == "2,4 Mo"
    assert formats.file_size(2_400_000, "en").replace(NB, " ") == "2.4 MB"
    assert formats.file_size(340_000, "fr").replace(NB, " ") == "340 ko"


def test_numbers() -> None:
    assert formats.number(12500, "fr") == f"12{NB}500"


def test_money_adds_within_one_currency_only() -> None:
    assert Money(100) + Money(50) == Money(150)
    with pytest.raises(ValueError, match="cannot be added"):
        Money(1) + Money(1, "CHF")
    with pytest.raises(TypeError):
        Money(1.5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("plain", "spaced"),
    [
        ("Bonjour ! Que puis-je faire ?", "Bonjour~! Que puis-je faire~?"),
        ("Bonjour! Déjà?", "Bonjour~! Déjà~?"),
        ("Référence : « MTL »", "Référence~: «~MTL~»"),
        ("«MTL»", "«~MTL~»"),
        ("Quoi?! Non...", "Quoi~?! Non..."),
        ("à 10:30 ou 14 h 30, 45 €", "à 10:30 ou 14~h~30, 45~€"),
        ("https://montlieu.example/suivi?a=1;b", "https://montlieu.example/suivi?a=1;b"),
        ("Voir https://montlieu.example : merci", "Voir https://montlieu.example~: merci"),
        ("écrivez à dpo@montlieu.example ; merci", "écrivez à dpo@montlieu.example~; merci"),
        ("super :smile: et :) ;-)", "super :smile: et :) ;-)"),
        ("Le lieu :\n- rue", "Le lieu~:\n- rue"),
        ("(vraiment ?)", "(vraiment~?)"),
        ("? seul", "? seul"),
        ("le 12 heures", "le 12 heures"),
    ],
)
def test_french_signs_stay_with_their_word(plain: str, spaced: str) -> None:
    assert formats.typography(plain, "fr") == spaced.replace("~", NB)


def test_english_is_left_alone() -> None:
    assert formats.typography("Really ? « yes »", "en") == "Really ? « yes »"


@given(st.text(alphabet="ab :;!?«»\u00a0\u202f\n12h€(.@/)\"'", max_size=40))
def test_typography_twice_is_typography_once(text: str) -> None:
    once = formats.typography(text, "fr")
    assert formats.typography(once, "fr") == once
