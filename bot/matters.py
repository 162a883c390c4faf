"""Several matters in one message ("un trou au 12 ... et aussi un lampadaire au 20 ..."), told apart.

Each becomes a message of its own, so that the place of one is never filed with the other. A message is cut only
where its parts plainly name different services; every other one stays whole.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date

from bot.hearing import hear_words
from intents.contract import Prediction
from services.said import Said, clean
from services.town import Town

Predict = Callable[[Sequence[str]], Awaitable[list[Prediction]]]

_SENTENCE_END = re.compile(r"[.!?;\n]+(?=\s)")
_SURE = 0.85
_MOST_PARTS, _LEAST_WORDS = 6, 2


async def tell_apart(whole: Prediction, predict: Predict, town: Town, today: date) -> list[Prediction]:
    """The predictions of a message's matters, in order; the one given where there is only one."""
    said = hear_words(whole.text, whole, town.lexicon, today)
    parts = list(_parts(said))
    if not 1 < len(parts) <= _MOST_PARTS:
        return [whole]
    predictions = await predict(parts)
    matters = _matters(parts, [_service(prediction, town, today) for prediction in predictions], said)
    return await predict(matters) if len(matters) > 1 else [whole]


def _parts(said: Said) -> Iterator[str]:
    """The text cut at the ends of sentences and before "et aussi" and such."""
    ends = {match.end() for match in _SENTENCE_END.finditer(said.text)}
    ends |= {said.words[first].start for group in ("also", "and") for first, _ in said.group_spans(group)}
    start = 0
    for end in sorted({*ends, len(said.text)}):
        if len(said.part(start, end).words) >= _LEAST_WORDS or end == len(said.text):
            yield said.text[start:end].strip()
            start = end


def _service(prediction: Prediction, town: Town, today: date) -> str | None:
    """The service a part plainly names."""
    said = hear_words(prediction.text, prediction, town.lexicon, today)
    topic = town.topic(said)
    if topic is not None:
        return topic if town.catalogue[topic].is_service else None
    is_service = prediction.intent.startswith(("report.", "request."))
    return prediction.intent if is_service and prediction.confidence >= _SURE else None


def _matters(parts: Sequence[str], services: Sequence[str | None], said: Said) -> list[str]:
    """Parts joined again, each with the matter it belongs to."""
    matters: list[str] = []
    current: str | None = None
    for text, service in zip(parts, services, strict=True):
        if matters and (service is None or current is None or not _is_another(text, service, current, said)):
            matters[-1] = f"{matters[-1]} {text}"
        else:
            matters.append(text)
        current = service or current
    return matters


def _is_another(text: str, service: str, current: str, said: Said) -> bool:
    """Two reports, or a part that says itself that it is one more; "c'est pour un passeport" is no matter."""
    part = Said(clean(text), (), said.lexicon, said.today)
    are_reports = service.startswith("report.") and current.startswith("report.")
    return service != current and (are_reports or part.has("also", "wish", "addition"))
