"""A post of our own pages is told from another site's, whatever the proxy passes on."""

import pytest

from kit.origins import came_from_here

TOWN = "guichet.montlieu.example"
ORIGIN = {"origin": f"https://{TOWN}"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {**ORIGIN, "host": TOWN},
        {**ORIGIN, "host": "127.0.0.1:8000"},  # a proxy that passes no Host, and a browser before 2022
        {"origin": "https://mairie.example", "host": "mairie.example"},  # another name of the same server
    ],
)
def test_a_post_of_our_own(headers: dict[str, str]) -> None:
    assert came_from_here(headers, TOWN)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {**ORIGIN, "sec-fetch-site": "cross-site", "host": TOWN},
        {"origin": "https://elsewhere.example", "host": TOWN},
        {"origin": "null", "host": TOWN},
        {"origin": "http://[::1", "host": TOWN},
        {"origin": "http://[", "host": "["},
        {"origin": f"https://{TOWN}.elsewhere.example", "host": TOWN},
    ],
)
def test_a_post_of_another_site(headers: dict[str, str]) -> None:
    assert not came_from_here(headers, TOWN)


def test_an_origin_that_is_nowhere_is_not_ours_where_no_name_is_set() -> None:
    assert not came_from_here({"origin": "null"}, "")
