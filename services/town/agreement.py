"""Whether the files of a town's data agree: every code, value and street that one file says of another stands there."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches

from gazetteer.gazetteer import Gazetteer
from gazetteer.place_value import PlaceValue
from kit.laid_files import Layers
from kit.text import fold
from kit.wording import Wording
from services.declarations.declaration import Service
from services.declarations.workflow import SUPERVISOR
from services.files.product import TOWN_FILE
from services.files.tables import Table
from services.texts.known_texts import advice, known_texts
from services.town_hall.answers_data import CollectionDays, Emergency, Fees
from services.town_hall.catalogue import CatalogueRow
from services.town_hall.city import City, DocumentType, Team
from services.words.lexicon import Lexicon
from services.words.topics import Topics

GENERAL_SITUATIONS = ("general", "general_distress")
"""Situations that are advised when only the interpreter raises the alarm."""


def catalogue_faults(
    table: Table[CatalogueRow], teams: Mapping[str, Team], documents: Mapping[str, DocumentType]
) -> Iterator[str]:
    """Teams and documents of the catalogue that have no row of their own."""
    for code, row in table.rows.items():
        if row.is_service and row.group not in teams:
            yield f"{table.place(code)}: {code}: the team {row.group} is not in teams.tsv{_near(row.group, teams)}"
        for document in row.documents:
            if document not in documents:
                near = _near(document, documents)
                yield f"{table.place(code)}: {code}: the document {document} is not in documents.tsv{near}"


def intent_faults(table: Table[CatalogueRow]) -> Iterator[str]:
    """Intents of the dialogue that were made a service of: the dialogue goes by them."""
    for code in sorted(known_texts().intents):
        row = table.rows.get(code)
        if row is not None and row.is_service:
            yield f"{table.place(code)}: {code}: the dialogue goes by it; leave its kind at dialogue"


def unused_intents(table: Table[CatalogueRow]) -> Iterator[str]:
    """Rows of a town's own for intents that no dialogue goes by."""
    known = known_texts().intents
    for code in table.own:
        if not table.rows[code].is_service and code not in known:
            yield f"{table.place(code)}: {code}: nothing uses this intent; {advice(code, known)}"


def topic_faults(
    files: Layers, topics: Topics, catalogue: Mapping[str, CatalogueRow], teams: Mapping[str, Team]
) -> Iterator[str]:
    file = files.standing("topics.yaml")
    for part in ("names", "vague"):
        for code in sorted(getattr(topics, part)):
            if code not in catalogue:
                problem = f"the code is not in catalogue.tsv{_near(code, catalogue)}"
                yield str(file.problem((part, code), problem))
    for code, elsewhere in topics.elsewhere.items():
        if code in topics.codes:
            problem = "the catalogue has this service; put its words under names"
            yield str(file.problem(("elsewhere", code), problem))
        if elsewhere.team is not None and elsewhere.team not in teams:
            problem = f"the team {elsewhere.team} is not in teams.tsv{_near(elsewhere.team, teams)}"
            yield str(file.problem(("elsewhere", code, "team"), problem))


def service_faults(
    files: Layers, services: Iterable[Service], teams: Mapping[str, Team], documents: Mapping[str, DocumentType]
) -> Iterator[str]:
    """Teams and documents of the declarations that have no row, and texts that fill in what nobody gives."""
    for service in services:
        file = files.standing(f"services/{service.code}.yaml")
        if service.team not in teams:
            yield str(file.problem(("team",), f"{service.team} is not in teams.tsv{_near(service.team, teams)}"))
        for document in service.documents:
            if document not in documents:
                problem = f"{document} is not in documents.tsv{_near(document, documents)}"
                yield str(file.problem(("documents",), problem))
        for at, step in enumerate(service.workflow):
            for mover in step.by:
                if mover != SUPERVISOR and mover not in teams:
                    problem = f"{step.code}: {mover} is neither `supervisor` nor in teams.tsv{_near(mover, teams)}"
                    yield str(file.problem(("workflow", at, "by"), problem))
        for keys, wording, known in _filled_in(service):
            for problem in wording.strange_values(known):
                yield str(file.problem(keys, problem))


