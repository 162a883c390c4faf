"""Answers from the town's own data: opening hours, fees, documents, collection days. Then back to the question."""

from bot.dialogue_state import SERVICE, Offered, Question
from bot.exchange import Exchange
from bot.flows.document_words import document_name, document_rule
from bot.flows.naming import by_official_name, names_unknown, service_named
from bot.flows.people.human import offer_to_town_hall, team_values
from bot.flows.town.not_offered import tell_not_offered
from bot.flows.town.opening import OPENING_HOURS, hear_place, tell_hours
from bot.hearing import Heard
from bot.queries import FindAddress
from bot.reading.picking import picked
from bot.reading.sense import DELAY
from gazetteer.address_match import AddressMatch
from gazetteer.place_value import PlaceValue
from kit.formats import join_all
from kit.phones import format_phone
from kit.text import capitalised
from services.kinds.reading import positive
from services.words.topics import Elsewhere

COLLECTION = "ask.collection_days"
_MOST_CHOICES, _MOST_SERVICES = 6, 3
_LIKELY, _NAMED = 0.75, 0.5
"""How certain of a question the interpreter must be; less where a service is named."""


def hear_likely(exchange: Exchange, heard: Heard) -> bool:
    """The same for a message that is no plain question, if the interpreter is certain enough."""
    if exchange.state.flow is not None and not heard.asks_the_town:
        return False
    if _is_likely(exchange, heard) and hear_question(exchange, heard):
        return True
    return hear_place(exchange, heard)


def _is_likely(exchange: Exchange, heard: Heard) -> bool:
    """Certain enough; a service named asks for its fee or its papers sooner, and for hours only in so many words."""
    named = service_named(exchange, heard) is not None
    if named and heard.asks == OPENING_HOURS and not heard.said.has("asks_hours"):
        return False
    is_of_service = named and heard.asks != OPENING_HOURS
    return heard.prediction.confidence >= (_NAMED if is_of_service else _LIKELY)


def hear_question(exchange: Exchange, heard: Heard) -> bool:
    """Answers a question of fact; False when the message asks none."""
    topic = heard.asks
    if topic == OPENING_HOURS:
        tell_hours(exchange, heard)
    elif topic == DELAY:
        return _hear_delay(exchange, heard)
    elif topic in {"ask.fees", "ask.documents_needed"}:
        _about_service(exchange, heard, topic)
    elif topic == COLLECTION:
        return _hear_collection(exchange, heard)
    elif topic == "ask.pay_invoice":
        offer_to_town_hall(exchange, exchange.town.service_name(topic, exchange.language))
    else:
        return False
    return True


def _about_service(exchange: Exchange, heard: Heard, topic: str) -> None:
    """Of the service named; of the one under way, or last spoken of, when nothing is named."""
    if heard.said.has("delay"):
        topic = DELAY
    length, code = exchange.town.topics.longest(heard.said)
    other_length, other = exchange.town.fees.longest(heard.said.text) if topic == "ask.fees" else (0, None)
    if other is not None and other_length >= length:
        lines = [other.names.on(exchange.language), *exchange.town.fees.lines(other, exchange.language)]
        exchange.tell_text("\n".join(lines))
        exchange.note("answered", code=topic)
        return
    if heard.elsewhere is not None:
        _about_elsewhere(exchange, heard.elsewhere, topic)
        return
    several = exchange.town.topics.services_in(heard.said)
    if len(several) > 1:
        for named in several[:_MOST_SERVICES]:
            tell_about(exchange, named, topic)
        return
    code = code or by_official_name(exchange, heard)
    if code is None and names_unknown(exchange, heard):
        exchange.tell(f"{topic.removeprefix('ask.')}.unknown", phone=_phone(exchange))
        return
    code = code or _spoken_of(exchange)
    if code is None:
        _ask_service(exchange, topic)
        return
    if topic == DELAY and heard.said.has("asks_fees", "price_noun"):
        tell_about(exchange, code, "ask.fees")
    tell_about(exchange, code, topic)


def _about_elsewhere(exchange: Exchange, elsewhere: Elsewhere, topic: str) -> None:
    """What is no service of the catalogue: its papers are known to its team, its fee to the town hall."""
    if elsewhere.told is not None:
        exchange.tell_elsewhere(elsewhere)
    elif topic == "ask.documents_needed" and elsewhere.team is not None:
        _tell_no_list(exchange, elsewhere.label.on(exchange.language), elsewhere.team)
    else:
        exchange.tell(f"{topic.removeprefix('ask.')}.unknown", phone=_phone(exchange))


