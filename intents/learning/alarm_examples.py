"""What the alarm model learns from: each phrase alone, in company, and inside what takes its urgency away.

An alarm told between a thanks and a question is still one; two look-alikes in one message are still none; an alarm
quoted from a novel is none. The company is chosen by a seed, so that every training is the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from intents.catalogue import Catalogue, Phrase
from intents.contract import OUT_OF_SCOPE

FRAMED = "…"
"""Stands in a frame for a phrase of alarm: "dans mon roman, …"."""

_ALARMS = frozenset({"alert.emergency", "alert.distress"})
_ORDINARY = ("request.", "ask.", "report.")
_JOINTS = (". ", ", ", ". ", " ", ". ")
_IN_A_FRAME = 6
_CHATTING = 2
"""Every second ordinary phrase is also told with others."""
_ORDINARY_SHARE, _LOOKALIKE_SHARE, _BEFORE_A_FRAME = 0.6, 0.45, 0.4


@dataclass(frozen=True, slots=True)
class _Company:
    """Texts of one language to set beside a phrase."""

    ordinary: Sequence[str]
    lookalikes: Sequence[str]
    alarms: Sequence[str]


def alarm_examples(alarms: Catalogue, catalogue: Catalogue, seed: int) -> list[Phrase]:
    """Every phrase with its situation or `out_of_scope`; what the catalogue knows is no alarm, save its alerts."""
    random = Random(seed)  # noqa: S311  the same company at every training
    phrases = [phrase for phrase in alarms.phrases if FRAMED not in phrase.text]
    others = [replace(phrase, code=OUT_OF_SCOPE) for phrase in catalogue.phrases if phrase.code not in _ALARMS]
    company = {language: _company(phrases, catalogue, language) for language in {one.language for one in phrases}}
    joined = [_accompanied(phrase, company[phrase.language], random) for phrase in phrases]
    framed = [
        one
        for phrase in alarms.phrases
        if FRAMED in phrase.text and phrase.language in company
        for one in _framed(phrase, company[phrase.language], random)
    ]
    chatting = [_chatting(phrase, company[phrase.language], random) for phrase in others[::_CHATTING]]
    return [*phrases, *others, *joined, *framed, *chatting]


def _company(phrases: Sequence[Phrase], catalogue: Catalogue, language: str) -> _Company:
    own = [phrase for phrase in phrases if phrase.language == language]
    ordinary = [
        phrase.text for phrase in catalogue.phrases if phrase.language == language and phrase.code.startswith(_ORDINARY)
    ]
    return _Company(
        ordinary=ordinary or [""],
        lookalikes=[phrase.text for phrase in own if phrase.code == OUT_OF_SCOPE] or [""],
        alarms=[phrase.text for phrase in own if phrase.code != OUT_OF_SCOPE] or [""],
    )


def _accompanied(phrase: Phrase, company: _Company, random: Random) -> Phrase:
    beside = [random.choice(company.ordinary)] if random.random() < _ORDINARY_SHARE else []
    if phrase.code == OUT_OF_SCOPE or random.random() < _LOOKALIKE_SHARE:
        beside.append(random.choice(company.lookalikes))
    parts = [phrase.text, *beside]
    random.shuffle(parts)
    return replace(phrase, text=random.choice(_JOINTS).join(parts))


def _chatting(phrase: Phrase, company: _Company, random: Random) -> Phrase:
    """Ordinary things told together: a long message is no alarm by its length."""
    parts = [phrase.text, *(random.choice(company.ordinary) for _ in range(random.randint(1, 2)))]
    return replace(phrase, text=random.choice(_JOINTS).join(parts))


def _framed(frame: Phrase, company: _Company, random: Random) -> Iterator[Phrase]:
    for _ in range(_IN_A_FRAME):
        text = frame.text.replace(FRAMED, random.choice(company.alarms))
        if random.random() < _BEFORE_A_FRAME:
            text = f"{random.choice(company.ordinary)}. {text}"
        yield replace(frame, text=text)
