"""Takes what a resident says into the flow's fields: answers, things told by the way, corrections.

The order is: places first (a number in an address is no count), then every other field that has a value
in the utterance. Words used up by a place are not read a second time.
"""

from dataclasses import dataclass, replace

from bot import kinds, places, postal
from bot.contract import Location
from bot.dialogue_state import CHOOSE, JOIN, Flow
from bot.exchange import Exchange
from bot.flows.filled import Filled
from bot.flows.people.requester import is_subject_again, names_who_asks
from bot.flows.settling import forget_place, settle_place
from bot.places import Found
from services.declarations.declaration import Service, ServiceField
from services.kinds.closed import numbered_code
from services.kinds.dates import date_corrected
from services.kinds.fields import PLACES, Fault, Outcome, Reading, read_answer, read_told
from services.kinds.items import items_changed
from services.kinds.substitution import Substitution, renamed, substitution
from services.words.gibberish import is_gibberish
from services.words.said import Said, without


@dataclass(frozen=True, slots=True)
class Filling:
    """One utterance being taken into one flow. `asked` is the field whose question is open."""

    exchange: Exchange
    flow: Flow
    service: Service
    said: Said
    asked: ServiceField | None
    filled: Filled

    def plainly(self) -> Filled:
        """Takes what is plainly said."""
        if self._exchange_words():
            return self.filled
        rest = self._places(loosely=False)
        for declared in self.service.fields:
            if declared.kind not in PLACES and declared.kind != "photo":
                self._take(declared, rest)
        return self.filled

    def loosely(self) -> Filled:
        """Takes the utterance as the answer to the open question, in whatever words."""
        if self.asked is None or self.said.is_wordless:
            return self.filled
        if self.asked.kind in PLACES:
            self._places(loosely=True)
            return self.filled
        self._keep(self.asked, self._answer(self.asked, self.said))
        return self.filled

    def _exchange_words(self) -> bool:
        """ "pas Paul, Pierre": words of a known answer exchanged for others."""
        spelt = {
            declared.name: self.flow.values[declared.name]
            for declared in self.service.fields
            if declared.kind in kinds.SPELT
            and declared.name in self.flow.values
            and not is_subject_again(self.service, self.flow, declared)
        }
        found = substitution(self.said, spelt) or self._renamed()
        if found is not None:
            self._keep(self.service.field(found.name), Reading(found.value))
        return found is not None

    def _renamed(self) -> Substitution | None:
        """A first or a family name alone, of the one person concerned."""
        for person in self.service.of_kind("person"):
            known = self.flow.values.get(person.name)
            value = renamed(self.said, known) if known else None
            if value:
                return Substitution(person.name, value)
        return None

    @property
    def _city(self) -> str:
        return self.exchange.town.city.name

    def _take(self, declared: ServiceField, said: Said) -> None:
        if self.asked is not None and declared.name == self.asked.name:
            self._take_answer(declared, said)
            return
        if declared.kind == "items" and declared.name in self.flow.values:
            self._take_items(declared, said)
            return
        told = read_told(declared, said, self._city)
        if told is None:
            self._take_bare_number(declared, said)
            self._take_part_of_date(declared, said)
            if declared.kind == "code" and declared.name not in self.flow.values:
                self._keep(declared, numbered_code(said))
        elif names_who_asks(self.service, self.flow, declared, told, self.said, self._city):
            return
        elif declared.name not in self.flow.values:
            self._keep(declared, told)
        elif told.value != self.flow.values[declared.name]:
            self._change(declared, told, said)

    def _take_answer(self, declared: ServiceField, said: Said) -> None:
        outcome = self._answer(declared, said)
        if declared.kind == "commune" and declared.name in self.flow.doubted and said.opens_with("yes"):
            outcome = Reading(self._city)
        if isinstance(outcome, Reading) and self.filled:
            outcome = read_told(declared, said, self._city) or outcome
        if isinstance(outcome, Fault) and declared.kind in kinds.NUMBERED and self._tells_another(declared, said):
            return  # "6 mois" is no registration plate
        if isinstance(outcome, Fault) or (outcome is not None and outcome.sure):
            self._keep(declared, outcome)

    def _answer(self, declared: ServiceField, said: Said) -> Outcome:
        outcome = read_answer(declared, said, self._city, self.flow.parts.get(declared.name, ""))
        if isinstance(outcome, Reading) and declared.kind in kinds.OPEN and is_gibberish(outcome.value):
            return Fault(insisted=outcome.value)  # asked once more, and taken when it is said again
        return outcome

    def _answers(self, asked: ServiceField | None) -> bool:
        outcome = self._answer(asked, self.said) if asked is not None and asked.kind in kinds.NUMBERED else None
        return isinstance(outcome, Reading)

    def _tells_another(self, declared: ServiceField, said: Said) -> bool:
        return any(read_told(other, said, self._city) for other in self._others(declared))

    def _take_bare_number(self, declared: ServiceField, said: Said) -> None:
        """ "non, 3": a corrected count, when the service has a single one and no other question is open."""
        if declared.kind != "count" or declared.name not in self.flow.values or self.asked is not None:
            return
        current = int(self.flow.values[declared.name])
        takes_back = said.has("negator") and current in (number for number, _ in said.numbers())
        if takes_back or (said.lone_number() is not None and not said.has("number_marker")):
            self._keep(declared, read_answer(declared, said, self._city))

    def _take_items(self, declared: ServiceField, said: Said) -> None:
        """More things, fewer things; when none is left they are asked for again."""
        items = items_changed(declared, self.flow.values[declared.name], said)
        if items:
            self._keep(declared, Reading(items))
        elif items is not None:
            del self.flow.values[declared.name]
            self.filled.corrected.append(declared.name)

    def _take_part_of_date(self, declared: ServiceField, said: Said) -> None:
        """ "non, 1985", "pas mars, avril": the known date with another year or month."""
        known = self.flow.values.get(declared.name)
        is_meant = self._is_correction(declared, said) or said.has("negator")
        if declared.kind == "date" and known is not None and is_meant:
            self._keep(declared, date_corrected(declared, said, known))

    def _change(self, declared: ServiceField, told: Reading, said: Said) -> None:
        if declared.kind not in kinds.ONLY_ON_CORRECTION or self._is_correction(declared, said):
            self._keep(declared, told)

    def _is_correction(self, declared: ServiceField, said: Said) -> bool:
        return said.has("correction") or said.has_any(declared.named.everywhere())

    def _keep(self, declared: ServiceField, outcome: Outcome) -> None:
        if isinstance(outcome, Fault):
            outcome = self._insisted(declared, outcome)
        if not isinstance(outcome, Reading) or self.flow.values.get(declared.name) == outcome.value:
            return
        if outcome.partial and declared.name in self.flow.values:
            return
        (self.filled.corrected if declared.name in self.flow.values else self.filled.new).append(declared.name)
        self.flow.keep(declared.name, outcome.value, partial=outcome.partial)

    def _insisted(self, declared: ServiceField, fault: Fault) -> Reading | None:
        """An unlikely answer is asked for once more; said again in another turn, it is taken."""
        is_again = self.flow.doubted.get(declared.name) == fault.insisted and not self.exchange.unusable
        if fault.insisted and is_again:
            return Reading(fault.insisted)
        self.filled.fault, self.filled.refusal = True, fault.reason
        if fault.insisted:
            self.flow.doubted[declared.name] = fault.insisted
        return None

    def _places(self, *, loosely: bool) -> Said:
        """Fills the place field; returns what is left to read."""
        target = self._place_field()
        if target is None:
            return self.said
        is_asked = self.asked is not None and self.asked.name == target.name
        partial = target.name in self.flow.places and target.name not in self.flow.values
        spelt_out = self.asked is not None and not is_asked
        found = self._without_code(places.told_place(self.exchange, self.said, spelt_out=spelt_out))
        if found is not None and spelt_out and not found.place.known and self._answers(self.asked):
            return self.said  # "12 square metres" is no square
        if found is None and is_asked and partial:
            return self._complete(target)
        if found is None and is_asked and loosely and (number := places.number_alone(self.said)):
            self.flow.door, self.filled.door = number, True
            return self.said
        if found is None and is_asked and loosely:
            found = postal.plausible(self.exchange, target, self.said, places.answered_place(self.exchange, self.said))
            self.filled.fault |= found is None
        if found is not None:
            found = postal.with_parts(self.exchange, self.flow, target, self.said, found, is_asked=is_asked)
            self._put(target, found)
            return without(self.said, found.span) if found.span else self.said
        return self._renumber(target)

    def _without_code(self, found: Found | None) -> Found | None:
        """ "lampadaire numéro 4512 rue Victor Hugo": the pole's number is no house number."""
        codes = [read_told(field, self.said, self._city) for field in self.service.of_kind("code")]
        number = places.door_of(found.place) if found else ""
        if found is None or not number or number not in [code.value for code in codes if code]:
            return found
        return places.street_of(found)

    def _place_field(self) -> ServiceField | None:
        if self.asked is not None and self.asked.kind in PLACES:
            return self.asked
        declared = self.service.of_kind("location", "address")
        return declared[0] if declared else None

    def _put(self, target: ServiceField, found: Found) -> None:
        before = self.flow.places.get(target.name)
        place = found.place
        if before is not None and found.incomplete and target.name in self.flow.values:
            place = places.with_street(self.exchange, before, place)
            found = replace(found, incomplete=places.lacks_number(place))
        if found.incomplete and self.flow.door is not None:
            place = places.with_number(self.exchange, place, self.flow.door)
            found = replace(found, place=place, incomplete=False)
        self.flow.door = None
        if found.candidates:
            forget_place(self.flow, target.name)
            self.flow.candidates[target.name] = found.candidates
            self.flow.places[target.name] = place
            self.filled.new.append(target.name)
            return
        self.settle(target, place, incomplete=found.incomplete)

    def settle(self, target: ServiceField, place: Location, *, incomplete: bool) -> None:
        outcome = settle_place(self.exchange, self.flow, target.name, place, incomplete=incomplete)
        if outcome is not None:
            (self.filled.corrected if outcome == "corrected" else self.filled.new).append(target.name)

    def _complete(self, target: ServiceField) -> Said:
        """The number or landmark that was asked for; without either the street alone will do."""
        if self.said.ends_as_question or self.said.opens_with("question"):
            return self.said
        street = self.flow.places[target.name]
        self.flow.completed.append(target.name)
        if not self.said.has("near") and any(read_told(other, self.said, self._city) for other in self._others(target)):
            self.settle(target, street, incomplete=False)
            return self.said
        place = places.completed(self.exchange, self.said, street) or street
        self.settle(target, place, incomplete=False)
        return without(self.said, (0, len(self.said.text)))

    def _renumber(self, target: ServiceField) -> Said:
        """ "non, au 14", "c'est pas le 12, c'est le 21": the same street at another number."""
        place = self.flow.places.get(target.name)
        number = places.number_said(self.said)
        if place is None or number is None or target.name not in self.flow.values or not place.entity:
            return self.said
        if not self._means_the_house(target, place, number):
            return self.said
        self.settle(target, places.with_number(self.exchange, place, number), incomplete=False)
        return without(self.said, (0, len(self.said.text)))

    def _means_the_house(self, target: ServiceField, place: Location, number: str) -> bool:
        said = self.said
        if len(said.words) > 10 or any(read_told(other, said, self._city) for other in self._others(target)):
            return False
        current = places.door_of(place)
        takes_back = bool(current) and current != number and current in said.folded.split() and said.has("negator")
        if takes_back or said.has_any(target.named.everywhere()):
            return True
        if self.asked is not None and isinstance(read_answer(self.asked, said, self._city), Reading):
            return said.has("correction") and said.has("number_marker")
        if self.service.of_kind("count") and not said.has("number_marker"):
            return False
        if self.asked is None and said.lone_number() is not None:
            question = self.exchange.state.question
            return question is None or question.name not in {CHOOSE, JOIN}  # "3" is a choice that does not exist
        return said.has("correction") or (self.asked is None and said.has("number_marker"))

    def _others(self, target: ServiceField) -> list[ServiceField]:
        return [declared for declared in self.service.fields if declared.name != target.name]


def filling(exchange: Exchange, flow: Flow, said: Said, asked: ServiceField | None) -> Filling:
    """Prepares taking an utterance into a flow."""
    return Filling(exchange, flow, exchange.town.services[flow.code], said, asked, Filled())
