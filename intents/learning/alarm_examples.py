"""What the alarm model learns from: each phrase alone, in company, and inside what takes its urgency away.

An alarm told between a thanks and a question is still one; two look-alikes in one message are still none; an alarm
quoted from a novel is none. The company is chosen by a seed, so that every training is the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from intents.catalogue import Catalogue, Phrase
from intents.contract import OUT_OF_SCOPE

FRAMED = "…"
"""Stands in a frame for a phrase of alarm: "dans mon roman, …"."""

_ALARMS = frozenset({"alert.emergency", "alert.distress"})
_ORDINARY = ("request.", "ask.", "report.")
_IN_A_FRAME = 6
_HEARD, _CHATTING = 4, 6
"""Every fourth ordinary phrase is learned, so that the ordinary does not drown the rare, and every report, which may
look like danger; of these every sixth is told with others.
"""
_ORDINARY_SHARE, _LOOKALIKE_SHARE, _BEFORE_A_FRAME = 0.6, 0.45, 0.4


@dataclass(frozen=True, slots=True)
class Told:
    """What is said in one message, part by part, and the situation it tells or `out_of_scope`."""

    parts: tuple[str, ...]
    code: str
    language: str


@dataclass(frozen=True, slots=True)
class _Company:
    """Texts of one language to set beside a phrase."""

    ordinary: Sequence[str]
    lookalikes: Sequence[str]
    alarms: Sequence[str]


def alarm_examples(alarms: Catalogue, catalogue: Catalogue, seed: int) -> list[Told]:
    """Every phrase with its situation or `out_of_scope`; what the catalogue knows is no alarm, save its alerts."""
    random = Random(seed)  # noqa: S311  the same company at every training
    phrases = [phrase for phrase in alarms.phrases if FRAMED not in phrase.text]
    others = [phrase for phrase in catalogue.phrases if phrase.code not in _ALARMS]
    heard = [phrase for at, phrase in enumerate(others) if phrase.code.startswith("report.") or at % _HEARD == 0]
    company = {language: _company(phrases, catalogue, language) for language in {one.language for one in phrases}}
    alone = [Told((phrase.text,), phrase.code, phrase.language) for phrase in phrases]
    ordinary = [Told((phrase.text,), OUT_OF_SCOPE, phrase.language) for phrase in heard]
    joined = [_accompanied(told, company[told.language], random) for told in alone]
    framed = [
        one
        for phrase in alarms.phrases
        if FRAMED in phrase.text and phrase.language in company
        for one in _framed(phrase, company[phrase.language], random)
    ]
    chatting = [_chatting(told, company[told.language], random) for told in ordinary[::_CHATTING]]
    return [*alone, *ordinary, *joined, *framed, *chatting]


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


def _accompanied(told: Told, company: _Company, random: Random) -> Told:
    beside = [random.choice(company.ordinary)] if random.random() < _ORDINARY_SHARE else []
    if told.code == OUT_OF_SCOPE or random.random() < _LOOKALIKE_SHARE:
        beside.append(random.choice(company.lookalikes))
    parts = [*told.parts, *beside]
    random.shuffle(parts)
    return Told(tuple(parts), told.code, told.language)


def _chatting(told: Told, company: _Company, random: Random) -> Told:
    """Ordinary things told together: a long message is no alarm by its length."""
    beside = (random.choice(company.ordinary) for _ in range(random.randint(1, 2)))
    return Told((*told.parts, *beside), told.code, told.language)


def _framed(frame: Phrase, company: _Company, random: Random) -> Iterator[Told]:
    before, _, after = frame.text.partition(FRAMED)
    for _ in range(_IN_A_FRAME):
        said = (before, random.choice(company.alarms), after)
        first = (random.choice(company.ordinary),) if random.random() < _BEFORE_A_FRAME else ()
        yield Told((*first, *said), frame.code, frame.language)
