"""`guichet services`: the declarations of the services, checked without a store."""

import sys
from pathlib import Path
from typing import Annotated

import typer

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
