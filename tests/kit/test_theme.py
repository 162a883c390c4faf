"""Whatever colour a town chooses, its pages can be read."""

import re

import pytest

from kit.theme import contrast, parse_colour, town_css

COLOURS = ["#0d5c63", "#ffd400", "#ff0000", "#000000", "#ffffff", "#7f7f7f", "#e6007e", "#00ff00", "#1a2b8f"]


def blocks(accent: str) -> tuple[dict[str, str], dict[str, str]]:
    """The light and the dark values."""
    light, dark, again = re.findall(r"{\s*(--[^{}]+)}", town_css(accent))
    assert dark == again
    return tuple(dict(re.findall(r"(--[\w-]+): (#\w+);", block)) for block in (light, dark))  # type: ignore[return-value]


@pytest.mark.parametrize("accent", COLOURS)
def test_every_colour_becomes_legible(accent: str) -> None:
    light, dark = blocks(accent)
    grounds = {"#faf8f4": light, "#ffffff": light, "#f1eee7": light, "#171613": dark, "#211f1b": dark, "#2b2924": dark}
    for ground, values in grounds.items():
        assert contrast(parse_colour(values["--accent"]), parse_colour(ground)) >= 4.5
    for values in (light, dark):
        assert contrast(parse_colour(values["--accent"]), parse_colour(values["--on-accent"])) >= 4.5
        assert contrast(parse_colour(values["--accent"]), parse_colour(values["--accent-soft"])) >= 4.5
        assert contrast(parse_colour(values["--own"]), parse_colour("#ffffff")) >= 4.5


def test_a_legible_colour_is_left_alone() -> None:
    assert blocks("#0d5c63")[0]["--accent"] == "#0d5c63"


@pytest.mark.parametrize("accent", ["red", "#12345", "", "#12345g", "#0d5c63;}body{display:none"])
def test_what_is_no_colour_is_refused(accent: str) -> None:
    with pytest.raises(ValueError, match="rrggbb"):
        town_css(accent)
