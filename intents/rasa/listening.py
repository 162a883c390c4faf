"""How a text is handed to Rasa, in training and afterwards alike, and which of its answers count.

Names, addresses, dates, numbers and references are replaced by their kind ("@address"), abbreviations are written out,
case and accents dropped: what identifies a resident does not leave this process, and both engines hear the same words.
Nothing of Rasa's own notation ("/intent", "[word](entity)") survives it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from intents.contract import OUT_OF_SCOPE, Entity, Prediction
from intents.learning.model import masked_words
from intents.rasa.limits import ALTERNATIVES, REFUSED_BELOW
from intents.rasa.server import FALLBACK, Ranking, RasaServer


def text_for_rasa(text: str, entities: Sequence[Entity], spellings: Mapping[str, str]) -> str:
    """The words of a text as Rasa hears them."""
    return " ".join(masked_words(text, entities, spellings))


@dataclass(frozen=True, slots=True)
class RasaEar:
    """Rasa's word on predictions of our own engine: its codes, our entities, language and alarms.

    `codes` are those of the town: a model learned from other phrases may name more. `spellings` write abbreviations
    out.
    """

    server: RasaServer
    codes: frozenset[str]
    spellings: Mapping[str, str]

    async def hear(self, own: Sequence[Prediction]) -> list[Prediction]:
        """One prediction for each of ours, in order. Raises EngineUnavailable."""
        texts = [text_for_rasa(one.text, one.entities, self.spellings) for one in own]
        rankings = iter(await self.server.parse([text for text in texts if text]))
        return [self._prediction(next(rankings) if text else [], one) for text, one in zip(texts, own, strict=True)]

    def _prediction(self, ranking: Ranking, own: Prediction) -> Prediction:
        """Rasa's fallback, an unknown code in front and an empty text are out of scope."""
        known = [item for item in ranking if item[0] in self.codes and item[0] not in (OUT_OF_SCOPE, FALLBACK)]
        codes = tuple(known[:ALTERNATIVES])
        refused = not codes or ranking[0] != codes[0] or codes[0][1] < REFUSED_BELOW
        return replace(
            own,
            intent=OUT_OF_SCOPE if refused else codes[0][0],
            confidence=codes[0][1] if codes else 0.0,
            alternatives=codes,
        )
