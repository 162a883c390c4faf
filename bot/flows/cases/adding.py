"""Adds words, files and a position to a case of the resident, and says so; a closed case is a person's work."""

from dataclasses import replace
from uuid import UUID

from bot.contract import OpenCase, UpdateCase
from bot.exchange import Exchange
from bot.flows import request
from bot.flows.document_words import document_name
from bot.flows.people.human import offer
from bot.hearing import Heard
from bot.queries import CaseFacts
from kit.text import shorten

OPEN = frozenset({"new", "open", "awaiting_resident"})
KEPT = 1000
"""Characters of a message that are kept with the case."""

_QUOTED = 160


def add(exchange: Exchange, case: CaseFacts, heard: Heard) -> bool:
    return add_words(exchange, case, heard.said.text, heard)


def add_words(exchange: Exchange, case: CaseFacts, words: str, heard: Heard | None) -> bool:
    """Adds words, files and position to an open case; a closed one is a person's to open again."""
    if case.state not in OPEN:
        offer(exchange, "updated.closed", reference=case.reference)
        return True
    state = exchange.state
    update = _update(exchange, case, words, heard)
    exchange.effects.append(update)
    _tell(exchange, case, update, words)
    state.files, state.spot, state.photo_spot = [], None, None
    return True


def is_being_filed(exchange: Exchange) -> bool:
    """Whether a case has been filed in this very turn, and has no reference yet."""
    return any(isinstance(effect, OpenCase) for effect in exchange.effects)


def add_to_filing(exchange: Exchange, heard: Heard) -> bool:
    """What is said right after the yes is filed with the case; False where none is being filed."""
    at = next((at for at, one in enumerate(exchange.effects) if isinstance(one, OpenCase)), None)
    if at is None:
        return False
    state, case = exchange.state, exchange.effects[at]
    if not isinstance(case, OpenCase):
        return False
    remarks = [*case.remarks, *filter(None, [shorten(heard.said.text, KEPT)])]
    files = [*case.attachment_ids, *(UUID(file) for file in state.files)]
    exchange.effects[at] = replace(case, remarks=tuple(remarks), attachment_ids=tuple(files))
    state.files, state.photo_spot = [], None
    exchange.tell("remark.kept")
    return True


def update_of(case: CaseFacts, heard: Heard) -> UpdateCase:
    """The message as it is, for an agent to sort."""
    text = shorten(heard.said.text, KEPT)
    if heard.location is not None:
        text = " ".join(filter(None, [text, _position(*heard.location)]))
    return UpdateCase(case.case_id, case.reference, text, tuple(file.id for file in heard.files))


def _position(latitude: float, longitude: float) -> str:
    return f"({latitude:.5f}, {longitude:.5f})"


def _update(exchange: Exchange, case: CaseFacts, words: str, heard: Heard | None) -> UpdateCase:
    spot = exchange.state.spot
    text = shorten(words, KEPT)
    if spot is not None and heard is not None and heard.location is not None:
        text = " ".join(filter(None, [text, spot.text, _position(*heard.location)]))
    update = UpdateCase(case.case_id, case.reference, text)
    if not exchange.state.files:
        return update
    names = {str(file.id): file.filename for file in heard.files} if heard else {}
    documents: dict[str, UUID] = {}
    photos: list[UUID] = []
    known = tuple(document.code for document in exchange.town.documents_of(case.service_code))
    for file in exchange.state.files:
        missing = [code for code in case.missing_documents if code not in documents]
        code = request.document_among(exchange, known, missing, names.get(file, ""), heard)
        if code is None:
            photos.append(UUID(file))
        else:
            documents[code] = UUID(file)
    return replace(update, attachment_ids=tuple(photos), document_attachments=documents)


def _tell(exchange: Exchange, case: CaseFacts, update: UpdateCase, words: str) -> None:
    for code in update.document_attachments:
        exchange.tell("document.received", document=document_name(exchange, code))
    team = exchange.town.team_of(case.service_code)
    if update.attachment_ids:
        key, count = "updated.files", len(update.attachment_ids)
        exchange.tell(key, reference=case.reference, count=count)
    elif update.text and not update.document_attachments:
        told = shorten(words or update.text, _QUOTED)
        exchange.tell("updated.words", reference=case.reference, words=told)
    if team is not None:
        exchange.tell("updated.team", team=team.label(exchange.language))
