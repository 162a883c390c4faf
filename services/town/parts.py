"""Reads every file of a town's folder, laid over the product's, and keeps every fault found on the way.

Where an own file cannot be used, the product's stands in for it, so that the others can still be compared with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from gazetteer.gazetteer import Gazetteer
from gazetteer.national_base import AddressFiles, address_files
from kit.catalogues import Wordings
from kit.laid_files import Layers
from kit.yaml_files import FileProblem
from services.declarations.declaration import DeclarationError, Service, load_services
from services.declarations.field_library import FieldLibrary, load_field_library
from services.files.product import ADDRESSES, TOWN_FILE, marks_of
from services.files.tables import Cells, Table, read_table
from services.files.town_files import TownDataError, by_code, read_model
from services.texts.known_texts import missing_words, unused_words
from services.texts.replies import load_replies
from services.town import agreement
from services.town.declared import listed
from services.town.languages import untranslated
from services.town_hall.answers_data import CollectionDays, Emergency, Fees
from services.town_hall.catalogue import CatalogueRow
from services.town_hall.city import City, DocumentType, Team
from services.town_hall.hours import OpeningHours
from services.words.lexicon import Lexicon, load_lexicon
from services.words.other_languages import OtherLanguages, load_other_languages, other_language_faults
from services.words.topics import Topics

Content = TypeVar("Content")
_HOURS = "opening_hours.yaml"
_ANYBODY = {"email": "mairie@exemple.fr", "phone": "+33100000000", "address": "-"}
"""Contacts of a team while the town's own file cannot be read: never used, as there is a fault then."""


@dataclass(slots=True)
class Parts:
    """Everything read. What only a town has is None where it cannot be read; `faults` is then not empty.

    `told` has what of the town's own has no say, `notes` what is as it should be and worth knowing.
    """

    files: Layers
    city: City | None
    gazetteer: Gazetteer | None
    opening: OpeningHours | None
    listed: Table[CatalogueRow]
    catalogue: Mapping[str, CatalogueRow]
    services: Mapping[str, Service]
    library: FieldLibrary
    teams: Table[Team]
    documents: Table[DocumentType]
    fees: Fees
    emergencies: Mapping[str, Emergency]
    collections: CollectionDays
    replies: Wordings
    lexicon: Lexicon
    other_languages: OtherLanguages
    topics: Topics
    faults: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reader:
    files: Layers
    faults: list[str] = field(default_factory=list)

    def own(self, read: Callable[[Layers], Content]) -> Content | None:
        """What only a town has; None, and a fault kept, where it cannot be read."""
        try:
            return read(self.files)
        except (FileProblem, DeclarationError, TownDataError) as error:
            self.faults += str(error).splitlines()
            return None

    def laid(self, read: Callable[[Layers], Content]) -> Content:
        """What the product has too, and stands in with."""
        found = self.own(read)
        return read(self.files.alone) if found is None else found


def read_parts(files: Layers) -> Parts:
    """Reads and compares everything; never raises for what a town's own files say."""
    read = _Reader(files)
    city = read.own(lambda files: read_model(files.laid(TOWN_FILE), City))
    rows = read.laid(lambda files: read_table(files, "catalogue.tsv", CatalogueRow))
    own = read.own(load_services)
    # Services that cannot be read are the product's here, which need not agree with the town's own rows.
    declared = load_services(files.alone) if own is None else own
    catalogue, services, differences = listed(files, rows, declared)
    differences = [] if own is None else differences
    replies, told = read.laid(load_replies)
    gazetteer, addresses = read.own(_gazetteer) or (None, AddressFiles())
    lexicon = read.laid(load_lexicon)
    parts = Parts(
        files=files,
        city=city,
        gazetteer=gazetteer,
        opening=read.own(_opening),
        listed=rows,
        catalogue=catalogue,
        services=services,
        library=read.laid(lambda files: load_field_library(files.laid("fields.yaml"))),
        teams=read.laid(lambda files: read_table(files, "teams.tsv", Team, partial(_reached, city))),
        documents=read.laid(lambda files: read_table(files, "documents.tsv", DocumentType)),
        fees=read.laid(lambda files: read_model(files.laid("fees.yaml"), Fees)),
        emergencies=read.laid(_emergencies),
        collections=read.laid(lambda files: read_model(files.laid("collection_days.yaml"), CollectionDays)),
        replies=replies,
        lexicon=lexicon,
        other_languages=read.laid(lambda files: load_other_languages(files, lexicon)),
        topics=read.laid(lambda files: read_model(files.laid("topics.yaml"), Topics)),
        told=[*told, *addresses.told],
        notes=tuple(addresses.left_out),
    )
    parts.faults = [*read.faults, *differences, *_disagreements(parts)]
    parts.told += _unused(parts)
    return parts


