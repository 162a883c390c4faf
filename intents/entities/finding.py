"""Everything named in a text: addresses, dates, contacts, references, persons, sums, counts."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice

from intents.contract import Entity
from intents.entities.addresses import BEFORE_A_STREET, AddressFinder
from intents.entities.amounts import find_counts, find_money
from intents.entities.contacts import find_mails, find_phones
from intents.entities.dates import find_dates
from intents.entities.digits import in_digits
from intents.entities.people import PersonFinder
from intents.entities.plates import find_plates
from intents.entities.references import ReferenceFinder
from intents.entities.spans import Spans
from intents.entities.spelt_mails import find_spelt_mails
from intents.entities.times import find_times


class EntityFinder:
    """Finds and normalises what a text names; where two readings overlap, the one found first in this order stays.

    Order of trust: mail addresses, references, telephone numbers, addresses, plates, dates, times, money,
    counts, persons. So an address swallows the date and the count inside its street name.
    """

    def __init__(
        self,
        streets: Sequence[str] = (),
        *,
        reference_prefix: str = "MTL",
        region: str = "FR",
        ordinary: frozenset[str] = frozenset(),
    ) -> None:
        """`streets`: official names; `region`: where a number without country code is; `ordinary`: words, no names."""
        self._addresses = AddressFinder(streets)
        self._references = ReferenceFinder(reference_prefix)
        self._people = PersonFinder(ordinary)
        self._region = region

    def find(self, text: str, today: date) -> tuple[Entity, ...]:
        """The entities in order of appearance; `today` is what "demain" counts from."""
        spans = Spans.of(text)
        spoken = in_digits(spans)
        has_digit = any(map(str.isdigit, spoken.folded))
        kept: list[Entity] = []
        _keep(kept, find_mails(spans))
        _keep(kept, find_spelt_mails(spans))
        _keep(kept, self._references.find(spoken))
        if has_digit:
            _keep(kept, find_phones(spoken, self._region))
        _keep(kept, self._addresses.find(in_digits(spans, before=BEFORE_A_STREET)))
        if has_digit:
            _keep(kept, find_plates(spoken))
        _keep(kept, find_dates(spoken, today))
        _keep(kept, find_times(spoken))
        _keep(kept, find_money(spoken))
        _keep(kept, find_counts(spoken))
        _keep(kept, self._people.find(spans))
        return tuple(sorted(kept, key=lambda entity: entity.start))


_MOST = 60
"""Entities of one text: who names more wants no answer, and each costs all that is read after it."""


def _keep(kept: list[Entity], found: Iterable[Entity]) -> None:
    for entity in islice(found, _MOST):
        if len(kept) < _MOST and all(entity.end <= other.start or other.end <= entity.start for other in kept):
            kept.append(entity)
