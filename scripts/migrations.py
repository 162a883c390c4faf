"""Compares the models with what the migrations make of an empty database: `make check migrations`."""

import sys
import tempfile
from pathlib import Path

from case_store.engine import migrate


def main() -> int:
    """0 when a freshly migrated database equals the models."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder, 'check.db')}"
        migrate.upgrade(url)
        found = migrate.differences(url)
    for difference in found:
        print(f"the models and the migrations differ: {difference}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
