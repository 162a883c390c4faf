"""After the storm: was every accepted message answered exactly once, and did each reply reach the provider?"""

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from benchmarks.support.records import one, rows
from benchmarks.support.town import Town


@dataclass
class Judgement:
    """`wrong` holds one sentence per broken promise; the counts are for the report."""

    counts: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def expect(self, holds: bool, sentence: str) -> None:
        if not holds:
            self.wrong.append(sentence)


def judge(town: Town, accepted: Collection[str]) -> Judgement:
    """Every question of the generator is of a kind that one turn answers by exactly one message."""
    found = Judgement()
    _judge_reception(town, accepted, found)
    _judge_turns(town, found)
    _judge_sending(town, found)
    return found


def _judge_reception(town: Town, accepted: Collection[str], found: Judgement) -> None:
    stored = Counter(row[0] for row in rows(town, "SELECT external_id FROM raw_event"))
    inbound = one(town, "SELECT count(*) FROM message WHERE direction = 'inbound'")
    found.counts |= {"accepted": len(accepted), "stored": inbound}
    found.expect(not set(accepted) - set(stored), f"lost: {sorted(set(accepted) - set(stored))[:5]}")
    found.expect(max(stored.values(), default=1) == 1 and inbound == len(stored), "a message was stored twice")
    gaps = rows(
        town,
        """SELECT id FROM conversation WHERE seq <>
           (SELECT count(*) FROM message WHERE message.conversation_id = conversation.id)
         + (SELECT count(*) FROM timeline_event WHERE subject_id = conversation.id)""",
    )
    found.expect(not gaps, f"{len(gaps)} conversations have a gap or a double in their numbers")


def _judge_turns(town: Town, found: Judgement) -> None:
    """A reply carries the trace of the last message of its turn."""
    asked = rows(
        town, "SELECT turn_id, trace_id FROM message WHERE direction = 'inbound' ORDER BY conversation_id, seq"
    )
    replies = Counter(row[0] for row in rows(town, "SELECT trace_id FROM message WHERE direction = 'outbound'"))
    last: dict[Any, Any] = dict(asked)
    unanswered = sum(turn is None for turn, _ in asked)
    found.counts |= {"turns": len(last), "replies": sum(replies.values())}
    found.expect(unanswered == 0, f"{unanswered} messages belong to no turn")
    wrong = [trace for trace in last.values() if replies[trace] != 1]
    found.expect(not wrong, f"{len(wrong)} turns did not reply exactly once")
    found.expect(sum(replies.values()) == len(last), "there are replies that no turn explains")


def _judge_sending(town: Town, found: Judgement) -> None:
    """Which delivery each send was for is told by the address that it gave for receipts."""
    sends = Counter(_delivery_of(json.loads(line)) for line in town.journal.read_text(encoding="utf-8").splitlines())
    query = "SELECT id, state, error_code, possible_duplicate, interrupted FROM delivery"
    kept = {UUID(str(id_)): tuple(rest) for id_, *rest in rows(town, query)}
    unconfirmed = {id_ for id_, (state, code, _, _) in kept.items() if (state, code) == ("failed", "unconfirmed")}
    marked = {id_ for id_, (_, _, doubt, _) in kept.items() if doubt}
    doubled = {id_ for id_ in kept if sends[id_] > 1}
    found.counts |= {
        "sent": sends.total(),
        "interrupted": sum(times > 0 for *_, times in kept.values()),
        "interrupted_again": sum(times > 1 for *_, times in kept.values()),
        "marked": len(marked),
        "doubled": len(doubled),
        "unconfirmed": len(unconfirmed),
    }
    ended = Counter(state for id_, (state, *_) in kept.items() if id_ not in unconfirmed)
    found.expect(set(ended) <= {"sent", "delivered", "read"}, f"deliveries ended as {dict(ended)}")
    missing = [id_ for id_ in kept.keys() - unconfirmed if sends[id_] == 0]
    found.expect(not missing, f"{len(missing)} replies never reached the provider")
    unmarked = (doubled | unconfirmed) - marked
    found.expect(not unmarked, f"{len(unmarked)} replies were doubled without being marked as possible duplicates")
    thrice = [id_ for id_ in kept if sends[id_] > 2]
    found.expect(not thrice, f"{len(thrice)} replies were sent three times or more")
    found.expect(sends.keys() <= kept.keys(), "the provider got messages that the store does not know")


def _delivery_of(line: dict[str, str]) -> UUID:
    return UUID(parse_qs(urlsplit(line["callback"]).query)["delivery"][0])
