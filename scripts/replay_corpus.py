"""Replays recorded conversations of the demo town, or records them anew with `--renew`.

The corpus is a share of the scripts of `tests/conversations`, as the store would have kept their turns: residents who
do not exist. A scenario says what must be; the corpus says all that is, so that no change of words, of data or of code
goes by unseen. What differs is looked at, and where it is meant, the corpus is renewed in the same commit.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from app.commands.replay import Choice, replay_turns
from app.configuration.settings import Settings
from bot.replay.corpus import write_turns
from case_store.work.kept_turns import KeptTurn
from intents.embedded import load_or_train
from services.files.product import DEMO_TOWN
from services.town.lessons import lessons_of
from services.town.loading import load_town
from tests.bot.test_conversations import play_script, read_scripts

CORPUS = Path(__file__).parents[1] / "tests" / "data" / "replay" / "montlieu.jsonl"
EVERY = 5
"""Every fifth script: enough of each kind, and small enough to be kept and read."""
ADVICE = "Where the differences above are meant: python -m scripts.replay_corpus --renew"


def main(arguments: list[str]) -> int:
    """0 when every recorded turn comes to the same, else 1, with what differs and how to renew the corpus."""
    settings = Settings(_env_file=None, city_dir=DEMO_TOWN)
    if arguments == ["--renew"]:
        return _renew(settings)
    failed = replay_turns(settings, Choice(corpus=CORPUS), as_json=False)
    if failed:
        print(ADVICE)
    return failed


def _renew(settings: Settings) -> int:
    turns = list(_recorded(settings))
    CORPUS.parent.mkdir(exist_ok=True)
    CORPUS.write_text(write_turns(turns), encoding="utf-8")
    print(f"{CORPUS}: {len(turns)} turns")
    return 0


def _recorded(settings: Settings) -> Iterator[tuple[str, KeptTurn]]:
    """The turns of every so many a script, each with the name of its script."""
    town = load_town(DEMO_TOWN, settings.base_url)
    interpreter = load_or_train(lessons_of(town), settings.model_dir, print)
    for name, script in list(read_scripts())[::EVERY]:
        for turn, _ in play_script(script, town, interpreter).decided:
            yield name, turn


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
