"""`guichet migrate` and `seed`: the database's structure and the demo city's people."""

import sys
import time

from app.commands.service_versions import take_versions
from app.configuration.settings import Settings, SettingsInvalid
from app.process.locking import prepare_folder
from app.wiring import Product, build_product
from case_store.engine import migrate
from case_store.errors import StoreAway, StoreUnusable

_WAIT_SECONDS = 2.0


def migrate_store(settings: Settings) -> None:
    """Applies what is missing; quick when nothing is. Raises FolderUnusable and StoreUnusable."""
    if settings.store_url.startswith("sqlite"):
        prepare_folder(settings.data_dir)
    migrate.upgrade(settings.store_url)


def check_store(settings: Settings) -> int:
    """0 when the database has the structure of this release; else 1, with what to do. Raises StoreUnusable."""
    mismatch = migrate.find_mismatch(settings.store_url)
    if mismatch:
        print(f"guichet: {mismatch}", file=sys.stderr)
    return 1 if mismatch else 0


def await_store(settings: Settings) -> None:
    """Waits for a database that is away, and says so once. Raises StoreUnusable for one that waiting does not mend."""
    waiting = False
    while True:
        try:
            migrate.find_mismatch(settings.store_url)
        except StoreAway as error:
            if not waiting:
                print(f"guichet: waiting: {error}", file=sys.stderr, flush=True)
            waiting = True
            time.sleep(_WAIT_SECONDS)
        else:
            return


def require_current_store(settings: Settings) -> None:
    """Raises StoreUnusable with what to do when the database has not the structure of this release."""
    if mismatch := migrate.find_mismatch(settings.store_url):
        raise StoreUnusable(mismatch)


def seed_store(settings: Settings, *, product: Product | None = None, always: bool = False) -> None:
    """Loads the demo city into a store that has no staff yet; `always` brings the accounts up to date too."""
    from app.commands.seed_data import seed_demo

    if settings.is_production:
        if always:
            raise SettingsInvalid("GUICHET_MODE: the demo city is refused in production")
        return
    if not settings.demo and not always:
        return
    if product is None:
        migrate_store(settings)
    own = product or build_product(settings)
    try:
        if product is None:
            take_versions(own)
        seed_demo(own, always=always)
    finally:
        if product is None:
            own.store.close()
