"""Whose eyes a test looks with."""

from uuid import UUID

from case_store.staff.scope import Scope

EVERYTHING = Scope(UUID(int=0), None)
"""Those of a supervisor who is none of the test's people."""
