"""What the town answers questions with: fees, collection days, advice in an emergency."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from kit import formats
from kit.text import fold
from kit.wording import Wording, plain
from services.files.town_files import TownModel
from services.texts.terms import Terms
from services.town_hall.hours import weekday_name
from services.town_hall.open_places import Weekday


class Tariff(TownModel):
    """One line of a price list."""

    names: Wording
    cents: int = Field(ge=0)


class OtherFee(TownModel):
    """A price that belongs to no service of the catalogue: entries at the pool, a wedding certificate copy.

    Either `tariffs` or a `wording` that says how it varies.
    """

    code: str = Field(pattern=r"^[a-z][a-z_]*$")
    names: Wording
    synonyms: Terms = Terms()
    tariffs: tuple[Tariff, ...] = ()
    wording: Wording | None = None

    @model_validator(mode="after")
    def _tells_something(self) -> "OtherFee":
        if not self.tariffs and self.wording is None:
            raise ValueError("a fee has tariffs or a wording")
        return self


class Fees(TownModel):
    """`free` words a fee of nothing, `varies` one that depends; `services` words the varying fees of services."""

    free: Wording
    varies: Wording
    services: Mapping[str, Wording] = {}
    others: tuple[OtherFee, ...] = ()

    def of_service(self, code: str, fee_cents: int | Literal["varies"] | None, language: str) -> str:
        """ "45,00 €", the word for free, or how the fee varies."""
        if fee_cents == "varies" or fee_cents is None:
            return self.services.get(code, self.varies).on(language)
        return formats.money(fee_cents, language) if fee_cents else self.free.on(language)

    def named_in(self, text: str) -> OtherFee | None:
        """The other fee a text names, by the longest name found."""
        return self.longest(text)[1]

    def longest(self, text: str) -> tuple[int, OtherFee | None]:
        """The length of the longest name of another fee in a text, and that fee."""
        found = [(length, fee) for fee in self.others if (length := _longest_name(fee, text))]
        return max(found, key=lambda item: item[0], default=(0, None))

    def lines(self, fee: OtherFee, language: str) -> list[str]:
        """ "Adulte : 3,20 €", one line per tariff, then the wording."""
        colon = "\u00a0: " if language == "fr" else ": "
        lines = [
            f"{tariff.names.on(language)}{colon}{formats.money(tariff.cents, language)}"
            if tariff.cents
            else f"{tariff.names.on(language)}{colon}{self.free.on(language)}"
            for tariff in fee.tariffs
        ]
        return [*lines, fee.wording.on(language)] if fee.wording else lines


def _longest_name(fee: OtherFee, text: str) -> int:
    said = f" {fold(text)} "
    names = (*fee.synonyms.everywhere(), *fee.names.everywhere())
    return max((len(fold(name)) for name in names if f" {fold(name)} " in said), default=0)


class EmergencyNumber(TownModel):
    """A number to call; `by_text` when it answers text messages."""

    number: str = Field(pattern=r"^\+?[0-9]{2,15}$")
    names: Wording
    by_text: bool = False


class Emergency(TownModel):
    """A situation and what to do at once. `distress` also alerts a person."""

    code: str = Field(pattern=r"^[a-z][a-z_]*$")
    names: Wording
    numbers: tuple[EmergencyNumber, ...] = Field(min_length=1)
    advice: Wording
    distress: bool = False

    @model_validator(mode="after")
    def _advice_names_the_numbers(self) -> "Emergency":
        for language, phrase in self.advice.phrases.items():
            digits = "".join(character for character in plain(phrase.text) if character.isdigit())
            if not any(number.number in digits for number in self.numbers):
                raise ValueError(f"the advice in {language} names none of the numbers")
        return self


class Round(TownModel):
    """The collection of one kind of waste."""

    bin: str = Field(pattern=r"^[a-z][a-z_]*$")
    weekdays: tuple[Weekday, ...] = Field(min_length=1)


class Sector(TownModel):
    """Streets collected on the same days."""

    code: str = Field(pattern=r"^[a-z][a-z_]*$")
    names: Wording
    rounds: tuple[Round, ...] = Field(min_length=1)
    streets: tuple[str, ...] = Field(min_length=1)


class Bin(TownModel):
    """A kind of bin and what residents call it."""

    code: str = Field(pattern=r"^[a-z][a-z_]*$")
    names: Wording
    synonyms: Terms = Terms()


class CollectionDays(TownModel):
    """Which bins go out when and where."""

    bins: tuple[Bin, ...]
    sectors: tuple[Sector, ...]
    advice: Wording

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> "CollectionDays":
        known = {bin_.code for bin_ in self.bins}
        placed: dict[str, str] = {}
        for sector in self.sectors:
            unknown = [item.bin for item in sector.rounds if item.bin not in known]
            if unknown:
                raise ValueError(f"the sector {sector.code} collects the unknown bin {unknown[0]}")
            for street in map(fold, sector.streets):
                if street in placed:
                    raise ValueError(f"{street} stands in the sectors {placed[street]} and {sector.code}; keep one")
                placed[street] = sector.code
        return self

    def sector_of(self, street: str) -> Sector | None:
        """The sector of a street's name as labels write it, or None where the file has it not."""
        wanted = fold(street)
        return next((sector for sector in self.sectors if wanted in map(fold, sector.streets)), None)

    def lines(self, sector: Sector, language: str) -> list[tuple[str, str]]:
        """Each bin with its days: ("Ordures ménagères", "lundi et jeudi")."""
        bins = {bin_.code: bin_ for bin_ in self.bins}
        return [(bins[item.bin].names.on(language), _days(item.weekdays, language)) for item in sector.rounds]


def _days(weekdays: tuple[Weekday, ...], language: str) -> str:
    return formats.join_all([weekday_name(weekday, language) for weekday in weekdays], language)
