"""The town: the product's data and what its own folder says otherwise, read and checked once, then shared unchanged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gazetteer.gazetteer import Gazetteer
from kit.calendar import Calendar
from kit.catalogues import Wordings
from kit.laid_files import Layers
from kit.yaml_files import FileProblem
from services.declarations.declaration import Service
from services.declarations.field_library import with_shared_fields
from services.files.product import TOWN_FILE, over_product
from services.files.town_files import TownDataError
from services.town.parts import Parts, read_parts
from services.town.versions import Versions
from services.town_hall.answers_data import CollectionDays, Emergency, Fees
from services.town_hall.catalogue import CatalogueRow
from services.town_hall.city import City, DocumentType, Team
from services.town_hall.hours import OpeningHours
from services.town_hall.open_places import OpenPlace
from services.words.lexicon import Lexicon
from services.words.other_languages import OtherLanguages
from services.words.said import Said
from services.words.topics import Topics

__all__ = ["Town", "TownDataError", "load_town"]


@dataclass(frozen=True)
class Town:
    """A town's data. Mappings are by code, in the order of their file; never change them.

    `catalogue` has a row for every service and intent; `services` the declarations of those complete here.
    `earlier` holds what the services said before, for cases and dialogues that began then.
    `public_url` is the address residents use, without a slash at its end. `files` are what it was read from; `told` has
    a sentence for everything in the town's own files that no longer has its say.
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
    replies: Wordings
    lexicon: Lexicon
    topics: Topics
    other_languages: OtherLanguages
    files: Layers
    told: tuple[str, ...] = ()
    public_url: str | None = None
    earlier: Versions = field(default_factory=Versions)

    @property
    def reception(self) -> OpenPlace:
        """The place whose hours are those of the agents who answer."""
        return self.opening.place(self.city.reception)

    @property
    def calendar(self) -> Calendar:
        return self.city.calendar

    def common_services(self, kind: str = "") -> list[Service]:
        """The services of a kind, or of both, that are named where not all can be; all where none is marked."""
        own = [service for service in self.services.values() if kind in ("", service.kind)]
        return [service for service in own if service.common] or own

    def service_name(self, code: str, language: str) -> str:
        """What a service is called; of one that is gone, its last name, and where nobody kept that, its code."""
        if code in self.services:
            return self.services[code].names.on(language)
        row = self.catalogue.get(code)
        if row is not None:
            return row.label(language)
        gone = self.earlier.latest(code)
        return gone.service.names.on(language) if gone is not None else code

    def service_as_of(self, code: str, version: int) -> Service | None:
        """A service as one of its versions says it: what a case filed or a dialogue begun then goes by.

        Of a version that nobody kept, the present one, else the last. None for a service never known.
        """
        present = self.services.get(code)
        if present is not None and present.version == version:
            return present
        kept = self.earlier.find(code, version) or (self.earlier.latest(code) if present is None else None)
        return present if kept is None else kept.service

    def document_name(self, code: str, language: str) -> str:
        """What a supporting document is called; one that nobody knows any more, by its code."""
        document = self.documents.get(code)
        return document.label(language) if document is not None else code

    def team_of(self, code: str) -> Team | None:
        """The team in charge of a service; None for an intent of the dialogue, and where service or team is gone."""
        row = self.catalogue.get(code)
        return self.teams.get(row.group) if row is not None and row.group else None

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
        """The supporting documents of a service, in the order they are asked for; none of one that is gone."""
        row = self.catalogue.get(code)
        return tuple(self.documents[document] for document in row.documents) if row is not None else ()


def load_town(place: Path | Layers, public_url: str | None = None) -> Town:
    """Reads a town's folder, laid over the product's data.

    Raises TownDataError: one line per fault in any file, with file, line, key and remedy; of a folder that holds no
    town at all, the one line that says so.
    """
    files = over_product(place)
    if not (files.own / TOWN_FILE).is_file():
        raise TownDataError(str(FileProblem(files.own / TOWN_FILE, None, "this file is missing")))
    return town_of(read_parts(files), public_url)


def town_of(parts: Parts, public_url: str | None = None) -> Town:
    """The town of what was read. Raises TownDataError where that has faults."""
    if parts.faults:
        raise TownDataError("\n".join(parts.faults))
    assert parts.city is not None
    assert parts.gazetteer is not None
    assert parts.opening is not None
    return Town(
        city=parts.city,
        catalogue=parts.catalogue,
        services=with_shared_fields(offered(parts.services, parts.city), parts.library),
        teams=parts.teams.rows,
        documents=parts.documents.rows,
        opening=parts.opening,
        fees=parts.fees,
        emergencies=parts.emergencies,
        collections=parts.collections,
        gazetteer=parts.gazetteer,
        replies=parts.replies,
        lexicon=parts.lexicon,
        other_languages=parts.other_languages,
        topics=parts.topics,
        files=parts.files,
        told=tuple(parts.told),
        public_url=public_url.rstrip("/") if public_url else None,
    )


def offered(services: Mapping[str, Service], city: City) -> dict[str, Service]:
    """Those of the declared services that the town says it does."""
    return {code: service for code, service in services.items() if code not in city.not_offered}
