"""Fields that services share: `fields.yaml`. Every request gets the field that tells who asks."""

from collections.abc import Mapping
from pathlib import Path

from kit.laid_files import LaidFile
from services.declaration import Service, ServiceField
from services.town_files import TownModel, read_model

REQUESTER = "requester"


class FieldLibrary(TownModel):
    """The shared fields by name."""

    requester: ServiceField


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
