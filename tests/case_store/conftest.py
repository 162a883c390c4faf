"""The store's databases for the tests of this folder."""

from tests.case_store.databases import migrated_database, migrated_file, store_url, world

__all__ = ["migrated_database", "migrated_file", "store_url", "world"]
