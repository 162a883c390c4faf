"""How strangers are understood at first sight: `python -m benchmarks.first_sight [--engine rasa] [FILE.tsv ...]`.

The files hold text, lang, code, register, written by people who saw neither phrases nor code (tests/data/heldout2);
without one, the validation half. Prints shares and counts only, never a sentence, so that whoever teaches can run it.
`--engine rasa` or `both` asks the Rasa server of GUICHET_RASA_URL, which has to be there.
The test half is for the last run: what was chosen by looking at it measures nothing any more.
"""

import argparse
import asyncio
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.configuration.settings import Settings
from app.understanding import rasa_server, with_engine
from intents.contract import OUT_OF_SCOPE, Interpreter, Prediction, Utterance
from intents.embedded import load_or_train
from intents.evaluation import Labelled, auroc, read_labelled
from services.files.product import DEMO_TOWN
from services.town.lessons import read_lessons

ROOT = Path(__file__).parent.parent
VALIDATION = ROOT / "tests" / "data" / "heldout2" / "validation.tsv"
LENGTHS = (5, 10, 15, 20, 30, 40)
"""The bounds of the groups of length, in words."""
PHRASES = (40, 80, 120, 200)
"""The bounds of the groups of codes by how many phrases teach them."""
LOW = 0.70
"""A code under this share is named."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a stranger wrote, and what the interpreter made of it."""

    row: Labelled
    prediction: Prediction

    @property
    def is_right(self) -> bool:
        return self.prediction.intent == self.row.code

    @property
    def is_offered(self) -> bool:
        """Whether the right code is among the first three."""
        return self.row.code in [code for code, _ in self.prediction.alternatives[:3]]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", choices=["embedded", "rasa", "both"], default="embedded")
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    taught = _phrases_by_code()
    embedded = load_or_train(read_lessons(DEMO_TOWN), ROOT / ".models")
    server = None if options.engine == "embedded" else rasa_server(Settings())
    interpreter = with_engine(options.engine, embedded, server, strict=True)
    for file in options.files or [VALIDATION]:
        rows = read_labelled(file)
        started = time.perf_counter()
        answers = asyncio.run(_answers(interpreter, rows))
        milliseconds = (time.perf_counter() - started) * 1000 / len(rows)
        print(f"\n{file.stem}: {len(rows)} texts, {milliseconds:.1f} ms each")
        _report(answers, taught)


async def _answers(interpreter: Interpreter, rows: Sequence[Labelled]) -> list[Answer]:
    """One text after the other, as residents write."""
    return [Answer(row, (await interpreter.interpret([Utterance(row.text)]))[0]) for row in rows]


def _report(answers: Sequence[Answer], taught: Counter[str]) -> None:
    inside = [one for one in answers if one.row.code != OUT_OF_SCOPE]
    outside = [one for one in answers if one.row.code == OUT_OF_SCOPE]
    _line("right", inside)
    _line("right code in three", inside, lambda one: one.is_offered)
    _line("coverage (in scope, taken)", inside, lambda one: one.prediction.intent != OUT_OF_SCOPE)
    if outside:
        _line("out of scope, refused", outside)
        area = auroc([one.prediction.confidence for one in inside], [one.prediction.confidence for one in outside])
        print(f"{'out-of-scope AUROC':34} {area:.3f}")
    _groups("language", inside, lambda one: one.row.language or "?")
    _groups("register", inside, lambda one: one.row.register or "?")
    _groups("words", inside, lambda one: _bin(len(one.row.text.split()), LENGTHS))
    _groups("phrases", inside, lambda one: _bin(taught[one.row.code], PHRASES))
    _low(inside)


def _line(name: str, answers: Sequence[Answer], is_good: Callable[[Answer], bool] = lambda one: one.is_right) -> None:
    good = sum(map(is_good, answers))
    print(f"{name:34} {good / len(answers):6.1%}  {good}/{len(answers)}")


def _groups(kind: str, answers: Iterable[Answer], group_of: Callable[[Answer], str]) -> None:
    groups: dict[str, list[Answer]] = defaultdict(list)
    for one in answers:
        groups[group_of(one)].append(one)
    for name in sorted(groups):
        _line(f"  {kind} {name}", groups[name])


def _low(answers: Sequence[Answer]) -> None:
    """Names the codes that are heard too seldom, and what is heard instead."""
    groups: dict[str, list[Answer]] = defaultdict(list)
    for one in answers:
        groups[one.row.code].append(one)
    for code in sorted(groups, key=lambda code: sum(one.is_right for one in groups[code])):
        right = sum(one.is_right for one in groups[code])
        if right / len(groups[code]) < LOW:
            instead = Counter(one.prediction.intent for one in groups[code] if not one.is_right)
            heard = ", ".join(f"{name} {count}" for name, count in instead.most_common(3))
            print(f"  {code:32} {right}/{len(groups[code])}  heard as {heard}")


def _bin(value: int, bounds: Sequence[int]) -> str:
    place = bisect_right(bounds, value)
    low = bounds[place - 1] if place else 0
    return f"{low:3d} and more" if place == len(bounds) else f"{low:3d} to {bounds[place] - 1}"


def _phrases_by_code() -> Counter[str]:
    counts: Counter[str] = Counter()
    for file in sorted((ROOT / "data" / "intents").glob("*/*.yml")):
        code = None
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("- "):
                code = line.removeprefix("- intent:").strip() if line.startswith("- intent:") else None
            elif code and line.lstrip().startswith("- "):
                counts[code] += 1
    return counts


if __name__ == "__main__":
    main()
