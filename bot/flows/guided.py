"""A request or a report, guided by its declaration: start it, take answers in, find the next thing to ask."""

from functools import partial

from bot import kinds
from bot.dialogue_state import CHOOSE, CONTACT, DOCUMENT, FLOW, Flow, Offered, Question
from bot.exchange import Exchange
from bot.flows import checking, field_answers, report, request, sheets, summary
from bot.flows.field_answers import NONE, keep_doubtful_place
from bot.flows.filled import Filled
from bot.flows.filling import filling
from bot.flows.missing import missing_fields
from bot.flows.people import contact, requester
from bot.flows.people.human import tell_refusal
from bot.flows.settling import forget_place, settle_place
from bot.hearing import Heard
from bot.reading.answers import knows_not
from bot.reading.courtesy import without_manners
from kit.formats import money
from kit.text import uncapitalised
from services.declarations.declaration import Service, ServiceField
from services.kinds.fields import PLACES
from services.kinds.spans import years_offered

_SURE = 0.6


def start(exchange: Exchange, code: str, heard: Heard | None = None) -> None:
    """Begins a service with everything the message already says, then with what was said and sent before."""
    flow = new_flow(exchange, code)
    exchange.state.flow, exchange.state.question, exchange.state.filed = flow, None, None
    exchange.state.cancelled = exchange.state.hours_of = None
    announce(exchange, flow)
    announced = exchange.pieces[-1]
    if heard is not None:
        take_what_is_told(exchange, heard)
    if exchange.state.flow is None:  # born elsewhere: there is nothing to prepare
        exchange.pieces.remove(announced)
    if exchange.state.flow is flow:
        _take_pocket(exchange, flow)


def new_flow(exchange: Exchange, code: str) -> Flow:
    service = exchange.town.services[code]
    return Flow(code=code, version=service.version, started_at=exchange.facts.now.isoformat())


def announce(exchange: Exchange, flow: Flow) -> None:
    """Tells what begins, and what it costs."""
    flow.announced = True
    service = exchange.town.services[flow.code]
    exchange.note("flow_started", code=flow.code)
    language, cents = exchange.language, service.fee.cents
    fee = money(cents, language) if isinstance(cents, int) else ""
    name = uncapitalised(service.names.on(language))
    text = service.start.on(language, exchange.short).format(service=name, fee=fee, costs=_costs(exchange, service))
    exchange.tell_text(text.strip())


def _costs(exchange: Exchange, service: Service) -> str:
    """What a request costs, in a sentence; of one whose price varies it never says that it is free."""
    if service.fee.cents == "varies":
        own = service.fee.wording
        return own.on(exchange.language) if own else exchange.town.fee_of(service.code, exchange.language)
    if not service.fee.cents:
        return exchange.words("start.free")
    return exchange.words("start.costs", fee=money(service.fee.cents, exchange.language))


def _take_pocket(exchange: Exchange, flow: Flow) -> None:
    """What was sent before the resident said what for: files, a position, a contact."""
    state, service = exchange.state, exchange.town.services[flow.code]
    place = next(iter(service.of_kind(*PLACES)), None)
    if state.spot is not None and place is not None and place.name not in flow.places:
        settle_place(exchange, flow, place.name, state.spot, incomplete=False)
    if state.files:
        request.take_files(exchange, flow, [(file, "") for file in state.files], None)
    if place is not None and place.kind == "location" and place.name not in flow.places:
        flow.photo_place = state.photo_spot
    state.files, state.spot, state.photo_spot = [], None, None


def hear_plainly(exchange: Exchange, heard: Heard) -> bool:
    """Takes what is plainly an answer, a correction or something told for the flow."""
    if exchange.state.flow is None or heard.said.is_wordless:
        return False
    if field_answers.hear_field_answer(exchange, heard):
        return True
    report.note_no(exchange, heard)
    is_first = exchange.state.contact is None
    has_contact = contact.volunteered(exchange, heard)
    if has_contact and is_first:
        exchange.tell("field.added", label=exchange.words("contact.label"), value=contact.shown(exchange))
    return bool(take_what_is_told(exchange, heard)) or has_contact or heard.said.is_only("no_photo")


def take_what_is_told(exchange: Exchange, heard: Heard) -> Filled:
    """Fills the flow's fields from an utterance and tells what was corrected."""
    flow = exchange.state.flow
    if flow is None:
        return Filled()
    contact.volunteered(exchange, heard)
    doubtful = dict(flow.candidates)
    filled = filling(exchange, flow, without_manners(heard.said), exchange.asked_field).plainly()
    if filled and flow.candidates == doubtful:
        keep_doubtful_place(exchange)
    _after_filling(exchange, flow, heard, filled)
    return filled


def hear_loosely(exchange: Exchange, heard: Heard) -> bool:
    """Takes free words as the answer to the open question, unless they are plainly something else."""
    asked, flow = exchange.asked_field, exchange.state.flow
    if asked is None or flow is None or heard.is_question or heard.command is not None:
        return False
    if not asked.required and _is_refusal(asked, heard):
        flow.skip(asked.name)
        return True
    if not (asked.kind in kinds.OPEN or asked.others) or knows_not(asked, heard) or _agrees(heard):
        return False
    if asked.kind == "location" and _says_what_again(flow, heard):
        return True
    filled = filling(exchange, flow, without_manners(heard.said), asked).loosely()
    _after_filling(exchange, flow, heard, filled)
    return bool(filled)


def _agrees(heard: Heard) -> bool:
    """ "ok let's do it": willing to go on, and no answer."""
    return heard.said.opens_with("yes") and heard.intent == "talk.affirm"


