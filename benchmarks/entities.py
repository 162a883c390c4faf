"""How strangers' values are read: `python -m benchmarks.entities [FILE.tsv ...]`.

The files hold kind, language, text, value, written by people who saw neither tables nor grammar
(tests/data/heldout_entities). Each text answers the question for its kind in a conversation of its own. Prints counts
by kind and language only, never a text, so that whoever mends the grammar can run it.
"""

import sys
from collections import Counter
from pathlib import Path

from intents.embedded import load_or_train
from services.files.product import DEMO_TOWN
from services.town.lessons import read_lessons
from services.town.loading import load_town
from tests.bot.answering_values import KINDS, NOTHING, Written, is_right, kept_of, read_written

ROOT = Path(__file__).parent.parent
HELD_OUT = ROOT / "tests" / "data" / "heldout_entities" / "values.tsv"


def main() -> None:
    files = [Path(name) for name in sys.argv[1:]] or [HELD_OUT]
    missing = [file for file in files if not file.is_file()]
    if missing:
        sys.exit(f"no such file: {missing[0]}")
    town = load_town(DEMO_TOWN, "https://montlieu.example")
    interpreter = load_or_train(read_lessons(DEMO_TOWN), ROOT / ".models")
    for file in files:
        rows = read_written(file.read_text(encoding="utf-8"))
        print(f"\n{file.stem}: {len(rows)} texts")
        _report([(row, kept_of(town, interpreter, row)) for row in rows])


def _report(answers: list[tuple[Written, str]]) -> None:
    """Right, asked again though a value was said, and kept wrongly, of each kind and language."""
    print(f"{'':12}{'texts':>6}{'right':>7}{'asked':>7}{'wrong':>7}")
    for name in (*KINDS, "fr", "en", "all"):
        chosen = [answer for answer in answers if name in (answer[0].kind, answer[0].language, "all")]
        found = Counter(_verdict(row, kept) for row, kept in chosen)
        if chosen:
            counts = f"{found['right']:7}{found['asked']:7}{found['wrong']:7}"
            print(f"{name:12}{len(chosen):6}{counts}  {found['right'] / len(chosen):.1%}")


def _verdict(row: Written, kept: str) -> str:
    """A value that is not kept is asked for again; a wrong one is not noticed before the summary."""
    if is_right(row, kept):
        return "right"
    return "asked" if kept == NOTHING else "wrong"


if __name__ == "__main__":
    main()
