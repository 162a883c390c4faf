"""Several matters in one message ("un trou au 12 ... et aussi un lampadaire au 20 ..."), told apart.

Each becomes a message of its own, so that the place of one is never filed with the other. A message is cut only
where its parts plainly name different services, or one more problem of the same kind at a place of its own ("et un
autre avenue Foch"); every other one stays whole.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice, pairwise

from bot.hearing import hear_words
from gazetteer.place_value import PlaceValue
from intents.contract import Prediction
from services.town.loading import Town
from services.words.said import Mention, Said

Predict = Callable[[Sequence[str]], Awaitable[list[Prediction]]]

_SENTENCE_END = re.compile(r"(?<![.!?;\n])[.!?;\n]+(?=\s)")
_SURE = 0.85
_MOST_PARTS, _LEAST_WORDS, _PAIR = 6, 2, 2
_PLACES = ("address", "intersection")


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the message; `is_more`: nothing but one more place, or so it begins."""

    said: Said
    is_more: bool


@dataclass(frozen=True, slots=True)
class _Matter:
    """One request of a message. `service` is set where its own words name none: "et un autre avenue Foch"."""

    text: str
    service: str | None = None


async def tell_apart(whole: Prediction, predict: Predict, town: Town, today: date) -> list[Prediction]:
    """The predictions of a message's matters, in order; the one given where there is only one."""
    said = hear_words(whole.text, whole, town.lexicon, today)
    parts = list(islice(_parts(said), _MOST_PARTS + 1))
    if not 1 < len(parts) <= _MOST_PARTS:
        return [whole]
    predictions = await predict([part.said.text.strip() for part in parts])
    matters = _matters(parts, [_service(prediction, town, today) for prediction in predictions])
    if len(matters) < 2:
        return [whole]
    told = await predict([matter.text for matter in matters])
    return [_of_service(prediction, matter.service) for prediction, matter in zip(told, matters, strict=True)]


def _of_service(prediction: Prediction, service: str | None) -> Prediction:
    return replace(prediction, intent=service, confidence=1.0) if service is not None else prediction


def _parts(said: Said) -> Iterator[_Part]:
    """The text cut at the ends of sentences, before "et aussi" and such, and before one more place."""
    more = set(_one_more_places(said)) if not said.has("between") else set()
    ends = {match.end() for match in _SENTENCE_END.finditer(said.text)} | more
    ends |= {said.words[first].start for group in ("also", "and") for first, _ in said.group_spans(group)}
    start = 0
    for end in sorted({*ends, len(said.text)}):
        if len(said.words_within(start, end)) >= _LEAST_WORDS or end == len(said.text):
            yield _Part(said.part(start, end), start in more)
            start = end


def _one_more_places(said: Said) -> Iterator[int]:
    """Where "et un autre au 5 avenue Foch" begins, which has nothing but its place; a list of doors too."""
    found = said.found(*_PLACES)
    for first, second in pairwise(found):
        between = said.part(first.end, second.start)
        is_listed = len(found) > _PAIR and between.is_wordless and "," in between.text
        if (_joins(between) and between.has("one_more")) or (
            (_joins(between) or is_listed) and _are_doors(first, second)
        ):
            yield first.end + between.words[0].start if between.words else second.start


def _joins(between: Said) -> bool:
    return bool(between.words) and not between.rest_without("one_more", "join", "at")


def _are_doors(first: Mention, second: Mention) -> bool:
    """Two house numbers are two places; two streets may be a crossing."""
    kept = [PlaceValue.read(str(mention.value)) for mention in (first, second) if mention.kind == "address"]
    return len(kept) == 2 and all(place is None or place.door for place in kept)


def _service(prediction: Prediction, town: Town, today: date) -> str | None:
    """The service a part plainly names."""
    said = hear_words(prediction.text, prediction, town.lexicon, today)
    topic = town.topic(said)
    if topic is not None:
        return topic if town.catalogue[topic].is_service else None
    is_service = prediction.intent.startswith(("report.", "request."))
    return prediction.intent if is_service and prediction.confidence >= _SURE else None


def _matters(parts: Sequence[_Part], services: Sequence[str | None]) -> list[_Matter]:
    """Parts joined again, each with the matter it belongs to."""
    matters: list[_Matter] = []
    current: str | None = None
    places: set[str] = set()
    for part, service in zip(parts, services, strict=True):
        text, own = part.said.text.strip(), {str(mention.value) for mention in part.said.found(*_PLACES)}
        is_elsewhere = bool(places) and bool(own - places)
        if is_elsewhere and current is not None and _is_one_more(part, service, current):
            matters.append(_Matter(text, current))
            places = own
            continue
        if not matters or (service is not None and current is not None and _is_another(part.said, service, current)):
            matters.append(_Matter(text))
            places = set()
        else:
            matters[-1] = replace(matters[-1], text=f"{matters[-1].text} {text}")
        current, places = service or current, places | own
    return matters


def _is_one_more(part: _Part, service: str | None, current: str) -> bool:
    """ "et un autre avenue Foch", "et un trou au 20": one more report of the same kind."""
    is_same = service == current and part.said.opens_with("one_more", "also")
    return current.startswith("report.") and (part.is_more or is_same)


def _is_another(part: Said, service: str, current: str) -> bool:
    """Two reports, or a part that says itself that it is one more; "c'est pour un passeport" is no matter."""
    are_reports = service.startswith("report.") and current.startswith("report.")
    return service != current and (are_reports or part.has("also", "wish", "addition"))
