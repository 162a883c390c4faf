"""Hears emergencies in a text: a small model of situations with two voices, its words and its sense.

The whole text is asked at once. Its parts alone are surer of themselves and more often wrong: what takes the danger
out of "he fell into the canal" stands in the next sentence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intents.contract import OUT_OF_SCOPE, Alarm, Entity
from intents.learning.classifier import Hearing
from intents.learning.model import Model, masked_words
from intents.normalise import MAX_CHARACTERS

LEAST = 0.1
"""Chance of any alarm below which no situation is named."""

_DOUBTFUL = 0.01
"""Chance by the words alone from which the sense is asked: below, in 1,600 messages, it never made an alarm of one."""

_MOST, _LEAST_SHARE = 5, 0.02
"""Situations named at most, and the share of one that is still worth a thought beside the likeliest."""


@dataclass(frozen=True, slots=True)
class AlarmsHeard:
    """The situations that a text tells, the likeliest first; `chance` that it tells any.

    None where nobody knows: a text that was not read to its end is not called harmless.
    """

    alarms: tuple[Alarm, ...] = ()
    chance: float | None = None


def hear_alarms(model: Model, text: str, entities: Sequence[Entity]) -> Hearing | None:
    """What the words say of situations; None for a town that has taught none."""
    if model.alarms is None:
        return None
    return model.alarms.hear(masked_words(text, entities, model.alarm_spellings))


def leaves_doubt(model: Model, heard: Hearing | None) -> bool:
    """Whether the sense of the text is to be asked as well."""
    if model.alarms is None or model.alarms.sense is None or heard is None:
        return False
    return _chance(model.alarms.shares(heard)) >= _DOUBTFUL


def name_alarms(model: Model, text: str, heard: Hearing | None, sense: NDArray[np.float32] | None) -> AlarmsHeard:
    """The situations told, by the words and, where they left a doubt, by the sense of the text."""
    if model.alarms is None or heard is None:
        return AlarmsHeard()
    shares = model.alarms.shares(heard, sense if leaves_doubt(model, heard) else None)
    chance = _chance(shares)
    if chance >= LEAST:
        return AlarmsHeard(_named(shares), round(chance, 4))
    return AlarmsHeard(chance=round(chance, 4) if len(text) <= MAX_CHARACTERS else None)


def _chance(shares: Mapping[str, float]) -> float:
    """That it is any alarm; zero where nothing is known of the words."""
    return 1.0 - shares.get(OUT_OF_SCOPE, 0.0) if shares else 0.0


def _named(shares: Mapping[str, float]) -> tuple[Alarm, ...]:
    """The likeliest situation, and those that may be meant beside it."""
    inside = [(code, share) for code, share in shares.items() if code != OUT_OF_SCOPE]
    ranked = sorted(inside, key=lambda item: -item[1])[:_MOST]
    return tuple(Alarm(code, round(share, 4)) for code, share in ranked if share >= _LEAST_SHARE)
