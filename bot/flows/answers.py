"""Answers from the town's own data: opening hours, fees, documents, collection days. Then back to the question."""

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

COLLECTION = "ask.collection_days"
_MOST_PLACES, _MOST_DAYS, _MOST_CHOICES = 2, 3, 6
_WORD, _STEM = 4, 5


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
    if topic == "ask.fees":
        exchange.tell("fees.line", service=name, fee=exchange.town.fee_of(code, exchange.language))
    else:
        labels = [document.label(exchange.language) for document in exchange.town.documents_of(code)]
        key = "documents.line" if labels else "documents.none"
        exchange.tell(key, service=name, documents=join_all(labels, exchange.language))
    exchange.note("answered", code=topic)


def service_named(exchange: Exchange, heard: Heard) -> str | None:
    """The service whose name shares most words with the message; the interpreter's ranking breaks ties."""
    scores = dict(heard.prediction.alternatives)
    shared = {
        code: _shared_words(exchange, code, heard) + scores.get(code, 0.0)
        for code, row in exchange.town.catalogue.items()
        if row.is_service
    }
    best = max(shared, key=lambda code: shared[code], default=None)
    return best if best is not None and shared[best] >= 1 else None


def _shared_words(exchange: Exchange, code: str, heard: Heard) -> float:
    """The best share over languages; a name of many words needs more of them."""
    said = {word.folded[:_STEM] for word in heard.said.words if len(word.folded) >= _WORD}
    labels = [phrase.text for phrase in exchange.town.catalogue[code].labels.phrases.values()]
    names = [{word[:_STEM] for word in fold(label).split() if len(word) >= _WORD} for label in labels]
    return max((len(name & said) + len(name & said) / len(name) / 10 for name in names if name), default=0.0)


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
