"""Which service of the town a message is about, and what it names that the town knows nothing of."""

from collections.abc import Mapping

from bot.exchange import Exchange
from bot.hearing import Heard
from kit.text import fold
from services.declarations.declaration import Service

_WORD, _STEM = 4, 5
_COMPLETE, _NAMED, _LEAD = 0.3, 0.5, 0.15
_NOUN = 3
_TIMES = (
    "weekday",
    "day_part",
    "today",
    "tomorrow",
    "question",
    "price_noun",
    "asks_fees",
    "asks_documents",
    "asks_hours",
    "contact_point",
    "delay",
)


def service_named(exchange: Exchange, heard: Heard) -> str | None:
    """The service by one of its usual names, else the one whose official name a message shares most with."""
    if heard.topic is not None and exchange.town.catalogue[heard.topic].is_service:
        return heard.topic
    return exchange.town.topics.longest(heard.said)[1] or by_official_name(exchange, heard)


def by_official_name(exchange: Exchange, heard: Heard) -> str | None:
    """The service whose name shares most words; a word that many names have counts little.

    Services the assistant can file itself are preferred when two names are equally near.
    """
    said = {word.folded[:_STEM] for word in heard.said.words if len(word.folded) >= _WORD} - _common(exchange)
    names = {code: _stems(exchange, code) for code, row in exchange.town.catalogue.items() if row.is_service}
    scores = {code: _shared(said & stems, names) for code, stems in names.items()}
    ranked = sorted(
        ((score + _COMPLETE * (code in exchange.town.services), code) for code, score in scores.items() if score),
        reverse=True,
    )
    if not ranked or ranked[0][0] < _NAMED:
        return None
    is_clear = len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= _LEAD
    return ranked[0][1] if is_clear else None


def names_unknown(exchange: Exchange, heard: Heard) -> bool:
    """Whether a message names something after "le", "pour un" and such that nothing here is called by."""
    said, town = heard.said, exchange.town
    flow = exchange.state.flow
    own = _flow_words(town.services[flow.code]) if flow is not None else frozenset()
    common = _common(exchange) | own | {name[:_STEM] for name in town.lexicon.numbers}
    timed = {at for group in _TIMES for span in said.group_spans(group) for at in range(*span)}
    nouns = {end for _, end in said.group_spans("article") if end < len(said.words)} - timed
    words = (said.words[at] for at in nouns if not said.is_recognised(at))
    return any(len(word.folded) >= _NOUN and word.folded[:_STEM] not in common for word in words)


def _flow_words(service: Service) -> frozenset[str]:
    """The beginnings of all words that the service under way speaks with."""
    fields = service.fields
    terms = [word for field in fields for kind in (field.named, field.units) for word in kind.everywhere()]
    labels = [field.label for field in fields] + [choice.label for field in fields for choice in field.choices]
    terms += [text for label in (service.names, *labels) for text in label.everywhere()]
    return frozenset(word[:_STEM] for term in terms for word in fold(term).split())


def _common(exchange: Exchange) -> set[str]:
    """The beginnings of words that say nothing of the service: function words, "carte", "inscription"."""
    generic = exchange.town.topics.generic.everywhere()
    return _small_words(exchange) | {word[:_STEM] for term in generic for word in fold(term).split()}


def _small_words(exchange: Exchange) -> set[str]:
    return {word[:_STEM] for word in exchange.town.lexicon.function_words}


def _stems(exchange: Exchange, code: str) -> frozenset[str]:
    """The beginnings of the words of a service's name, in every language."""
    labels = exchange.town.catalogue[code].labels.everywhere()
    return frozenset(word[:_STEM] for label in labels for word in fold(label).split() if len(word) >= _WORD)


def _shared(stems: frozenset[str] | set[str], names: Mapping[str, frozenset[str]]) -> float:
    return sum(1 / sum(stem in name for name in names.values()) for stem in stems)
