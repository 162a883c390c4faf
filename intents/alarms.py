"""Hears emergencies in a text: a small model of situations, asked of the whole and of its parts.

A part alone counts for less than the whole, and for nothing where the text speaks of fiction, drills or
times long past.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from intents.classifier import Classifier
from intents.contract import OUT_OF_SCOPE, Alarm, Entity
from intents.model import Model, masked_words
from kit.clauses import clauses

LEAST = 0.3
"""Chance below which nothing is said."""

_FRAMING = "@@framing"
_PART = 0.7
"""What a part's chance is worth beside the whole's: it has lost its context."""

_MOST_PARTS, _LEAST_WORDS = 24, 2


@dataclass(frozen=True, slots=True)
class _Reading:
    """The shares of the situations in one stretch of text, and the chance that it is any alarm."""

    shares: dict[str, float]
    chance: float


def find_alarms(model: Model, text: str, entities: Sequence[Entity]) -> tuple[tuple[Alarm, ...], bool]:
    """The situations a text tells with the chance of each, the likeliest first, none below LEAST; and whether it
    speaks of fiction, drills or times long past."""
    if model.alarms is None:
        return (), False
    words = masked_words(text, entities, model.alarm_spellings)
    readings = [_read(model.alarms, words, 1.0)]
    is_framed = _is_framed(model.alarms, words)
    if not is_framed:
        readings += _read_parts(model, model.alarms, text, entities)
    return _merged(readings), is_framed


def _read(classifier: Classifier, words: Sequence[str], worth: float) -> _Reading:
    shares = classifier.shares(words)
    outside = shares.pop(OUT_OF_SCOPE, 0.0)
    return _Reading(shares, (1.0 - outside) * worth if shares else 0.0)


def _is_framed(classifier: Classifier, words: Sequence[str]) -> bool:
    return _FRAMING in classifier.reader.lists.find(words)


def _read_parts(model: Model, classifier: Classifier, text: str, entities: Sequence[Entity]) -> list[_Reading]:
    stretches = clauses(text)
    if len(stretches) < 2:
        return []
    readings = []
    for start, end in stretches[:_MOST_PARTS]:
        inside = [
            replace(one, start=one.start - start, end=one.end - start)
            for one in entities
            if one.start >= start and one.end <= end
        ]
        words = masked_words(text[start:end], inside, model.alarm_spellings)
        if len(words) >= _LEAST_WORDS:
            readings.append(_read(classifier, words, _PART))
    return readings


def _merged(readings: Sequence[_Reading]) -> tuple[Alarm, ...]:
    """Each situation by its strongest reading; what the whole says tips the balance between two."""
    best: dict[str, float] = {}
    for reading in readings:
        total = sum(reading.shares.values()) or 1.0
        for situation, share in reading.shares.items():
            best[situation] = max(best.get(situation, 0.0), reading.chance * share / total)
    chance = max((reading.chance for reading in readings), default=0.0)
    if chance < LEAST:
        return ()
    ranked = sorted(best.items(), key=lambda item: -item[1])
    first = ranked[0][0]
    return tuple(
        Alarm(code, round(chance if code == first else score, 4))
        for code, score in ranked
        if code == first or score >= LEAST
    )
