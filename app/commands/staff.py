"""`guichet staff ...`: the accounts of the agents' console. The first one of a town can only be made here."""

import getpass
import re
import sys
from enum import StrEnum
from typing import Annotated

import typer

from agent_console.access.passwords import hash_password
from app.commands.data import migrate_store
from app.configuration.settings import Settings, load_settings
from case_store.engine.database import Store
from case_store.models import Staff
from case_store.staff import accounts
from kit.text import strip_controls
from services.town.loading import Town, load_town

staff_app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

SHORTEST_PASSWORD = 12
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_Email = Annotated[str, typer.Argument(metavar="E-MAIL", help="What the person signs in with.")]


class Role(StrEnum):
    """What an account may see: its teams; every team and its figures; the same, as administrator."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class StaffRefused(Exception):
    """The account cannot be made or changed as asked: the message says why."""


@staff_app.command()
def add(
    email: _Email,
    name: Annotated[str, typer.Option(help="As residents and colleagues read it.")],
    role: Annotated[Role, typer.Option(help="An agent sees the conversations of their teams.")] = Role.AGENT,
    team: Annotated[list[str] | None, typer.Option(help="A code of teams.tsv, once for each.")] = None,
    language: Annotated[str, typer.Option(help="Of the console.")] = "",
) -> None:
    """Make an account; the password is asked for, or read from standard input when nobody sits there."""
    settings = load_settings()
    town = load_town(settings.town_files, settings.base_url)
    address, teams = _address(email), _teams(town, role, team or [])
    spoken = _language(town, language)
    store = _store(settings)
    try:
        if _find(store, address) is not None:
            raise StaffRefused(f"{address} has an account already: `guichet staff password {address}` changes it")
        store.write_now(
            accounts.save_staff,
            email=address,
            name=name.strip(),
            password_hash=hash_password(_password()),
            role=role.value,
            teams=teams,
            language=spoken,
        )
    finally:
        store.close()
    print(f"{address} may sign in at {settings.base_url}/console as {role.value}")


@staff_app.command()
def password(email: _Email) -> None:
    """Give an account a new password; it is signed out everywhere."""
    store = _store(load_settings())
    try:
        found = _get(store, email)
        store.write_now(accounts.replace_password, staff_id=found.id, password_hash=hash_password(_password()))
    finally:
        store.close()
    print(f"{found.email} has a new password and must sign in again")


@staff_app.command()
def remove(email: _Email) -> None:
    """Close an account: it is signed out and signs in no more; what the person did keeps their name."""
    store = _store(load_settings())
    try:
        found = _get(store, email)
        store.write_now(accounts.close_account, staff_id=found.id)
    finally:
        store.close()
    print(f"{found.email} can no longer sign in; a supervisor hands on the conversations that {found.name} holds")


@staff_app.command("list")
def list_() -> None:
    """Who may sign in: e-mail, role, name, teams."""
    store = _store(load_settings())
    try:
        people = store.read_now(accounts.find_staff)
    finally:
        store.close()
    for person in people:
        print(f"{person.email}\t{person.role}\t{person.name}\t{', '.join(person.teams)}")


def _store(settings: Settings) -> Store:
    migrate_store(settings)
    return Store(settings.store_url, settings.clock())


def _find(store: Store, address: str) -> Staff | None:
    found = store.read_now(accounts.find_staff_by_email, email=address)
    return found if found is not None and found.active else None


def _get(store: Store, email: str) -> Staff:
    found = _find(store, email.strip().lower())
    if found is None:
        raise StaffRefused(f"{email} has no account: `guichet staff list` shows those there are")
    return found


def _address(email: str) -> str:
    address = email.strip().lower()
    if not _ADDRESS.fullmatch(address):
        raise StaffRefused(f"{email} is no e-mail address")
    return address


def _teams(town: Town, role: Role, wanted: list[str]) -> list[str]:
    unknown = [code for code in wanted if code not in town.teams]
    if unknown:
        raise StaffRefused(f"no team {', '.join(unknown)}; there are {', '.join(town.teams)}")
    if role is Role.AGENT and not wanted:
        raise StaffRefused(f"an agent needs at least one --team of {', '.join(town.teams)}")
    return wanted


def _language(town: Town, wanted: str) -> str:
    language = wanted or town.city.languages[0]
    if language not in town.city.languages:
        raise StaffRefused(f"the console speaks {', '.join(town.city.languages)}, not {language}")
    return language


def _password() -> str:
    """Typed twice, unseen; or the first line of what is piped in."""
    if sys.stdin.isatty():
        chosen = getpass.getpass("Password: ")
        if chosen != getpass.getpass("The same again: "):
            raise StaffRefused("the two passwords differ; nothing was changed")
    else:
        chosen = sys.stdin.readline().rstrip("\r\n")
    chosen = strip_controls(chosen)  # as the sign-in form does: an accent has two spellings, and keyboards differ
    if len(chosen) < SHORTEST_PASSWORD:
        raise StaffRefused(f"a password needs {SHORTEST_PASSWORD} characters at least; nothing was changed")
    return chosen
