"""No channel without its suite, its recordings, its page and its settings."""

import dataclasses
import importlib
import re
from pathlib import Path

import pytest

from app.settings import Settings
from channels.registry import KINDS, ChannelKind, build
from tests.channels import recordings
from tests.channels.conformance import DegradingConformance, ReceivingConformance, SendingConformance
from tests.channels.webchat.test_webchat import webchat

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "adding-a-channel.md"

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)


def section(kind: str) -> str:
    """The channel's own section of the page."""
    found = re.search(rf"^### `{kind}`\n(.*?)(?=^##|\Z)", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


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
def test_every_channel_has_a_section_that_names_its_settings_and_fields(kind: ChannelKind) -> None:
    text = section(kind.kind)
    wanted = [*kind.settings, *(field.name for field in dataclasses.fields(kind.config))]
    assert [name for name in wanted if f"`{name}`" not in text] == []


@every_kind
def test_every_setting_named_is_one_that_the_product_reads(kind: ChannelKind) -> None:
    assert kind.settings
    read = {f"GUICHET_{name.upper()}" for name in Settings.model_fields}
    assert set(kind.settings) <= read


def test_kinds_are_named_once() -> None:
    names = [kind.kind for kind in KINDS]
    assert len(names) == len(set(names))


def test_an_unknown_kind_says_which_there_are() -> None:
    with pytest.raises(LookupError, match="sms, webchat, email"):
        build("pigeon", object())


def test_the_configuration_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="SmsConfig"):
        build("sms", webchat())
