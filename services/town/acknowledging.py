"""What an acknowledgement says (CRPA L112-11, R112-11-1): date received, team in charge with address and telephone,
what silence means and from when, what is missing and until when. One text for whoever files: assistant or agent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kit.formats import date_long, join_all, money
from kit.phones import format_phone
from kit.text import uncapitalised
from services.declarations.declaration import Service
from services.town.loading import Town

LATER = "later"
"""What a case keeps of a document that is still to come."""


@dataclass(frozen=True, slots=True)
class Filing:
    """A case just filed, as its acknowledgement tells it. `reference` may be a mark to be replaced.

    `is_short` takes the wordings of channels where every character counts; `is_copy` says only what can be done from
    a text that is read elsewhere than in the conversation with the assistant.
    """

    service: Service
    language: str
    reference: str
    today: date
    due: date
    is_urgent: bool
    documents: Mapping[str, str]
    follow: str
    is_short: bool = False
    is_copy: bool = False


Say = Callable[..., str]
"""(key of a reply, its values) -> the text."""


def acknowledgement(town: Town, filing: Filing, say: Say) -> str:
    """The whole text, a line for each thing told."""
    service, language = filing.service, filing.language
    team = town.teams[service.team]
    lines = [
        say(f"filed.{service.kind}", reference=filing.reference),
        say("filed.received", day=date_long(filing.today, language)),
        service.next_step.on(language, filing.is_short).format(
            team=team.label(language), due=date_long(filing.due, language)
        ),
        say("filed.team", team=team.label(language), address=team.address, phone=format_phone(team.phone, language)),
        *([say("filed.danger")] if filing.is_urgent else []),  # also to whoever told it
        *_fee(town, filing, say),
        *_missing(town, filing, say),
        *_silence(filing, say),
    ]
    key = "filed.follow_elsewhere" if filing.is_copy else "filed.follow"
    return "\n".join([*lines, say(key, follow=filing.follow, reference=filing.reference)])


def _fee(town: Town, filing: Filing, say: Say) -> list[str]:
    fee, code, language = filing.service.fee, filing.service.code, filing.language
    if fee.cents == "varies":
        wording = fee.wording.on(language) if fee.wording else town.fee_of(code, language)
        return [say("filed.fee_varies", wording=wording)]
    return [say("filed.fee", fee=money(fee.cents, filing.language))] if fee.cents else []


def _missing(town: Town, filing: Filing, say: Say) -> list[str]:
    codes = [code for code in filing.service.documents if filing.documents.get(code) == LATER]
    if not codes:
        return []
    names = [uncapitalised(town.documents[code].label(filing.language)) for code in codes]
    until = _later(filing, filing.service.documents_days)
    key = "filed.missing_elsewhere" if filing.is_copy else "filed.missing"
    return [say(key, count=len(names), documents=join_all(names, filing.language), day=until)]


def _silence(filing: Filing, say: Say) -> list[str]:
    """The delay runs from the day the file is complete."""
    service = filing.service
    if service.silence is None or service.silence_days is None:
        return []
    if LATER in filing.documents.values():
        return [say(f"filed.silence.{service.silence}.incomplete", days=service.silence_days)]
    return [say(f"filed.silence.{service.silence}.complete", day=_later(filing, service.silence_days))]


def _later(filing: Filing, days: int) -> str:
    return date_long(filing.today + timedelta(days=days), filing.language)
