"""Scripted conversations of `tests/conversations/`: what residents write, and what the assistant must ask, say and do.

Besides what a script expects, every turn keeps these promises: one question at most, nothing asked twice unless
the script says so, French typography, everything looked up within three rounds, and the same when it is replayed.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from uuid import uuid5

import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter

from bot.contract import IncomingAttachment
from bot.queries import CaseFacts, NearbyReport, QueueFacts
from bot.replay.replaying import compare, decide_again
from intents.embedded import EmbeddedInterpreter
from kit.references import Reference
from kit.yaml_files import read_yaml
from services.town.loading import Town
from tests.bot.conversation import MONDAY_MORNING, SATURDAY_NIGHT, Conversation, photo
from tests.bot.kept_turns import SPACE

SCRIPTS = Path(__file__).parent.parent / "conversations"
OWN, OTHER = str(Reference("MTL", 2026, 12)), str(Reference("MTL", 2026, 99))
DOOR = (46.60069, 2.347835)  # 12 rue de Paris
AWAY = (48.85, 2.35)  # far from the town
MOMENTS = {"monday_morning": MONDAY_MORNING, "saturday_night": SATURDAY_NIGHT}


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Turn(Strict):
    say: str | list[str] = ""
    keyword: str | None = None
    photo: str | None = None
    photo_place: bool = False
    refused: str | None = None
    position: bool = False
    away: bool = False
    hand_back: str | None = None
    resume: bool = True
    wait_hours: int = 0
    asked: list[str] | None = None
    again: bool = False
    says: list[str] = []
    silent_on: list[str] = []
    choices: list[str] | None = None
    events: list[str] | None = None
    silent: bool = False


class Opened(Strict):
    code: str
    fields: dict[str, str]
    priority: str = "normal"
    state: str = "new"
    contact: list[str] | None = None
    known: bool | None = None
    documents: dict[str, str] | None = None
    attachments: int | None = None
    remarks: list[str] = []


class Updated(Strict):
    """What was added to a case; `case` is its number among those the script opened, or {own}."""

    case: int | str = 0
    text: str = ""
    files: int = 0
    documents: list[str] = []


class Script(Strict):
    name: str
    channel: Literal["webchat", "sms"] = "webchat"
    language: str = "fr"
    now: str = "monday_morning"
    held_by: Literal["bot", "queue", "agent"] = "bot"
    resident: str | None = None
    nearby: int | None = None
    own_case: str | None = None
    own_cases: int = 1
    own_service: str = "report.pothole"
    others_case: str | None = None
    turns: list[Turn]
    opened: list[Opened] = []
    joined: list[str] = []
    updated: list[Updated] = []
    ends_in: str | None = None
    handed_off: str | None = None


def read_scripts() -> Iterator[tuple[str, Script]]:
    """Every script with its name, which begins with that of its file."""
    for path in sorted(SCRIPTS.glob("*.yaml")):
        for script in TypeAdapter(list[Script]).validate_python(read_yaml(path)):
            yield f"{path.stem}: {script.name}", script


def _case(reference: str, state: str, *, own: bool, service: str = "report.pothole") -> CaseFacts:
    opened = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    return CaseFacts(
        case_id=uuid5(SPACE, reference),
        reference=reference,
        service_code=service,
        state=state,
        opened_at=opened,
        due_at=opened + timedelta(days=14),
        own=own,
    )


def _conversation(script: Script, town: Town, interpreter: EmbeddedInterpreter) -> Conversation:
    conversation = Conversation(town, interpreter, script.channel, MOMENTS[script.now], script.language)
    conversation.held_by = script.held_by
    if script.nearby is not None:
        day = MONDAY_MORNING.date() - timedelta(days=2)
        found = NearbyReport(uuid5(SPACE, OTHER), OTHER, "14 rue de Paris", script.nearby, day, "open")
        conversation.nearby = (found,)
    if script.own_case:
        references = [OWN, str(Reference("MTL", 2026, 13))][: script.own_cases]
        conversation.cases = tuple(
            _case(reference, script.own_case, own=True, service=script.own_service) for reference in references
        )
    if script.others_case:
        conversation.others_cases = (_case(OTHER, script.others_case, own=False),)
    conversation.queue, conversation.name = QueueFacts(15), script.resident
    return conversation


def play_script(script: Script, town: Town, interpreter: EmbeddedInterpreter) -> Conversation:
    """The conversation as the script goes, each turn as it must be."""
    conversation = _conversation(script, town, interpreter)
    for turn in script.turns:
        _play(conversation, turn)
    return conversation


@pytest.mark.parametrize("script", [pytest.param(script, id=name) for name, script in read_scripts()])
def test_a_conversation_goes_as_written(script: Script, town: Town, interpreter: EmbeddedInterpreter) -> None:
    conversation = play_script(script, town, interpreter)
    _check_cases(conversation, script)
    _check_replays(conversation)
    if script.ends_in:
        assert conversation.language == script.ends_in
    assert [effect.reason for effect in conversation.handed_off] == ([script.handed_off] if script.handed_off else [])


def _play(conversation: Conversation, turn: Turn) -> None:
    conversation.wait(timedelta(hours=turn.wait_hours))
    before, already = len(conversation.effects), list(conversation.asked)
    if turn.hand_back is not None:
        conversation.hand_back(turn.hand_back, resume=turn.resume)
    else:
        texts = [turn.say] if isinstance(turn.say, str) else turn.say
        texts = [text.replace("{own}", OWN).replace("{other}", OTHER) for text in texts]
        place = DOOR if turn.position else AWAY if turn.away else None
        conversation.say(*texts, files=_files(turn), location=place, keyword=turn.keyword)
    _check_turn(conversation, turn, before, already)


def _check_replays(conversation: Conversation) -> None:
    """A message acts the same after replay."""
    for kept, decision in conversation.decided:
        turn = replace(kept, record=json.loads(json.dumps(kept.record)))
        again = asyncio.run(decide_again(turn, conversation.town, None))
        assert compare(turn.record, again) is None, f"replayed: {again} for {decision}"
        assert again.decision == decision


def _files(turn: Turn) -> list[IncomingAttachment]:
    if turn.refused:
        return [photo("program.jpg", refusal=turn.refused)]
    return [photo(turn.photo, location=DOOR if turn.photo_place else None)] if turn.photo else []


def _check_turn(conversation: Conversation, turn: Turn, before: int, already: list[str]) -> None:
    told = f"after {turn.say!r} the assistant said:\n{conversation.text}\nand asked {conversation.last.asked}"
    asked = list(conversation.last.asked)
    assert len(asked) <= 1, told
    if turn.asked is not None:
        assert asked == turn.asked, told
    if not turn.again and asked not in (["choose"], ["confirm"]):
        assert not set(asked) & set(already), f"asked again: {told}"
    if turn.silent:
        assert conversation.last.replies == (), told
    for words in turn.says:
        assert words.replace("{own}", OWN).replace("{other}", OTHER) in conversation.text.replace("\u00a0", " "), told
    for words in turn.silent_on:
        assert words not in conversation.text.replace("\u00a0", " "), told
    if turn.choices is not None:
        assert [choice.label for choice in conversation.last.replies[-1].choices] == turn.choices, told
    if turn.events is not None:
        assert conversation.events()[before:] == turn.events, told
    if conversation.language == "fr":
        assert not re.search(r"(?<=\S) [:;!?](?=\s|$)", conversation.text), told


def _check_cases(conversation: Conversation, script: Script) -> None:
    assert [case.service_code for case in conversation.opened] == [expected.code for expected in script.opened]
    for case, expected in zip(conversation.opened, script.opened, strict=True):
        who = {"requester": script.resident} if script.resident and expected.code.startswith("request.") else {}
        assert dict(case.fields) == who | expected.fields
        assert (case.priority, case.state) == (expected.priority, expected.state)
        assert list(case.remarks) == expected.remarks
        if expected.contact is not None:
            assert list(case.contact or ()) == expected.contact
        if expected.known is not None:
            assert case.location is not None
            assert case.location.known is expected.known
        if expected.documents is not None:
            assert dict(case.documents) == expected.documents
        if expected.attachments is not None:
            assert len(case.attachment_ids) == expected.attachments
    _check_updates(conversation, script)
    references = [case.reference for case in conversation.joined]
    assert references == [reference.replace("{other}", OTHER) for reference in script.joined]


def _check_updates(conversation: Conversation, script: Script) -> None:
    opened = [case.reference for case in reversed(conversation.cases) if case.opened_at == conversation.now]
    told = [
        (update.reference, update.text, len(update.attachment_ids), list(update.document_attachments))
        for update in conversation.updated
    ]
    assert told == [(_reference(each, opened), each.text, each.files, each.documents) for each in script.updated]


def _reference(expected: Updated, opened: list[str]) -> str:
    if isinstance(expected.case, int):
        return opened[expected.case]
    return expected.case.replace("{own}", OWN).replace("{other}", OTHER)
