"""The shared suite catches adapters that claim more than they have, and those that claim less."""

import inspect
import re
from dataclasses import Field, fields, replace
from typing import Any

import pytest

from channels.contract import Capabilities, Closing
from tests.channels.conformance import SendingConformance
from tests.channels.email import test_email
from tests.channels.sms import test_sms
from tests.channels.webchat import test_webchat
from tests.promises.tree import ROOT

SUITES: dict[str, Any] = {
    "sms": test_sms.TestSmsConformance,
    "email": test_email.TestEmailConformance,
    "webchat": test_webchat.TestWebchatConformance,
}
LIES: list[tuple[str, dict[str, Any]]] = [
    ("sms", {"attachments": False}),
    ("sms", {"receipts": False}),
    ("sms", {"choices": "buttons"}),
    ("sms", {"letters": True}),
    ("sms", {"hears": False}),
    ("sms", {"only_rings": True}),
    ("sms", {"max_text": 800}),
    ("sms", {"max_text": 3200}),
    ("sms", {"max_request": 20}),
    ("sms", {"writes_first": False}),
    ("email", {"attachments": True}),
    ("email", {"receipts": True}),
    ("email", {"writes_first": False}),
    ("email", {"choices": "buttons"}),
    ("email", {"letters": False}),
    ("email", {"hears": True}),
    ("email", {"only_rings": True}),
    ("email", {"max_text": 1600}),
    ("webchat", {"attachments": False}),
    ("webchat", {"receipts": False}),
    ("webchat", {"choices": "numbered"}),
    ("webchat", {"hears": False}),
    ("webchat", {"only_rings": False}),
    ("webchat", {"writes_first": True}),
    ("webchat", {"letters": True}),
]


async def faults(suite: Any) -> list[str]:
    """The names of the suite's tests that fail; those that need a log are left out."""
    found = []
    for name, test in inspect.getmembers(suite, inspect.isfunction):
        if name.startswith("test_") and "caplog" not in inspect.signature(test).parameters:
            try:
                await play(suite(), test)
            except AssertionError:
                found.append(name)
    return found


async def play(suite: Any, test: Any) -> None:
    asked = inspect.signature(test).parameters
    if "there" not in asked:
        played = test(suite)
        await played if inspect.isawaitable(played) else None
        return
    async with suite.provider() as there:
        sender = suite.build(there.url)
        try:
            await test(suite, sender=sender, there=there)
        finally:
            if isinstance(sender, Closing):
                await sender.aclose()


def claiming(kind: str, **claims: Any) -> Any:
    """The suite of a channel whose adapter says something else of itself."""
    suite = SUITES[kind]
    adapter = type(
        "Liar", (suite.adapter_class,), {"capabilities": replace(suite.adapter_class.capabilities, **claims)}
    )
    return type("OfALiar", (suite,), {"adapter_class": adapter, "build": _building(suite, adapter)})


def _building(suite: Any, adapter: Any) -> Any:
    def build(self: Any, provider_url: str) -> Any:
        built = suite.build(self, provider_url)
        built.__class__ = adapter
        return built

    return build


@pytest.mark.parametrize("kind", SUITES)
async def test_the_truth_is_believed(kind: str) -> None:
    assert await faults(claiming(kind)) == []


@pytest.mark.parametrize(("kind", "claims"), LIES, ids=str)
async def test_a_false_claim_is_caught(kind: str, claims: dict[str, Any]) -> None:
    assert await faults(claiming(kind, **claims))


@pytest.mark.parametrize("claim", fields(Capabilities), ids=lambda claim: claim.name)
def test_every_capability_is_claimed_falsely_in_every_direction(claim: Field[Any]) -> None:
    """So that the suite is known to hold it: of a limit in bytes only what is too little can be seen."""
    lies = {claims[claim.name] for _, claims in LIES if claim.name in claims}
    assert lies == {True, False} if claim.type is bool or claim.type == "bool" else lies


@pytest.mark.parametrize("claim", fields(Capabilities), ids=lambda claim: claim.name)
def test_every_capability_is_read_by_the_product(claim: Field[Any]) -> None:
    sources = [
        path.read_text(encoding="utf-8")
        for folder in ("app", "bot", "channels", "agent_console", "portal")
        for path in (ROOT / folder).rglob("*.py")
    ]
    assert any(re.search(rf"capabilities\.{claim.name}\b", source) for source in sources)


def test_the_suites_are_those_of_the_channels() -> None:
    assert all(issubclass(suite, SendingConformance) or kind == "webchat" for kind, suite in SUITES.items())
