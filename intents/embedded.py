"""The interpreter that runs in this process: the default engine, a millisecond per text and three in doubt."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from intents.alarms import find_alarms
from intents.catalogue import load_catalogue
from intents.contract import Prediction, Utterance
from intents.entities.finding import EntityFinder
from intents.learning.alarm_phrases import load_alarm_phrases
from intents.learning.classifier import Verdict
from intents.learning.model import Model, masked_words, ordinary_words, train_model
from intents.learning.model_cache import cached, fingerprint
from intents.learning.senses import AskSense, Encoder, find_encoder, sense_when_asked
from services.town.lessons import Lessons

WORDS_SUFFICE = 0.9
"""Confidence by the words alone from which the sense is not asked: it would change no answer worth its 3 ms."""

_SURE = 0.35
_PRIOR = 0.1


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
        found = []
        for utterance in utterances:
            found.append(self.predict(utterance))
            await asyncio.sleep(0)  # a long text takes milliseconds: whoever else waits comes in between
        return found

    def predict(self, utterance: Utterance) -> Prediction:
        """The prediction for one text; one without any known word or sign is out of scope without confidence."""
        entities = self._finder.find(utterance.text, utterance.reference_date or self._today())
        sense = sense_when_asked(self._encoder, utterance.text)
        heard = find_alarms(self._model, utterance.text, entities, sense)
        verdict = self._judge(masked_words(utterance.text, entities, self._model.spellings), sense)
        return Prediction(
            text=utterance.text,
            intent=verdict.intent,
            confidence=verdict.confidence,
            language=language_of(verdict.language_score, utterance.language),
            alternatives=verdict.alternatives,
            entities=entities,
            alarms=heard.alarms,
            alarm_chance=heard.chance,
        )

    def _judge(self, words: Sequence[str], sense: AskSense | None) -> Verdict:
        """The verdict by the words; where they leave a doubt, by the sense as well."""
        verdict = self._model.classifier.judge(words)
        if sense is None or not words or verdict.confidence >= WORDS_SUFFICE:
            return verdict
        return self._model.classifier.judge(words, sense())


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
