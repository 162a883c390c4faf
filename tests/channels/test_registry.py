"""No channel without its suite, its recordings, its words and the description of its options."""

import importlib
from pathlib import Path

import pytest

from channels.contract import InboundMessage
from channels.kinds import ChannelKind, WayIn
from channels.registry import KINDS, WAYS_IN, contact_kinds, find_icon, get_kind, load_words, read_contact
from tests.channels import recordings
from tests.channels.conformance import DegradingConformance, ReceivingConformance, SendingConformance

ROOT = Path(__file__).parents[2]
LANGUAGES = ("fr", "en")

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)


def suites(kind: str) -> list[type]:
    module = importlib.import_module(f"tests.channels.{kind}.test_{kind}")
    return [
        found
        for found in vars(module).values()
        if isinstance(found, type)
        and issubclass(found, DegradingConformance)
        and (issubclass(found, ReceivingConformance) or issubclass(found, SendingConformance))
        and getattr(found, "adapter_class", None) is not None
        and found.adapter_class.kind == kind
    ]


@every_kind
def test_every_channel_has_its_conformance_suite(kind: ChannelKind) -> None:
    assert suites(kind.kind)


@every_kind
def test_every_channel_has_recordings_for_its_suite(kind: ChannelKind) -> None:
    for suite in suites(kind.kind):
        assert recordings.inbound(kind.kind) or not issubclass(suite, ReceivingConformance)
        assert recordings.outgoing(kind.kind) or not issubclass(suite, SendingConformance)


@every_kind
def test_every_option_is_described(kind: ChannelKind) -> None:
    options = kind.options.model_fields
    assert [name for name, option in options.items() if not option.description] == []
    assert options or kind.always


@every_kind
def test_every_channel_and_its_address_have_a_name_in_every_language(kind: ChannelKind) -> None:
    for language, words in load_words(LANGUAGES).items():
        assert words[f"channel.{kind.kind}"], language
        assert words[f"contact.{kind.contact.kind}"], language


@every_kind
def test_every_icon_is_one_of_the_sprite(kind: ChannelKind) -> None:
    icons = (ROOT / "app" / "icons.txt").read_text("utf-8").split()
    assert {kind.icon, kind.contact.icon} <= set(icons)


@every_kind
def test_a_kind_of_address_means_the_same_on_every_channel(kind: ChannelKind) -> None:
    assert contact_kinds()[kind.contact.kind] is kind.contact


@every_kind
def test_recorded_senders_have_the_channel_s_kind_of_address(kind: ChannelKind) -> None:
    events = [event for recording in recordings.inbound(kind.kind) for event in recording.events]
    assert {event.sender_kind for event in events if isinstance(event, InboundMessage)} <= {kind.contact.kind}


@pytest.mark.parametrize("way", WAYS_IN, ids=lambda way: way.kind)
def test_a_way_in_that_is_no_channel_has_its_words_and_its_icon(way: WayIn) -> None:
    assert all(words[f"channel.{way.kind}"] for words in load_words(LANGUAGES).values())
    assert find_icon(way.kind) in (ROOT / "app" / "icons.txt").read_text("utf-8").split()
    assert find_icon("pigeon") is None


def test_kinds_are_named_once() -> None:
    names = [kind.kind for kind in KINDS] + [way.kind for way in WAYS_IN]
    assert len(names) == len(set(names))


def test_an_unknown_kind_says_which_there_are() -> None:
    with pytest.raises(LookupError, match=", ".join(kind.kind for kind in KINDS)):
        get_kind("pigeon")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("06 39 98 00 01", ("phone", "+33639980001")),
        ("Camille@Exemple.FR", ("email", "camille@exemple.fr")),
        ("camille", None),
        ("a@b", None),
        ("", None),
    ],
)
def test_an_address_that_somebody_types_is_read_by_its_kind(typed: str, read: tuple[str, str] | None) -> None:
    assert read_contact(typed) == read
