"""The second voice of the alarm model: asked in doubt, missed by nobody where it is not installed."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from intents.catalogue import load_catalogue
from intents.contract import Prediction, Utterance
from intents.embedded import EmbeddedInterpreter
from intents.entities.finding import EntityFinder
from intents.learning.alarm_phrases import load_alarm_phrases
from intents.learning.model import Model, train_model
from intents.learning.model_cache import cached
from intents.learning.senses import Encoder, Senses
from intents.normalise import MAX_CHARACTERS
from services.files.product import learned_from

_ALARMS = """version: "3.1"
nlu:
- intent: fire
  examples: |
    - la maison brûle
    - il y a le feu chez moi
    - des flammes sortent du toit
    - ma cuisine est en feu
- intent: harmless
  examples: |
    - le feu rouge est en panne
    - un feu d'artifice ce soir
    - la soirée était en feu
    - il est tout feu tout flamme
"""


class LetterEncoder:
    """Counts letters, and how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: list[str]) -> Senses:
        self.asked += texts
        counts = np.array([[text.count(letter) + 0.1 for letter in "aefghilmnorstu"] for text in texts])
        return np.asarray(counts / np.linalg.norm(counts, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture
def burning_town(small_town: Path) -> Path:
    """The small town with four phrases of fire and four that only sound so."""
    (small_town / "alarms" / "fr").mkdir(parents=True)
    (small_town / "alarms" / "fr" / "phrases.yml").write_text(_ALARMS, "utf-8")
    (small_town / "emergency.yaml").write_text("- code: fire\n", "utf-8")
    return small_town


def learn(town: Path, encoder: Encoder | None) -> Model:
    files = learned_from(town)
    return train_model(load_catalogue(files), load_alarm_phrases(files), _finder(), lambda said: None, encoder)


def _finder() -> EntityFinder:
    return EntityFinder((), reference_prefix="MTL", region="FR", ordinary=frozenset())


def predict(model: Model, encoder: Encoder | None, text: str) -> Prediction:
    interpreter = EmbeddedInterpreter(model, _finder(), lambda: date(2026, 11, 30), encoder)
    return interpreter.predict(Utterance(text, "fr"))


def test_without_the_encoder_alarms_are_heard_by_their_words(burning_town: Path) -> None:
    model = learn(burning_town, None)
    heard = predict(model, None, "la maison de ma voisine brûle")
    assert heard.alarms[0].situation == "fire"
    assert heard.alarm_chance is not None
    assert heard.alarm_chance > 0.5
    assert predict(model, LetterEncoder(), "la maison de ma voisine brûle") == heard


def test_the_sense_adds_to_what_the_words_say(burning_town: Path) -> None:
    encoder = LetterEncoder()
    model = learn(burning_town, encoder)
    with_sense, by_words = (predict(model, voice, "les flammes du toit") for voice in (encoder, None))
    assert with_sense.alarm_chance != by_words.alarm_chance


def test_the_encoder_is_asked_in_doubt_only(burning_town: Path) -> None:
    encoder = LetterEncoder()
    model = learn(burning_town, encoder)
    encoder.asked.clear()
    predict(model, encoder, "")
    assert encoder.asked == []
    predict(model, encoder, "il y a le feu")
    assert encoder.asked == ["il y a le feu"]


def test_only_the_beginning_of_a_long_text_is_encoded(burning_town: Path) -> None:
    encoder = LetterEncoder()
    model = learn(burning_town, encoder)
    encoder.asked.clear()
    predict(model, encoder, "la maison brûle " * 400)
    assert [len(text) for text in encoder.asked] == [MAX_CHARACTERS]


def test_a_text_not_read_to_its_end_is_not_called_harmless(burning_town: Path) -> None:
    model = learn(burning_town, None)
    short = predict(model, None, "le feu rouge est en panne")
    assert short.alarm_chance is not None
    assert predict(model, None, "le feu rouge est en panne " * 40).alarm_chance is None


def test_a_kept_model_keeps_its_sense(burning_town: Path, tmp_path: Path) -> None:
    encoder = LetterEncoder()
    fresh = learn(burning_town, encoder)
    cached(tmp_path / "models", "one", lambda: fresh)
    kept = cached(tmp_path / "models", "one", lambda: pytest.fail("the kept model was not read"))
    for said in ("la maison brûle", "le feu rouge", "les flammes du toit"):
        assert predict(kept, encoder, said) == predict(fresh, encoder, said)


def test_a_town_without_alarms_hears_none_and_says_so(small_town: Path) -> None:
    heard = predict(learn(small_town, LetterEncoder()), None, "la maison brûle")
    assert (heard.alarms, heard.alarm_chance) == ((), None)
