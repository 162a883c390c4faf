"""Rasa as an engine, and Rasa as the second opinion of our own."""

from collections.abc import Sequence
from dataclasses import replace

from intents.contract import OUT_OF_SCOPE, EngineUnavailable, Interpreter, Prediction, Utterance
from intents.rasa.limits import ALTERNATIVES, DOUBT
from intents.rasa.listening import RasaEar

_DEMANDS = ("report.", "request.", "ask.")
"""What can be asked back about. Courtesies, opt-outs and emergencies are not: there our own engine has its say."""


class RasaInterpreter:
    """Understands by Rasa; while Rasa is away our own engine answers, unless `strict`."""

    def __init__(self, own: Interpreter, ear: RasaEar, *, strict: bool = False) -> None:
        self._own = own
        self._ear = ear
        self._strict = strict

    async def interpret(self, utterances: Sequence[Utterance]) -> list[Prediction]:
        """Raises EngineUnavailable only when `strict`."""
        own = await self._own.interpret(utterances)
        try:
            heard = await self._ear.hear(own)
        except EngineUnavailable:
            if self._strict:
                raise
            return own
        return [self._weigh(one, other) for one, other in zip(own, heard, strict=True)]

    def _weigh(self, one: Prediction, other: Prediction) -> Prediction:
        """Rasa's word, which has taken from ours what it does not tell itself."""
        return other


class BothInterpreter(RasaInterpreter):
    """Our own engine, checked by Rasa: what they disagree on is asked, and kept for teaching."""

    def _weigh(self, one: Prediction, other: Prediction) -> Prediction:
        return _checked(one, other)


def _checked(one: Prediction, other: Prediction) -> Prediction:
    """Our prediction; where they disagree on a demand, none is taken, and what each heard comes first to be offered."""
    offered = [code for code in (one.intent, other.intent) if _is_demand(code)]
    if one.intent == other.intent or not offered:
        return one
    kept = replace(one, second=(other.intent, other.confidence))
    if not (_is_demand(one.intent) or one.intent == OUT_OF_SCOPE):
        return kept
    alternatives = _doubted(offered, one, other)
    return replace(kept, intent=OUT_OF_SCOPE, confidence=alternatives[0][1], alternatives=alternatives)


def _is_demand(intent: str) -> bool:
    return intent.startswith(_DEMANDS)


def _doubted(offered: Sequence[str], one: Prediction, other: Prediction) -> tuple[tuple[str, float], ...]:
    """The opinions first, then our other alternatives, at half their confidence and in descending order."""
    shares = {code: max(_share(one, code), _share(other, code)) for code in offered}
    least = min(shares.values())
    others = [(code, min(share, least)) for code, share in one.alternatives if code not in shares]
    ranked = [*sorted(shares.items(), key=lambda item: -item[1]), *others][:ALTERNATIVES]
    return tuple((code, round(share * DOUBT, 4)) for code, share in ranked)


def _share(prediction: Prediction, code: str) -> float:
    return dict(prediction.alternatives).get(code, 0.0)
