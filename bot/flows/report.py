"""What reports have of their own: open reports nearby, proposed before a double is filed."""

from uuid import UUID

from bot.contract import REFERENCE_MARK, JoinCase
from bot.dialogue_state import FLOW, JOIN, Filed, Flow, Question
from bot.exchange import Exchange
from bot.hearing import Heard
from bot.queries import NearbyReport, NearbyReports
from kit.formats import day_and_month, distance
from services.declarations.declaration import Service


def ask_to_join(exchange: Exchange, flow: Flow, service: Service) -> bool:
    """Proposes the nearest open report of the kind, once for a place."""
    if flow.nearby_settled or service.duplicates_within is None:
        return False
    place = next((flow.places.get(field.name) for field in service.of_kind("location")), None)
    is_settled = any(field.name in flow.values for field in service.of_kind("location"))
    if place is None or not is_settled or place.latitude is None or place.longitude is None:
        return False
    query = NearbyReports(service.code, place.latitude, place.longitude)
    near: tuple[NearbyReport, ...] = exchange.fact(query)
    reach = service.duplicates_within
    close = [found for found in near if found.distance <= reach and found.reference not in flow.declined]
    if not close:
        flow.nearby_settled = True
        return False
    _propose(exchange, close[0])
    return True


def _propose(exchange: Exchange, found: NearbyReport) -> None:
    text = exchange.words(
        "join.ask",
        place=found.location_text,
        distance=distance(found.distance, exchange.language),
        day=day_and_month(found.opened_on, exchange.language),
    )
    payload = {"case": str(found.case_id), "reference": found.reference}
    exchange.pose(Question(JOIN, FLOW, exchange.offer("same", "other_problem"), payload), text)


def hear_join(exchange: Exchange, question: Question, choice: str | None, heard: Heard) -> bool:
    """Yes follows the existing report, no goes on with a new one."""
    flow = exchange.state.flow
    if flow is None:
        return False
    if choice == "other_problem" or heard.command in {"talk.deny", "talk.skip"}:
        _decline(flow, question)
        return True
    if heard.said.opens_with("no") and not (heard.is_question or heard.said.has("no_photo")):
        _decline(flow, question)
        return False  # "non, le 14": no, and where it is instead
    if choice == "same" or heard.command == "talk.affirm":
        _join(exchange, flow, question)
        return True
    return False


def hear_join_loosely(exchange: Exchange, question: Question, heard: Heard) -> bool:
    """The same in other words, when nothing else was understood."""
    flow = exchange.state.flow
    if flow is None or heard.is_question:
        return False
    if heard.said.opens_with("no"):
        _decline(flow, question)
        return True
    if heard.said.opens_with("yes"):
        _join(exchange, flow, question)
        return True
    return False


def _decline(flow: Flow, question: Question) -> None:
    flow.declined.append(question.payload["reference"])
    flow.nearby_settled = True


def _join(exchange: Exchange, flow: Flow, question: Question) -> None:
    reference = question.payload["reference"]
    exchange.effects.append(
        JoinCase(
            case_id=UUID(question.payload["case"]),
            reference=reference,
            service_code=flow.code,
            fields=dict(flow.values),
            attachment_ids=tuple(UUID(file) for file in flow.files),
            remarks=tuple(flow.remarks),
            contact=exchange.state.contact,
        )
    )
    exchange.tell("join.done", "acknowledgement", reference=REFERENCE_MARK)
    exchange.state.flow, exchange.state.filed = None, Filed(reference, flow.code)