def _filled_in(service: Service) -> Iterator[tuple[tuple[str | int, ...], Wording, frozenset[str]]]:
    """The texts of a declaration that are filled in, and with what."""
    yield ("start",), service.start, frozenset({"costs", "fee", "service"})
    yield ("next_step",), service.next_step, frozenset({"team", "due"})
    for at, field in enumerate(service.fields):
        if field.elsewhere is not None:
            yield ("fields", at, "elsewhere"), field.elsewhere, frozenset({"place", "of_place"})


def fee_faults(files: Layers, fees: Fees, catalogue: Mapping[str, CatalogueRow]) -> Iterator[str]:
    file = files.standing("fees.yaml")
    for code in fees.services:
        if code not in catalogue:
            problem = f"{code} is not in catalogue.tsv{_near(code, catalogue)}"
            yield str(file.problem(("services", code), problem))


def city_faults(
    files: Layers,
    city: City,
    places: Collection[str] | None,
    teams: Mapping[str, Team],
    catalogue: Mapping[str, CatalogueRow],
) -> Iterator[str]:
    """Places, teams and services that the town's own file names and no other file has."""
    file = files.standing(TOWN_FILE)
    services = [code for code, row in catalogue.items() if row.is_service]
    for code in city.not_offered:
        if code not in services:
            problem = f"no service is called {code}{_near(code, services)}"
            yield str(file.problem(("not_offered", code), problem))
    if places is not None and city.reception not in places:
        problem = f"{city.reception} is no place of opening_hours.yaml{_near(city.reception, places)}"
        yield str(file.problem(("reception",), problem))
    for code in sorted(city.team_notices.silent_teams - teams.keys()):
        problem = f"the team {code} is not in teams.tsv{_near(code, teams)}"
        yield str(file.problem(("team_notices", "silent_teams"), problem))


def collection_faults(files: Layers, collections: CollectionDays, gazetteer: Gazetteer) -> Iterator[str]:
    """Streets of a sector that the address file does not have: nobody who lives there would be told."""
    known = {fold(street.name) for street in gazetteer.streets}
    file = files.standing("collection_days.yaml")
    for at, sector in enumerate(collections.sectors):
        for position, street in enumerate(sector.streets):
            if fold(street) not in known:
                problem = f"{street} is no street of the town's addresses; write it as that file does"
                yield str(file.problem(("sectors", at, "streets", position), problem))


def landmark_faults(files: Layers, gazetteer: Gazetteer) -> Iterator[str]:
    """Landmarks at an address that the address file does not have."""
    streets = {fold(street.name): street for street in gazetteer.streets}
    for at, place in enumerate(gazetteer.places):
        if place.address is None:
            continue
        address = PlaceValue.read(place.address) or PlaceValue(place.address)
        street = streets.get(fold(address.street))
        if street is None or (address.door and street.door(address.door) is None):
            problem = f"{address.label} is none of the town's addresses; write it as number|street, as that file does"
            yield str(files.standing("addresses/places.yaml").problem((at, "address"), problem))


def situation_faults(files: Layers, lexicon: Lexicon, emergencies: Mapping[str, Emergency]) -> Iterator[str]:
    """Situations that words or the interpreter can raise without there being advice for them."""
    for language, words in lexicon.languages.items():
        for at, alarm in enumerate(words.alarms):
            if alarm.situation not in emergencies:
                problem = f"{alarm.situation} is not in emergency.yaml{_near(alarm.situation, emergencies)}"
                yield str(files.standing(f"words.{language}.yaml").problem(("alarms", at, "situation"), problem))
    for code in GENERAL_SITUATIONS:
        if code not in emergencies:
            path = files.path("emergency.yaml")
            yield f"{path}: the situation {code} is missing; it answers alarms that fit no other"


def _near(name: str | None, known: Iterable[str]) -> str:
    """A suggestion where one name is much like the one not found."""
    found = get_close_matches(name or "", known, n=1)
    return f"; did you mean `{found[0]}`?" if found else ""
