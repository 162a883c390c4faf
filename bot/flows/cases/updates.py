"""What residents send once their case is filed: a photo, a precision, a correction, a missing document.

It is added to their own case, for the team to read; what was filed is never rewritten. A message that begins
something new is not for the case, and nothing is ever added to somebody else's.
"""

from collections.abc import Iterator

from bot import places
from bot.dialogue_state import CHOOSE, UPDATE, Filed, Offered, Question
from bot.exchange import Exchange
from bot.flows.cases import status
from bot.flows.cases.adding import KEPT, OPEN, add, add_to_filing, add_words, is_being_filed
from bot.hearing import Heard
from bot.queries import CaseByReference, CaseFacts, CasesOfContact
from kit.text import shorten
from services.kinds.fields import read_told

NEW = "new_matter"
_ADDS = "case.add_information"
_SURE = 0.6
_LEAST_WORDS, _MOST_CASES = 2, 4


def queries(exchange: Exchange) -> Iterator[CaseByReference]:
    """The case that the messages may be about."""
    if exchange.state.filed is not None and exchange.state.flow is None:
        yield CaseByReference(exchange.state.filed.reference)


def hear_update(exchange: Exchange, heard: Heard) -> bool:
    """Adds to a case what is said for it; False when the message is about something else."""
    if exchange.state.flow is not None or heard.command is not None or _asks(heard):
        return False
    if status.names_reference(heard):
        return _is_addition(heard) and _hear_named(exchange, heard)
    if exchange.state.filed is not None:
        return _belongs(exchange, heard, exchange.state.filed) and _add_said(exchange, heard)
    return _wants_to_add(heard) and _hear_unnamed(exchange, heard)


def _asks(heard: Heard) -> bool:
    return heard.is_question and not heard.files


def _is_addition(heard: Heard) -> bool:
    """Words or files for a case, and not a question where it stands."""
    said = heard.said
    return heard.intent == _ADDS or bool(heard.files) or said.has("add_to_case", "correction", "addition")


def _wants_to_add(heard: Heard) -> bool:
    """ "je voudrais ajouter une photo à mon signalement", days after."""
    return heard.intent == _ADDS or (heard.said.has("add_to_case") and heard.said.has("my_case"))


def _belongs(exchange: Exchange, heard: Heard, filed: Filed) -> bool:
    """Whether the words continue the case that was just filed."""
    said = heard.said
    if is_new_matter(exchange, heard, filed):
        return False
    if is_being_filed(exchange) and _continues(heard, filed):
        return True
    if heard.intent == _ADDS or said.has("add_to_case", "send_photo"):
        return True
    if said.has("correction", "addition"):
        return bool(heard.files) or _has_content(heard)
    if _tells_place(heard):
        return True
    is_else = heard.is_service and heard.prediction.confidence >= _SURE
    return not (is_else or heard.asks_the_town) and _tells_field(exchange, heard, filed)


def _continues(heard: Heard, filed: Filed) -> bool:
    """Said in one breath with the yes that filed it: more of the same, unless it is plainly something else."""
    is_else = heard.is_service and heard.intent != filed.code and heard.prediction.confidence >= _SURE
    is_talk = heard.intent.startswith(("talk.", "stop.", "alert.")) and heard.prediction.confidence >= _SURE
    return _has_content(heard) and not (is_else or is_talk or heard.asks_the_town or heard.said.ends_as_question)


def is_new_matter(exchange: Exchange, heard: Heard, filed: Filed) -> bool:
    """Another service, or one more problem of the same kind."""
    said = heard.said
    if said.has("another"):
        return True
    if not heard.is_service or heard.prediction.confidence < _SURE:
        return False
    if heard.intent != filed.code:
        return not said.has("send_photo", "add_to_case")
    is_elsewhere = bool(said.found("address", "intersection")) and not said.has("correction")
    return is_elsewhere and not said.has("add_to_case")


def _has_content(heard: Heard) -> bool:
    return len(heard.said.words) >= _LEAST_WORDS


def _tells_place(heard: Heard) -> bool:
    """ "c'est devant l'école", "c'est au 14": where it is, said as a continuation."""
    said = heard.said
    is_place = said.has("near") or places.number_said(said) is not None or bool(said.found("address"))
    return said.opens_with("it_is") and is_place


