"""docs/adding-a-channel.md, done to the letter: an echo service whose users have handles.

What the page has one write is kept in `echo_channel/`, as it stands in the tree.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.promises.tree import ROOT, files
from tests.support.product import running_product
from tests.support.stub_provider import Answer, Asked, StubProvider, stub_provider

KEPT = Path(__file__).parent / "echo_channel"
PAGE = ROOT / "docs" / "adding-a-channel.md"
MOST_FILES = 5
PATIENCE = 60.0
ENTRY = (("from channels import ", "from channels import echo, "), ("email.KIND)", "email.KIND, echo.KIND)"))
TOWN_FILE = "data/towns/montlieu/channels.yaml"
TOWN = """
echo-main:
  kind: echo
  url: ${ECHO_URL}
  key: ${ECHO_KEY}
"""
KEY = "first-key"  # which signed the recordings


def written() -> list[str]:
    """The files that the page has one write or change, without the recordings."""
    new = [path.relative_to(KEPT).as_posix() for path in KEPT.rglob("*") if path.suffix in {".py", ".yaml"}]
    return sorted([*new, "channels/registry.py"])


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the channel in it, and a town that has one of its kind."""
    folder = tmp_path_factory.mktemp("echo") / "tree"
    for path in files():
        if KEPT not in (ROOT / path).parents:
            (folder / path.parent).mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, folder / path)
    shutil.copytree(KEPT, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "app" / "static" / "vendor", folder / "app" / "static" / "vendor")
    registry = folder / "channels" / "registry.py"
    text = registry.read_text(encoding="utf-8")
    for old, new in ENTRY:
        assert text.count(old) == 1
        text = text.replace(old, new)
    registry.write_text(text, encoding="utf-8")
    (folder / "data" / "towns" / "montlieu" / "channels.yaml").write_text(TOWN, encoding="utf-8")
    return folder


def environment(tree: Path, **values: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("GUICHET_", "PYTEST_"))}
    return {**own, "PYTHONPATH": str(tree), "GUICHET_MODEL_DIR": str(ROOT / ".models"), "GUICHET_DEMO": "0", **values}


def run(tree: Path, words: Sequence[str], given: str = "", **values: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *words],
        input=given,
        capture_output=True,
        text=True,
        cwd=tree,
        env=environment(tree, **values),
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_takes_five_files_and_no_migration_and_the_page_names_them() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert len(written()) <= MOST_FILES
    assert not any("migrations" in name for name in written())
    patterns = [name.replace("/echo/", "/<kind>/").replace("test_echo.", "test_<kind>.") for name in written()]
    assert [pattern for pattern in patterns if f"`{pattern}`" not in page] == []
    assert "**Five files**" in page


def test_the_channel_keeps_what_every_channel_keeps(tree: Path) -> None:
    told = run(
        tree,
        ["pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "tests/channels/echo", "tests/channels/test_registry.py"],
    )
    assert " passed" in told


def test_the_town_s_channel_is_listed_and_can_be_talked_on(tree: Path, tmp_path: Path) -> None:
    town = {"GUICHET_DATA_DIR": str(tmp_path), "ECHO_URL": "http://127.0.0.1:9/send", "ECHO_KEY": KEY}
    listed = run(tree, ["app.cli", "channels"], **town)
    assert f"echo-main: echo, {tree}/data/towns/montlieu/channels.yaml:2" in listed
    assert "key_previous: the key before, while it is being changed" in listed
    words = ["app.cli", "chat", "--channel", "echo-main", "--from", "@Camille", "--json"]
    answers = [json.loads(line) for line in run(tree, words, "un lampadaire est éteint\n", **town).splitlines()]
    assert answers[0]["expects"] == "location"


async def test_a_message_is_answered_at_a_new_kind_of_address(tree: Path, tmp_path: Path) -> None:
    async with stub_provider() as echo:
        echo.answer(Answer(200, b'{"id": "echo-1"}'))
        settings = environment(tree, ECHO_URL=f"{echo.url}/send", ECHO_KEY=KEY)
        with running_product(tmp_path, command="serve", **settings) as product:
            recorded = [recording(name) for name in ("plain", "delivered")]
            async with httpx2.AsyncClient(base_url=product.url) as provider:
                for number, request in enumerate(recorded):
                    answer = await provider.post("/channels/echo-main/inbound", **request)
                    assert answer.status_code == 200
                    if number == 0:
                        (asked,) = await asked_of(echo)
    said = json.loads(asked.body)
    assert said["to"] == "@camille"
    assert said["text"]
    assert product.log.read_text(encoding="utf-8").count("possible_duplicate") == 0


def recording(name: str) -> dict[str, Any]:
    request = json.loads((KEPT / f"tests/channels/echo/recordings/inbound/{name}.json").read_text("utf-8"))["request"]
    return {"headers": request["headers"], "content": request["body"].encode()}


async def asked_of(echo: StubProvider) -> list[Asked]:
    """What the provider was asked, once it was."""
    async with asyncio.timeout(PATIENCE):
        while not echo.asked:
            await asyncio.sleep(0.02)
    return list(echo.asked)
