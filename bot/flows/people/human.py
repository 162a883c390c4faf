"""A person takes over: on request, when not understood twice, on anger. What the agent needs to know goes along."""

from collections.abc import Sequence
from typing import Any, Literal

from bot.contract import HandOff
from bot.dialogue_state import CHOOSE, CONTACT, DOCUMENT, OFFER, SUGGEST, Offered, Question
from bot.exchange import Exchange
from bot.hearing import Heard
from bot.queries import EarlierWords, QueueFacts, QueueLoad
from kit.formats import day_and_month, minutes, time_of_day
from kit.phones import format_phone
from kit.text import shorten
from services.declarations.declaration import ServiceField
from services.town_hall.city import Team
from services.town_hall.open_places import is_open, next_opening

Reason = Literal["requested", "not_understood", "anger", "topic", "case_reply"]
_QUOTED = 200
_SUGGESTIONS = 3
_BARE = 6
"""Words of "je veux parler à un humain": whoever says more says why."""

_PLAUSIBLE = 0.12
_PATIENCE = 1
_STATUS = "ask.case_status"
_QUESTIONS = frozenset({_STATUS, "ask.opening_hours", "ask.fees", "ask.documents_needed"})


def hand_over(exchange: Exchange, reason: Reason, heard: Sequence[Heard], team: str | None = None) -> None:
    """Puts the conversation into the queue, whatever the hour; the flow is kept for later."""
    exchange.need(QueueLoad())
    exchange.effects.append(HandOff(reason, summary_for_agent(exchange, heard), team_code=team or _team(exchange)))
    exchange.tell("handed_off.person", "hand_off")
    if exchange.state.flow is not None:
        exchange.tell("handed_off.kept", "hand_off")
    tell_wait(exchange)
    state = exchange.state
    state.misses = state.insults = 0
    state.meanwhile = state.meanwhile_told = state.wait_reminded = False
    exchange.keep_question()


def tell_wait(exchange: Exchange) -> None:
    """How long the wait is or when the office opens, with the way back to the assistant."""
    exchange.tell_text(_when(exchange, exchange.fact(QueueLoad())), "hand_off", exchange.offer("assistant"))


def _tell_hours(exchange: Exchange) -> None:
    """When agents answer, to somebody whom nobody has put into the queue."""
    opening = next_opening_told(exchange)
    if opening is None:
        exchange.tell("missed.closed_long")
    else:
        exchange.tell("missed.closed", day=opening[0], time=opening[1])


def is_staffed(exchange: Exchange) -> bool:
    """Whether the reception is open now, so that somebody may look into the queue."""
    return is_open(exchange.town.reception, exchange.facts.now, exchange.town.calendar)


def _team(exchange: Exchange) -> str | None:
    """Of what is being prepared, else of the case filed last."""
    flow, filed = exchange.state.flow, exchange.state.filed
    if flow is not None:
        return exchange.town.services[flow.code].team
    team = exchange.town.team_of(filed.code) if filed else None
    return team.code if team else None


def _when(exchange: Exchange, queue: QueueFacts) -> str:
    """The usual wait, or when the office opens."""
    if is_staffed(exchange):
        if queue.usual_minutes is None:
            return exchange.words("handed_off.open")
        return exchange.words("handed_off.wait", wait=minutes(queue.usual_minutes, exchange.language))
    opening = next_opening_told(exchange)
    if opening is None:
        return exchange.words("handed_off.closed_long")
    return exchange.words("handed_off.closed", day=opening[0], time=opening[1])


def next_opening_told(exchange: Exchange) -> tuple[str, str] | None:
    """The day and time of the next opening, as people read them."""
    calendar = exchange.town.calendar
    opening = next_opening(exchange.town.reception, exchange.facts.now, calendar)
    if opening is None:
        return None
    return (
        day_and_month(opening.date(), exchange.language),
        time_of_day(opening, exchange.language, calendar.zone),
    )


def summary_for_agent(exchange: Exchange, heard: Sequence[Heard]) -> str:
    """In the town's language: the service, what is known, the last words."""
    town, flow = exchange.town, exchange.state.flow
    language = town.city.languages[0]
    parts = []
    if flow is not None:
        service = town.services[flow.code]
        parts.append(town.replies.text(language, "agent.service", service=service.names.on(language)))
        for field in service.fields:
            if field.name in flow.values:
                value = flow.places[field.name].text if field.name in flow.places else flow.values[field.name]
                parts.append(town.replies.text(language, "agent.field", label=field.label.on(language), value=value))
    elif exchange.state.filed is not None:
        filed = exchange.state.filed
        name = town.service_name(filed.code, language)
        parts.append(town.replies.text(language, "agent.case", service=name, reference=filed.reference))
    return "\n".join([*parts, *_said(exchange, heard)])


def summary_of_danger(exchange: Exchange, heard: Sequence[Heard], codes: Sequence[str]) -> str:
    """In the town's language: which danger, what was said before, the last words."""
    replies, language = exchange.town.replies, exchange.town.city.languages[0]
    named = ", ".join(exchange.town.emergencies[code].names.on(language) for code in codes)
    earlier: tuple[str, ...] = exchange.fact(EarlierWords())
    words = " / ".join(message.said.text for message in heard if message.said.text)
    lines = [
        replies.text(language, "agent.danger", situation=named),
        *(replies.text(language, "agent.before", words=shorten(text, _QUOTED)) for text in earlier),
        *([replies.text(language, "agent.words", words=shorten(words, _QUOTED))] if words else []),
    ]
    return "\n".join(lines)