def _hear_delay(exchange: Exchange, heard: Heard) -> bool:
    """ "how long does it take?" by its words alone: only of a service that is known."""
    code = service_named(exchange, heard) or _spoken_of(exchange)
    if code is None or names_unknown(exchange, heard):
        return False
    if heard.said.has("asks_fees", "price_noun"):
        tell_about(exchange, code, "ask.fees")
    tell_about(exchange, code, DELAY)
    return True


def _spoken_of(exchange: Exchange) -> str | None:
    flow = exchange.state.flow
    return flow.code if flow else exchange.state.spoken_of


def _phone(exchange: Exchange) -> str:
    return format_phone(exchange.town.reception.phone, exchange.language)


def _ask_service(exchange: Exchange, topic: str) -> None:
    codes = [service.code for service in exchange.town.common_services("request")][:_MOST_CHOICES]
    offered = tuple(Offered(exchange.town.service_name(code, exchange.language), code) for code in codes)
    exchange.pose(Question(SERVICE, topic, offered), exchange.words("service.ask"))


def hear_service(exchange: Exchange, question: Question, heard: Heard) -> bool:
    """The service that was asked for."""
    code = picked(question, heard.said) or service_named(exchange, heard)
    if code is None and heard.is_service:
        code = heard.intent
    if code is None:
        return False
    tell_about(exchange, code, question.purpose)
    return True


def tell_about(exchange: Exchange, code: str, topic: str) -> None:
    """The fee of a service, or the documents to have ready."""
    if tell_not_offered(exchange, code):
        return
    name = exchange.town.service_name(code, exchange.language)
    exchange.state.spoken_of, exchange.state.hours_of = code, None
    if topic == DELAY:
        _tell_delay(exchange, code, name)
        return
    if topic == "ask.fees":
        exchange.tell(_fee_key(exchange, code), service=name, fee=exchange.town.fee_of(code, exchange.language))
    else:
        _tell_documents(exchange, code, name)
    exchange.note("answered", code=topic)


def _fee_key(exchange: Exchange, code: str) -> str:
    """A report costs nothing to make; what its repair costs is not said."""
    row = exchange.town.catalogue[code]
    if row.fee_cents == "varies":
        return "fees.varies"
    return "fees.report" if row.kind == "report" and not row.fee_cents else "fees.line"


def _tell_documents(exchange: Exchange, code: str, name: str) -> None:
    service = exchange.town.services.get(code)
    if service is not None and service.papers is not None:
        exchange.tell_text(service.papers.on(exchange.language, exchange.short))
        return
    codes = exchange.town.catalogue[code].documents
    labels = [f"{document_name(exchange, document)}{document_rule(exchange, document)}" for document in codes]
    team = exchange.town.team_of(code)
    if not labels and code not in exchange.town.services and team is not None:
        _tell_no_list(exchange, name, team.code)
        return
    key = "documents.line" if labels else "documents.none"
    exchange.tell(key, service=name, documents=join_all(labels, exchange.language))


def _tell_no_list(exchange: Exchange, name: str, team: str) -> None:
    exchange.tell("documents.unknown", service=name, **team_values(exchange, exchange.town.teams[team]))


def _tell_delay(exchange: Exchange, code: str, name: str) -> None:
    days = exchange.town.catalogue[code].target_days
    if days is not None:
        exchange.tell("delay.line", service=name, count=days)


def _hear_collection(exchange: Exchange, heard: Heard) -> bool:
    """Of bins; "le marché c'est quand" names a place that opens."""
    if not heard.said.found("address") and hear_place(exchange, heard):
        return True
    _collection_days(exchange, heard)
    return True


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
    kept = PlaceValue.read(match.entity)
    street = kept.street if kept else match.label
    sector = exchange.town.collections.sector_of(street)
    if sector is None:
        exchange.tell("collection.unknown", street=street)
    else:
        days = exchange.town.collections.lines(sector, exchange.language)
        lines = [exchange.words("hours.line", days=bin_, hours=told) for bin_, told in days]
        exchange.tell_text("\n".join([exchange.words("hours.place", place=capitalised(street)), *lines]))
        exchange.tell_text(exchange.town.collections.advice.on(exchange.language, exchange.short))
    exchange.note("answered", code=COLLECTION)
    return True