def _gazetteer(files: Layers) -> tuple[Gazetteer, AddressFiles]:
    paths, landmarks = address_files(files.own / ADDRESSES), files.path(f"{ADDRESSES}/places.yaml")
    gazetteer, found = Gazetteer.of_files(paths, landmarks if landmarks.is_file() else None, marks_of(files).commune)
    if not paths:
        place = files.own / ADDRESSES
        found.told.append(f"{place}: no addresses yet: put the CSV of your town from adresse.data.gouv.fr there")
    return gazetteer, found


def _opening(files: Layers) -> OpeningHours:
    if not (files.own / _HOURS).is_file():  # the product has the wording alone
        raise FileProblem(files.own / _HOURS, None, "this file is missing")
    return read_model(files.laid(_HOURS), OpeningHours)


def _emergencies(files: Layers) -> dict[str, Emergency]:
    file = files.laid("emergency.yaml")
    return by_code(file, read_model(file, tuple[Emergency, ...]))


def _reached(city: City | None, cells: Cells) -> Cells:
    """A team that names no way of its own is reached by the town hall's."""
    general = {"email": city.email, "phone": city.phone, "address": city.address} if city else _ANYBODY
    return {**general, **{name: cell for name, cell in cells.items() if cell or name not in general}}


def _disagreements(parts: Parts) -> list[str]:
    """Every place where two files do not agree."""
    files, teams, documents = parts.files, parts.teams.rows, parts.documents.rows
    faults = [
        *agreement.catalogue_faults(parts.listed, teams, documents),
        *agreement.service_faults(files, parts.services.values(), teams, documents),
        *agreement.fee_faults(files, parts.fees, parts.catalogue),
        *agreement.topic_faults(files, parts.topics, parts.catalogue, teams),
        *agreement.situation_faults(files, parts.lexicon, parts.emergencies),
        *agreement.intent_faults(parts.listed),
        *_word_faults(parts),
    ]
    if parts.gazetteer is not None and parts.gazetteer.streets:
        faults += agreement.collection_faults(files, parts.collections, parts.gazetteer)
        faults += agreement.landmark_faults(files, parts.gazetteer)
    if parts.city is not None:
        places = None if parts.opening is None else {place.code for place in parts.opening.places}
        faults += untranslated(files, parts.city.languages)
        faults += other_language_faults(files, parts.other_languages, parts.emergencies, parts.city.languages)
        faults += agreement.city_faults(files, parts.city, places, teams, parts.catalogue)
    return faults


def _word_faults(parts: Parts) -> list[str]:
    return [
        fault
        for language, words in parts.lexicon.languages.items()
        for fault in missing_words(parts.files.path(f"words.{language}.yaml"), words.groups)
    ]


def _unused(parts: Parts) -> list[str]:
    words = [
        sentence
        for language, own in parts.lexicon.languages.items()
        for sentence in unused_words(parts.files.standing(f"words.{language}.yaml"), own.groups)
    ]
    return [*words, *agreement.unused_intents(parts.listed)]
