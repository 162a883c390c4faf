"""What deciding a turn costs, without the model: `python -m benchmarks.deciding [--profile]`.

Plays every scripted conversation of `tests/conversations` and keeps what `decide` was given, one round at a time; then
decides each again, five times, and takes the quickest. CPU time; the model has spoken before. `--profile` says where it
goes instead, by the time spent in each function itself.
"""

import cProfile
import pstats
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from statistics import mean, median
from typing import Any
from unittest.mock import patch

from bot.decide import decide
from intents.embedded import load_or_train
from services.files.product import DEMO_TOWN
from services.town.lessons import lessons_of
from services.town.loading import load_town
from tests.bot.test_conversations import play_script, read_scripts
from tests.support.product import ROOT

ROUNDS = 5
SHOWN = 30
Asked = dict[str, Any]


def main(arguments: Sequence[str]) -> None:
    turns = _turns()
    if "--profile" in arguments:
        _profile(turns)
        return
    rounds = [_quickest(asked) for turn in turns for asked in turn]
    whole = [sum(_quickest(asked) for asked in turn) for turn in turns]
    _show("a round", rounds)
    _show("a turn, all rounds", whole)


def _turns() -> list[list[Asked]]:
    """What `decide` is given in each turn of the scripts, round by round."""
    town = load_town(DEMO_TOWN, "https://montlieu.example")
    interpreter = load_or_train(lessons_of(town), ROOT / ".models")
    rounds: dict[int, list[Asked]] = defaultdict(list)
    kept: list[Any] = []  # so that no two turns have the same identity

    def keep(**asked: Any) -> Any:
        kept.append(asked["messages"])
        rounds[id(asked["messages"])].append(asked)
        return decide(**asked)

    with patch("tests.bot.conversation.decide", keep):
        for _, script in read_scripts():
            play_script(script, town, interpreter)
    return list(rounds.values())


def _quickest(asked: Asked) -> float:
    return min(_spent(lambda: decide(**asked)) for _ in range(ROUNDS))


def _spent(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun


def _show(name: str, seconds: Sequence[float]) -> None:
    ordered = sorted(1000 * one for one in seconds)
    told = f"median {median(ordered):.2f} ms, mean {mean(ordered):.2f}, 95 % {ordered[int(len(ordered) * 0.95)]:.2f}"
    print(f"{name:20} {len(ordered):5}  {told}, most {ordered[-1]:.1f}")


def _profile(turns: Sequence[Sequence[Asked]]) -> None:
    with cProfile.Profile() as profile:
        for turn in turns:
            for asked in turn:
                decide(**asked)
    pstats.Stats(profile).sort_stats("tottime").print_stats(SHOWN)


if __name__ == "__main__":
    main(sys.argv[1:])
