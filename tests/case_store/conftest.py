"""The store's databases, and the people in them, for the tests of this folder."""

from tests.case_store.databases import empty_url, migrated_database, migrated_file, store_url, world
from tests.case_store.people import claire, david, talk

__all__ = ["claire", "david", "empty_url", "migrated_database", "migrated_file", "store_url", "talk", "world"]
