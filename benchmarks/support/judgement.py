"""After the storm: was every accepted message answered exactly once, and did each reply reach the provider?"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

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
    sent: defaultdict[tuple[str, str], int] = defaultdict(int)
    expected: defaultdict[tuple[str, str], int] = defaultdict(int)
    doubtful: defaultdict[tuple[str, str], int] = defaultdict(int)
    for line in town.journal.read_text(encoding="utf-8").splitlines():
        message = json.loads(line)
        sent[message["to"], message["body"]] += 1
    query = "SELECT state, address, text, possible_duplicate, interrupted FROM delivery"
    states: Counter[str] = Counter()
    interrupted = 0
    for state, address, text, doubt, times in rows(town, query):
        states[state] += 1
        interrupted += times > 0
        expected[address, text] += 1
        doubtful[address, text] += bool(doubt)
    doubled = {key: sent[key] - count for key, count in expected.items() if sent[key] > count}
    found.counts |= {
        "sent": sum(sent.values()),
        "interrupted": interrupted,
        "marked": sum(doubtful.values()),
        "doubled": sum(doubled.values()),
    }
    found.expect(set(states) <= {"sent", "delivered", "read"}, f"deliveries ended as {dict(states)}")
    missing = sum(sent[key] < count for key, count in expected.items())
    found.expect(missing == 0, f"{missing} replies never reached the provider")
    unmarked = sum(times > doubtful[key] for key, times in doubled.items())
    found.expect(unmarked == 0, f"{unmarked} replies were doubled without being marked as possible duplicates")
    found.expect(not set(sent) - set(expected), "the provider got messages that the store does not know")
