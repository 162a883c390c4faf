"""Whom the town tells of what comes in: alarms to named addresses, new cases to the mailbox of their team."""

from typing import Annotated

from pydantic import Field, field_validator

from kit.phones import normalise
from services.files.town_files import TownModel


class Alarms(TownModel):
    """`distress`: mailboxes and mobile telephones told at once when a resident is in distress."""

    distress: tuple[str, ...] = ()

    @field_validator("distress")
    @classmethod
    def _can_be_reached(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_mail_or_phone(address.strip()) for address in addresses)


def _mail_or_phone(address: str) -> str:
    if "@" in address:
        user, _, host = address.partition("@")
        if user and "." in host and " " not in address:
            return address
    elif number := normalise(address):
        return number
    raise ValueError('neither a mail address nor a telephone number; write it like "a@town.fr" or "+33639980100"')


class TeamNotices(TownModel):
    """Mails to a team about its new cases: one every `minutes` at most, urgent cases at once.

    `silent_teams` want none.
    """

    new_cases: bool = True
    minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 15
    silent_teams: frozenset[str] = frozenset()

    def wants(self, team_code: str) -> bool:
        """Whether this team is told of its new cases."""
        return self.new_cases and team_code not in self.silent_teams
