"""Messages labelled as alarms or look-alikes, played as the first of a conversation: which number is told first?"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from intents.embedded import EmbeddedInterpreter
from services.town.loading import Town
from tests.bot.conversation import Conversation

CHANNELS = ("sms", "webchat")
_NUMBER = re.compile(r"(?<!\d)0 ?800 ?47 ?33 ?33(?!\d)|(?<!\d)\d+(?!\d)")


@dataclass(frozen=True)
class Case:
    """`numbers` are those of which one must be told first; none for a look-alike."""

    kind: str
    language: str
    code: str
    numbers: frozenset[str]
    text: str


def read_cases(path: Path) -> list[Case]:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert all(len(row) == 5 for row in rows), f"{path.name}: five columns a line"
    return [
        Case(kind, language, code, frozenset(numbers.split(",")) - {"-"}, text)
        for kind, language, code, numbers, text in rows
    ]


def first_number(town: Town, interpreter: EmbeddedInterpreter, case: Case, channel: str) -> str | None:
    """The first number in the advice given to a new conversation; None where no advice is given."""
    conversation = Conversation(town, interpreter, channel, language=case.language)
    decision = conversation.say(case.text)
    if "emergency_advised" not in conversation.events():
        return None
    assert decision.replies[0].kind == "emergency", "advice comes first"
    found = _NUMBER.search(decision.replies[0].text.replace("\u00a0", " ").replace("\u202f", " "))
    return found[0].replace(" ", "") if found else ""


def counts(town: Town, interpreter: EmbeddedInterpreter, cases: list[Case], channel: str) -> Counter[tuple[str, str]]:
    """How many cases went how, by (situation or language, outcome): never a sentence."""
    found: Counter[tuple[str, str]] = Counter()
    for case in cases:
        number = first_number(town, interpreter, case, channel)
        if case.kind == "alarm":
            outcome = "missed" if number is None else "right" if number in case.numbers else "wrong number"
            found[case.code, outcome] += 1
        else:
            found[case.language, "silent" if number is None else "alarmed"] += 1
    return found
