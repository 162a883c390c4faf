"""Every module of the store, for tests that go through all of its public functions."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import case_store

_RUN_BY_ALEMBIC = "case_store.migrations"


def store_modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(case_store.__path__, "case_store."):
        if not found.name.startswith(_RUN_BY_ALEMBIC):
            yield import_module(found.name)
