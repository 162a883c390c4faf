"""The places that an agent typed in a form: as the town knows them, or as typed once the agent has said so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent_console.access.deps import AS_TYPED, PLACE_ANSWER, PLACE_ASKED
from gazetteer.address_match import AddressMatch
from gazetteer.gazetteer import Gazetteer
from services.declarations.service_field import ServiceField


@dataclass(frozen=True, slots=True)
class FormPlaces:
    """The place of each field that has one; `alike` and `unsettled` are about those that the town does not know."""

    found: Mapping[str, AddressMatch] = field(default_factory=dict)
    alike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unsettled: frozenset[str] = frozenset()
    settled: Mapping[str, str] = field(default_factory=dict)

    def values(self) -> dict[str, str]:
        """What a case keeps of the places that are known."""
        return {name: place.entity for name, place in self.found.items() if place.entity and place.known}


def read_form_places(
    gazetteer: Gazetteer, fields: Sequence[ServiceField], typed: Mapping[str, str], texts: Mapping[str, str]
) -> FormPlaces:
    """Finds what was typed in these fields; `texts` holds what the form answers where it had asked."""
    found, alike, unsettled, settled = {}, {}, set(), {}
    for declared in fields:
        name = declared.name
        if name not in typed:
            continue
        answer = _answer(name, typed[name], texts)
        place = gazetteer.find(typed[name] if answer in {"", AS_TYPED} else answer)
        found[name] = place
        if answer not in {"", AS_TYPED} and place.known:
            settled[name] = place.label
        elif not place.known and not _is_elsewhere(declared, place):
            alike[name] = tuple(each.label for each in gazetteer.find_alike(typed[name]))
            unsettled |= set() if answer == AS_TYPED else {name}
    return FormPlaces(found, alike, frozenset(unsettled), settled)


def _answer(name: str, typed: str, texts: Mapping[str, str]) -> str:
    """The answer that the form gives; none once another text stands in the field than it was asked about."""
    asked = texts.get(PLACE_ASKED + name, "").strip()
    return texts.get(PLACE_ANSWER + name, "").strip() if asked == typed else ""


def _is_elsewhere(declared: ServiceField, place: AddressMatch) -> bool:
    """Whether it may well be a place of another town."""
    return declared.anywhere and not place.candidates
