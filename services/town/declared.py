"""One fact told twice: by a service's declaration, for the dialogue, and by its row of the catalogue, for lists.

Where a town says it in one of its own files only, the other one follows. A declaration of a town's own that no row
lists makes its row.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kit.laid_files import Layers
from services.declarations.declaration import Service, ServiceField
from services.files.tables import Table
from services.town_hall.catalogue import Asked, CatalogueRow

_PAIRS = {
    "kind": "kind",
    "team": "group",
    "target_days": "target_days",
    "fee": "fee_cents",
    "documents": "documents",
    "silence": "silence",
    "silence_days": "silence_days",
}
"""The same fact in a declaration and in a row."""


def listed(
    files: Layers, rows: Table[CatalogueRow], declared: Mapping[str, Service]
) -> tuple[dict[str, CatalogueRow], dict[str, Service], list[str]]:
    """The catalogue and the services, in agreement, and a fault for each fact that is told in two ways."""
    catalogue, services, faults = dict(rows.rows), {}, []
    for code, service in declared.items():
        if code not in catalogue:
            catalogue[code] = _row_of(service)
        catalogue[code], services[code], told = _agreed(files, service, catalogue[code], rows.own.get(code))
        faults += told
    return catalogue, services, faults


def _row_of(service: Service) -> CatalogueRow:
    return CatalogueRow(
        code=service.code,
        labels=service.names,
        kind=service.kind,
        group=service.team,
        asks=tuple(_asked(field) for field in service.fields),
        target_days=service.target_days,
        fee_cents=service.fee.cents,
        documents=service.documents,
        silence=service.silence,
        silence_days=service.silence_days,
    )


def _asked(field: ServiceField) -> Asked:
    return Asked(name=field.name, mandatory=field.required, repeatable=field.repeatable)


def _agreed(
    files: Layers, service: Service, row: CatalogueRow, own_columns: frozenset[str] | None
) -> tuple[CatalogueRow, Service, list[str]]:
    differences = dict(_differences(service, row))
    if not differences:
        return row, service, []
    file = files.standing(f"services/{service.code}.yaml")
    from_row: dict[str, Any] = {}
    from_service: dict[str, Any] = {}
    faults = []
    for key, (told, written) in differences.items():
        by_file, by_row = file.is_own((key,)), _PAIRS[key] in (own_columns or ())
        if by_file and not by_row:
            from_service[_PAIRS[key]] = told
        elif by_row and not by_file:
            from_row[key] = service.fee.model_copy(update={"cents": written}) if key == "fee" else written
        else:
            there = f"{_shown(told)} here, {_shown(written)} in catalogue.tsv; make them agree"
            faults.append(str(file.problem((key,), there)))
    return row.model_copy(update=from_service), service.model_copy(update=from_row), faults


def _differences(service: Service, row: CatalogueRow) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for key, column in _PAIRS.items():
        told = service.fee.cents if key == "fee" else getattr(service, key)
        written = getattr(row, column)
        if told != written:
            yield key, (told, written)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "nothing"
    return "nothing" if value is None else str(value)
