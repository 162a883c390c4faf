"""The demo city's conversations fit its catalogue, its addresses and its staff."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gazetteer.gazetteer import Gazetteer
from kit.laid_files import Layers
from services.declarations.declaration import load_services
from services.declarations.field_library import load_field_library, with_shared_fields
from services.files.product import DEMO_TOWN, PRODUCT, over_product
from services.files.tables import read_table
from services.files.town_files import TownDataError
from services.town_hall.city import Team
from services.town_hall.demo_city import load_demo

FILES = over_product(DEMO_TOWN)
DEMO = load_demo(FILES)
SERVICES = with_shared_fields(load_services(FILES), load_field_library(FILES.laid("fields.yaml")))
TEAMS = set(read_table(FILES, "teams.tsv", Team).rows)
TALKS = {talk.code: talk for talk in DEMO.conversations}


def test_the_four_sign_ins_are_those_promised() -> None:
    assert {(member.email, member.role) for member in DEMO.staff} == {
        ("agent@demo.example", "agent"),
        ("agent2@demo.example", "agent"),
        ("supervisor@demo.example", "supervisor"),
        ("admin@demo.example", "admin"),
    }
    assert {team for member in DEMO.staff for team in member.teams} <= TEAMS


def test_the_console_has_one_of_everything_to_show() -> None:
    assert len(TALKS) >= 12
    assert {talk.channel for talk in TALKS.values()} == {"webchat", "sms"}
    assert {talk.language for talk in TALKS.values()} == {"fr", "en"}
    assert {talk.held_by for talk in TALKS.values()} == {"bot", "queue", "agent"}
    assert {talk.state for talk in TALKS.values()} == {"open", "snoozed", "resolved"}
    messages = [message for talk in TALKS.values() for message in talk.messages]
    assert any(message.author == "note" for message in messages)
    assert any(message.delivery == "failed" for message in messages)
    assert any(talk.queue and talk.queue.urgent for talk in TALKS.values())
    assert any(talk.opted_out for talk in TALKS.values())


def test_one_resident_comes_by_two_channels() -> None:
    channels = [talk.channel for talk in TALKS.values() if talk.resident == "claire"]
    assert sorted(channels) == ["sms", "webchat"]


def test_every_case_is_of_a_declared_service_with_its_fields() -> None:
    for case in (case for talk in TALKS.values() for case in talk.cases):
        service = SERVICES[case.service]
        names = [field.name for field in service.fields]
        assert [name for name in names if name in case.fields] == list(case.fields), case.key
        required = {field.name for field in service.fields if field.required and field.kind != "photo"}
        assert required <= set(case.fields), case.key
        assert set(case.documents) <= set(service.documents)
        assert (case.address is not None) == (service.kind == "report")


def test_every_reported_place_is_on_the_map() -> None:
    town = Gazetteer.load(FILES.path("addresses/streets.ndjson"), FILES.path("addresses/places.yaml"))
    for case in (case for talk in TALKS.values() for case in talk.cases if case.address):
        assert town.find(case.address or "").status == "exact", case.key


def test_numbers_are_free_for_fiction() -> None:
    phones = [resident.phone for resident in DEMO.residents if resident.phone]
    assert all(re.fullmatch(r"\+3363998\d{4}", phone) for phone in phones)
    assert len(set(phones)) == len(phones)


def test_texts_are_filled_in_with_their_case() -> None:
    told = TALKS["pothole_status"].messages[1]
    words = told.words({"hole": {"reference": "MTL-26-004F7K", "due": "7 décembre", "opened": "23 novembre"}})
    assert "MTL-26-004F7K" in words
    assert "avant le 7 décembre" in words
    assert "{" not in words


def test_the_town_s_texts_are_spaced_and_the_residents_are_not() -> None:
    bot, resident = TALKS["permit_question"].messages[3], TALKS["permit_question"].messages[0]
    assert "agent\u00a0?" in bot.text
    assert resident.text.endswith("fonction ?")


def test_times_count_back_from_now() -> None:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert TALKS["pothole"].messages[-1].at(now) == datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("resident: claire", "resident: clara", "clara is no resident"),
        ("key: dump\n", "key: hole\n", "hole stands twice"),
        ("{hole.due}", "{gap.due}", "the unknown case gap"),
        ("agent: agent2@demo.example", "agent: nobody@demo.example", "nobody@demo.example is not in staff"),
        ("held_by: agent\n", "held_by: bot\n", "agent does not go with"),
        ("minutes_ago: 2883, author: resident", "minutes_ago: 2887, author: resident", "oldest first"),
        ("delivery: failed, ", "", "failed delivery"),
        ("state: rejected\n        minutes_ago: 5900", "state: open\n        minutes_ago: 5900", "last change"),
        ("author: note, by: agent@demo.example", "author: note", "by whom"),
    ],
)
def test_a_slip_in_the_demo_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    shutil.copytree(DEMO_TOWN / "demo", tmp_path / "demo")
    path = tmp_path / "demo" / "conversations.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(TownDataError, match=said):
        load_demo(Layers(PRODUCT, tmp_path))
