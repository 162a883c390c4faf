"""A town's understanding, trained: the classifier with what prepares a text for it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

import numpy as np

from intents.catalogue import Catalogue
from intents.contract import Entity
from intents.entities.finding import EntityFinder
from intents.learning.alarm_examples import FRAMED, Told, alarm_examples
from intents.learning.classifier import Classifier, Sense
from intents.learning.senses import SENSE_SHARE, Encoder, senses_of
from intents.learning.training import Examples, Progress, Recipe, learn_weights, train
from intents.normalise import MAX_CHARACTERS, words

_MASKED = frozenset("address intersection date time phone email plate money person case_reference".split())
_LEARNED_ON = date(2026, 1, 1)
"""What "demain" counts from while learning; the classifier only sees that a date is named, never which."""

_RECIPE = Recipe(levelling=0.75)
"""Thin codes are heard as rich ones otherwise: 78 % of their misses before."""

_ALARM_RECIPE = Recipe(softness=0.3, caution=0.7)
"""Chosen on phrases held back; the caution makes good what the many ordinary phrases weigh."""

_SENSE_RECIPE = Recipe(softness=1.0)


_Find = Callable[[str], Sequence[Entity]]
"""The entities of a text."""


@dataclass(frozen=True, slots=True)
class Model:
    """The classifier, how the town's residents abbreviate, and the words they use in small letters.

    `alarms` tells situations of emergency, None for a town without phrases of any; `alarm_spellings` are read there
    alone, beside the others.
    """

    classifier: Classifier
    spellings: Mapping[str, str]
    ordinary: frozenset[str]
    alarms: Classifier | None = None
    alarm_spellings: Mapping[str, str] = field(default_factory=dict)


def masked_words(text: str, entities: Sequence[Entity], spellings: Mapping[str, str]) -> list[str]:
    """The words of a text, an address read as "@address" whatever the street, and so for dates, names..."""
    found: list[str] = []
    position = 0
    for entity in entities:
        if entity.start >= MAX_CHARACTERS:
            break
        if entity.entity in _MASKED:
            found += words(text[position : entity.start], spellings)
            found.append(f"@{entity.entity}")
            position = entity.end
    return found + words(text[position:MAX_CHARACTERS], spellings)


def ordinary_words(catalogue: Catalogue) -> frozenset[str]:
    """Words that phrases or lists write in small letters as often as with a capital: no names of persons.

    The first word of a text tells nothing; in a hurry people write "jean dupont".
    """
    small, capital = Counter[str](), Counter[str]()
    for text in (*(phrase.text for phrase in catalogue.phrases), *_expressions(catalogue)):
        for place, word in enumerate(text.replace("'", " ").replace("-", " ").split()):
            if word[:1].islower() and "@" not in word:
                small.update(words(word, {}))
            elif place and word[:1].isupper():
                capital.update(words(word, {}))
    return frozenset(word for word, count in small.items() if count >= capital[word])


def _expressions(catalogue: Catalogue) -> list[str]:
    return [text for name in sorted(catalogue.lookups) for text in catalogue.lookups[name]]


def train_model(
    catalogue: Catalogue,
    alarms: Catalogue | None,
    finder: EntityFinder,
    progress: Progress,
    encoder: Encoder | None = None,
) -> Model:
    """Learns the town's phrases and its alarms. `finder` tells the entities that are masked, `encoder` the senses."""
    find = cache(lambda text: finder.find(text, _LEARNED_ON))
    told = [Told((phrase.text,), phrase.code, phrase.language) for phrase in catalogue.phrases]
    classifier = train(
        _examples(told, find, catalogue.spellings),
        _lookups(catalogue, catalogue.spellings),
        progress,
        _RECIPE,
        None if encoder is None else senses_of(encoder, [phrase.text for phrase in catalogue.phrases]),
    )
    ordinary = ordinary_words(catalogue)
    if alarms is None:
        return Model(classifier, catalogue.spellings, ordinary)
    spellings = {**catalogue.spellings, **alarms.spellings}
    # What is no alarm is out of scope, so that the model of situations is the same kind of model.
    examples = _examples(alarm_examples(alarms, catalogue, _ALARM_RECIPE.seed), find, spellings)
    raiser = train(examples, _lookups(alarms, spellings), progress, _ALARM_RECIPE)
    if encoder is not None:
        progress("Learning the senses of alarms")
        raiser = _with_senses(raiser, alarms, encoder)
    return Model(classifier, catalogue.spellings, ordinary, raiser, spellings)


def _with_senses(raiser: Classifier, alarms: Catalogue, encoder: Encoder) -> Classifier:
    """The model with its second voice, learned from the phrases alone: company teaches the encoder nothing."""
    phrases = [phrase for phrase in alarms.phrases if FRAMED not in phrase.text]
    labels = np.array([raiser.codes.index(phrase.code) for phrase in phrases])
    senses = senses_of(encoder, [phrase.text for phrase in phrases])
    weights, bias = learn_weights(senses, labels, len(raiser.codes), _SENSE_RECIPE)
    return replace(raiser, sense=Sense(SENSE_SHARE * np.vstack([weights, bias]), raiser.scale))


def _examples(told: Sequence[Told], find: _Find, spellings: Mapping[str, str]) -> Examples:
    """The words of each message. A part stands in many: its entities are found once."""
    read = cache(lambda part: masked_words(part, find(part), spellings))
    return Examples(
        [[word for part in one.parts for word in read(part)] for one in told],
        [one.code for one in told],
        [one.language == "en" for one in told],
    )


def _lookups(catalogue: Catalogue, spellings: Mapping[str, str]) -> dict[str, list[list[str]]]:
    return {name: [words(text, spellings) for text in texts] for name, texts in catalogue.lookups.items()}
