"""`channels.yaml`: what a town writes of its channels, what is made of it, and what is said of every slip."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.configuration.channel_values import ChannelValues
from app.configuration.configured_channels import ConfiguredChannel, lay_channels, read_channels
from app.configuration.settings import Settings, SettingsInvalid
from app.live.memory import MemoryBus
from app.wiring import build_adapters
from bot.saying.letterhead import Letterhead
from bot.saying.presenting import Presenter
from channels.contract import ChannelAdapter
from channels.registry import secrets_of
from channels.sms.adapter import SmsAdapter
from kit.clock import FixedClock
from services.files.product import DEMO_TOWN, PRODUCT, over_product
from services.town.loading import load_town

TOWN = load_town(over_product(DEMO_TOWN))
SECRETS = {"SPORT_SID": "AC2", "SPORT_TOKEN": "s3cret-of-sport", "MAIL_PASSWORD": "s3cret%40mail"}
SPORT = """
sms-sport:
  kind: sms
  account_sid: ${SPORT_SID}
  auth_token: ${SPORT_TOKEN}
  number: "+33199980177"
"""


def town_file(folder: Path, text: str) -> Path:
    path = folder / "channels.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str, values: dict[str, str] | None = None) -> dict[str, ConfiguredChannel]:
    known = SECRETS if values is None else values
    return {
        channel.id: channel
        for channel in lay_channels(over_product(town_file(folder, text).parent), ChannelValues(known))
    }


def built(channels: dict[str, ConfiguredChannel]) -> dict[str, ChannelAdapter]:
    settings, clock = Settings(), FixedClock(datetime(2026, 11, 24, 9, tzinfo=UTC))
    return build_adapters(tuple(channels.values()), settings, TOWN, MemoryBus(), clock)


def faults(folder: Path, text: str) -> list[str]:
    """What is said, without the folder."""
    with pytest.raises(SettingsInvalid) as caught:
        read(folder, text)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def test_a_town_without_a_file_has_the_channels_of_its_settings(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    channels = {channel.id: channel for channel in read_channels(Settings(city_dir=tmp_path))}
    assert list(channels) == ["webchat", "sms", "email"]
    assert all(channel.options is not None for channel in channels.values())
    assert [channel.id for channel in channels.values() if channel.pretend] == ["sms", "email"]


def test_a_file_of_comments_alone_says_nothing(tmp_path: Path) -> None:
    channels = read(tmp_path, "# sms-sport:\n", {})
    assert [channel.id for channel in channels.values() if channel.own or channel.half_set()] == []
    assert channels["sms"].origin == f"{PRODUCT / 'channels.yaml'}:4"


def test_in_production_a_channel_without_settings_is_off_and_silent(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    channels = {c.id: c for c in read_channels(Settings(city_dir=tmp_path, mode="production"))}
    assert [id_ for id_, channel in channels.items() if channel.options is None] == ["sms", "email"]
    assert [sentence for channel in channels.values() for sentence in channel.half_set()] == []


def test_the_demo_town_s_own_file_can_be_read(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_channels(Settings())


def test_two_numbers_and_two_mailboxes_stand_beside_one_another(tmp_path: Path) -> None:
    channels = read(
        tmp_path, SPORT + "state-office:\n  kind: email\n  smtp_url: smtps://a:${MAIL_PASSWORD}@mail.test\n"
    )
    assert list(channels) == ["webchat", "sms", "email", "sms-sport", "state-office"]
    adapters = built(channels)
    assert sorted(adapters) == ["sms-sport", "state-office", "webchat"]
    assert isinstance(adapters["sms-sport"], SmsAdapter)
    assert "s3cret-of-sport" in secrets_of(adapters["sms-sport"]).values
    assert "s3cret@mail" in secrets_of(adapters["state-office"]).values


def test_each_channel_writes_by_its_own_options(tmp_path: Path) -> None:
    kept = SPORT.replace("sms-sport", "sms-kept") + "  keep_accents: true\n"
    adapters = built(read(tmp_path, SPORT + "  keep_accents: false\n" + kept))
    presenter = Presenter(adapters, TOWN.replies, "fr", Letterhead(TOWN.city, TOWN.replies))
    said = {id_: presenter.present(id_, "Fête à Noël", (), "fr")[0].text for id_ in ("sms-sport", "sms-kept", "sms")}
    assert said == {"sms-sport": "Fete à Noel", "sms-kept": "Fête à Noël", "sms": "Fete à Noel"}


def test_what_the_town_says_of_a_channel_of_the_product_stands_in_its_place(tmp_path: Path) -> None:
    channels = read(tmp_path, SPORT.replace("sms-sport", "sms") + "email:\n")
    assert list(channels) == ["webchat", "sms"]
    assert channels["sms"].options.number == "+33199980177"


def test_a_town_may_change_one_option_of_a_channel_of_the_product(tmp_path: Path) -> None:
    settings = {"GUICHET_TWILIO_ACCOUNT_SID": "AC1", "GUICHET_TWILIO_AUTH_TOKEN": "token"}
    [changed] = [read(tmp_path, "sms:\n  keep_accents: true\n", settings)["sms"]]
    assert (changed.options.account_sid, changed.options.keep_accents) == ("AC1", True)


def test_a_secret_that_has_no_value_puts_its_channel_off_and_is_told(tmp_path: Path) -> None:
    channel = read(tmp_path, SPORT, {"SPORT_SID": "AC2"})["sms-sport"]
    assert channel.options is None
    assert channel.half_set() == ["SPORT_TOKEN: needed by SPORT_SID; without it the channel is off"]
    [first, _] = read(tmp_path, SPORT, {})["sms-sport"].half_set()
    assert first == (
        f"SPORT_SID: needed by the channel sms-sport ({tmp_path}/channels.yaml:2); without it the channel is off"
    )


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("01 99 98 01 77", "+33199980177"),
        ("MG" + "0a" * 16, "MG" + "0a" * 16),
        ("36105", "36105"),
        ("Montlieu", "Montlieu"),
    ],
)
def test_the_number_that_a_town_writes_is_read_as_people_write_it(tmp_path: Path, written: str, number: str) -> None:
    assert read(tmp_path, SPORT.replace("+33199980177", written))["sms-sport"].options.number == number


def test_a_town_names_its_channels_in_the_languages_it_has(tmp_path: Path) -> None:
    named = read(tmp_path, SPORT + "  name: {fr: Sports et loisirs, en: Sports}\n")["sms-sport"]
    assert [named.name(language) for language in ("fr", "en", "de")] == [
        "Sports et loisirs",
        "Sports",
        "Sports et loisirs",
    ]
    assert read(tmp_path, SPORT)["sms-sport"].name("fr") == ""


def test_a_choice_that_has_no_value_keeps_its_default(tmp_path: Path) -> None:
    text = SPORT.replace('"+33199980177"', "${SPORT_NUMBER}")
    assert read(tmp_path, text)["sms-sport"].options.number is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: sms", "kind: smss", "channels.yaml:3: sms-sport.kind: there is no kind of channel 'smss' to choose"),
        ("  kind: sms\n", "", "channels.yaml:2: sms-sport.kind: this is missing; one of sms, email"),
        ("kind: sms", "kind: webchat", "channels.yaml:3: sms-sport.kind: there is no kind of channel 'webchat'"),
        ("number:", "numbr:", "channels.yaml:6: sms-sport.numbr: this option is not known here"),
        ("  account_sid: ${SPORT_SID}\n", "", "channels.yaml:2: sms-sport.account_sid: this is missing; add it"),
        ("${SPORT_TOKEN}", "abcdef", "channels.yaml:5: sms-sport.auth_token: a secret does not stand in this file"),
        ('"+33199980177"', "[1]", "channels.yaml:6: sms-sport.number: Input should be a valid string"),
        ('number: "+33199980177"', "numbr: ${UNSET}", "channels.yaml:6: sms-sport.numbr: this option is not known"),
        ("number:", "name: {fra: Sports}\n  number:", "channels.yaml:6: sms-sport.name.fra: no texts in fra"),
        ("number:", "name: Sports\n  number:", "channels.yaml:6: sms-sport.name: a name in each language belongs here"),
        ('"+33199980177"', '"06 39"', "channels.yaml:6: sms-sport.number: no telephone number: write it as"),
        ("  number:", "  api_base: twilio\n  number:", "channels.yaml:6: sms-sport.api_base: needs to start with http"),
        ("sms-sport:", "SMS sport:", "channels.yaml:2: SMS sport: an id is made of small letters"),
        ("sms-sport:", "webchat:", "channels.yaml:2: webchat: every town has this channel"),
        ("sms-sport:", "sms-sport: true\nother:", "channels.yaml:2: sms-sport: the options of this channel"),
        ("  kind: sms", "  kind: sms\n  kind: sms", "channels.yaml:4: `kind` stands twice; the first would be lost"),
        ("number:", "number: :", "channels.yaml:6: not readable as YAML"),
        (SPORT, "- sms\n", "channels.yaml: channels stand here by their id"),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SPORT
    assert any(fault.startswith(said) for fault in faults(tmp_path, SPORT.replace(old, new, 1)))


def test_every_slip_is_told_at_once(tmp_path: Path) -> None:
    text = SPORT.replace("number:", "numbr:").replace("sms-sport", "a") + SPORT.replace("kind: sms", "kind: pigeon")
    assert len(faults(tmp_path, text)) == 2


@pytest.mark.parametrize("url", ["smtps://a:hunter2@mail.test", "smtp://a:hunter2@[half", "http://a:${PW}@mail.test"])
def test_a_password_is_refused_and_never_repeated(tmp_path: Path, url: str) -> None:
    text = f"office:\n  kind: email\n  smtp_url: {url}\n"
    with pytest.raises(SettingsInvalid) as caught:
        read(tmp_path, text, {"PW": "hunter2"})
    assert "channels.yaml:3: office.smtp_url: " in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_mail_server_without_a_password_may_stand_in_the_file(tmp_path: Path) -> None:
    assert read(tmp_path, "office:\n  kind: email\n  smtp_url: smtp://127.0.0.1:25\n")["office"].options is not None
