"""The town: everything its data folder says, read and checked once, then shared unchanged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from gazetteer.gazetteer import Gazetteer
from kit.calendar import Calendar
from kit.words import Words
from kit.yaml_files import FileProblem
from services.agreement import (
    catalogue_faults,
    collection_faults,
    fee_faults,
    landmark_faults,
    service_faults,
    situation_faults,
    topic_faults,
)
from services.answers_data import CollectionDays, Emergency, Fees
from services.catalogue import CatalogueRow
from services.city import City, DocumentType, Team
from services.declaration import DeclarationError, Service, load_services
from services.field_library import load_field_library, with_shared_fields
from services.hours import OpeningHours
from services.known_texts import intent_faults, word_faults
from services.lexicon import Lexicon, load_lexicon
from services.open_places import OpenPlace
from services.replies import load_replies
from services.said import Said
from services.topics import Topics
from services.town_files import TownDataError, by_code, read_model, read_table

__all__ = ["Town", "TownDataError", "load_town"]

Content = TypeVar("Content")


@dataclass(frozen=True)
class Town:
    """A town's data. Mappings are by code, in the order of their file; never change them.

    `catalogue` has a row for every service and intent; `services` the declarations of those complete here.
    `public_url` is the address residents use, without a slash at its end.
    """

    city: City
    catalogue: Mapping[str, CatalogueRow]
    services: Mapping[str, Service]
    teams: Mapping[str, Team]
    documents: Mapping[str, DocumentType]
    opening: OpeningHours
    fees: Fees
    emergencies: Mapping[str, Emergency]
    collections: CollectionDays
    gazetteer: Gazetteer
    replies: Words
    lexicon: Lexicon
    topics: Topics
    public_url: str | None = None

    @property
    def reception(self) -> OpenPlace:
        """The place whose hours are those of the agents who answer."""
        return self.opening.place(self.city.reception)

    @property
    def calendar(self) -> Calendar:
        return self.city.calendar

    def service_name(self, code: str, language: str) -> str:
        """What a service is called. Raises KeyError for an unknown code."""
        return self.catalogue[code].label(language)

    def team_of(self, code: str) -> Team | None:
        """The team in charge of a service; None for an intent of the dialogue."""
        group = self.catalogue[code].group
        return self.teams[group] if group else None

    def topic(self, said: Said) -> str | None:
        """The service that an utterance names by itself; one that can be filed here goes before all others."""
        named = self.topics.named_in(said)
        declared = [code for code in named if code in self.services]
        if declared:
            return declared[0] if len(declared) == 1 else None
        return named[0] if named else None

    def fee_of(self, code: str, language: str) -> str:
        """The fee of a service in words: a sum, free, or how it varies."""
        return self.fees.of_service(code, self.catalogue[code].fee_cents, language)

    def documents_of(self, code: str) -> tuple[DocumentType, ...]:
        """The supporting documents of a service, in the order they are asked for."""
        return tuple(self.documents[document] for document in self.catalogue[code].documents)


def load_town(city_dir: Path, public_url: str | None = None) -> Town:
    """Reads a town's data folder. Raises TownDataError: one line per fault, with file, line, key and remedy."""
    catalogue = _table(city_dir / "catalogue.tsv", CatalogueRow)
    emergencies = city_dir / "emergency.yaml"
    library = load_field_library(city_dir / "fields.yaml")
    town = Town(
        city=read_model(city_dir / "city.yaml", City),
        catalogue=catalogue,
        services=with_shared_fields(_reading(load_services, city_dir / "services"), library),
        teams=_table(city_dir / "teams.tsv", Team),
        documents=_table(city_dir / "documents.tsv", DocumentType),
        opening=read_model(city_dir / "opening_hours.yaml", OpeningHours),
        fees=read_model(city_dir / "fees.yaml", Fees),
        emergencies=by_code(emergencies, read_model(emergencies, tuple[Emergency, ...])),
        collections=read_model(city_dir / "collection_days.yaml", CollectionDays),
        gazetteer=_reading(_gazetteer, city_dir / "addresses"),
        replies=_reading(load_replies, city_dir),
        lexicon=_reading(load_lexicon, city_dir),
        topics=read_model(city_dir / "topics.yaml", Topics),
        public_url=public_url.rstrip("/") if public_url else None,
    )
    _check_agreement(city_dir, town)
    return town


def _table(path: Path, kind: type[Content]) -> dict[str, Content]:
    return by_code(path, read_table(path, kind))


def _gazetteer(folder: Path) -> Gazetteer:
    return Gazetteer.load(folder / "streets.ndjson", folder / "places.yaml")


def _reading(read: Callable[[Path], Content], path: Path) -> Content:
    try:
        return read(path)
    except (FileProblem, DeclarationError) as error:
        raise TownDataError(str(error)) from error
    except ValidationError as error:
        faults = (f"{path}: {'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise TownDataError("\n".join(faults)) from error


def _word_faults(folder: Path, lexicon: Lexicon) -> list[str]:
    return [
        fault
        for language, words in lexicon.languages.items()
        for fault in word_faults(folder / f"words.{language}.yaml", words.groups)
    ]


def _check_agreement(folder: Path, town: Town) -> None:
    """Raises TownDataError with every place where two files do not agree."""
    catalogue, teams, documents = town.catalogue, town.teams, town.documents
    faults = [
        *catalogue_faults(folder / "catalogue.tsv", catalogue.values(), teams, documents),
        *service_faults(folder / "services", town.services.values(), catalogue, teams, documents),
        *fee_faults(folder / "fees.yaml", town.fees, catalogue),
        *topic_faults(folder / "topics.yaml", town.topics, catalogue, teams),
        *collection_faults(folder / "collection_days.yaml", town.collections, town.gazetteer),
        *landmark_faults(folder / "addresses" / "places.yaml", town.gazetteer),
        *situation_faults(folder, town.lexicon, town.emergencies),
        *intent_faults(folder / "catalogue.tsv", catalogue),
        *_word_faults(folder, town.lexicon),
    ]
    places = {place.code for place in town.opening.places}
    if town.city.reception not in places:
        faults.append(f"{folder / 'city.yaml'}: reception: {town.city.reception} is no place of opening_hours.yaml")
    for code in sorted(town.city.team_notices.silent_teams - teams.keys()):
        faults.append(f"{folder / 'city.yaml'}: team_notices: silent_teams: the team {code} is not in teams.tsv")
    if faults:
        raise TownDataError("\n".join(faults))
