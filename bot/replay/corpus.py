"""Kept turns in a file, one JSON object a line, so that they can be decided again far from the store they come from.

What was understood then is left out: the messages are always understood anew.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from bot.replay.recording import EMPTY, plain
from case_store.models import Attachment
from case_store.work.kept_turns import KeptTurn
from case_store.work.snapshots import WaitingMessage

_UNDERSTOOD = frozenset({"why", "predictions", "parts"})
_OF_THE_TOWN = frozenset({"FindAddress", "NearestAddress"})
_FILE = ("id", "filename", "content_type", "refusal", "latitude", "longitude")


class CorpusInvalid(ValueError):
    """A line of the file that holds no kept turn."""


def write_turns(turns: Iterable[tuple[str, KeptTurn]]) -> str:
    """The file's text: each turn under the name of its conversation."""
    return "".join(f"{json.dumps(_line(name, turn), ensure_ascii=False)}\n" for name, turn in turns)


def read_turns(path: Path) -> Iterator[tuple[str, KeptTurn]]:
    """The turns of a file with the names of their conversations. Raises CorpusInvalid with the line, and OSError."""
    heard: Counter[str] = Counter()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            told = json.loads(line)
            name = told["conversation"]
            turn = _turn(told, heard[name])
        except (KeyError, TypeError, ValueError) as error:
            raise CorpusInvalid(f"{path}:{number}: no kept turn stands here ({error})") from error
        heard[name] += len(turn.messages)
        yield name, turn


def _line(name: str, turn: KeptTurn) -> dict[str, Any]:
    record = {key: value for key, value in turn.record.items() if key not in _UNDERSTOOD}
    record["facts"] = [each for each in record["facts"] if each[0] not in _OF_THE_TOWN]
    return {
        "conversation": name,
        "id": str(turn.id),
        "at": turn.at.isoformat(),
        "conversation_id": str(turn.conversation_id),
        "contact": turn.contact_address,
        "messages": [_message(each) for each in turn.messages],
        "said": list(turn.said),
        "record": record,
    }


def _message(message: WaitingMessage) -> dict[str, Any]:
    held = {
        "id": str(message.id),
        "at": message.created_at.isoformat(),
        "text": message.text,
        "location": plain(message.location),
        "keyword": message.keyword,
        "files": [{name: plain(getattr(file, name)) for name in _FILE} for file in message.attachments],
    }
    return {name: value for name, value in held.items() if value not in EMPTY}


def _turn(told: Mapping[str, Any], before: int) -> KeptTurn:
    return KeptTurn(
        id=UUID(told["id"]),
        at=datetime.fromisoformat(told["at"]),
        conversation_id=UUID(told["conversation_id"]),
        contact_address=told["contact"],
        messages=tuple(_waiting(number, each) for number, each in enumerate(told["messages"], before + 1)),
        said=tuple(told["said"]),
        record=told["record"],
    )


def _waiting(number: int, told: Mapping[str, Any]) -> WaitingMessage:
    place = told.get("location")
    return WaitingMessage(
        id=UUID(told["id"]),
        seq=number,
        text=told.get("text", ""),
        location=(place[0], place[1]) if place else None,
        created_at=datetime.fromisoformat(told["at"]),
        trace_id=None,
        attachments=tuple(Attachment(**{**file, "id": UUID(file["id"])}) for file in told.get("files", ())),
        keyword=told.get("keyword"),
    )
