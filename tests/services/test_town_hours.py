from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.calendar import Calendar
from services.files.product import DEMO_TOWN, PRODUCT, over_product
from services.files.town_files import TownDataError, read_model
from services.town_hall.hours import OpeningHours
from services.town_hall.open_places import OpenPlace, closes_at, hours_on, is_open, next_opening

NB = "\u00a0"
OPENING = read_model(over_product(DEMO_TOWN).laid("opening_hours.yaml"), OpeningHours)
TOWN_HALL, LIBRARY, MARKET = (OPENING.place(code) for code in ("town_hall", "media_library", "market"))
POOL = OPENING.place("swimming_pool")
HERE = Calendar(school_zone="B")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def paris(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of the winter of 2026, when Paris is an hour ahead."""
    return datetime(2026, month, day, hour - 1, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "minute", "open_"), [(8, 29, False), (8, 30, True), (11, 59, True), (12, 0, False), (13, 30, True)]
)
def test_a_split_day_opens_and_closes_to_the_minute(hour: int, minute: int, open_: bool) -> None:
    assert is_open(TOWN_HALL, paris(23, hour, minute), HERE) is open_


def test_closing_time_is_told_in_the_town_s_zone() -> None:
    closing = closes_at(TOWN_HALL, datetime(2026, 7, 6, 7, 0, tzinfo=UTC), HERE)
    assert closing is not None
    assert (closing.hour, closing.utcoffset()) == (12, datetime(2026, 7, 6, 12, tzinfo=closing.tzinfo).utcoffset())


def test_the_next_opening_steps_over_the_lunch_break_the_night_and_the_weekend() -> None:
    lunch, night, friday = (
        next_opening(TOWN_HALL, moment, HERE) for moment in (paris(23, 12), paris(23, 20), paris(27, 18))
    )
    assert lunch is not None
    assert night is not None
    assert friday is not None
    assert (lunch.day, lunch.hour, lunch.minute) == (23, 13, 30)
    assert (night.day, night.hour) == (24, 8)
    assert (friday.day, friday.hour) == (30, 8)


def test_public_holidays_close_most_places_only() -> None:
    armistice, toussaint = date(2026, 11, 11), date(2026, 11, 1)
    assert hours_on(TOWN_HALL, armistice, HERE) == ()
    assert hours_on(MARKET, armistice, HERE)
    assert OPENING.day(TOWN_HALL, armistice, "fr", HERE) == "fermé (Armistice)"
    assert OPENING.day(TOWN_HALL, toussaint, "en", HERE).startswith("closed (")


def test_special_days_go_before_the_usual_week() -> None:
    assert OPENING.day(TOWN_HALL, date(2026, 12, 24), "fr", HERE) == f"8{NB}h{NB}30 à 12{NB}h"
    assert OPENING.day(LIBRARY, date(2026, 12, 29), "fr", HERE) == "fermé (congés de fin d'année)"
    assert next_opening(LIBRARY, paris(24, 10, month=12), HERE) == datetime(2027, 1, 5, 13, tzinfo=UTC)


SPANS = '["10:00-12:30"]'


def whole() -> str:
    """The product's wording and the demo town's places in one file."""
    return "".join((folder / "opening_hours.yaml").read_text(encoding="utf-8") for folder in (PRODUCT, DEMO_TOWN))


def pool(tmp_path: Path, special_days: str) -> OpenPlace:
    """The pool with other special days."""
    source = whole()
    before, after = source.split("  - code: swimming_pool", 1)
    usual, rest = after.split("    special_days:", 1)
    note = rest[rest.index("    note:") :]
    path = tmp_path / "opening_hours.yaml"
    path.write_text(f"{before}  - code: swimming_pool{usual}    special_days:\n{special_days}{note}", encoding="utf-8")
    return read_model(path, OpeningHours).place("swimming_pool")


@pytest.mark.parametrize("day", [date(2026, 12, 25), date(2027, 1, 1)])
def test_a_public_holiday_closes_a_place_within_a_range_of_special_days(tmp_path: Path, day: date) -> None:
    place = pool(tmp_path, f"      - {{first: 2026-12-19, last: 2027-01-03, hours: {SPANS}}}\n")
    assert hours_on(place, day, HERE) == ()
    assert OPENING.day(place, day, "fr", HERE).startswith("fermé (")
    assert hours_on(place, date(2026, 12, 26), HERE)


def test_a_special_day_of_exactly_that_date_opens_on_a_public_holiday(tmp_path: Path) -> None:
    place = pool(tmp_path, f"      - {{first: 2026-12-25, hours: {SPANS}}}\n")
    assert hours_on(place, date(2026, 12, 25), HERE)
    assert not hours_on(place, date(2027, 1, 1), HERE)


def test_special_days_have_hours_by_weekday(tmp_path: Path) -> None:
    week = '{monday: ["10:00-12:30"], saturday: ["09:00-12:00"]}'
    place = pool(tmp_path, f"      - {{first: 2026-12-19, last: 2027-01-03, hours: {week}}}\n")
    assert [len(hours_on(place, date(2026, 12, day), HERE)) for day in (19, 20, 21, 22)] == [1, 0, 1, 0]


def test_school_holidays_have_their_own_week_and_give_way_to_dates_and_holidays(tmp_path: Path) -> None:
    place = pool(
        tmp_path,
        f"      - {{during: christmas, hours: {SPANS}}}\n"
        "      - {first: 2026-12-28, last: 2026-12-29, reason: {fr: vidange, en: draining}}\n",
    )
    assert hours_on(place, date(2026, 12, 22), HERE) == hours_on(place, date(2026, 12, 30), HERE)
    assert len(hours_on(place, date(2026, 12, 22), HERE)) == 1
    assert len(hours_on(place, date(2026, 12, 22), Calendar())) == 2
    assert OPENING.day(place, date(2026, 12, 28), "fr", HERE) == "fermé (vidange)"
    assert OPENING.day(place, date(2026, 12, 25), "fr", HERE) == "fermé (Noël)"


def test_a_stretch_tells_its_week_then_each_day_that_differs(tmp_path: Path) -> None:
    place = pool(tmp_path, f"      - {{during: [christmas, winter], hours: {SPANS}}}\n")
    lines = OPENING.stretch(place, date(2026, 12, 19), date(2027, 1, 3), "en", HERE)
    assert lines == [
        ("Monday to Sunday", "10:00 to 12:30"),
        ("Friday 25 December", "closed (Christmas Day)"),
        ("Friday 1 January", "closed (New Year's Day)"),
    ]


def test_a_local_holiday_closes_the_town_hall_where_the_town_keeps_it() -> None:
    good_friday = date(2027, 3, 26)
    assert hours_on(TOWN_HALL, good_friday, Calendar())
    assert OPENING.day(TOWN_HALL, good_friday, "fr", Calendar(department="67")) == "fermé (Vendredi saint)"


@given(MOMENTS, st.sampled_from(OPENING.places))
def test_a_place_is_open_or_opens_later(moment: datetime, place: OpenPlace) -> None:
    opening = next_opening(place, moment, HERE)
    assert opening is not None
    assert opening > moment
    assert is_open(place, opening, HERE)
    closing = closes_at(place, moment, HERE)
    if closing is not None:
        assert closing > moment
        assert not is_open(place, closing, HERE) or closing == next_opening(place, closing, HERE)


def test_today_is_told_in_both_languages() -> None:
    french = OPENING.today(TOWN_HALL, paris(23, 10), "fr", HERE)
    assert french == (
        f"Aujourd'hui, lundi 23 novembre{NB}: 8{NB}h{NB}30 à 12{NB}h et 13{NB}h{NB}30 à 17{NB}h{NB}30. "
        f"C'est ouvert jusqu'à 12{NB}h."
    )
    english = OPENING.today(TOWN_HALL, paris(23, 12, 30), "en", HERE)
    assert english.endswith("It is closed now. It opens today at 13:30.")


def test_a_day_off_is_told_once() -> None:
    told = OPENING.today(LIBRARY, paris(23, 10), "fr", HERE)
    assert told == f"Aujourd'hui, lundi 23 novembre{NB}: fermé. Prochaine ouverture{NB}: mardi 24 novembre à 14{NB}h."


def test_the_week_puts_days_alike_together() -> None:
    assert OPENING.week(TOWN_HALL, "en") == [
        ("Monday to Thursday", "08:30 to 12:00 and 13:30 to 17:30"),
        ("Friday", "08:30 to 12:00 and 13:30 to 17:00"),
        ("Saturday and Sunday", "closed"),
    ]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("à quelle heure ouvre la bibliothèque ?", ["media_library"]),
        ("When does the POOL open?", ["swimming_pool"]),
        ("horaires de l'état civil à la mairie", ["civil_registry", "town_hall"]),
        ("la piscine et la médiathèque", ["swimming_pool", "media_library"]),
        ("c'est ouvert quand ?", []),
    ],
)
def test_places_are_recognised_by_what_residents_call_them(text: str, codes: list[str]) -> None:
    assert [place.code for place in OPENING.named_in(text)] == codes


def test_a_place_has_a_name_an_address_and_a_telephone() -> None:
    assert OPENING.contact(TOWN_HALL, "fr") == "Mairie, 1 place de la Mairie, 99300 Montlieu, 01 99 98 00 21"


def test_an_unknown_place_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        OPENING.place("casino")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('monday: ["08:30-12:00", "13:30-17:30"]', 'monday: ["12:00-08:30"]', "ends after it starts"),
        ('monday: ["08:30-12:00", "13:30-17:30"]', 'monday: ["08:30-14:00", "13:30-17:30"]', "overlapping"),
        ('monday: ["08:30-12:00", "13:30-17:30"]', 'monday: ["morning"]', "write a span"),
        ('monday: ["08:30-12:00", "13:30-17:30"]', 'lundi: ["08:30-12:00"]', "monday"),
        ("last: 2026-12-24", "last: 2026-12-23", "before the first"),
        ("first: 2026-12-26", "during: easter", "winter"),
        ("- first: 2026-12-24", "- during: winter\n        first: 2026-12-24", "either"),
        ('{time}.", en', '{tyme}.", en', "tyme"),
        ("note:", "notes:", "not known here"),
    ],
)
def test_wrong_hours_are_refused_with_their_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    source = whole()
    assert old in source
    path = tmp_path / "opening_hours.yaml"
    path.write_text(source.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(TownDataError, match=said) as caught:
        read_model(path, OpeningHours)
    assert f"{path}:" in str(caught.value)


def test_the_days_to_come_that_differ_from_the_usual_week_are_told() -> None:
    lines = OPENING.exceptions(TOWN_HALL, date(2026, 12, 22), "fr", HERE)
    assert [days for days, _ in lines] == ["jeudi 24 décembre", "vendredi 25 décembre"]
    assert lines[1][1] == "fermé (Noël)"
    assert OPENING.exceptions(TOWN_HALL, date(2026, 11, 30), "fr", HERE) == []
