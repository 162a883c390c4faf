"""A town's understanding, trained: the classifier with what prepares a text for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from intents.catalogue import Catalogue
from intents.classifier import Classifier
from intents.contract import Entity
from intents.entities import EntityFinder
from intents.normalise import MAX_CHARACTERS, words
from intents.training import Examples, Progress, train

_MASKED = frozenset("address intersection date time phone email plate money person case_reference".split())
_LEARNED_ON = date(2026, 1, 1)
"""What "demain" counts from while learning; the classifier only sees that a date is named, never which."""


@dataclass(frozen=True, slots=True)
class Model:
    """The classifier, how the town's residents abbreviate, and the words they use in small letters."""

    classifier: Classifier
    spellings: Mapping[str, str]
    ordinary: frozenset[str]


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


def train_model(catalogue: Catalogue, finder: EntityFinder, progress: Progress) -> Model:
    """Learns the town's phrases. `finder` tells the entities that are masked."""
    examples = Examples(
        [_prepared(phrase.text, finder, catalogue.spellings) for phrase in catalogue.phrases],
        [phrase.code for phrase in catalogue.phrases],
        [phrase.language == "en" for phrase in catalogue.phrases],
    )
    lookups = {name: [words(text, catalogue.spellings) for text in texts] for name, texts in catalogue.lookups.items()}
    return Model(train(examples, lookups, progress), catalogue.spellings, ordinary_words(catalogue))


def _prepared(text: str, finder: EntityFinder, spellings: Mapping[str, str]) -> list[str]:
    return masked_words(text, finder.find(text, _LEARNED_ON), spellings)
