"""Static files: addresses that change with the content, compressed once, kept for ever."""

import gzip
import json
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from app.pages.assets import Assets
from app.pages.page_libraries import PageLibrariesMissing, build

ROOT = Path(__file__).parent.parent.parent
SHEET = """/* Of two
   lines. */
a:hover,
b {
  color: red;
  --space-2: 1px;
}

@media (width: 1px) {
  /* one */
  a {
    content: "x: y";
  }
}
"""
LONG = "body { color: black }\n" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "page.css").write_text(LONG)
    (tmp_path / "vendor" / "a.woff2").write_bytes(b"wOF2")
    (tmp_path / ".hidden").write_text("secret")
    return tmp_path


def client_of(assets: Assets) -> TestClient:
    return TestClient(Starlette(routes=[Mount("/static", app=assets)]))


def test_a_versioned_address_is_kept_for_ever(folder: Path) -> None:
    assets = Assets([folder])
    answer = client_of(assets).get(assets.url("page.css"))
    assert answer.text == LONG
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")


def test_the_version_moves_with_any_file(folder: Path) -> None:
    before = Assets([folder]).version
    assert Assets([folder]).version == before
    (folder / "vendor" / "a.woff2").write_bytes(b"wOF2 anew")
    assert Assets([folder]).version != before
    assert Assets([folder], {"town.css": ":root {}"}).version != Assets([folder]).version


def test_a_plain_address_is_asked_again_each_time(folder: Path) -> None:
    client = client_of(Assets([folder]))
    first = client.get("/static/page.css")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/static/page.css", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_address_of_the_last_release_still_answers_but_is_not_kept(folder: Path) -> None:
    answer = client_of(Assets([folder])).get("/static/0123456789ab/page.css")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


def test_text_travels_compressed_where_the_browser_can_read_it(folder: Path) -> None:
    assets = Assets([folder])
    client = client_of(assets)
    zipped = client.get(assets.url("page.css"), headers={"accept-encoding": "gzip"})
    plain = client.get(assets.url("page.css"), headers={"accept-encoding": "identity"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert int(zipped.headers["content-length"]) == len(gzip.compress(LONG.encode(), 9, mtime=0))
    assert "content-encoding" not in plain.headers
    assert zipped.text == plain.text == LONG


@pytest.mark.parametrize("name", ["../assets.py", "%2e%2e/assets.py", ".hidden", "vendor", "nothing.css", ""])
def test_nothing_else_is_served(folder: Path, name: str) -> None:
    assert client_of(Assets([folder])).get(f"/static/{name}").status_code == 404


def test_files_are_only_read(folder: Path) -> None:
    assert client_of(Assets([folder])).post("/static/page.css").status_code == 405


def test_the_lock_names_no_host() -> None:
    """npm writes where packages ask for money: take those lines out of the lock after changing it."""
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert re.findall(r"https?://\S+", json.dumps(lock)) == []
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_page_libraries_come_with_their_licences() -> None:
    text = (ROOT / "app/static/vendor/LICENCES.txt").read_text()
    for name in ("htmx.org", "idiomorph", "atkinson-hyperlegible-next", "lucide-static"):
        assert name in text
    assert "SIL Open Font License" in text


def test_a_missing_library_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PageLibrariesMissing, match="npm ci"):
        build(tmp_path)


def test_a_sheet_leaves_its_comments_and_blanks_at_home_and_says_the_same(folder: Path) -> None:
    (folder / "page.css").write_text(SHEET)
    (folder / "other.js").write_text("// why\nconst a = { b: 1 };\n  call(a);\n")
    client = client_of(Assets([folder]))
    assert client.get("/static/page.css").text == (
        'a:hover,\nb{color:red;--space-2:1px;}\n@media (width: 1px){a{content:"x: y";}\n}\n'
    )
    assert client.get("/static/other.js").text == "const a = { b: 1 };\ncall(a);\n"
