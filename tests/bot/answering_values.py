"""What the assistant keeps of a text that answers a question for a value: a day, a place, a sum, a name.

One turn in this process with that question open, understanding, readers and dialogue together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.contract import Location
from bot.dialogue_state import CONTACT, FLOW, DialogueState, Flow, Question, dump_state, load_state
from bot.places import value_of
from intents.contract import Utterance
from intents.embedded import EmbeddedInterpreter
from kit.text import fold
from services.town.loading import Town
from tests.bot.conversation import Conversation

NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
"""A Monday."""
NOTHING = "-"
"""No value is kept: the question is put again."""
_QUESTIONS: Mapping[str, tuple[str, str]] = {
    "date": ("request.room_booking", "date"),
    "past_date": ("request.birth_certificate", "birth_date"),
    "period": ("request.residence_certificate", "stay_dates"),
    "slot": ("request.id_appointment", "slot"),
    "count": ("request.room_booking", "attendance"),
    "money": ("request.housing_application", "income"),
    "phone": ("request.birth_certificate", CONTACT),
    "mail": ("request.birth_certificate", CONTACT),
    "plate": ("request.parking_permit", "plate"),
    "postal": ("request.birth_certificate", "delivery_address"),
    "place": ("report.pothole", "location"),
    "person": ("request.birth_certificate", "subject"),
    "child": ("request.school_canteen", "child"),
}
"""The question by which each kind of value is asked for; a time of day alone is no question's."""
KINDS = (*_QUESTIONS, "time")
_PARTS = {
    "morning": "matin matinee morning",
    "afternoon": "apres-midi aprem afternoon",
    "evening": "soir soiree evening tonight",
}
_AS_WORDS = frozenset({"person", "postal", "child", "place"})


@dataclass(frozen=True, slots=True)
class Written:
    """A text of a resident with the value a clerk would note."""

    kind: str
    language: str
    text: str
    value: str


def kept_of(town: Town, interpreter: EmbeddedInterpreter, written: Written) -> str:
    """The value kept, as the tables write it; "-" where none is."""
    if written.kind == "time":
        found = interpreter.predict(Utterance(written.text, written.language, NOW.date())).found("time")
        return str(found[0].value) if found else NOTHING
    state = _answered(town, interpreter, written)
    if written.kind in ("phone", "mail"):
        return state.contact[1] if state.contact else NOTHING
    code, name = _QUESTIONS[written.kind]
    if state.flow is None or state.flow.code != code:
        return NOTHING
    place = state.flow.places.get(name)
    kept = value_of(place) if place else state.flow.values.get(name)
    if not kept:
        return NOTHING
    return _moment(interpreter, kept) if written.kind == "slot" else _shown(written.kind, kept, place)


def is_right(written: Written, kept: str) -> bool:
    """Whether what is kept is the value; words compare by their letters and figures, whatever the commas."""
    if written.kind in _AS_WORDS:
        return fold(kept) == fold(written.value)
    return kept == written.value


def _answered(town: Town, interpreter: EmbeddedInterpreter, written: Written) -> DialogueState:
    """What is remembered after the text came in with its question open."""
    code, name = _QUESTIONS[written.kind]
    flow, question = Flow(code, town.services[code].version, NOW.isoformat()), Question(name, FLOW)
    state = DialogueState(introduced=True, flow=flow, question=question, touched_at=NOW.isoformat())
    conversation = Conversation(town, interpreter, now=NOW, language=written.language, is_new=False)
    conversation.state = dump_state(state, name)
    conversation.say(written.text)
    return load_state(conversation.state)


def _shown(kind: str, kept: str, place: Location | None) -> str:
    """An address that is posted to is whole only in its words."""
    if kind == "postal" and place is not None:
        return place.text
    return kept


def _moment(interpreter: EmbeddedInterpreter, kept: str) -> str:
    """The moment that kept words tell, "2026-12-01 morning", "2026-12-03 14:00-16:00", read anew as an agent would."""
    found = interpreter.predict(Utterance(kept, None, NOW.date()))
    days = [str(one.value) for one in found.found("date")]
    times = [str(one.value) for one in found.found("time")]
    words = set(fold(kept).replace("apres midi", "apres-midi").split())
    parts = [part for part, names in _PARTS.items() if words & set(names.split())]
    return " ".join([",".join(days), "-".join(times) or ",".join(parts)]).strip() or NOTHING


def read_written(text: str) -> list[Written]:
    """The rows of a table: kind, language, text, value."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [Written(*line.split("\t")) for line in lines]
