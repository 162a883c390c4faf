"""Draws `app/static/plain-zero.woff2`: the zero of the pages' font without its stroke.

Atkinson Hyperlegible Next has no other zero, and "5 h 02" with a stroke reads like source code to a town clerk. The
counter is the lower left quarter of the font's own, mirrored. The result is committed; to draw it anew from another
release of the font: `pip install fonttools brotli`, then `python scripts/plain_zero.py`.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FONT = "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2"
_OUTSIDE = range(16)
_QUARTER = (23, 24, 25, 26, 16)
"""Points of the lower left quarter of the counter, in the font's drawing: from its left to its foot."""
_FOOT, _TOP = 16, 36
_PHANTOMS = 4


def main() -> None:
    subset: Any = import_module("fontTools.subset")
    font: Any = import_module("fontTools.ttLib").TTFont(ROOT / "node_modules" / FONT)
    options = subset.Options(layout_features=["tnum"], notdef_outline=False, name_IDs=[0, 13, 14], hinting=False)
    chooser = subset.Subsetter(options)
    chooser.populate(unicodes=[ord("0")])
    chooser.subset(font)
    _open_counter(font)
    font.flavor = "woff2"
    font.save(ROOT / "app" / "static" / "plain-zero.woff2")


def _open_counter(font: Any) -> None:
    glyph = font["glyf"]["zero"]
    points, _, flags = glyph.getCoordinates(font["glyf"])
    if len(points) != 39 or points[_TOP] != (324, 608):
        raise SystemExit("the font draws its zero anew: look at its points before using this")
    glyph.coordinates = type(points)(_mirrored([tuple(point) for point in points]))
    glyph.flags = type(flags)([*flags[:16], *[1, 0, 0, 0] * 4])
    glyph.endPtsOfContours, glyph.numberOfContours = [15, 31], 2
    glyph.program = import_module("fontTools.ttLib.tables.ttProgram").Program()
    for variation in font["gvar"].variations["zero"]:
        moves = variation.coordinates
        variation.coordinates = [*_mirrored(moves), *moves[-_PHANTOMS:]]


def _mirrored(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The outside, then the whole counter from its foot by the right; moves of a variation mirror like places."""
    (middle, foot), (_, top) = points[_FOOT], points[_TOP]
    quarter = [points[number] for number in _QUARTER]
    lower_right = [(2 * middle - x, y) for x, y in reversed(quarter)]
    upper_right = [(x, foot + top - y) for x, y in reversed(lower_right)]
    upper_left = [(2 * middle - x, y) for x, y in reversed(upper_right)]
    ring = lower_right[:-1] + upper_right[:-1] + upper_left[:-1] + quarter[:-1]
    return [points[number] for number in _OUTSIDE] + ring


if __name__ == "__main__":
    main()
