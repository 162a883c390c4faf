"""Where a case stands: told in full to its own resident, and to nobody else."""

from collections.abc import Iterator
from contextlib import suppress

from bot.contract import CaseByReference, CaseFacts, CasesOfContact
from bot.dialogue_state import Offered, Question
from bot.exchange import Exchange
from bot.flows.following import follow
from bot.flows.human import offer
from bot.flows.questions_asked import CHOOSE, REFERENCE
from bot.hearing import Heard
from kit.formats import date_long, join_all
from kit.references import Reference, ReferenceSlip, parse_reference
from kit.working_days import local_date

CASE = "case"
_CHANGES = {"case.add_information", "case.reopen", "case.withdraw"}


def hear(exchange: Exchange, heard: Heard) -> bool:
    """A question about a case, by reference or by "ma demande"."""
    if heard.intent not in {"ask.case_status", *_CHANGES} and not _names_reference(heard):
        return False
    if _names_reference(heard):
        return hear_reference(exchange, heard)
    cases: tuple[CaseFacts, ...] = exchange.fact(CasesOfContact())
    if not cases:
        exchange.pose(Question(REFERENCE, REFERENCE), exchange.words("status.ask"))
    elif len(cases) == 1:
        tell(exchange, cases[0])
    else:
        _ask_which(exchange, cases)
    _offer_person_for_changes(exchange, heard)
    return True


def _names_reference(heard: Heard) -> bool:
    return bool(heard.said.found("case_reference"))


def _offer_person_for_changes(exchange: Exchange, heard: Heard) -> None:
    """Changing a case is a person's work."""
    if heard.intent in _CHANGES and exchange.posed is None:
        offer(exchange, "status.change")


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
    _look_up(exchange, reference)
    _offer_person_for_changes(exchange, heard)
    return True


def _look_up(exchange: Exchange, reference: Reference) -> None:
    case: CaseFacts | None = exchange.fact(CaseByReference(str(reference)))
    if case is None:
        exchange.tell("status.unknown", reference=str(reference))
    elif not case.own:
        exchange.tell("status.private", reference=case.reference, follow=follow(exchange))
    else:
        tell(exchange, case)


def hear_afterthought(exchange: Exchange, heard: Heard) -> bool:
    """A correction of what was just filed: a person's work too."""
    state = exchange.state
    if state.flow is not None or state.question is not None or not state.filed:
        return False
    if heard.command is not None or not heard.said.has("correction", "addition"):
        return False
    offer(exchange, "status.change")
    return True


def hear_choice(exchange: Exchange, choice: str | None) -> bool:
    if choice is None:
        return False
    case: CaseFacts | None = exchange.fact(CaseByReference(choice))
    if case is not None:
        tell(exchange, case)
    return case is not None


def _ask_which(exchange: Exchange, cases: tuple[CaseFacts, ...]) -> None:
    offered = tuple(Offered(f"{_service(exchange, case)}, {case.reference}", case.reference) for case in cases)
    exchange.pose(Question(CHOOSE, CASE, offered), exchange.words("status.which"))


def _service(exchange: Exchange, case: CaseFacts) -> str:
    return exchange.town.service_name(case.service_code, exchange.language)


def tell(exchange: Exchange, case: CaseFacts) -> None:
    """State in plain words, since when, until when, and what is expected of the resident."""
    language, zone = exchange.language, exchange.town.city.timezone
    opened = date_long(local_date(case.opened_at, zone), language)
    lines = [
        exchange.words("status.line", reference=case.reference, service=_service(exchange, case), day=opened),
        exchange.words(f"status.state.{case.state}"),
    ]
    if case.reason:
        lines.append(exchange.words("status.reason", reason=case.reason))
    if case.due_at is not None and case.state in {"new", "open"}:
        lines.append(exchange.words("status.due", day=date_long(local_date(case.due_at, zone), language)))
    if case.missing_documents and case.state == "awaiting_resident":
        labels = [exchange.town.documents[code].label(language) for code in case.missing_documents]
        lines.append(exchange.words("status.missing", documents=join_all(labels, language)))
    exchange.tell_text("\n".join(lines))
    exchange.note("status_given", reference=case.reference)
