"""A town's understanding, trained: the classifier with what prepares a text for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from intents.catalogue import Catalogue, Phrase
from intents.contract import Entity
from intents.entities.finding import EntityFinder
from intents.learning.alarm_examples import FRAMED, alarm_examples
from intents.learning.classifier import Classifier
from intents.learning.senses import SENSE_SHARE, Encoder, senses_of
from intents.learning.training import Examples, Progress, Recipe, learn_weights, train
from intents.normalise import MAX_CHARACTERS, words

_MASKED = frozenset("address intersection date time phone email plate money person case_reference".split())
_LEARNED_ON = date(2026, 1, 1)
"""What "demain" counts from while learning; the classifier only sees that a date is named, never which."""

_ALARM_RECIPE = Recipe(softness=0.3, copies=0)
"""Chosen on phrases held back; company takes the place of copies with slips."""

_SENSE_RECIPE = Recipe(softness=1.0, copies=0)


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
    """Words that phrases or lists use in small letters: no names of persons."""
    small = [
        word
        for text in (*(phrase.text for phrase in catalogue.phrases), *_expressions(catalogue))
        for word in text.replace("'", " ").replace("-", " ").split()
        if word[:1].islower() and "@" not in word
    ]
    return frozenset(plain for word in small for plain in words(word, {}))


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
    classifier = train(
        _examples(catalogue.phrases, finder, catalogue.spellings), _lookups(catalogue, catalogue.spellings), progress
    )
    ordinary = ordinary_words(catalogue)
    if alarms is None:
        return Model(classifier, catalogue.spellings, ordinary)
    spellings = {**catalogue.spellings, **alarms.spellings}
    raiser = _train_alarms(alarms, catalogue, finder, spellings, progress)
    if encoder is not None:
        progress("Learning the senses of alarms")
        raiser = _with_senses(raiser, alarms, encoder)
    return Model(classifier, catalogue.spellings, ordinary, raiser, spellings)


def _train_alarms(
    alarms: Catalogue, catalogue: Catalogue, finder: EntityFinder, spellings: Mapping[str, str], progress: Progress
) -> Classifier:
    """The model of situations; what is no alarm is out of scope, so that it is the same kind of model."""
    phrases = alarm_examples(alarms, catalogue, _ALARM_RECIPE.seed)
    examples = _examples(phrases, finder, spellings)
    return train(examples, _lookups(alarms, spellings), progress, _ALARM_RECIPE)


def _with_senses(raiser: Classifier, alarms: Catalogue, encoder: Encoder) -> Classifier:
    """The model with its second voice, learned from the phrases alone: company teaches the encoder nothing."""
    phrases = [phrase for phrase in alarms.phrases if FRAMED not in phrase.text]
    labels = np.array([raiser.codes.index(phrase.code) for phrase in phrases])
    senses = senses_of(encoder, [phrase.text for phrase in phrases])
    weights, bias = learn_weights(senses, labels, len(raiser.codes), _SENSE_RECIPE)
    return replace(raiser, sense=SENSE_SHARE * np.vstack([weights, bias]))


def _examples(phrases: Sequence[Phrase], finder: EntityFinder, spellings: Mapping[str, str]) -> Examples:
    return Examples(
        [_prepared(phrase.text, finder, spellings) for phrase in phrases],
        [phrase.code for phrase in phrases],
        [phrase.language == "en" for phrase in phrases],
    )


def _lookups(catalogue: Catalogue, spellings: Mapping[str, str]) -> dict[str, list[list[str]]]:
    return {name: [words(text, spellings) for text in texts] for name, texts in catalogue.lookups.items()}


def _prepared(text: str, finder: EntityFinder, spellings: Mapping[str, str]) -> list[str]:
    return masked_words(text, finder.find(text, _LEARNED_ON), spellings)
