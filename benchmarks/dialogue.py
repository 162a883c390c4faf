"""What deciding costs without the interpreter, on the project's own conversations: `python -m benchmarks.dialogue`.

Prints the median and the 95th percentile of the CPU a turn takes in `decide`, all its rounds together.
"""

from pathlib import Path
from statistics import median, quantiles
from time import process_time
from typing import Any

from intents.embedded import load_or_train
from services.town.lessons import read_lessons
from services.town.loading import load_town
from tests.bot import conversation
from tests.bot.test_conversations import _conversation, _play, _scripts

ROOT = Path(__file__).parent.parent


def main() -> None:
    town = load_town(ROOT / "data", "https://montlieu.example")
    interpreter = load_or_train(read_lessons(ROOT / "data"), ROOT / ".models", print)
    spent: list[float] = []
    decide, turn = conversation.decide, conversation.Conversation._turn

    def counted(**given: Any) -> Any:
        started = process_time()
        decided = decide(**given)
        spent[-1] += process_time() - started
        return decided

    def one_turn(self: conversation.Conversation, *given: Any) -> Any:
        spent.append(0.0)
        return turn(self, *given)

    conversation.decide, conversation.Conversation._turn = counted, one_turn
    for parameters in _scripts():
        script = parameters.values[0]
        talk = _conversation(script, town, interpreter)
        for said in script.turns:
            _play(talk, said)
    print(f"{len(spent)} turns: median {median(spent) * 1000:.2f} ms, p95 {quantiles(spent, n=20)[-1] * 1000:.2f} ms")


if __name__ == "__main__":
    main()
