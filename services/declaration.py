"""A service declared once: what is asked, who does it, by when, at what price. One YAML file each.

The dialogue, the forms and the guards all read the same declaration, so a town adds a service without code.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from kit.laid_files import LaidFile, Layers
from kit.yaml_files import FileProblem, YamlFile
from services.town_files import mend, told_once
from services.wording import Terms, Wording

FieldKind = Literal[
    "location",
    "address",
    "commune",
    "choice",
    "code",
    "yes_no",
    "count",
    "date",
    "duration",
    "items",
    "people",
    "person",
    "photo",
    "plate",
    "requester",
    "slot",
    "text",
    "vehicle",
]
YES, NO = "yes", "no"
"""What the case keeps of an answer to a yes_no field."""
CaseKind = Literal["request", "report"]
Silence = Literal["acceptance", "refusal"]


class DeclarationError(ValueError):
    """A service file cannot be used; the message names the file and what to mend."""


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

    `refused` is set where the town may not serve who answers so.
    """

    value: str
    label: Wording
    synonyms: Terms = Terms()
    refused: Refusal | None = None


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
    past: bool = False
    situates: bool = False
    anywhere: bool = False
    only_here: bool = False
    elsewhere: Wording | None = None
    outside: Wording | None = None
    when: Condition | None = None

    @model_validator(mode="after")
    def _is_coherent(self) -> "ServiceField":
        if self.kind == "choice" and not self.choices:
            raise ValueError(f"{self.name}: a choice needs choices")
        if self.only_here and self.elsewhere is None:
            raise ValueError(f"{self.name}: only_here needs the words to say elsewhere")
        return self

    @property
    def answers(self) -> tuple[str, ...]:
        """What an answer can be, for kinds with a closed list of values; empty for all others."""
        if self.kind == "choice":
            return tuple(choice.value for choice in self.choices)
        return (YES, NO) if self.kind == "yes_no" else ()

    def choice(self, value: str) -> FieldChoice | None:
        return next((choice for choice in self.choices if choice.value == value), None)


class Fee(Declared):
    """A price in cents, or its wording where it varies."""

    cents: int | Literal["varies"]
    wording: Wording | None = None

    @model_validator(mode="after")
    def _says_how_it_varies(self) -> "Fee":
        if self.cents == "varies" and self.wording is None:
            raise ValueError("a fee that varies needs a wording")
        return self


class Service(Declared):
    """A service of the town.

    `target_days` are working days; `documents_days` and `silence_days` calendar days. `duplicates_within`
    (metres) makes open reports nearby be proposed; `high_priority` says when a case goes first.
    """

    code: str = Field(pattern=r"^(report|request)\.[a-z_]+$")
    version: int = Field(ge=1)
    kind: CaseKind
    team: str
    names: Wording
    target_days: int = Field(ge=0)
    fee: Fee
    documents: tuple[str, ...] = ()
    documents_days: int = Field(default=30, ge=1)
    silence: Silence | None = None
    silence_days: int | None = None
    duplicates_within: int | None = None
    high_priority: Condition | None = None
    fields: tuple[ServiceField, ...]
    start: Wording
    next_step: Wording

    @field_validator("fields")
    @classmethod
    def _names_are_unique(cls, fields: tuple[ServiceField, ...]) -> tuple[ServiceField, ...]:
        names = [field.name for field in fields]
        if len(set(names)) != len(names):
            raise ValueError("two fields have the same name")
        return fields

    @model_validator(mode="after")
    def _is_coherent(self) -> "Service":
        if not self.code.startswith(f"{self.kind}."):
            raise ValueError(f"the code of a {self.kind} begins with {self.kind}.")
        if (self.silence is None) != (self.silence_days is None):
            raise ValueError("silence and silence_days go together")
        for condition in [self.high_priority, *(field.when for field in self.fields)]:
            if condition is not None:
                self._check_condition(condition)
        for refusal in (choice.refused for field in self.fields for choice in field.choices):
            if refusal is not None:
                self._check_condition(Condition(field=refusal.reopens, is_one_of=(refusal.offers,)))
        return self

    def _check_condition(self, condition: Condition) -> None:
        field = next((field for field in self.fields if field.name == condition.field), None)
        if field is None:
            raise ValueError(f"a condition names the unknown field {condition.field}")
        strange = [value for value in condition.is_one_of if field.answers and value not in field.answers]
        if strange:
            known = ", ".join(field.answers)
            raise ValueError(f"a condition waits for {condition.field} to be {strange[0]}; it can only be {known}")

    def field(self, name: str) -> ServiceField:
        """Raises KeyError for an unknown name."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def applicable(self, values: Mapping[str, str]) -> tuple[ServiceField, ...]:
        """The fields that make sense with these answers, in order."""
        return tuple(field for field in self.fields if field.when is None or field.when.holds(values))

    def of_kind(self, *kinds: FieldKind) -> tuple[ServiceField, ...]:
        return tuple(field for field in self.fields if field.kind in kinds)


def load_service(path: Path) -> Service:
    """Raises DeclarationError naming the file, the line and every fault in it."""
    try:
        return _declared(LaidFile([YamlFile(path)]), path.stem)
    except FileProblem as problem:
        raise DeclarationError(str(problem)) from problem


def load_services(place: Path | Layers) -> dict[str, Service]:
    """Every service of a folder, or of the `services/` of two laid over each other, by code.

    Raises DeclarationError with every fault in every file.
    """
    files = place if isinstance(place, Layers) else Layers(place, place)
    pattern = "*.yaml" if isinstance(place, Path) else "services/*.yaml"
    services, faults = {}, []
    for name, code in {path.name: path.stem for path in files.every(pattern)}.items():
        try:
            laid = files.laid(pattern.replace("*.yaml", name))
            if isinstance(laid.content, dict) and "code" not in laid.content:
                known = [path.stem for path in files.alone.every(pattern)]
                raise DeclarationError(str(laid.problem((), _nobody_s(code, known))))
            services[code] = _declared(laid, code)
        except (FileProblem, DeclarationError) as error:
            faults.append(str(error))
    if faults:
        raise DeclarationError("\n".join(faults))
    return {code: services[code] for code in sorted(services)}


def _nobody_s(code: str, known: list[str]) -> str:
    near = get_close_matches(code, known, n=1)
    meant = f"; did you mean `{near[0]}`?" if near else ""
    return f"a service of your own begins with its code, and the product declares no {code} to change{meant}"


def _declared(file: LaidFile, code: str) -> Service:
    try:
        service = Service.model_validate(file.content)
    except ValidationError as error:
        raise DeclarationError(_faults(file, error.errors())) from error
    if code != service.code:
        raise DeclarationError(f"{file.path}: the file must be named {service.code}.yaml")
    return service


def _faults(file: LaidFile, errors: Iterable[Any]) -> str:
    told = told_once(errors)
    steps = (tuple(step for step in error["loc"] if step not in {"phrases", "[key]"}) for error in told)
    return "\n".join(str(file.problem(at, mend(error))) for at, error in zip(steps, told, strict=True))
