"""Sums of money: integer cents with an ISO currency code, never floats."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """A sum. Adding two currencies raises ValueError."""

    cents: int
    currency: str = "EUR"

    def __post_init__(self) -> None:
        if not isinstance(self.cents, int) or isinstance(self.cents, bool):
            raise TypeError(f"cents are whole: {self.cents!r}")

    @property
    def amount(self) -> Decimal:
        """Units of the currency with two decimals, exact."""
        return Decimal(self.cents).scaleb(-2)

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
        return Money(self.cents + other.cents, self.currency)