def _said(exchange: Exchange, heard: Sequence[Heard]) -> list[str]:
    """The last words. Asking for a person tells nothing: what was said before goes along, and stands for it alone."""
    replies, language = exchange.town.replies, exchange.town.city.languages[0]
    last = next((message for message in reversed(heard) if message.said.text), None)
    if last is None:
        return []
    asks = last.intent == "talk.human" and exchange.state.flow is None
    earlier: tuple[str, ...] = exchange.fact(EarlierWords()) if asks else ()
    lines = [replies.text(language, "agent.before", words=shorten(text, _QUOTED)) for text in earlier]
    if not lines or len(last.said.words) > _BARE:
        lines.append(replies.text(language, "agent.words", words=shorten(last.said.text, _QUOTED)))
    return lines


def team_values(exchange: Exchange, team: Team) -> dict[str, Any]:
    """A team's name and telephone, as replies take them."""
    language = exchange.language
    return {"team": team.label(language), "phone": format_phone(team.phone, language)}


def offer(exchange: Exchange, key: str, **values: str) -> None:
    """Says what the assistant cannot do and offers a person."""
    team = values.pop("team_code", "")
    question = Question(CHOOSE, OFFER, exchange.offer("human", "no_thanks"), {"team": team} if team else {})
    exchange.pose(question, exchange.words(key, **values))


def offer_to_town_hall(exchange: Exchange, topic: str) -> None:
    """What no team's service is for: the town hall's telephone, and a person."""
    phone = format_phone(exchange.town.city.phone, exchange.language)
    offer(exchange, "unsupported.dialogue", topic=topic, phone=phone)


def miss(exchange: Exchange, heard: Heard) -> None:
    """Not understood: help the first time, a person the second; one more try for answers that only cannot be.

    While nobody is there, help again and when they will be: nobody is put into a silent queue without asking for it.
    """
    exchange.state.misses += 1
    is_too_often = exchange.state.misses > (_PATIENCE + 1 if exchange.unusable else _PATIENCE)
    if is_too_often and is_staffed(exchange) and not heard.said.has("automatic"):
        exchange.tell("missed.twice")
        hand_over(exchange, "not_understood", [heard])
        return
    if is_too_often and not is_staffed(exchange):
        exchange.tell("missed.twice")
        _tell_hours(exchange)
    if exchange.state.flow is not None:
        help_in_flow(exchange, heard)
    else:
        suggest(exchange, heard)


def help_in_flow(exchange: Exchange, heard: Heard) -> None:
    """How the open question may be answered."""
    question, flow = exchange.state.question, exchange.state.flow
    if question is None or flow is None:
        exchange.tell("missed.once")
        return
    if question.name == CONTACT or question.name.startswith(DOCUMENT):
        exchange.tell("contact.invalid" if question.name == CONTACT else "document.send")
        return
    service = exchange.town.services[flow.code]
    field = next((field for field in service.fields if field.name == question.name), None)
    passes = heard.command in {"talk.skip", "talk.deny"} or heard.said.opens_with("knows_not", "has_not")
    if field is not None and field.required and passes:
        exchange.tell("field.needed")
    elif field is None or not tell_refusal(exchange, field):
        exchange.tell("missed.choice" if question.offered else "missed.once")


def tell_refusal(exchange: Exchange, field: ServiceField) -> bool:
    """Why an answer to a field cannot be, and how the field is answered; False where neither is known."""
    if exchange.refusal is not None:
        town, most = exchange.town.city.name, field.maximum or ""
        exchange.tell(f"unusable.{exchange.refusal}", town=town, least=field.minimum, most=most)
    elif field.error is not None:
        exchange.tell_text(field.error.on(exchange.language, exchange.short))
    return exchange.refusal is not None or field.error is not None


def suggest(exchange: Exchange, heard: Heard) -> None:
    """What the message may mean, as choices; the whole offer when nothing is likely."""
    likely = [
        code for code, score in heard.prediction.alternatives if score >= _PLAUSIBLE and _is_offered(exchange, code)
    ]
    codes = likely[:_SUGGESTIONS] if len(likely) > 1 else [*likely, *_usual(exchange, likely)][: _SUGGESTIONS + 1]
    offered = [Offered(exchange.town.service_name(code, exchange.language), code) for code in codes]
    payload = {"text": shorten(heard.said.text, _QUOTED)} if heard.said.text else {}
    question = Question(CHOOSE, SUGGEST, (*offered, *exchange.offer("human")), payload)
    exchange.pose(question, exchange.words("missed.suggest"))


def _is_offered(exchange: Exchange, code: str) -> bool:
    return code in exchange.town.services or code in _QUESTIONS


def _usual(exchange: Exchange, known: Sequence[str]) -> list[str]:
    """One report, one request, and the status of a case: what most people come for."""
    services = [service.code for service in exchange.town.common_services() if service.code not in known]
    firsts = [next((code for code in services if code.startswith(kind)), None) for kind in ("report.", "request.")]
    return [code for code in (*firsts, _STATUS) if code is not None and code not in known]
