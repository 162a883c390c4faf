"""`guichet staff`: how a town's accounts come to be, the first one included; on both databases."""

import re
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from typer.testing import CliRunner, Result

from app.cli import app
from app.commands.staff import StaffRefused
from case_store.models import Staff
from case_store.staff import accounts
from tests.case_store.world import World

PASSWORD = "correct horse battery"
ADA = ["add", "Ada@Town.example", "--name", "Ada Martin", "--role", "admin"]


@pytest.fixture(autouse=True)
def _on_this_store(monkeypatch: pytest.MonkeyPatch, store_url: str, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUICHET_DATABASE_URL", store_url)
    monkeypatch.setenv("GUICHET_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("GUICHET_MODE", "production")


def run(*words: str, typed: str = PASSWORD + "\n") -> Result:
    return CliRunner().invoke(app, ["staff", *words], input=typed)


def refusal(*words: str, typed: str = PASSWORD + "\n") -> str:
    """What the operator is told."""
    error = run(*words, typed=typed).exception
    assert isinstance(error, StaffRefused), error
    return str(error)


def account(world: World, email: str = "ada@town.example") -> Staff:
    found = world.read(accounts.find_staff_by_email, email=email)
    assert found is not None
    return found


def test_the_first_account_of_a_town_is_made_here(world: World) -> None:
    told = run(*ADA)
    assert told.exit_code == 0, told.output
    found = account(world)
    assert (found.name, found.role, found.language, found.demo) == ("Ada Martin", "admin", "fr", False)
    assert PasswordHasher().verify(found.password_hash, PASSWORD)
    assert PASSWORD not in told.output


def test_an_agent_has_teams_of_the_town(world: World) -> None:
    words = ["add", "leo@town.example", "--name", "Léo"]
    assert "at least one --team" in refusal(*words)
    assert "no team roads" in refusal(*words, "--team", "roads")
    assert run(*words, "--team", "voirie", "--team", "proprete").exit_code == 0
    assert account(world, "leo@town.example").teams == ["voirie", "proprete"]


def test_an_account_is_not_overwritten_by_adding_it_again(world: World) -> None:
    run(*ADA)
    before = account(world).password_hash
    assert "guichet staff password" in refusal(*ADA, typed="another long password\n")
    assert account(world).password_hash == before


@pytest.mark.parametrize(
    ("words", "typed", "told"),
    [
        (ADA, "short\n", "12 characters"),
        (ADA, "", "12 characters"),
        (["add", "ada", "--name", "Ada", "--role", "admin"], PASSWORD, "no e-mail address"),
        ([*ADA, "--language", "de"], PASSWORD, "fr, en"),
        (["password", "bob@town.example"], PASSWORD, "has no account"),
        (["remove", "bob@town.example"], PASSWORD, "has no account"),
        (["remove", "nobody@x"], PASSWORD, "nobody@x has no account"),
    ],
)
def test_a_mistake_is_told_and_changes_nothing(world: World, words: list[str], typed: str, told: str) -> None:
    assert told in refusal(*words, typed=typed)
    assert world.read(accounts.find_staff) == []


def test_a_new_password_signs_out_whoever_used_the_old_one(world: World) -> None:
    run(*ADA)
    token = world.write(accounts.open_session, staff_id=account(world).id, user_agent="Firefox")
    assert run("password", "ada@town.example", typed="another long password\n").exit_code == 0
    assert world.read(accounts.find_session, token=token) is None
    assert PasswordHasher().verify(account(world).password_hash, "another long password")


def test_a_closed_account_is_signed_out_and_may_come_back(world: World) -> None:
    run(*ADA)
    token = world.write(accounts.open_session, staff_id=account(world).id, user_agent="Firefox")
    assert run("remove", "ada@town.example").exit_code == 0
    assert world.read(accounts.find_session, token=token) is None
    assert not account(world).active
    assert run(*ADA).exit_code == 0
    assert account(world).active


def test_the_list_shows_who_may_sign_in(world: World) -> None:
    run(*ADA)
    run("add", "leo@town.example", "--name", "Léo", "--team", "voirie")
    run("remove", "leo@town.example")
    assert re.findall(r"^(\S+)\t(\w+)\t", run("list").stdout, re.MULTILINE) == [("ada@town.example", "admin")]
