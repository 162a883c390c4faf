"""Files the case, and acknowledges it in the resident's words and for a copy that is read elsewhere."""

from uuid import UUID

from bot.contract import REFERENCE_MARK, Location, OpenCase
from bot.dialogue_state import Filed, Flow
from bot.exchange import Exchange
from bot.flows.cases.following import follow
from services.declarations.declaration import Service
from services.declarations.field_library import REQUESTER
from services.town.acknowledging import LATER, Filing, acknowledgement


def file(exchange: Exchange, flow: Flow) -> None:
    """Opens the case and ends the flow."""
    service = exchange.town.services[flow.code]
    case = open_case(exchange, flow, service)
    exchange.effects.append(case)
    here, elsewhere = (_acknowledgement(exchange, flow, service, case, is_copy=is_copy) for is_copy in (False, True))
    exchange.tell_text(here, "acknowledgement", elsewhere=elsewhere)
    exchange.state.requester = case.requester or exchange.state.requester
    exchange.state.flow, exchange.state.spoken_of = None, service.code
    exchange.state.filed = Filed(REFERENCE_MARK, service.code)


def open_case(exchange: Exchange, flow: Flow, service: Service) -> OpenCase:
    place = _place(flow, service)
    title = service.names.on(exchange.town.city.languages[0])
    is_urgent = service.high_priority is not None and service.high_priority.holds(flow.values)
    return OpenCase(
        service_code=service.code,
        service_version=flow.version,
        kind=service.kind,
        team_code=service.team,
        title=f"{title} – {place.text}" if place else title,
        fields={
            field.name: flow.values[field.name]
            for field in service.applicable(flow.values)
            if field.name in flow.values
        },
        state="awaiting_resident" if LATER in flow.documents.values() else "new",
        priority="high" if is_urgent else "normal",
        due_at=exchange.town.calendar.due_moment(exchange.facts.now, service.target_days),
        language=exchange.language,
        location=place,
        documents=dict(flow.documents),
        remarks=tuple(flow.remarks),
        document_attachments={code: UUID(file) for code, file in flow.document_files.items()},
        attachment_ids=tuple(UUID(file) for file in flow.files),
        contact=exchange.state.contact,
        requester=flow.values.get(REQUESTER),
    )


def _place(flow: Flow, service: Service) -> Location | None:
    """Where the case is: not where its answer is sent."""
    return next(
        (flow.places[field.name] for field in service.fields if field.situates and field.name in flow.places), None
    )


def _acknowledgement(exchange: Exchange, flow: Flow, service: Service, case: OpenCase, *, is_copy: bool) -> str:
    filing = Filing(
        service=service,
        language=exchange.language,
        reference=REFERENCE_MARK,
        today=exchange.today,
        due=case.due_at.date(),
        is_urgent=case.priority == "high",
        documents=flow.documents,
        follow=follow(exchange),
        is_short=exchange.short,
        is_copy=is_copy,
    )
    return acknowledgement(exchange.town, filing, exchange.words)
