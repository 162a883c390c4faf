"""`guichet services`: the declarations of the services, checked without a store; and what they said before."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.configuration.settings import load_settings
from services.declarations.declaration import DeclarationError, load_services
from services.files.product import PRODUCT, over_product

services_app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

_Folder = Annotated[Path | None, typer.Argument(help="The town's folder; the product's own services without one.")]


@services_app.command()
def check(folder: _Folder = None) -> None:
    """Every service and what it takes from the shared files: exit 1 with file, line and remedy of each mistake."""
    try:
        services = load_services(over_product(folder or PRODUCT))
    except DeclarationError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    print(f"{len(services)} services, {sum(len(service.fields) for service in services.values())} fields")


@services_app.command()
def history(code: Annotated[str, typer.Argument(help="The service, as report.pothole.")]) -> None:
    """The versions of one service: since when, how many open cases keep each, and what changed."""
    from app.commands.service_history import tell_history

    raise typer.Exit(tell_history(load_settings(), code))
