"""Constants written into a statement instead of bound to it.

SQLite uses a partial index only when it can read the index's condition in the query, which a bound value hides.
"""

from sqlalchemy import ColumnElement, literal_column


def word(value: str) -> ColumnElement[str]:
    """A constant of the program, never anything from outside."""
    if not value.replace("_", "").isalpha():
        raise ValueError(f"not a plain word: {value!r}")
    return literal_column(f"'{value}'")


def words(*values: str) -> list[ColumnElement[str]]:
    """Several, for `column.in_(...)`."""
    return [word(value) for value in values]
