"""What understanding costs and how often it is right: `python -m benchmarks.understanding [HELD_OUT.tsv ...]`.

Trains the town's model anew, then times classification alone, entities alone and whole predictions over the rows
of the held-out files (text, lang, code), in CPU time, and scores each file. With `--train A.tsv --test B.tsv`
(text, code) the method is scored on any public set instead: `guichet intents evaluate` does the same.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.support.machine import memory_bytes
from intents.contract import Utterance
from intents.embedded import EmbeddedInterpreter, load_or_train
from intents.evaluation import Labelled, evaluate_fresh, evaluate_town, read_labelled
from intents.learning.model import masked_words
from services.town.lessons import read_lessons

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 11, 25)
ROUNDS = 5
KEPT = ("utterances", "accuracy", "macro_f1", "out_of_scope_auroc", "accuracy_fr", "accuracy_en")


def main() -> None:
    options = _options()
    if options.train and options.test:
        scores = evaluate_fresh(read_labelled(options.train), read_labelled(options.test), _silent)
        print(json.dumps({name: value for name, value in scores.items() if name != "confusions"}))
        return
    files = options.files or sorted((ROOT / "tests" / "intents").glob("heldout*.tsv"))
    with tempfile.TemporaryDirectory() as folder:
        _measure(files, Path(folder))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--train", type=Path)
    parser.add_argument("--test", type=Path)
    return parser.parse_args()


def _measure(files: Sequence[Path], folder: Path) -> None:
    city = ROOT / "data"
    cpu, wall = time.process_time(), time.perf_counter()
    load_or_train(read_lessons(city), folder, _silent)
    _show("training", f"{time.process_time() - cpu:.1f} s CPU, {time.perf_counter() - wall:.1f} s")
    _show("memory, training included", _megabytes())
    cpu = time.process_time()
    interpreter = load_or_train(read_lessons(city), folder)
    _show("loading the kept model", f"{time.process_time() - cpu:.2f} s CPU")
    rows = {file: read_labelled(file) for file in files}
    _times(interpreter, [row.text for listed in rows.values() for row in listed])
    for file, listed in rows.items():
        _show(file.stem, _scores(interpreter, listed))


def _times(interpreter: EmbeddedInterpreter, texts: Sequence[str]) -> None:
    """Microseconds of CPU a text: the median over all texts, each the quickest of some rounds."""
    model, finder = interpreter.parts
    read = {text: masked_words(text, finder.find(text, TODAY), model.spellings) for text in texts}
    for name, act in (
        ("classification alone", lambda text: model.classifier.judge(model.classifier.hear(read[text]))),
        ("entities alone", lambda text: finder.find(text, TODAY)),
        ("whole prediction", lambda text: interpreter.predict(Utterance(text, None, TODAY))),
    ):
        spent = sorted(_quickest(act, text) for text in texts)
        _show(name, f"median {median(spent):.0f} us, p99 {spent[int(len(spent) * 0.99)]:.0f} us")


def _quickest(act: Callable[[str], object], text: str) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.process_time_ns()
        act(text)
        times.append(time.process_time_ns() - start)
    return min(times) / 1000


def _scores(interpreter: EmbeddedInterpreter, rows: Sequence[Labelled]) -> str:
    scores: dict[str, Any] = evaluate_town(interpreter, rows, 0.0)
    return ", ".join(f"{name} {scores[name]}" for name in KEPT if name in scores)


def _megabytes() -> str:
    return f"{memory_bytes(os.getpid()) / 1e6:.0f} MB"


def _show(name: str, value: str) -> None:
    print(f"{name:28} {value}", flush=True)


def _silent(message: str) -> None:
    """Progress is of no interest here."""


if __name__ == "__main__":
    main()
