"""Draws `app/static/text-latin.woff2`: the pages' Latin font with the weights that the pages use.

The first view weighs 60 kB at most, and the font was more than half of it; the light and the heaviest weights that no
style sheet asks for are two fifths of the font. The result is committed; to draw it anew from another release of the
font: `pip install fonttools brotli`, then `python scripts/narrow_font.py`. A style sheet that asks for another weight
needs it drawn anew; a test looks.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FONT = "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2"
LIGHTEST, HEAVIEST = 400, 750
"""The weights that style sheets ask for lie between."""


def main() -> None:
    instancer: Any = import_module("fontTools.varLib.instancer")
    font: Any = import_module("fontTools.ttLib").TTFont(ROOT / "node_modules" / FONT, lazy=False)
    font.ensureDecompiled()
    narrow = instancer.instantiateVariableFont(font, {"wght": (LIGHTEST, HEAVIEST)})
    narrow.flavor = "woff2"
    narrow.save(ROOT / "app" / "static" / "text-latin.woff2")


if __name__ == "__main__":
    main()
