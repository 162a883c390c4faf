"""What was told before and is now said otherwise: "non pardon, née le 5 mai", "sorry, I meant Tuesday"."""

from collections.abc import Iterator

from bot.acts import Correct
from bot.choosing.strength import Strength
from bot.dialogue_state import Flow
from bot.reading.findings import Findings
from bot.reading.reading import Context, Reading
from services.declarations.declaration import Service, ServiceField
from services.kinds.corrected import behind_taking_back, likeness, read_corrected
from services.kinds.fields import PLACES, read_told
from services.kinds.reading import Reading as Value
from services.words.said import Said

_ELSEWHERE = frozenset({*PLACES, "items", "photo", "file", "requester"})
"""Kinds whose changes have readers of their own, or none."""


_NAMED = frozenset({"child", "people", "person"})
"""Kinds that know a name said again by its words."""


def read_correction(findings: Findings, context: Context) -> Iterator[Reading]:
    """The field told last that the words fit, where they say plainly that something is taken back.

    What fits the open question is its answer; a place is put right where places are heard.
    """
    flow, service, said = context.flow, context.service, findings.said
    instead = behind_taking_back(said) if flow is not None and not findings.whole.is_question else None
    if flow is None or service is None or instead is None or instead.found("address", "intersection"):
        return
    city = context.town.city.name
    if context.asked is not None and context.asked.name not in flow.parts and read_told(context.asked, instead, city):
        return
    for field in _told_before(service, flow, instead):
        value = _new_value(field, instead, flow, city)
        if value is not None:
            act = Correct(field.name, value.value, value.partial)
            yield Reading(act, Strength.PLAIN, 0, len(said.words), f"taken back: {field.name}")
            return


def _told_before(service: Service, flow: Flow, instead: Said) -> list[ServiceField]:
    """The fields that have a value: the one most like what is said now first, then the one told last."""
    known = {**flow.values, **flow.parts}
    fields = [field for field in service.fields if field.name in known and field.kind not in _ELSEWHERE]
    return sorted(fields, key=lambda field: (-likeness(known[field.name], instead), field.name != flow.last))


def _new_value(field: ServiceField, instead: Said, flow: Flow, city: str) -> Value | None:
    """Of what was told last whatever answers its question; of all else only what tells its kind by itself."""
    known = flow.values.get(field.name) or flow.parts.get(field.name, "")
    value = read_corrected(field, instead, known, city)
    if not isinstance(value, Value) or value.value == known:
        return None
    is_told = field.name == flow.last or field.kind in _NAMED or read_told(field, instead, city)
    return value if is_told else None
