"""How emergencies are told from what only looks like one: `python -m benchmarks.alarms FILE.tsv ...`.

Each row (kind, language, code, accepted first numbers, text; no header) is the first message of a conversation on both
channels. Only counts are printed, per situation and per language, never a sentence: a file may be held back from
whoever extends the words.
"""

import sys
from collections import Counter
from pathlib import Path

from intents.embedded import load_or_train
from services.town.lessons import read_lessons
from services.town.loading import load_town
from tests.bot.alarm_cases import CHANNELS, counts, read_cases

ROOT = Path(__file__).parent.parent


def main() -> None:
    town = load_town(ROOT / "data", "https://montlieu.example")
    interpreter = load_or_train(read_lessons(ROOT / "data"), ROOT / ".models", print)
    for path in map(Path, sys.argv[1:]):
        cases = read_cases(path)
        for channel in CHANNELS:
            _show(f"{path.stem}, {channel}", counts(town, interpreter, cases, channel))


def _show(title: str, found: Counter[tuple[str, str]]) -> None:
    total: Counter[str] = Counter()
    for (_, outcome), count in found.items():
        total[outcome] += count
    print(f"{title}: {dict(sorted(total.items()))}")
    for (code, outcome), count in sorted(found.items()):
        if outcome not in {"right", "silent"}:
            print(f"  {code:16} {outcome:12} {count}")


if __name__ == "__main__":
    main()
