"""A service's declaration as a form for agents, and what they filled in as a case.

An agent is trusted with words: what has a closed list, a date or a number is checked, the rest is kept as typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from agent_console.access.deps import FormField, ReadForm
from app.faces.form_places import FormPlaces, read_form_places
from case_store.cases.filing import NewCase
from channels import counter
from gazetteer.address_match import AddressMatch
from gazetteer.place_value import PlaceValue
from kit.calendar import local_date
from kit.clock import Clock
from kit.text import dictionary_order
from services.declarations.declaration import NO, YES, Service, ServiceField
from services.declarations.field_library import REQUESTER
from services.kinds.fields import PLACES
from services.town.acknowledging import LATER, Filing, acknowledgement
from services.town.loading import Town

DOCUMENT = "document:"
PROVIDED = "provided"
LONGEST = 2_000
UNASKED = frozenset({"photo"})
_CONTROLS = {"date": "date", "count": "number", "text": "textarea", "items": "textarea"}


class TownCaseForms:
    """Of one town; `clock` dates what is filed."""

    def __init__(self, town: Town, clock: Clock) -> None:
        self._town, self._clock = town, clock

    def services(self, language: str) -> Sequence[tuple[str, str]]:
        """Every service by its name."""
        named = [(code, service.names.on(language)) for code, service in self._town.services.items()]
        return sorted(named, key=lambda each: dictionary_order(each[1]))

    def fields(self, service_code: str, language: str) -> Sequence[FormField]:
        """Its questions but those for files, then its documents. Empty for an unknown service."""
        service = self._town.services.get(service_code)
        if service is None:
            return ()
        asked = [self.ask(field, language) for field in service.fields if field.kind not in UNASKED]
        return [*asked, *(self._document(code, language) for code in service.documents)]

    def texts(self, service_code: str, values: Mapping[str, str]) -> dict[str, str]:
        """What the form shows of values as a case keeps them; of those it asks for. Empty for an unknown service."""
        service = self._town.services.get(service_code)
        asked = [field for field in service.fields if field.kind not in UNASKED] if service else []
        return {field.name: shown_text(field, values[field.name]) for field in asked if values.get(field.name)}

    def read(self, service_code: str, texts: Mapping[str, str], language: str) -> ReadForm:
        """The case to file, or which fields are wrong. Raises KeyError for an unknown service."""
        service = self._town.services[service_code]
        values, wrong = self._values(service, texts)
        places = read_form_places(self._town.gazetteer, service.of_kind(*PLACES), values, texts)
        if wrong := wrong | places.unsettled:
            return ReadForm(wrong=wrong, places=places.alike, settled=places.settled)
        kept = values | places.values()
        documents = {code: PROVIDED if texts.get(DOCUMENT + code) else LATER for code in service.documents}
        spot = _spot(service, places)
        filing = self._filing(service, documents, values, language)
        return ReadForm(
            places=places.alike,
            settled=places.settled,
            make_case=partial(self._case, service, kept, documents, spot, filing),
            acknowledge=partial(self._acknowledge, filing),
            requester=values.get(REQUESTER),
        )

    def ask(self, field: ServiceField, language: str) -> FormField:
        """The field as a form asks for it."""
        options = [(choice.value, choice.label.on(language)) for choice in field.choices if choice.refused is None]
        if field.kind == "yes_no":
            options = [(answer, self._town.replies.text(language, f"choices.{answer}")) for answer in (YES, NO)]
        usual = ", ".join(words for _, words in options)
        is_closed = field.kind in {"choice", "yes_no"} and not field.others
        return FormField(
            name=field.name,
            label=field.label.on(language),
            control="select" if is_closed else _CONTROLS.get(field.kind, "text"),
            is_required=field.required and field.when is None,
            hint=field.ask.on(language) if is_closed or not usual else f"{field.ask.on(language)} ({usual})",
            options=tuple(options) if is_closed else (),
        )

    def _document(self, code: str, language: str) -> FormField:
        label = self._town.documents[code].label(language)
        return FormField(DOCUMENT + code, label, "check", is_required=False)

    def _values(self, service: Service, texts: Mapping[str, str]) -> tuple[dict[str, str], frozenset[str]]:
        typed = typed_answers(service.fields, texts)
        asked = [field for field in service.applicable(typed) if field.kind not in UNASKED]
        wrong = frozenset(field.name for field in asked if not self.is_usable(field, typed[field.name]))
        return {field.name: typed[field.name] for field in asked if typed[field.name]}, wrong

    def is_usable(self, field: ServiceField, text: str) -> bool:
        """Whether the text, without blanks around it, can be the field's answer."""
        if not text:
            return not field.required
        if getattr(field.choice(text), "refused", None):
            return False
        if field.answers and not field.others:
            return text in field.answers
        if field.kind == "date":
            return self._is_day(field, text)
        if field.kind == "count":
            return text.isascii() and text.isdigit() and field.minimum <= int(text) <= (field.maximum or 1_000)
        return True

    def _is_day(self, field: ServiceField, text: str) -> bool:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return False
        return not (field.past and day > self._today)

    @property
    def _today(self) -> date:
        return local_date(self._clock.now(), self._town.city.timezone)

    def _filing(
        self, service: Service, documents: Mapping[str, str], values: Mapping[str, str], language: str
    ) -> Filing:
        return Filing(
            service=service,
            language=language,
            reference="",
            today=self._today,
            due=self._town.calendar.due_moment(self._clock.now(), service.target_days).date(),
            is_urgent=service.high_priority is not None and service.high_priority.holds(values),
            documents=documents,
            follow=f"{self._town.public_url or ''}/suivi",
            is_copy=True,
        )

    def _case(
        self,
        service: Service,
        values: Mapping[str, str],
        documents: Mapping[str, str],
        place: AddressMatch | None,
        filing: Filing,
        **resident: object,
    ) -> NewCase:
        title = service.names.on(self._town.city.languages[0])
        return NewCase(
            prefix=self._town.city.prefix,
            kind=service.kind,
            service_code=service.code,
            service_version=service.version,
            team_code=service.team,
            title=f"{title} – {place.label}" if place else title,
            state="awaiting_resident" if LATER in documents.values() else "new",
            priority="high" if filing.is_urgent else "normal",
            fields=[(field.name, values[field.name]) for field in service.fields if field.name in values],
            due_at=self._town.calendar.due_moment(self._clock.now(), service.target_days),
            language=filing.language,
            channel_kind=counter.WAY_IN.kind,
            documents=documents,
            location_text=place.label if place else None,
            location_entity=place.entity if place else None,
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
            location_known=bool(place and place.known),
            **resident,  # type: ignore[arg-type]
        )

    def _acknowledge(self, filing: Filing, reference: str, is_short: bool) -> tuple[str, str]:
        told = replace(filing, reference=reference, is_short=is_short)
        subject = self._say(told, "letter.filed", town=self._town.city.name, reference=reference)
        return acknowledgement(self._town, told, partial(self._say, told)), subject

    def _say(self, filing: Filing, key: str, **values: object) -> str:
        replies = self._town.replies
        return (replies.short_text if filing.is_short else replies.text)(filing.language, key, **values)


def _spot(service: Service, places: FormPlaces) -> AddressMatch | None:
    """Where the case is."""
    return next(
        (places.found[field.name] for field in service.fields if field.situates and field.name in places.found), None
    )


def typed_answers(fields: Sequence[ServiceField], texts: Mapping[str, str]) -> dict[str, str]:
    """What was typed for each field, without blanks around it; of a choice called by its words its value."""
    typed = {field.name: texts.get(field.name, "").strip()[:LONGEST] for field in fields}
    return {field.name: _choice_called(field, typed[field.name]) for field in fields}


def _choice_called(field: ServiceField, text: str) -> str:
    return next((choice.value for choice in field.choices if text in choice.label.everywhere()), text)


def shown_text(field: ServiceField, kept: str) -> str:
    """A kept value as a form shows it: places as people write them, several things with commas, the rest as it is."""
    if field.kind in PLACES:
        place = PlaceValue.read(kept)
        return place.label if place else kept
    return kept.replace("|", ", ")
