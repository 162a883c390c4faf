"""Whether the files of a town's data agree: every code, value and street that one file says of another stands there."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gazetteer.gazetteer import Gazetteer
from kit.text import fold
from kit.yaml_files import YamlFile
from services.answers_data import CollectionDays, Emergency, Fees
from services.catalogue import CatalogueRow
from services.city import DocumentType, Team
from services.declaration import Service
from services.lexicon import Lexicon
from services.topics import Topics

GENERAL_SITUATIONS = ("general", "general_distress")
"""Situations that are advised when only the interpreter raises the alarm."""


def catalogue_faults(
    path: Path, rows: Iterable[CatalogueRow], teams: Mapping[str, Team], documents: Mapping[str, DocumentType]
) -> Iterator[str]:
    """Teams and documents of the catalogue that have no row of their own."""
    for row in rows:
        if row.is_service and row.group not in teams:
            yield f"{path}: {row.code}: the team {row.group} is not in teams.tsv"
        for document in row.documents:
            if document not in documents:
                yield f"{path}: {row.code}: the document {document} is not in documents.tsv"


def topic_faults(
    path: Path, topics: Topics, catalogue: Mapping[str, CatalogueRow], teams: Mapping[str, Team]
) -> Iterator[str]:
    for code in sorted(topics.codes):
        if code not in catalogue:
            yield f"{path}: {code}: the code is not in catalogue.tsv"
    for code, elsewhere in topics.elsewhere.items():
        if code in topics.codes:
            yield f"{path}: elsewhere: {code}: the catalogue has this service; put its words under names"
        if elsewhere.team is not None and elsewhere.team not in teams:
            yield f"{path}: elsewhere: {code}: the team {elsewhere.team} is not in teams.tsv"


def service_faults(
    folder: Path,
    services: Iterable[Service],
    catalogue: Mapping[str, CatalogueRow],
    teams: Mapping[str, Team],
    documents: Mapping[str, DocumentType],
) -> Iterator[str]:
    """What the declarations say of other files, and where they say another thing than the catalogue."""
    for service in services:
        path = folder / f"{service.code}.yaml"
        if service.team not in teams:
            yield f"{path}: team: {service.team} is not in teams.tsv"
        for document in service.documents:
            if document not in documents:
                yield f"{path}: documents: {document} is not in documents.tsv"
        if service.code in catalogue:
            yield from _told_otherwise(path, service, catalogue[service.code])
        else:
            yield f"{path}: the code is not in catalogue.tsv"


def _told_otherwise(path: Path, service: Service, row: CatalogueRow) -> Iterator[str]:
    """The same fact stands in the declaration, for the dialogue, and in the catalogue, for lists: twice the same."""
    pairs: dict[str, tuple[Any, Any]] = {
        "kind": (service.kind, row.kind),
        "team": (service.team, row.group),
        "target_days": (service.target_days, row.target_days),
        "fee": (service.fee.cents, row.fee_cents),
        "documents": (service.documents, row.documents),
        "silence": (service.silence, row.silence),
        "silence_days": (service.silence_days, row.silence_days),
    }
    different = {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
    file = YamlFile(path) if different else None
    for key, (declared, listed) in different.items():
        if file is not None:
            told = f"{_shown(declared)} here, {_shown(listed)} in catalogue.tsv; make them agree"
            yield str(file.problem((key,), told))


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "nothing"
    return "nothing" if value is None else str(value)


def fee_faults(path: Path, fees: Fees, catalogue: Mapping[str, CatalogueRow]) -> Iterator[str]:
    for code in fees.services:
        if code not in catalogue:
            yield f"{path}: services: {code} is not in catalogue.tsv"


def collection_faults(path: Path, collections: CollectionDays, gazetteer: Gazetteer) -> Iterator[str]:
    """Streets of a sector that the address file does not have: nobody who lives there would be told."""
    known = {fold(street.name) for street in gazetteer.streets}
    file = None
    for at, sector in enumerate(collections.sectors):
        for position, street in enumerate(sector.streets):
            if fold(street) not in known:
                file = file or YamlFile(path)
                problem = f"{street} is no street of addresses/streets.ndjson; write it as that file does"
                yield str(file.problem(("sectors", at, "streets", position), problem))


def landmark_faults(path: Path, gazetteer: Gazetteer) -> Iterator[str]:
    """Landmarks at an address that the address file does not have."""
    streets = {fold(street.name): street for street in gazetteer.streets}
    file = None
    for at, place in enumerate(gazetteer.places):
        if place.address is None:
            continue
        number, _, name = place.address.partition("|")
        street = streets.get(fold(name))
        if street is None or (number and street.door(number) is None):
            file = file or YamlFile(path)
            problem = f"{number} {name} is no address of streets.ndjson; write it as number|street, as that file does"
            yield str(file.problem((at, "address"), problem))


def situation_faults(folder: Path, lexicon: Lexicon, emergencies: Mapping[str, Emergency]) -> Iterator[str]:
    """Situations that words or the interpreter can raise without there being advice for them."""
    for language, words in lexicon.languages.items():
        for alarm in words.alarms:
            if alarm.situation not in emergencies:
                yield f"{folder / f'words.{language}.yaml'}: alarms: {alarm.situation} is not in emergency.yaml"
    for code in GENERAL_SITUATIONS:
        if code not in emergencies:
            yield f"{folder / 'emergency.yaml'}: the situation {code} is missing; it answers alarms that fit no other"
