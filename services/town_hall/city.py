"""The town itself, its teams and the documents it asks for."""

from collections.abc import Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from kit.calendar import Calendar, SchoolZone, is_department
from kit.phones import normalise
from kit.wording import LANGUAGES, Wording
from services.files.town_files import MAIL, TownModel
from services.town_hall.telling import Alarms, TeamNotices


def _phone(value: str) -> str:
    number = normalise(value)
    if number is None:
        raise ValueError("this is no telephone number; write it like +33199980100")
    return number


def _each_without_words(value: Any) -> Any:
    """A list of codes stands for codes that have no words of the town's own."""
    return dict.fromkeys(value) if isinstance(value, list) and all(isinstance(code, str) for code in value) else value


def _this_form(value: int) -> int:
    if value > FOLDER_FORM:
        raise ValueError(f"this folder is of form {value}, for a newer release; this one reads form {FOLDER_FORM}")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("no such time zone; write it like Europe/Paris") from None
    return value


FOLDER_FORM = 1
"""How a town's folder is written: raised by a release that reads an older one in another way."""
Phone = Annotated[str, AfterValidator(_phone)]
MailAddress = Annotated[str, Field(pattern=MAIL)]
Zone = Annotated[str, AfterValidator(_zone)]


class Sms(TownModel):
    """`keep_accents` keeps ê, î, ç... in the texts that cost no more for it; false drops them everywhere."""

    number: Phone
    keep_accents: bool = True


class Mailbox(TownModel):
    """A mailbox residents write to; `group` is the kind of case it is for."""

    code: str = Field(pattern=r"^[a-z][a-z_]*$")
    address: MailAddress
    names: Wording


class DataProtection(TownModel):
    """Whom to ask about personal data."""

    names: Wording
    email: MailAddress
    address: str


class City(TownModel):
    """What every page and reply says of the town.

    `insee` is its official number, by which the national base of addresses knows it; `prefix` begins every case
    reference; `accent` is the colour of the pages; `reception` the opening-hours place whose hours are those of the
    agents who answer; `not_offered` are services of the product that the town has not, with what is answered where the
    town says it in its own words; `department` adds its local public holidays, `school_zone` the school holidays.
    """

    version: Annotated[int, Field(ge=1), AfterValidator(_this_form)] = FOLDER_FORM
    name: str = Field(min_length=1)
    postcode: str = Field(pattern=r"^[0-9]{5}$")
    insee: str | None = Field(default=None, pattern=r"^[0-9][0-9AB][0-9]{3}$")
    department: str | None = None
    school_zone: SchoolZone | None = None
    country: str = Field(default="FR", pattern=r"^[A-Z]{2}$")
    prefix: str = Field(pattern=r"^[A-Z]{2,5}$")
    timezone: Zone
    languages: tuple[str, ...] = Field(min_length=1)
    accent: str = Field(pattern=r"^#[0-9a-fA-F]{6}$")
    address: str
    phone: Phone
    email: MailAddress
    reception: str
    sms: Sms
    mailboxes: tuple[Mailbox, ...] = ()
    alarms: Alarms = Alarms()
    team_notices: TeamNotices = TeamNotices()
    not_offered: Annotated[Mapping[str, Wording | None], BeforeValidator(_each_without_words)] = {}
    data_protection: DataProtection

    @property
    def calendar(self) -> Calendar:
        """The town's days off: public holidays of its department, school holidays of its zone."""
        return Calendar(self.timezone, self.department, self.school_zone)

    @property
    def default_language(self) -> str:
        """The town's own language."""
        return self.languages[0]

    @field_validator("department")
    @classmethod
    def _department_exists(cls, code: str | None) -> str | None:
        if code is not None and not is_department(code):
            raise ValueError('no such department; write its number like "67" or "974"')
        return code

    @model_validator(mode="after")
    def _languages_are_worded(self) -> "City":
        unworded = [language for language in self.languages if language not in LANGUAGES]
        if unworded:
            raise ValueError(f"languages: no texts in {', '.join(unworded)}; there are {', '.join(LANGUAGES)}")
        return self


class Labelled(TownModel):
    """A row of a table with its name in each language, in columns `label_fr`, `label_en`."""

    code: str = Field(pattern=r"^[a-z][a-z_.]*$")
    labels: Wording

    @model_validator(mode="before")
    @classmethod
    def _gather_labels(cls, row: Any) -> Any:
        if not isinstance(row, dict) or "labels" in row:
            return row
        labels = {language: row[f"label_{language}"] for language in LANGUAGES if row.get(f"label_{language}")}
        rest = {name: cell for name, cell in row.items() if not name.startswith("label_")}
        return {**rest, "labels": labels}

    def label(self, language: str) -> str:
        return self.labels.on(language)


class Team(Labelled):
    """A department of the town, as an acknowledgement names it."""

    email: MailAddress
    phone: Phone
    address: str


class DocumentType(Labelled):
    """A supporting document; `validity` in the words of the rule book."""

    validity: str
