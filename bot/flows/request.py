"""What requests have of their own: supporting documents, and acts that only another town holds."""

from collections.abc import Sequence

from bot.dialogue_state import CHOOSE, DOCUMENT, FLOW, INSTEAD, Flow, Offered, Question
from bot.exchange import Exchange
from bot.flows.document_words import document_label, document_name, document_rule
from bot.flows.missing import missing_documents
from bot.hearing import Heard
from bot.reading.offers import ALL_LATER
from kit.text import fold, of_place
from services.declarations.declaration import Service, ServiceField
from services.town.acknowledging import LATER

_LONG, _STEM = 4, 5
PROVIDED = "provided"


def is_elsewhere(exchange: Exchange, flow: Flow) -> bool:
    """Ends the flow with where to ask, when another town is in charge."""
    service, city = exchange.town.services[flow.code], exchange.town.city.name
    for field in service.fields:
        place = flow.values.get(field.name, city)
        if field.only_here and field.elsewhere and fold(city) not in fold(place):
            words = field.elsewhere.on(exchange.language, exchange.short)
            exchange.tell_text(words.format(place=place, of_place=of_place(place)))
            exchange.note("flow_cancelled", code=flow.code)
            exchange.state.flow = None
            return True
    return False


def refuse_choice(exchange: Exchange, flow: Flow, service: Service) -> bool:
    """Says why an answer cannot be served, and offers what can; True when nothing else is to be asked."""
    for field in service.applicable(flow.values):
        choice = field.choice(flow.values.get(field.name, ""))
        if choice is not None and choice.ends is not None:
            exchange.tell_text(choice.ends.on(exchange.language, exchange.short))
            exchange.note("flow_cancelled", code=flow.code)
            exchange.state.flow = None
            return True
        if choice is None or choice.refused is None:
            continue
        del flow.values[field.name]
        flow.values.pop(choice.refused.reopens, None)
        exchange.tell_text(choice.refused.wording.on(exchange.language, exchange.short))
        _offer_instead(exchange, service.field(choice.refused.reopens), choice.refused.offers)
        return True
    return False


def _offer_instead(exchange: Exchange, field: ServiceField, value: str) -> None:
    instead = field.choice(value)
    label = instead.label.on(exchange.language) if instead else value
    offered = (Offered(label, value), *exchange.offer("cancel"))
    question = Question(CHOOSE, INSTEAD, offered, {"field": field.name, "value": value})
    exchange.pose(question, exchange.words("choice.instead", choice=label))


def ask_document(exchange: Exchange, flow: Flow, service: Service) -> bool:
    """Asks for the next document that was neither given nor put off."""
    code = next(missing_documents(flow, service), None)
    if code is None:
        return False
    pose_document(exchange, code)
    return True


def pose_document(exchange: Exchange, code: str) -> None:
    """Asks for one document, now or later."""
    name, rule = document_name(exchange, code), document_rule(exchange, code)
    text = exchange.words("document.ask", document=name, rule=rule)
    offered = exchange.offer("later") if exchange.has_buttons else ()
    exchange.pose(Question(f"{DOCUMENT}{code}", FLOW, offered), text)


def answer_document(exchange: Exchange, question: Question, option: str) -> None:
    """One document or all that are left come later; a file comes by another way."""
    flow = exchange.state.flow
    if flow is None:
        return
    if option == ALL_LATER:
        for code in exchange.town.services[flow.code].documents:
            flow.documents.setdefault(code, LATER)
    elif option == LATER:
        flow.documents[question.name.removeprefix(DOCUMENT)] = LATER
    else:
        exchange.tell("document.send")


def take_files(exchange: Exchange, flow: Flow, files: Sequence[tuple[str, str]], heard: Heard | None) -> None:
    """Hangs files on the flow: photos of a report, documents of a request. `files` are (id, filename)."""
    service = exchange.town.services[flow.code]
    photo = next(iter(service.of_kind("photo")), None)
    for file, filename in files:
        code = _document_for(exchange, flow, service, filename, heard)
        if code is None:
            flow.files.append(file)
            if photo is None:
                exchange.tell("file.added")
        else:
            flow.documents[code] = PROVIDED
            flow.document_files[code] = file
            exchange.tell("document.received", document=document_name(exchange, code))
    if photo is not None and files:
        language = exchange.town.city.languages[0]
        flow.values[photo.name] = exchange.town.replies.text(language, "photo.count", count=len(flow.files))
        if photo.name in flow.skipped:
            flow.skipped.remove(photo.name)
        exchange.tell("photo.received", count=len(files))


def _document_for(exchange: Exchange, flow: Flow, service: Service, filename: str, heard: Heard | None) -> str | None:
    """The document a file of the flow is; None when none is missing."""
    missing = [code for code in service.documents if flow.documents.get(code) != PROVIDED]
    return document_among(exchange, service.documents, missing, filename, heard)


def document_among(
    exchange: Exchange, known: Sequence[str], missing: Sequence[str], filename: str, heard: Heard | None
) -> str | None:
    """Which of the missing documents a file is: the one named with it, the one asked for, else the first.

    None when it is one of the `known` that is not missing, or nothing is.
    """
    named = _named_document(exchange, known, filename) or (
        _named_document(exchange, known, heard.said.text) if heard else None
    )
    if named is not None:
        return named if named in missing else None
    question = exchange.state.question
    asked = question.name.removeprefix(DOCUMENT) if question and question.name.startswith(DOCUMENT) else None
    return next(iter([*([asked] if asked in missing else []), *missing]), None)


def _named_document(exchange: Exchange, known: Sequence[str], text: str) -> str | None:
    """ "justificatif_domicile.pdf": the one document whose label has all its long words in a text."""
    said = {word[:_STEM] for word in fold(text).split()}
    found = [code for code in known if _long_words(exchange, code) <= said]
    return found[0] if len(found) == 1 else None


def _long_words(exchange: Exchange, code: str) -> set[str]:
    return {word[:_STEM] for word in fold(document_label(exchange, code)).split() if len(word) >= _LONG}
