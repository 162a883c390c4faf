"""The interpreter that runs in this process: the default engine, a millisecond per text and three in doubt."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from intents.alarms import hear_alarms, leaves_doubt, name_alarms
from intents.catalogue import load_catalogue
from intents.contract import Entity, Prediction, Utterance
from intents.entities.finding import EntityFinder
from intents.learning.alarm_phrases import load_alarm_phrases
from intents.learning.classifier import Hearing, Verdict
from intents.learning.model import Model, masked_words, ordinary_words, train_model
from intents.learning.model_cache import cached, fingerprint
from intents.learning.senses import Encoder, find_encoder, senses_of
from services.town.lessons import Lessons

WORDS_SUFFICE = 0.9
"""Confidence by the words alone from which the sense is not asked: it would change no answer worth its 3 ms."""

_SURE = 0.35
_PRIOR = 0.1


@dataclass(frozen=True, slots=True)
class _Read:
    """A text read by its words; its sense is asked with those of other texts."""

    utterance: Utterance
    entities: tuple[Entity, ...]
    heard: Hearing
    verdict: Verdict
    alarms: Hearing | None


class EmbeddedInterpreter:
    """Understands French and English by a linear classifier and hand-written grammars. Never raises."""

    def __init__(
        self,
        model: Model,
        finder: EntityFinder,
        today: Callable[[], date] = date.today,
        encoder: Encoder | None = None,
    ) -> None:
        """`today` serves utterances without a reference date, `encoder` the second voice of the alarms."""
        self._model = model
        self._finder = finder
        self._today = today
        self._encoder = encoder

    @property
    def parts(self) -> tuple[Model, EntityFinder]:
        """What classifies and what names things, to be measured apart."""
        return self._model, self._finder

    async def interpret(self, utterances: Sequence[Utterance]) -> list[Prediction]:
        read = []
        for utterance in utterances:
            read.append(self._read(utterance))
            await asyncio.sleep(0)  # a long text takes milliseconds: whoever else waits comes in between
        return self._conclude(read)

    def predict(self, utterance: Utterance) -> Prediction:
        """The prediction for one text; one without any known word or sign is out of scope without confidence."""
        return self._conclude([self._read(utterance)])[0]

    def _read(self, utterance: Utterance) -> _Read:
        text = utterance.text
        entities = self._finder.find(text, utterance.reference_date or self._today())
        words = masked_words(text, entities, self._model.spellings)
        heard = self._model.classifier.hear(words)
        verdict = self._model.classifier.judge(heard)
        return _Read(utterance, entities, heard, verdict, hear_alarms(self._model, text, entities))

    def _conclude(self, read: Sequence[_Read]) -> list[Prediction]:
        """The predictions; the senses of all texts in doubt are asked at once, which costs half as much."""
        senses = self._senses([one.utterance.text for one in read if self._leaves_doubt(one)])
        return [self._prediction(one, senses.get(one.utterance.text)) for one in read]

    def _leaves_doubt(self, read: _Read) -> bool:
        return _is_unsure(read) or leaves_doubt(self._model, read.alarms)

    def _senses(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        if self._encoder is None or not texts:
            return {}
        different = list(dict.fromkeys(texts))
        return dict(zip(different, senses_of(self._encoder, different), strict=True))

    def _prediction(self, read: _Read, sense: NDArray[np.float32] | None) -> Prediction:
        verdict = read.verdict
        if sense is not None and _is_unsure(read):
            verdict = self._model.classifier.judge(read.heard, sense)
        told = name_alarms(self._model, read.utterance.text, read.alarms, sense)
        return Prediction(
            text=read.utterance.text,
            intent=verdict.intent,
            confidence=verdict.confidence,
            language=language_of(verdict.language_score, read.utterance.language),
            alternatives=verdict.alternatives,
            entities=read.entities,
            alarms=told.alarms,
            alarm_chance=told.chance,
        )


def _is_unsure(read: _Read) -> bool:
    """The words are known and leave a doubt about the intent."""
    return read.heard.scores is not None and read.verdict.confidence < WORDS_SUFFICE


def language_of(score: float, hint: str | None) -> str:
    """ "en" or "fr" from the language score; a hint is left only on good evidence, so "ok" or "5" changes nothing."""
    if hint == "en":
        return "fr" if score < -_SURE else "en"
    if hint == "fr":
        return "en" if score > _SURE else "fr"
    return "en" if score > _PRIOR else "fr"


def load_or_train(
    lessons: Lessons,
    model_dir: Path,
    progress: Callable[[str], None] | None = None,
    *,
    today: Callable[[], date] = date.today,
) -> EmbeddedInterpreter:
    """The interpreter of a town; from `model_dir` when phrases, code and libraries are those it was made of.

    Raises kit.yaml_files.FileProblem for unusable phrases.
    """
    files, streets, marks = lessons.files, lessons.streets, lessons.marks

    def finder(ordinary: Iterable[str]) -> EntityFinder:
        return EntityFinder(streets, reference_prefix=marks.prefix, region=marks.country, ordinary=frozenset(ordinary))

    def make() -> Model:
        catalogue = load_catalogue(files)
        alarms = load_alarm_phrases(files)
        return train_model(catalogue, alarms, finder(ordinary_words(catalogue)), progress or _silent, encoder)

    encoder = find_encoder()
    model = cached(model_dir, fingerprint(files), make)
    return EmbeddedInterpreter(model, finder(model.ordinary), today, encoder)


def _silent(message: str) -> None:
    """Nobody watches."""
