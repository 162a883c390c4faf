"""A service declared once: what is asked, who does it, by when, at what price. One YAML file each.

The dialogue, the forms and the guards all read the same declaration, so a town adds a service without code.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from kit.laid_files import LaidFile, Layers
from kit.wording import Wording
from kit.yaml_files import FileProblem, YamlFile
from services.declarations.checks import Check
from services.declarations.service_field import (
    NO,
    YES,
    Condition,
    Declared,
    FieldChoice,
    FieldKind,
    Refusal,
    ServiceField,
)
from services.declarations.shared_parts import Shared, UnknownPart, read_shared, spelled_out
from services.declarations.shared_workflows import read_workflows
from services.declarations.workflow import Workflow, workflow_faults
from services.files.town_files import mend, told_once
from services.texts.terms import Terms

__all__ = ["NO", "YES", "Condition", "Declared", "FieldChoice", "FieldKind", "Refusal", "ServiceField"]

CaseKind = Literal["request", "report"]
Silence = Literal["acceptance", "refusal"]


class DeclarationError(ValueError):
    """A service file cannot be used; the message names the file and what to mend."""


class Fee(Declared):
    """A price in cents, or "varies": how, is then said by `fees.yaml`, or by a wording of its own."""

    cents: int | Literal["varies"]
    wording: Wording | None = None


class Examples(Declared):
    """What residents say: `opens` begins the service, `at_once` tells everything in one message.

    Both are tried by the tests.
    """

    opens: Terms = Terms()
    at_once: Mapping[str, str] = {}


class Service(Declared):
    """A service of the town.

    `target_days` are working days; `documents_days` and `silence_days` calendar days. `duplicates_within`
    (metres) makes open reports nearby be proposed; `high_priority` says when a case goes first. `start` and
    `next_step` may stand in its workflow; `common` services are named where not all can be.
    `papers` says what to bring, where nothing is sent with the request.
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
    common: bool = False
    papers: Wording | None = None
    fields: tuple[ServiceField, ...]
    checks: tuple[Check, ...] = ()
    workflow: Workflow = ()
    examples: Examples = Examples()
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
        self._check_checks()
        for refusal in (choice.refused for field in self.fields for choice in field.choices):
            if refusal is not None:
                self._check_condition(Condition(field=refusal.reopens, is_one_of=(refusal.offers,)))
        return self

    def _check_checks(self) -> None:
        names = {field.name for field in self.fields}
        for check in self.checks:
            strange = [name for name in check.names if name not in names]
            if strange:
                raise ValueError(f"a check names the unknown field {strange[0]}")

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
    """One service, with what it takes from the shared files of its data folder.

    Raises DeclarationError naming the file, the line and every fault in it.
    """
    try:
        folder = path.parent.parent
        shared, faults = read_workflows(Layers(folder, folder), read_shared(Layers(folder, folder)))
        if faults:
            raise DeclarationError("\n".join(faults))
        return _declared(LaidFile([YamlFile(path)]), path.stem, shared)
    except FileProblem as problem:
        raise DeclarationError(str(problem)) from problem


def load_services(place: Path | Layers) -> dict[str, Service]:
    """Every service of a folder, or of the `services/` of two laid over each other, by code.

    Raises DeclarationError with every fault in every file.
    """
    files = place if isinstance(place, Layers) else Layers(place.parent, place.parent)
    pattern = f"{'services' if isinstance(place, Layers) else place.name}/*.yaml"
    try:
        shared, faults = read_workflows(files, read_shared(files))
    except FileProblem as problem:
        raise DeclarationError(str(problem)) from problem
    services = {}
    for name, code in {path.name: path.stem for path in files.every(pattern)}.items():
        try:
            laid = files.laid(pattern.replace("*.yaml", name))
            if isinstance(laid.content, dict) and "code" not in laid.content:
                known = [path.stem for path in files.alone.every(pattern)]
                raise DeclarationError(str(laid.problem((), _nobody_s(code, known))))
            services[code] = _declared(laid, code, shared)
        except (FileProblem, DeclarationError) as error:
            faults.append(str(error))
    if faults:
        raise DeclarationError("\n".join(faults))
    return {code: services[code] for code in sorted(services)}


def _nobody_s(code: str, known: list[str]) -> str:
    near = get_close_matches(code, known, n=1)
    meant = f"; did you mean `{near[0]}`?" if near else ""
    return f"a service of your own begins with its code, and the product declares no {code} to change{meant}"


def _declared(file: LaidFile, code: str, shared: Shared) -> Service:
    try:
        service = Service.model_validate(spelled_out(file.content, shared))
    except UnknownPart as unknown:
        raise DeclarationError(str(file.problem(unknown.place, str(unknown)))) from unknown
    except ValidationError as error:
        raise DeclarationError(_faults(file, error.errors())) from error
    if code != service.code:
        raise DeclarationError(f"{file.path}: the file must be named {service.code}.yaml")
    # Those that take a workflow by its name are told of its faults where it stands.
    own = workflow_faults(service.workflow) if isinstance(file.content.get("workflow"), list) else ()
    if faults := [str(file.problem(("workflow", *place), f"workflow: {problem}")) for place, problem in own]:
        raise DeclarationError("\n".join(faults))
    return service


def _faults(file: LaidFile, errors: Iterable[Any]) -> str:
    told = told_once(errors)
    steps = (tuple(step for step in error["loc"] if step not in {"phrases", "[key]"}) for error in told)
    return "\n".join(str(file.problem(at, mend(error))) for at, error in zip(steps, told, strict=True))
