"""Files the case and acknowledges it with what the law asks (CRPA L112-11, R112-11-1): date received,
team in charge with address and phone, what silence means and from when, what is missing and until when."""

from datetime import date, timedelta
from uuid import UUID

from bot.contract import REFERENCE_MARK, Location, OpenCase
from bot.dialogue_state import Filed, Flow
from bot.exchange import Exchange
from bot.flows.document_words import document_name
from bot.flows.following import follow
from bot.flows.request import LATER
from kit.formats import date_long, join_all, money
from kit.phones import format_phone
from services.declaration import Service
from services.field_library import REQUESTER


def file(exchange: Exchange, flow: Flow) -> None:
    """Opens the case and ends the flow."""
    service = exchange.town.services[flow.code]
    case = open_case(exchange, flow, service)
    exchange.effects.append(case)
    here, elsewhere = (
        "\n".join(_acknowledgement(exchange, flow, service, case, is_copy=is_copy)) for is_copy in (False, True)
    )
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


def _acknowledgement(exchange: Exchange, flow: Flow, service: Service, case: OpenCase, *, is_copy: bool) -> list[str]:
    """The lines of it; a copy, read outside this conversation, says only what can be done from there."""
    language, team = exchange.language, exchange.town.teams[service.team]
    due = date_long(case.due_at.date(), language)
    lines = [
        exchange.words(f"filed.{service.kind}", reference=REFERENCE_MARK),
        exchange.words("filed.received", day=date_long(exchange.today, language)),
        service.next_step.on(language, exchange.short).format(team=team.label(language), due=due),
        exchange.words(
            "filed.team", team=team.label(language), address=team.address, phone=format_phone(team.phone, language)
        ),
        *_safety(exchange, case),
        *_fee(exchange, service),
        *_missing(exchange, flow, service, is_copy=is_copy),
        *_silence(exchange, flow, service),
    ]
    key = "filed.follow_elsewhere" if is_copy else "filed.follow"
    return [*lines, exchange.words(key, follow=follow(exchange), reference=REFERENCE_MARK)]


def _safety(exchange: Exchange, case: OpenCase) -> list[str]:
    """What goes first because it is dangerous is also dangerous to whoever told it."""
    return [exchange.words("filed.danger")] if case.priority == "high" else []


def _fee(exchange: Exchange, service: Service) -> list[str]:
    if service.fee.cents == "varies":
        return (
            [exchange.words("filed.fee_varies", wording=service.fee.wording.on(exchange.language))]
            if service.fee.wording
            else []
        )
    return [exchange.words("filed.fee", fee=money(service.fee.cents, exchange.language))] if service.fee.cents else []


def _missing(exchange: Exchange, flow: Flow, service: Service, *, is_copy: bool) -> list[str]:
    missing = [document_name(exchange, code) for code in service.documents if flow.documents.get(code) == LATER]
    if not missing:
        return []
    until = _later(exchange, service.documents_days)
    documents = join_all(missing, exchange.language)
    key = "filed.missing_elsewhere" if is_copy else "filed.missing"
    return [exchange.words(key, count=len(missing), documents=documents, day=until)]


def _silence(exchange: Exchange, flow: Flow, service: Service) -> list[str]:
    """The delay runs from the day the file is complete."""
    if service.silence is None or service.silence_days is None:
        return []
    if LATER in flow.documents.values():
        return [exchange.words(f"filed.silence.{service.silence}.incomplete", days=service.silence_days)]
    return [exchange.words(f"filed.silence.{service.silence}.complete", day=_later(exchange, service.silence_days))]


def _later(exchange: Exchange, days: int) -> str:
    day: date = exchange.today + timedelta(days=days)
    return date_long(day, exchange.language)
