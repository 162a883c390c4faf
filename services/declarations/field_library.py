"""Fields that services share: `fields.yaml`. Every request gets the field that tells who asks."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import RootModel, model_validator

from kit.laid_files import LaidFile
from services.declarations.declaration import Service
from services.declarations.service_field import ServiceField
from services.files.town_files import read_model

REQUESTER = "requester"


class FieldLibrary(RootModel[Mapping[str, ServiceField]]):
    """The shared fields by the name that services use them by."""

    @model_validator(mode="after")
    def _has_requester(self) -> "FieldLibrary":
        if REQUESTER not in self.root:
            raise ValueError(f"the field {REQUESTER} is missing; every request asks for it")
        return self

    @property
    def requester(self) -> ServiceField:
        return self.root[REQUESTER]


def load_field_library(source: Path | LaidFile) -> FieldLibrary:
    """Raises TownDataError: one line per fault, with file, line and remedy."""
    return read_model(source, FieldLibrary)


def with_shared_fields(services: Mapping[str, Service], library: FieldLibrary) -> dict[str, Service]:
    """The services with what they share added: to requests, who asks. Reports may stay without a name."""
    return {code: _with_requester(service, library.requester) for code, service in services.items()}


def _with_requester(service: Service, requester: ServiceField) -> Service:
    if service.kind != "request":
        return service
    return service.model_copy(update={"fields": (*service.fields, requester)})
