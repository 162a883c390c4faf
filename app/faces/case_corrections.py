"""A filed case as a form, and what an agent changed in it: by the declaration under which the case was filed."""

from collections.abc import Mapping, Sequence

from agent_console.access.deps import FormField, ReadCorrection
from app.faces.case_forms import UNASKED, TownCaseForms, shown_text, typed_answers
from app.faces.form_places import FormPlaces, read_form_places
from case_store.cases.correcting import CorrectedPlace, Correction
from case_store.models import Case
from services.declarations.declaration import Service, ServiceField
from services.kinds.fields import PLACES
from services.town.loading import Town


class TownCorrections:
    """Of one town; the questions are those of its forms."""

    def __init__(self, town: Town, forms: TownCaseForms) -> None:
        self._town, self._forms = town, forms

    def fields(self, case: Case, language: str) -> Sequence[FormField]:
        """The questions of the case's service but those for files; empty for a service that nobody knows any more."""
        return [self._forms.ask(field, language) for field in self._asked(case)]

    def texts(self, case: Case) -> dict[str, str]:
        """What the form shows of the case: places as people write them, the rest as it is kept."""
        kept = _kept(case)
        shown = {field.name: shown_text(field, kept.get(field.name, "")) for field in self._asked(case)}
        # A place that was told by its position alone stands in no field.
        spots = [field.name for field in self._asked(case) if field.situates and not shown[field.name]]
        return shown | dict.fromkeys(spots[:1], case.location_text or "")

    def read(self, case: Case, texts: Mapping[str, str]) -> ReadCorrection:
        """What was changed. What is left as it was shown is not judged."""
        shown = self.texts(case)
        typed = typed_answers(self._asked(case), texts)
        changed = [field for field in self._asked(case) if typed[field.name] != shown[field.name].strip()]
        wrong = frozenset(field.name for field in changed if not self._forms.is_usable(field, typed[field.name]))
        values = {field.name: typed[field.name] for field in changed if typed[field.name] and field.name not in wrong}
        places = read_form_places(
            self._town.gazetteer, [field for field in changed if field.kind in PLACES], values, texts
        )
        if wrong := wrong | places.unsettled:
            return ReadCorrection(wrong, places.alike, places.settled)
        if not changed:
            return ReadCorrection()
        correction = self._correction(case, changed, values | places.values(), places)
        return ReadCorrection(places=places.alike, settled=places.settled, correction=correction)

    def _correction(
        self, case: Case, changed: Sequence[ServiceField], values: Mapping[str, str], places: FormPlaces
    ) -> Correction:
        service, kept = self._service(case), _kept(case)
        for field in changed:
            kept[field.name] = values.get(field.name, "")
        place = _place(changed, places)
        order = [field.name for field in service.fields] if service else []
        names = [*(name for name in order if name in kept), *(name for name in kept if name not in order)]
        is_urgent = service is not None and service.high_priority is not None and service.high_priority.holds(kept)
        return Correction(
            fields=[(name, kept[name]) for name in names if kept[name]],
            title=self._title(case, place),
            priority="high" if is_urgent else "normal" if service and service.high_priority else case.priority,
            place=place,
        )

    def _title(self, case: Case, place: CorrectedPlace | None) -> str:
        """Named again only where the place that stands in it has changed."""
        service = self._service(case)
        if place is None or service is None:
            return case.title
        named = service.names.on(self._town.city.languages[0])
        return f"{named} – {place.text}" if place.text else named

    def _asked(self, case: Case) -> Sequence[ServiceField]:
        service = self._service(case)
        return [field for field in service.fields if field.kind not in UNASKED] if service else ()

    def _service(self, case: Case) -> Service | None:
        return self._town.service_as_of(case.service_code, case.service_version)


def _kept(case: Case) -> dict[str, str]:
    return {str(name): str(value) for name, value in case.fields}


def _place(changed: Sequence[ServiceField], places: FormPlaces) -> CorrectedPlace | None:
    """Where the case is from now on; None where that did not change."""
    for field in changed:
        if field.situates:
            found = places.found.get(field.name)
            if found is None:
                return CorrectedPlace("", None, None, None, known=False)
            return CorrectedPlace(found.label, found.entity, found.latitude, found.longitude, found.known)
    return None
