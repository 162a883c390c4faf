"""The catalogue: every service and every intent of the town, one row each."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from services.files.town_files import TownModel
from services.town_hall.city import Labelled

_ASKED = re.compile(r"([a-z_]+)([*?])(\+?)")


class Asked(TownModel):
    """A field a service asks for."""

    name: str
    mandatory: bool
    repeatable: bool = False


def _asks(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    return [_asked(part.strip()) for part in cell.split(",") if part.strip()]


def _asked(part: str) -> Asked:
    match = _ASKED.fullmatch(part)
    if match is None:
        raise ValueError(
            f"{part!r} is no field: write a name, then * (mandatory) or ? (optional), then + if repeatable"
        )
    return Asked(name=match[1], mandatory=match[2] == "*", repeatable=bool(match[3]))


def _codes(cell: Any) -> Any:
    return [code.strip() for code in cell.split(",") if code.strip()] if isinstance(cell, str) else cell


def _empty_is_none(cell: Any) -> Any:
    return None if cell == "" else cell


class CatalogueRow(Labelled):
    """A service (`report.*`, `request.*`) or an intent of the dialogue.

    `group` is the team in charge. `target_days` are working days, `silence_days` calendar days.
    `fee_cents` is a sum, "varies" (see fees.yaml for the wording) or None where nothing is sold.
    """

    kind: Literal["report", "request", "dialogue"]
    group: Annotated[str | None, BeforeValidator(_empty_is_none)] = None
    asks: Annotated[tuple[Asked, ...], BeforeValidator(_asks)] = ()
    target_days: Annotated[int | None, BeforeValidator(_empty_is_none)] = None
    fee_cents: Annotated[int | Literal["varies"] | None, BeforeValidator(_empty_is_none)] = None
    documents: Annotated[tuple[str, ...], BeforeValidator(_codes)] = ()
    silence: Annotated[Literal["acceptance", "refusal"] | None, BeforeValidator(_empty_is_none)] = None
    silence_days: Annotated[int | None, BeforeValidator(_empty_is_none)] = None

    @property
    def is_service(self) -> bool:
        return self.kind != "dialogue"
