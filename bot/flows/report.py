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


def answer_join(exchange: Exchange, question: Question, option: str) -> None:
    """Yes follows the existing report, no goes on with a new one."""
    flow = exchange.state.flow
    if flow is not None and option == "same":
        _join(exchange, flow, question)
    elif flow is not None:
        decline(flow, question)


def note_no(exchange: Exchange, heard: Heard) -> None:
    """ "non, le 14": the report proposed is another one, and where this one is instead is told too."""
    flow, question = exchange.state.flow, exchange.state.question
    if flow is None or question is None or question.name != JOIN:
        return
    if heard.said.opens_with("no") and not (heard.is_question or heard.said.has("no_photo")):
        decline(flow, question)


def decline(flow: Flow, question: Question) -> None:
    """The report proposed is another one."""
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
