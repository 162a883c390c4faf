"""A served site with an empty store, on a Tuesday at ten."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.portal.site import Site, make_product, served
from tests.support.product import free_ports


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with served(make_product(tmp_path, port=free_ports())) as site:
        yield site
