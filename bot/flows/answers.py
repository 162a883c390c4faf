"""Answers from the town's own data: opening hours, fees, documents, collection days. Then back to the question."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.contract import FindAddress
from bot.dialogue_state import Offered, Question
from bot.exchange import Exchange
from bot.flows.human import offer
from bot.flows.picking import picked
from bot.flows.questions_asked import SERVICE
from bot.hearing import Heard
from kit.address_match import AddressMatch
from kit.formats import day_and_month, join_all
from kit.text import fold
from services.hours import OpenPlace
from services.reading import positive

DELAY = "delay"
COLLECTION = "ask.collection_days"
_MOST_PLACES, _MOST_DAYS, _MOST_CHOICES = 2, 3, 6
_WORD, _STEM = 4, 5
_LIKELY = 0.75
_COMPLETE, _NAMED, _LEAD = 0.3, 0.5, 0.15


def hear_likely(exchange: Exchange, heard: Heard) -> bool:
    """The same for a message that is no plain question, if the interpreter is certain enough."""
    if exchange.state.flow is not None and not heard.asks_the_town:
        return False
    return heard.prediction.confidence >= _LIKELY and hear(exchange, heard)


def hear(exchange: Exchange, heard: Heard) -> bool:
    """Answers a question of fact; False when the message asks none."""
    if heard.intent == "ask.opening_hours":
        _opening_hours(exchange, heard)
    elif heard.intent in {"ask.fees", "ask.documents_needed"}:
        _about_service(exchange, heard, heard.intent)
    elif heard.intent == COLLECTION:
        _collection_days(exchange, heard)
    elif heard.intent == "ask.pay_invoice":
        offer(exchange, "unsupported.dialogue", topic=exchange.town.service_name(heard.intent, exchange.language))
    else:
        return False
    return True


# --- opening hours ---


def _opening_hours(exchange: Exchange, heard: Heard) -> None:
    """Of the places named, else of the town hall."""
    places = exchange.town.opening.named_in(heard.said.text) or (exchange.town.reception,)
    for place in places[:_MOST_PLACES]:
        exchange.tell_text("\n".join(_hours(exchange, heard, place)))
    exchange.note("answered", code="ask.opening_hours")


def _hours(exchange: Exchange, heard: Heard, place: OpenPlace) -> list[str]:
    """The days asked about, else today and the usual week; short channels get the week only."""
    opening, language, zone = exchange.town.opening, exchange.language, exchange.town.city.timezone
    days = _days(exchange, heard)
    told = [(day_and_month(day, language), opening.day(place, day, language)) for day in days]
    if not days:
        told = opening.week(place, language)
    lines = [exchange.words("hours.line", days=_capital(label), hours=hours) for label, hours in told]
    if not days or exchange.today in days:
        lines.append(opening.now(place, exchange.facts.now, language, zone))
    name = place.name(language) if exchange.short else opening.contact(place, language)
    note = [place.note.on(language)] if place.note is not None else []
    return [exchange.words("hours.place", place=name), *lines, *note]


def _days(exchange: Exchange, heard: Heard) -> list[date]:
    found = [date.fromisoformat(str(mention.value)[:10]) for mention in heard.said.found("date")]
    if heard.said.has("today"):
        found.append(exchange.today)
    if heard.said.is_only("tomorrow") or (heard.said.has("tomorrow") and not found):
        found.append(exchange.today + timedelta(days=1))
    return sorted(set(found))[:_MOST_DAYS]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- fees and documents ---


def _about_service(exchange: Exchange, heard: Heard, topic: str) -> None:
    if heard.said.has("delay"):
        topic = DELAY
    other = exchange.town.fees.named_in(heard.said.text) if topic == "ask.fees" else None
    code = service_named(exchange, heard)
    if other is not None and code is None:
        lines = [other.names.on(exchange.language), *exchange.town.fees.lines(other, exchange.language)]
        exchange.tell_text("\n".join(lines))
        exchange.note("answered", code=topic)
        return
    flow = exchange.state.flow
    code = code or (flow.code if flow else None)
    if code is None:
        _ask_service(exchange, topic)
    else:
        tell_about(exchange, code, topic)


def _ask_service(exchange: Exchange, topic: str) -> None:
    codes = [code for code in exchange.town.services if code.startswith("request.")][:_MOST_CHOICES]
    offered = tuple(Offered(exchange.town.service_name(code, exchange.language), code) for code in codes)
    exchange.pose(Question(SERVICE, topic, offered), exchange.words("service.ask"))


def hear_service(exchange: Exchange, question: Question, heard: Heard) -> bool:
    """The service that was asked for."""
    code = picked(question, heard) or service_named(exchange, heard)
    if code is None and heard.is_service:
        code = heard.intent
    if code is None:
        return False
    tell_about(exchange, code, question.purpose)
    return True


def tell_about(exchange: Exchange, code: str, topic: str) -> None:
    """The fee of a service, or the documents to have ready."""
    name = exchange.town.service_name(code, exchange.language)
    if topic == DELAY:
        _tell_delay(exchange, code, name)
        return
    if topic == "ask.fees":
        exchange.tell("fees.line", service=name, fee=exchange.town.fee_of(code, exchange.language))
    else:
        labels = [document.label(exchange.language) for document in exchange.town.documents_of(code)]
        key = "documents.line" if labels else "documents.none"
        exchange.tell(key, service=name, documents=join_all(labels, exchange.language))
    exchange.note("answered", code=topic)


def _tell_delay(exchange: Exchange, code: str, name: str) -> None:
    days = exchange.town.catalogue[code].target_days
    if days is not None:
        exchange.tell("delay.line", service=name, count=days)


def service_named(exchange: Exchange, heard: Heard) -> str | None:
    """The service whose name a message shares most with; a word that many names have counts little.

    Services the assistant can file itself are preferred when two names are equally near.
    """
    said = {word.folded[:_STEM] for word in heard.said.words if len(word.folded) >= _WORD} - _small_words(exchange)
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


def _small_words(exchange: Exchange) -> set[str]:
    return {word[:_STEM] for own in exchange.town.lexicon.languages.values() for word in own.function_words}


def _stems(exchange: Exchange, code: str) -> frozenset[str]:
    """The beginnings of the words of a service's name, in every language."""
    labels = [phrase.text for phrase in exchange.town.catalogue[code].labels.phrases.values()]
    return frozenset(word[:_STEM] for label in labels for word in fold(label).split() if len(word) >= _WORD)


