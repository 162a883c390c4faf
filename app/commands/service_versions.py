"""The versions of the town's services: new ones kept, old ones loaded, once at the start of a process."""

from collections.abc import Mapping

from app.wiring import Product
from case_store.catalogue.versions import DeclaredService, find_numbers, find_other_versions, keep_versions
from case_store.engine.database import Store
from services.town.loading import Town
from services.town.versioned import with_versions
from services.town.versions import Versions, content_hash, content_of


def take_versions(product: Product) -> None:
    """Gives the product's town the numbers of its services, and what cases and dialogues began with.

    The store has every migration. Nothing is written when no declaration has changed.
    """
    product.town = versioned(product.store, product.town)


def versioned(store: Store, town: Town) -> Town:
    """The town with its versions, after those that the store did not have are kept."""
    numbers = _numbers(store, town)
    others = store.read_now(find_other_versions, numbers=numbers)
    return with_versions(town, numbers, Versions((each.code, each.number, each.declaration) for each in others))


def _numbers(store: Store, town: Town) -> Mapping[str, int]:
    declared = declared_services(town)
    known = store.read_now(find_numbers, declared=declared)
    return known if len(known) == len(declared) else store.write_now(keep_versions, declared=declared)


def declared_services(town: Town) -> list[DeclaredService]:
    """The town's services as the store keeps them."""
    contents = {code: content_of(service, town.documents) for code, service in town.services.items()}
    return [
        DeclaredService(code, town.services[code].version, content_hash(content), content)
        for code, content in contents.items()
    ]
