"""The town with the versions of its services: what each is numbered now, and what cases and dialogues began with."""

from collections.abc import Mapping
from dataclasses import replace

from services.town.loading import Town
from services.town.versions import Versions


def with_versions(town: Town, numbers: Mapping[str, int], earlier: Versions) -> Town:
    """The town with the number that the store gave to each service, and with what its services were before.

    Documents that it no longer asks for keep their names: open cases show them.
    """
    services = {
        code: service.model_copy(update={"version": numbers.get(code, service.version)})
        for code, service in town.services.items()
    }
    return replace(town, services=services, documents={**earlier.documents(), **town.documents}, earlier=earlier)


def as_begun(town: Town, versions: Mapping[str, int]) -> Town:
    """The same town, with each of these services as its version says it; of a version nobody has, as it is now.

    The town itself where that changes nothing.
    """
    begun = {code: town.service_as_of(code, version) for code, version in versions.items() if code in town.services}
    older = {code: service for code, service in begun.items() if service and service is not town.services[code]}
    return replace(town, services={**town.services, **older}) if older else town
