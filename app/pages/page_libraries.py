"""Brings the page libraries named by package-lock.json into `app/static/vendor/`, which git ignores.

Only what pages use is taken: one script for the console, a subset of one font, and the icons
named in `app/icons.txt`; each library's licence goes along.
"""

import re
import shutil
from pathlib import Path

_FONT = "@fontsource-variable/atkinson-hyperlegible-next"
_SUBSETS = ("latin-ext",)
"""The Latin letters themselves are committed with the weights that pages use: scripts/narrow_font.py."""
_SCRIPTS = (
    "htmx.org/dist/htmx.min.js",
    "idiomorph/dist/idiomorph-ext.min.js",
    "htmx-ext-sse/dist/sse.min.js",
)
_LICENCES = ("htmx.org", "idiomorph", "htmx-ext-sse", _FONT, "lucide-static")
_ICON_LINE = re.compile(r"^[a-z0-9-]+$", re.MULTILINE)
_AGENTS_ONLY = "For agents only:"


class PageLibrariesMissing(RuntimeError):
    """A library is not where `npm ci` puts it, says what to do."""


def build(root: Path) -> None:
    """Writes `app/static/vendor/` anew from `node_modules`. Raises PageLibrariesMissing."""
    modules, vendor = root / "node_modules", root / "app" / "static" / "vendor"
    fresh = vendor.with_name(".vendor-new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "fonts").mkdir(parents=True)
    (fresh / "htmx.js").write_text("\n;\n".join(_text(modules / name) for name in _SCRIPTS) + "\n")
    (fresh / "fonts.css").write_text(_copy_fonts(modules / _FONT, fresh / "fonts"))
    residents, everyone = icon_names(root)
    (fresh / "icons.svg").write_text(_sprite(modules / "lucide-static" / "icons", everyone))
    (fresh / "icons-residents.svg").write_text(_sprite(modules / "lucide-static" / "icons", residents))
    (fresh / "LICENCES.txt").write_text("\n\n".join(_licence(modules / name, name) for name in _LICENCES))
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)


def icon_names(root: Path) -> tuple[list[str], list[str]]:
    """The icons named in `app/icons.txt`: those of the residents' pages, and all."""
    text = (root / "app" / "icons.txt").read_text()
    residents = text.partition(_AGENTS_ONLY)[0]
    return _ICON_LINE.findall(residents), _ICON_LINE.findall(text)


def _text(path: Path) -> str:
    if not path.is_file():
        raise PageLibrariesMissing(f"{path.name} is not in node_modules: run `npm ci` first")
    return path.read_text()


def _copy_fonts(package: Path, target: Path) -> str:
    """Copies the subsets used; gives the style sheet that names them, taken from the package's own."""
    rules = []
    for rule in re.findall(r"@font-face\s*{[^}]*}", _text(package / "wght.css")):
        match = re.search(r"files/([a-z-]+?-(latin|latin-ext)-wght-normal\.woff2)", rule)
        if match and match[2] in _SUBSETS:
            shutil.copyfile(package / "files" / match[1], target / match[1])
            rules.append(re.sub(r"url\(\S*files/", "url(vendor/fonts/", rule))
    if len(rules) != len(_SUBSETS):
        raise PageLibrariesMissing(f"{_FONT}: expected the subsets {', '.join(_SUBSETS)}")
    return "\n".join(rules) + "\n"


def _sprite(icons: Path, names: list[str]) -> str:
    symbols = (_symbol(name, _text(icons / f"{name}.svg")) for name in names)
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def _symbol(name: str, svg: str) -> str:
    drawing = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    if drawing is None:
        raise PageLibrariesMissing(f"icon {name}: not a picture")
    inside = re.sub(r"\s*\n\s*", "", drawing[1])
    return f'<symbol id="{name}" viewBox="0 0 24 24">{inside}</symbol>'


def _licence(package: Path, name: str) -> str:
    text = next((path.read_text() for path in sorted(package.glob("LICEN[CS]E*"))), "see package.json")
    return f"{name}\n{'-' * len(name)}\n{text.strip()}\n"