def _tells_field(exchange: Exchange, heard: Heard, filed: Filed) -> bool:
    """ "c'est dangereux": an answer to one of the service's own questions."""
    service, city = exchange.town.services.get(filed.code), exchange.town.city.name
    fields = service.fields if service is not None else ()
    return any(read_told(field, heard.said, city) is not None for field in fields if field.kind == "yes_no")


def _add_said(exchange: Exchange, heard: Heard) -> bool:
    case = _current(exchange)
    if case is None:
        return add_to_filing(exchange, heard)
    if _is_announcement(heard):
        exchange.tell("photo.send" if heard.said.has("photo_words") else "updated.go_on")
        return True
    return add(exchange, case, heard)


def _is_announcement(heard: Heard) -> bool:
    """ "j'ajoute une photo", "je voudrais ajouter une précision": what comes is still to come."""
    if heard.files or heard.location is not None:
        return False
    if not heard.said.has("add_to_case", "send_photo"):
        return False
    return not heard.said.rest_without(
        "add_to_case", "send_photo", "my_case", "wish", "fillers", "photo_words", "determiner", "place_in"
    )


def _current(exchange: Exchange) -> CaseFacts | None:
    """The case filed last, while it can still be completed."""
    filed = exchange.state.filed
    return status.own_case(exchange, filed.reference if filed is not None else None)


def _hear_named(exchange: Exchange, heard: Heard) -> bool:
    """The case by its reference; a slip, an unknown one and somebody else's are told as for a question of status."""
    case = status.named_case(exchange, heard)
    if case is None or not case.own:
        exchange.state.files = []
        return False
    exchange.state.filed = Filed(case.reference, case.service_code)
    if _is_announcement(_without_reference(heard)):
        exchange.tell("photo.send" if heard.said.has("photo_words") else "updated.go_on")
        return True
    return add(exchange, case, heard)


def _without_reference(heard: Heard) -> Heard:
    return heard.telling(heard.said.without_kinds("case_reference"))


def _hear_unnamed(exchange: Exchange, heard: Heard) -> bool:
    """The resident's only open case; which one, where there are several."""
    cases = _open_cases(exchange)
    if not cases:
        status.ask_reference(exchange)
        return True
    if len(cases) > 1:
        _ask_which(exchange, cases, heard)
        return True
    exchange.state.filed = Filed(cases[0].reference, cases[0].service_code)
    return _add_said(exchange, heard)


def _open_cases(exchange: Exchange) -> list[CaseFacts]:
    cases: tuple[CaseFacts, ...] = exchange.fact(CasesOfContact())
    exchange.need(*(CaseByReference(case.reference) for case in cases))
    return [case for case in cases if case.state in OPEN][:_MOST_CASES]


def _ask_which(exchange: Exchange, cases: list[CaseFacts], heard: Heard) -> None:
    offered = tuple(
        Offered(f"{exchange.town.service_name(case.service_code, exchange.language)}, {case.reference}", case.reference)
        for case in cases
    )
    payload = {"words": shorten(heard.said.text, KEPT)} if heard.said.text else {}
    question = Question(CHOOSE, UPDATE, (*offered, *exchange.offer(NEW)), payload)
    exchange.pose(question, exchange.words("updated.which"))


def answer_which(exchange: Exchange, question: Question, choice: str) -> None:
    """The case that the files and words are for, or none of them."""
    if choice == NEW:
        exchange.tell("file.kept" if exchange.state.files else "greet.how")
        return
    case: CaseFacts | None = exchange.fact(CaseByReference(choice))
    if case is None or not case.own:
        status.ask_reference(exchange)
        return
    exchange.state.filed = Filed(case.reference, case.service_code)
    add_words(exchange, case, question.payload.get("words", ""), None)


def settle_files(exchange: Exchange, heard: Heard) -> bool:
    """Files or a position that nothing else has taken go to the case filed last; else the resident says which."""
    state = exchange.state
    is_loose = state.flow is None and exchange.posed is None and bool(heard.files or heard.location)
    if not is_loose or not (state.files or state.spot):
        return False
    case = _current(exchange)
    if case is not None and case.state in OPEN:
        return add(exchange, case, heard)
    cases = _open_cases(exchange) if heard.files and heard.said.is_wordless else []
    if cases:
        _ask_which(exchange, cases, heard)
    return bool(cases)