def _says_what_again(flow: Flow, heard: Heard) -> bool:
    """ "il est cassé", where the place was asked for: the problem once more, and no place."""
    said = heard.said
    is_same = heard.intent == flow.code and heard.prediction.confidence >= _SURE
    return is_same and not (said.has("near") or said.found("address", "intersection") or said.numbers())


def _is_refusal(asked: ServiceField, heard: Heard) -> bool:
    """A no in other words to something one may not have: "je n'ai pas d'appareil", "le numéro est effacé"."""
    said = heard.said
    if said.opens_with("no", "skip") or said.has("skip"):
        return True
    if asked.kind == "photo" and said.has("later"):
        return True
    return asked.kind in {"photo", "code"} and (said.has("negator") or (asked.kind == "code" and not said.numbers()))


def _after_filling(exchange: Exchange, flow: Flow, heard: Heard, filled: Filled) -> None:
    service, asked = exchange.town.services[flow.code], exchange.asked_field
    exchange.unusable |= filled.fault
    exchange.refusal = filled.refusal or exchange.refusal
    if filled and filled.fault and asked is not None:
        tell_refusal(exchange, asked)
    if heard.said.has("no_photo"):
        flow.skipped += [field.name for field in service.of_kind("photo") if field.name not in flow.values]
    if request.is_elsewhere(exchange, flow):
        return
    unasked = filled.new if asked is not None and asked.name not in {*filled.new, *filled.corrected} else []
    for name in dict.fromkeys((*filled.corrected, *unasked)):
        if name in flow.values:
            field = service.field(name)
            value = summary.shown(exchange, flow, field)
            key = "field.added" if field.repeatable or name in unasked else "field.corrected"
            exchange.tell(key, label=field.label.on(exchange.language), value=value)


def ask_next(exchange: Exchange) -> None:
    """Asks the next missing thing, in a letter all of them; the summary when nothing is missing."""
    flow = exchange.state.flow
    if flow is None:
        return
    service = exchange.town.services[flow.code]
    _ask_one(exchange, flow, service)
    if exchange.view.letters:
        sheets.pose_sheet(exchange, flow, service, partial(ask_by_name, exchange, flow))


def ask_by_name(exchange: Exchange, flow: Flow, name: str) -> None:
    """Asks for one field or one document."""
    if name.startswith(DOCUMENT):
        request.pose_document(exchange, name.removeprefix(DOCUMENT))
    else:
        ask_field(exchange, flow, exchange.town.services[flow.code].field(name))


def _ask_one(exchange: Exchange, flow: Flow, service: Service) -> None:
    if report.ask_to_join(exchange, flow, service):
        return
    requester.fill_in(exchange, flow, service)
    if request.refuse_choice(exchange, flow, service):
        return
    checking.reopen_what_fails(exchange, flow, service)
    field = next(missing_fields(flow, service), None)
    if field is not None:
        ask_field(exchange, flow, field)
        return
    if request.ask_document(exchange, flow, service):
        return
    who = requester.missing(exchange, flow, service)
    if who is not None:
        ask_field(exchange, flow, who)
    elif not contact.ask(exchange, flow, service):
        summary.pose(exchange, flow, service)


def ask_field(exchange: Exchange, flow: Flow, field: ServiceField) -> None:
    if field.name in flow.candidates:
        _ask_which(exchange, flow, field)
    elif field.name in flow.places:
        text = exchange.words(f"place.number.{field.kind}", street=flow.places[field.name].text)
        exchange.pose(Question(field.name, FLOW), text)
    elif field.kind == "location" and flow.photo_place is not None:
        text = exchange.words("place.photo", place=flow.photo_place.text)
        offered = exchange.offer("yes", "elsewhere")
        exchange.pose(Question(field.name, FLOW, offered, {"photo_place": "yes"}), text)
    elif field.kind in PLACES and flow.door is not None:
        exchange.pose(Question(field.name, FLOW), exchange.words("place.street", number=flow.door))
    elif (rest := field.asks_for_rest(flow.parts.get(field.name, ""))) is not None and field.name in flow.parts:
        text = rest.fitting(exchange.language, exchange.view.channel_kind, short=exchange.short)
        exchange.pose(Question(field.name, FLOW), text.format(name=flow.parts[field.name]))
    else:
        text = field.ask.fitting(exchange.language, exchange.view.channel_kind, short=exchange.short)
        exchange.pose(Question(field.name, FLOW, _offered(exchange, field)), text)


def _ask_which(exchange: Exchange, flow: Flow, field: ServiceField) -> None:
    offered = tuple(Offered(place.text, place.text) for place in flow.candidates[field.name])
    text = exchange.words("place.which")
    none = Offered(exchange.words("choices.none"), NONE)
    exchange.pose(Question(CHOOSE, FLOW, (*offered, none), {"candidates": field.name}), text)


def _offered(exchange: Exchange, field: ServiceField) -> tuple[Offered, ...]:
    """The field's choices; a way out of optional questions where it costs nothing."""
    if field.kind == "year":
        return tuple(Offered(year, year) for year in years_offered(field, exchange.today))
    if field.choices and field.kind != "household":
        return tuple(Offered(choice.label.on(exchange.language), choice.value) for choice in field.choices)
    if field.kind == "yes_no":
        return exchange.offer("yes", "no")
    if field.required or not exchange.has_buttons:
        return ()
    return exchange.offer("no_photo" if field.kind == "photo" else "skip")


def reopen(exchange: Exchange, flow: Flow, name: str) -> None:
    """Forgets one answer, so that it is asked again."""
    if name == CONTACT:
        exchange.state.contact = None
        return
    flow.parts.pop(name, None)
    forget_place(flow, name) if name in flow.places else flow.values.pop(name, None)
    if name in flow.skipped:
        flow.skipped.remove(name)
