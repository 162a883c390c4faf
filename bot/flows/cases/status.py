"""Where a case stands: told in full to its own resident, and to nobody else."""

from collections.abc import Iterator
from contextlib import suppress

from bot.dialogue_state import CASE, CHOOSE, REFERENCE, Offered, Question
from bot.exchange import Exchange
from bot.flows.cases.following import follow
from bot.flows.people.human import offer
from bot.hearing import Heard
from bot.queries import CaseByReference, CaseFacts, CasesOfContact
from kit.calendar import local_date
from kit.formats import date_long, date_short, join_all
from kit.references import Reference, ReferenceSlip, example_reference, parse_reference

ASKED = "ask.case_status"
_CHANGES = {"case.add_information", "case.reopen", "case.withdraw"}


def hear_status_question(exchange: Exchange, heard: Heard) -> bool:
    """A question about a case, by reference or by "ma demande"; a wish to change one."""
    is_change = heard.said.has("case_change") or (heard.intent in _CHANGES and exchange.state.flow is None)
    is_about = heard.intent == ASKED or is_change
    if not is_about and not names_reference(heard):
        return False
    if names_reference(heard):
        return hear_reference(exchange, heard)
    cases: tuple[CaseFacts, ...] = exchange.fact(CasesOfContact())
    if not cases and heard.topic in exchange.town.services and exchange.state.flow is None:
        return False  # reported before, elsewhere: reporting it here finds the open report
    if not cases:
        ask_reference(exchange)
    elif len(cases) == 1:
        tell_status(exchange, cases[0])
    else:
        _ask_which(exchange, cases)
    _offer_person_for_changes(exchange, heard)
    return True


def tell_of(exchange: Exchange, service: str | None) -> None:
    """The resident's cases of one service: told, or which one."""
    known: tuple[CaseFacts, ...] = exchange.fact(CasesOfContact())
    cases = tuple(case for case in known if service in {None, case.service_code})
    if len(cases) > 1:
        _ask_which(exchange, cases)
    elif cases:
        tell_status(exchange, cases[0])
    else:
        ask_reference(exchange)


def ask_reference(exchange: Exchange) -> None:
    """Asks which case is meant, with what a reference of this town looks like."""
    example = example_reference(exchange.town.city.prefix, exchange.today.year)
    exchange.pose(Question(REFERENCE, REFERENCE), exchange.words("status.ask", example=example))


def names_reference(heard: Heard) -> bool:
    return bool(heard.said.found("case_reference"))


def own_case(exchange: Exchange, reference: str | None) -> CaseFacts | None:
    """The case, when it is this resident's own."""
    case: CaseFacts | None = exchange.fact(CaseByReference(reference)) if reference is not None else None
    return case if case is not None and case.own else None


def named_case(exchange: Exchange, heard: Heard) -> CaseFacts | None:
    """The case of the last reference in the message; None for a slip or an unknown one."""
    typed = str(heard.said.found("case_reference")[-1].value)
    with suppress(ReferenceSlip):
        reference = parse_reference(typed, exchange.town.city.prefix)
        case: CaseFacts | None = exchange.fact(CaseByReference(str(reference))) if reference is not None else None
        return case
    return None


def _offer_person_for_changes(exchange: Exchange, heard: Heard) -> None:
    """Changing a case is a person's work."""
    wants_change = heard.intent in _CHANGES or heard.said.has("case_change")
    if wants_change and exchange.posed is None:
        offer(exchange, "status.change")


def offer_to_find(exchange: Exchange) -> None:
    """A person finds a case without its reference."""
    offer(exchange, "status.lost")


def queries(exchange: Exchange, heard: Heard) -> Iterator[CaseByReference]:
    """The cases a message names."""
    for mention in heard.said.found("case_reference"):
        with suppress(ReferenceSlip):
            reference = parse_reference(str(mention.value), exchange.town.city.prefix)
            if reference is not None:
                yield CaseByReference(str(reference))


def hear_reference(exchange: Exchange, heard: Heard) -> bool:
    """The reference that was asked for, or one said by the way. False when there is none in the message."""
    mentions = heard.said.found("case_reference")
    typed = str(mentions[-1].value) if mentions else heard.said.text
    try:
        reference = parse_reference(typed, exchange.town.city.prefix)
    except ReferenceSlip:
        exchange.pose(Question(REFERENCE, REFERENCE), exchange.words("status.slip"))
        return True
    if reference is None:
        return False
    if _look_up(exchange, reference):
        _offer_person_for_changes(exchange, heard)
    return True


def _look_up(exchange: Exchange, reference: Reference) -> bool:
    """Tells what may be told; whether the case is the resident's own.

    Somebody else's case and none at all get the same words, as on the follow-up page: a reference is no secret, but
    whether it is somebody's is.
    """
    case: CaseFacts | None = exchange.fact(CaseByReference(str(reference)))
    if case is None or not case.own:
        exchange.tell("status.private", reference=str(reference), follow=follow(exchange))
        return False
    tell_status(exchange, case)
    return True


def tell_picked(exchange: Exchange, reference: str) -> None:
    """The case that was picked, or asked about by the way."""
    case: CaseFacts | None = exchange.fact(CaseByReference(reference))
    if case is None:
        ask_reference(exchange)
    else:
        tell_status(exchange, case)


def _ask_which(exchange: Exchange, cases: tuple[CaseFacts, ...]) -> None:
    offered = tuple(Offered(f"{_service(exchange, case)}, {case.reference}", case.reference) for case in cases)
    exchange.pose(Question(CHOOSE, CASE, offered), exchange.words("status.which"))


def _service(exchange: Exchange, case: CaseFacts) -> str:
    return exchange.town.service_name(case.service_code, exchange.language)


def tell_status(exchange: Exchange, case: CaseFacts) -> None:
    """State in plain words, since when, until when, and what is expected of the resident."""
    language, zone = exchange.language, exchange.town.city.timezone
    told_day = date_short if exchange.short else date_long
    opened = told_day(local_date(case.opened_at, zone), language)
    lines = [
        exchange.words("status.line", reference=case.reference, service=_service(exchange, case), day=opened),
        exchange.words(f"status.state.{case.state}"),
    ]
    if case.reason:
        lines.append(exchange.words("status.reason", reason=case.reason))
    if case.due_at is not None and case.state in {"new", "open"}:
        lines.append(exchange.words("status.due", day=told_day(local_date(case.due_at, zone), language)))
    if case.missing_documents and case.state == "awaiting_resident":
        labels = [exchange.town.document_name(code, language) for code in case.missing_documents]
        lines.append(exchange.words("status.missing", documents=join_all(labels, language)))
    exchange.tell_text("\n".join(lines))
    exchange.note("status_given", reference=case.reference)