def _shared(stems: frozenset[str] | set[str], names: Mapping[str, frozenset[str]]) -> float:
    return sum(1 / sum(stem in name for name in names.values()) for stem in stems)


# --- collection days ---


def _collection_days(exchange: Exchange, heard: Heard) -> None:
    if not hear_collection_address(exchange, heard):
        exchange.pose(Question("address", COLLECTION), exchange.words("collection.ask"))


def hear_collection_address(exchange: Exchange, heard: Heard) -> bool:
    """The days of the street named; False when the message names none."""
    mentions = positive(heard.said, heard.said.found("address"))
    text = str(mentions[-1].value) if mentions else heard.said.text
    match: AddressMatch = exchange.fact(FindAddress(text))
    if not match.known or not match.entity:
        return False
    street = match.entity.partition("|")[2]
    sector = exchange.town.collections.sector_of(street)
    if sector is None:
        exchange.tell("collection.unknown", street=street)
    else:
        days = exchange.town.collections.lines(sector, exchange.language)
        lines = [exchange.words("hours.line", days=bin_, hours=told) for bin_, told in days]
        exchange.tell_text("\n".join([exchange.words("hours.place", place=street), *lines]))
        exchange.tell_text(exchange.town.collections.advice.on(exchange.language, exchange.short))
    exchange.note("answered", code=COLLECTION)
    return True
