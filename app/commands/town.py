"""`guichet town ...`: a town's own folder, laid over the product's data: begin one, see what it changes, check it."""

from pathlib import Path
from typing import Annotated

import typer

from app.checking.town_check import check_town
from app.commands.saying import language, say, text
from app.configuration.settings import load_settings
from services.files.product import over_product
from services.files.town_files import TownDataError
from services.texts.plain_words import in_language
from services.town.diff import Difference, differences
from services.town.loading import offered
from services.town.start import UNSET, write_schemas, write_start

town_app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
_Folder = Annotated[Path | None, typer.Argument(help="The town's folder; GUICHET_CITY_DIR by default.")]
_SHOWN = 12
"""Differences of one file that are listed; more are counted."""


@town_app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet, or an empty one.")],
    name: Annotated[str, typer.Option(help="The town's name.")] = UNSET[0],
    postcode: Annotated[str, typer.Option(help="Its postcode.")] = UNSET[1],
) -> None:
    """Write a small commented start of a town's folder."""
    for path in write_start(folder, name, postcode, language()):
        print(path)
    say("new.next", folder=str(folder))


@town_app.command()
def check(folder: _Folder = None) -> None:
    """Say all that is wrong in a town's folder, with file, line and remedy; exit code 1 when something is."""
    settings = load_settings()
    files = over_product(_existing(folder or settings.city_dir))
    found = check_town(files, settings)
    for sentence in found.mistakes:
        print(in_language(sentence, language()))
    if found.mistakes:
        say("check.wrong", count=len(found.mistakes))
        raise typer.Exit(1)
    for sentence in found.parts.notes:
        print(in_language(sentence, language()))
    city = found.parts.city
    assert city is not None  # a folder without one has a mistake
    say("check.well", town=city.name, count=len(offered(found.parts.services, city)))


@town_app.command()
def diff(folder: _Folder = None) -> None:
    """Show what a town's folder changes of the product, and what it only repeats."""
    found: dict[str, list[Difference]] = {}
    for one in differences(over_product(_existing(folder or load_settings().city_dir))):
        found.setdefault(one.file, []).append(one)
    for file, listed in found.items():
        _show(file, listed)
    if not found:
        say("diff.nothing")


@town_app.command()
def schemas(folder: Annotated[Path, typer.Argument(help="The town's folder.")]) -> None:
    """Write the schemas for editors anew, after an upgrade."""
    write_schemas(folder)


def _existing(folder: Path) -> Path:
    if not folder.is_dir():
        raise TownDataError(f"{folder}: there is no such folder; `guichet town new {folder}` begins one")
    return folder


def _show(file: str, listed: list[Difference]) -> None:
    if listed[0].kind in {"own", "whole"}:
        say(f"diff.{listed[0].kind}", file=file)
        return
    print(f"{file}:")
    same = [one for one in listed if one.kind == "same"]
    others = [one for one in listed if one.kind != "same"]
    for one in others[:_SHOWN]:
        place = f"{one.line}: " if one.line else ""
        print(f"  {place}{text(f'diff.{one.kind}', entry=one.key, own=one.own, product=one.product)}")
    if len(others) > _SHOWN:
        print(f"  {text('diff.more', count=len(others) - _SHOWN)}")
    if same:
        print(f"  {text('diff.same', count=len(same), entry=same[0].key)}")
