"""One thing that a service asks for: its kind, how it is asked, what answers it, what is refused."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kit.wording import Wording
from services.texts.terms import Terms

FieldKind = Literal[
    "location",
    "address",
    "commune",
    "choice",
    "several",
    "code",
    "yes_no",
    "count",
    "number",
    "money",
    "household",
    "date",
    "period",
    "hours",
    "year",
    "duration",
    "items",
    "people",
    "person",
    "child",
    "phone",
    "mail",
    "photo",
    "plate",
    "requester",
    "slot",
    "text",
    "long_text",
    "vehicle",
]
YES, NO = "yes", "no"
"""What the case keeps of an answer to a yes_no field."""


class Declared(BaseModel):
    """Common rules of everything declared: frozen, and a misspelt key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Refusal(Declared):
    """Why an answer ends the way, and what is offered instead: another choice of the field `reopens`."""

    wording: Wording
    reopens: str
    offers: str


class FieldChoice(Declared):
    """One of a field's answers. `value` is what the case keeps: plain words of the town's language.

    `refused` is set where the town may not serve who answers so; `ends` where nothing else can be offered: what is
    said before the request is given up. `ask_rest` asks what the choice leaves open ("allergie": to what).
    """

    value: str
    label: Wording
    synonyms: Terms = Terms()
    refused: Refusal | None = None
    ends: Wording | None = None
    ask_rest: Wording | None = None


class Condition(Declared):
    """Holds when another field has one of these values."""

    field: str
    is_one_of: tuple[str, ...]

    def holds(self, values: Mapping[str, str]) -> bool:
        return values.get(self.field) in self.is_one_of


class ServiceField(Declared):
    """One thing to ask.

    `choices` are the answers of a choice, and suggestions for other kinds. `volunteered` lists the words that
    answer the question before it is put: per value for yes_no ("dangereux"), `things` for items, `makes` for a
    vehicle, `before` for what comes before the answer ("mât numéro"), `event` for a commune ("née ... à", in any
    letters) and `noun` ("naissance à", with a capital). `named` are the words by which residents speak of the
    field when they correct it; `units` those that follow a number ("3 exemplaires"). `situates`: the case is at
    this place; `anywhere`: an address out of town is as good as one in it. `only_here` refuses another commune
    than the town, with `elsewhere` as the answer; `outside` is said of an address in another town, which is kept
    all the same. `help` says where the answer stands or what it is for, to those who do not know; `why` what the
    town needs it for, to those who ask, where the reason of its kind (`why.<kind>` of the replies) does not fit.
    `ask_rest` asks for the date of birth that a child's answer lacked ("{name}"). `unit` stands behind a number.
    `future`: a day of today or later; `school`: a year from September to August. `others`: the choices are not all
    there is, so that other words are kept as typed. `samples` are answers with what the case keeps of them,
    `refuses` answers that cannot be; the tests try both.
    """

    name: str = Field(pattern=r"^[a-z][a-z_]*$")
    kind: FieldKind
    required: bool = True
    repeatable: bool = False
    label: Wording
    ask: Wording
    error: Wording | None = None
    help: Wording | None = None
    why: Wording | None = None
    choices: tuple[FieldChoice, ...] = ()
    volunteered: Mapping[str, Terms] = {}
    named: Terms = Terms()
    units: Terms = Terms()
    minimum: int = 1
    maximum: int | None = None
    unit: Wording | None = None
    past: bool = False
    future: bool = False
    school: bool = False
    others: bool = False
    ask_rest: Wording | None = None
    situates: bool = False
    anywhere: bool = False
    only_here: bool = False
    elsewhere: Wording | None = None
    outside: Wording | None = None
    when: Condition | None = None
    samples: Mapping[str, Mapping[str, str]] = {}
    refuses: Mapping[str, tuple[str, ...]] = {}

    @model_validator(mode="after")
    def _is_coherent(self) -> "ServiceField":
        if self.kind in ("choice", "several") and not self.choices:
            raise ValueError(f"{self.name}: a choice needs choices")
        if self.kind == "child" and self.ask_rest is None:
            raise ValueError(f"{self.name}: a child needs ask_rest, which asks for the date of birth")
        if self.only_here and self.elsewhere is None:
            raise ValueError(f"{self.name}: only_here needs the words to say elsewhere")
        return self

    def asks_for_rest(self, told: str) -> Wording | None:
        """The question for what an answer has left open: a child's date of birth, which allergy it is."""
        return next((choice.ask_rest for choice in self.choices if choice.value == told), self.ask_rest)

    @property
    def answers(self) -> tuple[str, ...]:
        """What an answer can be, for kinds with a closed list of values; empty for all others."""
        if self.kind == "choice":
            return tuple(choice.value for choice in self.choices)
        return (YES, NO) if self.kind == "yes_no" else ()

    def choice(self, value: str) -> FieldChoice | None:
        return next((choice for choice in self.choices if choice.value == value), None)
