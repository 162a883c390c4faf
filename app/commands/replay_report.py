"""What `guichet replay` prints: for people, or one JSON object a line."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.commands.saying import text
from bot.contract import Decision
from bot.replay.replaying import Differences, NotReplayable
from case_store.work.kept_turns import KeptTurn

_QUOTE = 300
"""Characters of a text that are shown to people."""


@dataclass(slots=True)
class Report:
    """Tells each difference as it is found, and at the end how many there were."""

    as_json: bool
    turns: int = 0
    turns_that_differ: int = 0
    conversations: set[str] = field(default_factory=set)
    different: Counter[str] = field(default_factory=Counter)
    not_replayed: Counter[str] = field(default_factory=Counter)

    @property
    def differs(self) -> bool:
        return self.turns_that_differ > 0

    def tell(self, where: str, turn: KeptTurn, found: Differences | None, decision: Decision) -> None:
        """Counts a turn that was decided again, and shows what differs."""
        self._count(where)
        if found is None:
            return
        self.turns_that_differ += 1
        self.different.update(found.kinds)
        now = {**found.now, "replies": [reply.text for reply in decision.replies]}
        before = {**found.before, "replies": list(turn.said)}
        shown = {**_named(where, turn), "kinds": list(found.kinds), "before": before, "now": now}
        shown |= {"assumed": list(found.assumed)} if found.assumed else {}
        self._print(shown, _lines(shown, is_said=found.before["replies"] != found.now["replies"]))

    def cannot(self, where: str, turn: KeptTurn, error: NotReplayable) -> None:
        """Counts a turn that cannot be decided again; `json` lists it."""
        self._count(where)
        self.not_replayed[error.obstacle] += 1
        if self.as_json:
            self._print({**_named(where, turn), "not_replayed": error.obstacle, "detail": error.detail}, [])

    def close(self) -> None:
        """The counts: the last line."""
        counts = {
            "turns": self.turns,
            "conversations": len(self.conversations),
            "different": self.turns_that_differ,
            "by": dict(self.different),
            "not_replayed": dict(self.not_replayed),
        }
        self._print(counts, self._summary())

    def _count(self, where: str) -> None:
        self.turns += 1
        self.conversations.add(where)

    def _summary(self) -> Iterator[str]:
        yield text("replay.turns", count=self.turns, conversations=len(self.conversations))
        yield from self._differences()
        for obstacle, count in sorted(self.not_replayed.items()):
            yield text(f"replay.not_replayed.{obstacle}", count=count)

    def _differences(self) -> Iterator[str]:
        if not self.differs:
            yield text("replay.same")
            return
        yield text("replay.different", count=self.turns_that_differ)
        for kind in ("acts", "effects", "replies"):
            yield f"  {text(f'replay.differ.{kind}', count=self.different[kind])}"

    def _print(self, told: Mapping[str, Any], lines: Iterator[str] | Sequence[str]) -> None:
        if self.as_json:
            print(json.dumps(told, ensure_ascii=False))
            return
        for line in lines:
            print(line)
        sys.stdout.flush()


def _named(where: str, turn: KeptTurn) -> dict[str, Any]:
    first = turn.messages[0].seq if turn.messages else None
    return {
        "conversation": where,
        "turn": str(turn.id),
        "message": first,
        "at": turn.at.isoformat(),
        "said": [message.text for message in turn.messages],
    }


def _lines(shown: Mapping[str, Any], *, is_said: bool) -> Iterator[str]:
    yield text("replay.turn", conversation=shown["conversation"], message=shown["message"] or 0, at=shown["at"][:16])
    yield from (f"  « {_short(said)} »" for said in shown["said"])
    before, now = shown["before"], shown["now"]
    yield from _both("acts", before["acts"], now["acts"])
    yield from _both("effects", [*map(_told, before["effects"])], [*map(_told, now["effects"])])
    yield from _both("asked", before["asked"], now["asked"])
    if is_said:
        yield from _both("replies", [*map(_short, before["replies"])], [*map(_short, now["replies"])], always=True)
    if shown.get("assumed"):
        yield f"  {text('replay.assumed', facts=', '.join(shown['assumed']))}"
    yield ""


def _both(name: str, before: Sequence[str], now: Sequence[str], *, always: bool = False) -> Iterator[str]:
    """What it was and what it is, where that is not the same."""
    if before == now and not always:
        return
    yield f"  {text(f'replay.{name}')}"
    yield f"    - {', '.join(before) or '∅'}"
    yield f"    + {', '.join(now) or '∅'}"


def _told(effect: Mapping[str, Any]) -> str:
    held = ", ".join(f"{name}={_plainly(value)}" for name, value in effect.items() if name != "effect")
    return _short(f"{effect['effect']}({held})")


def _plainly(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _short(said: str) -> str:
    flat = " ".join(said.split())
    return flat if len(flat) <= _QUOTE else f"{flat[: _QUOTE - 1]}…"
