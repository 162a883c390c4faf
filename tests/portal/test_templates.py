"""Every word a template asks for exists, every file it names is there, and the first view stays light."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.pages.assets import Assets
from app.pages.faces import face_words
from app.pages.page_libraries import icon_names
from kit.theme import town_css
from scripts import narrow_font
from tests.portal.site import Clerk

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = sorted([*(ROOT / "portal/templates").glob("*.html"), *(ROOT / "app/templates").glob("*.html")])
SCRIPTS = sorted((ROOT / "portal/static").glob("*.js"))
PAGES = ["/", "/chat", "/suivi", "/suivi/code?reference=MTL-26-004471", "/composants", "/composants/widget", "/nowhere"]
FIRST_VIEW = 60_000


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_word_asked_for_exists(path: Path) -> None:
    words = face_words("portal", ["fr"])
    asked = re.findall(r"""\bt\("([a-z_.0-9]+)"[,)]""", path.read_text())
    assert [key for key in asked if not words.has("fr", key)] == []


def test_no_word_is_written_for_nobody() -> None:
    """A key is used whole, or by its beginning where the rest is a value."""
    source = "\n".join(
        path.read_text()
        for folder in ("portal", "app", "channels")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".html", ".py")
    )
    beginnings = (
        set(re.findall(r"""["']([a-z_.0-9]+)\.["{]""", source))
        | {found.rstrip(".") for found in re.findall(r"""f?["']([a-z_.0-9]+\.)\{""", source)}
        | {found.rstrip(".") for found in re.findall(r"""["']([a-z_.0-9]+\.)["'] ~""", source)}
    )
    keys = face_words("portal", ["fr"]).catalogues["fr"]
    unused = [
        key
        for key in keys
        if f'"{key}"' not in source
        and not any(key.startswith(f"{start}.") or key.startswith(start) for start in beginnings)
    ]
    showcase = {f"showcase.{name}" for name in re.findall(r'said\("(\w+)"\)', source)}
    assert ", ".join(sorted(set(unused) - showcase)) == ""


def test_every_icon_named_is_in_the_sprite_and_none_is_idle() -> None:
    names = set(icon_names(ROOT)[1])
    sources = "\n".join(
        path.read_text()
        for folder in ("portal", "app", "agent_console", "channels")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".html", ".py", ".js") and "vendor" not in path.parts
    )
    asked = set(re.findall(r"""icon\("([a-z0-9-]+)"\)""", sources)) | set(
        re.findall(r"""icon_name="([a-z0-9-]+)\"""", sources)
    )
    assert asked - names == set()
    assert {name for name in names if f'"{name}"' not in sources} == set()


@pytest.mark.parametrize("path", PAGES)
def test_every_file_a_page_names_is_served(browser_of: TestClient, path: str) -> None:
    page = browser_of.get(path).text
    named = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    assert named
    missing = [name for name in named if browser_of.get(name).status_code != 200]
    assert missing == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_modules_import_what_is_there(path: Path) -> None:
    assets = Assets()
    assert [name for name in re.findall(r'from "\./([\w.]+)"', path.read_text()) if name not in assets] == []


@pytest.mark.parametrize("path", ["/", "/chat"])
def test_the_first_view_is_light(resident: tuple[TestClient, Clerk], path: str) -> None:
    client, _ = resident
    client.headers["accept-encoding"] = "gzip"
    page = client.get(path)
    linked = {name for name in re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text) if "latin-ext" not in name}
    for script in [name for name in linked if name.endswith(".js")]:
        neighbours = re.findall(r'^import .*"\./([\w.]+)"', client.get(script).text, re.MULTILINE)
        linked |= {f"{script.rpartition('/')[0]}/{name}" for name in neighbours}
    # The length announced is what travels: the client has unpacked the content by now.
    weight = int(page.headers["content-length"]) + sum(
        int(client.get(name).headers["content-length"]) for name in linked
    )
    assert weight < FIRST_VIEW


def test_every_weight_that_a_sheet_asks_for_is_in_the_font() -> None:
    """Another one would look like the nearest that is kept."""
    sheets = [path.read_text() for path in ROOT.glob("*/static/*.css")]
    asked = {int(weight) for sheet in sheets for weight in re.findall(r"font-weight: (\d+);", sheet)}
    assert min(asked) >= narrow_font.LIGHTEST
    assert max(asked) <= narrow_font.HEAVIEST


def test_the_stylesheets_of_the_town_and_the_tokens_agree() -> None:
    """Dark colours stand twice: for who asked for dark, and for whose machine is dark."""
    tokens = (ROOT / "app/static/tokens.css").read_text()
    by_machine, by_choice = re.findall(
        r':root(?::not\(\[data-theme="light"\]\)|\[data-theme="dark"\]) {([^}]+)}', tokens
    )
    assert by_machine.split() == by_choice.split()
    named = set(re.findall(r"--[\w-]+(?=:)", town_css("#0d5c63")))
    assert named <= set(re.findall(r"--[\w-]+(?=:)", tokens))
