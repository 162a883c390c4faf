"""Scores of the understanding: accuracy, macro-F1, how out-of-scope texts are told apart, the time it takes."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intents.contract import OUT_OF_SCOPE, Prediction, Utterance
from intents.embedded import EmbeddedInterpreter
from intents.learning.classifier import Verdict
from intents.learning.training import Examples, Progress, train
from intents.normalise import words
from kit.yaml_files import FileProblem

_CONFUSIONS = 20


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, its language where the file tells, the code it should get, and how it is said where the file tells."""

    text: str
    language: str | None
    code: str
    register: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was expected and what came: the code and the confidence of the best one that is in scope."""

    expected: str
    given: str
    confidence: float
    nanoseconds: int


def read_labelled(path: Path) -> list[Labelled]:
    """Rows of a TSV file: text, code or text, lang, code[, register]; a header is optional. Raises FileProblem."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FileProblem(path, None, f"cannot be read: {error}") from None
    rows = [(number, line.split("\t")) for number, line in enumerate(lines, 1) if line.strip()]
    if rows and rows[0][1][0].strip().lower() == "text":
        rows = rows[1:]
    if not rows:
        raise FileProblem(path, None, "holds no row")
    return [_labelled(path, number, cells) for number, cells in rows]


def _labelled(path: Path, number: int, cells: list[str]) -> Labelled:
    if len(cells) == 2:
        cells = [cells[0], "", cells[1]]
    if len(cells) not in (3, 4) or not cells[2].strip():
        raise FileProblem(path, number, "expected text, lang, code or text, code, parted by tabs")
    text, language, code, register = (*cells, "")[:4]
    return Labelled(text, language.strip() or None, code.strip(), register.strip() or None)


def evaluate_town(interpreter: EmbeddedInterpreter, rows: Sequence[Labelled], train_seconds: float) -> dict[str, Any]:
    """Scores of the town's interpreter, without language hints; per language too where the file tells it."""
    predictions: list[Prediction] = []
    outcomes: list[Outcome] = []
    for row in rows:
        start = time.perf_counter_ns()
        prediction = interpreter.predict(Utterance(row.text))
        outcomes.append(Outcome(row.code, prediction.intent, prediction.confidence, time.perf_counter_ns() - start))
        predictions.append(prediction)
    scores = summary(outcomes, train_seconds)
    told = [(row, one) for row, one in zip(rows, predictions, strict=True) if row.language]
    if told:
        scores["language_accuracy"] = _share([one.language == row.language for row, one in told])
        for language in sorted({row.language for row, _ in told if row.language}):
            right = [one.intent == row.code for row, one in told if row.language == language]
            scores[f"accuracy_{language}"] = _share(right)
    return scores


def evaluate_fresh(learned: Sequence[Labelled], rows: Sequence[Labelled], progress: Progress) -> dict[str, Any]:
    """Scores of the method itself: a classifier learned from `learned` alone, whatever its codes, tried on `rows`."""
    start = time.perf_counter()
    examples = Examples([words(row.text, {}) for row in learned], [row.code for row in learned])
    classifier = train(examples, {}, progress)
    seconds = time.perf_counter() - start
    outcomes: list[Outcome] = []
    for row in rows:
        begun = time.perf_counter_ns()
        verdict: Verdict = classifier.judge(classifier.hear(words(row.text, {})))
        outcomes.append(Outcome(row.code, verdict.intent, verdict.confidence, time.perf_counter_ns() - begun))
    return summary(outcomes, seconds)


def summary(outcomes: Sequence[Outcome], train_seconds: float) -> dict[str, Any]:
    """The scores as one JSON-ready object."""
    times = sorted(outcome.nanoseconds for outcome in outcomes)
    scores: dict[str, Any] = {
        "utterances": len(outcomes),
        "accuracy": _share([outcome.given == outcome.expected for outcome in outcomes]),
        "macro_f1": macro_f1(outcomes),
        "train_seconds": round(train_seconds, 2),
        "us_per_utterance": round(times[len(times) // 2] / 1000, 1),
        "us_per_utterance_p99": round(times[int(len(times) * 0.99)] / 1000, 1),
    }
    outside = [outcome.confidence for outcome in outcomes if outcome.expected == OUT_OF_SCOPE]
    inside = [outcome.confidence for outcome in outcomes if outcome.expected != OUT_OF_SCOPE]
    if outside and inside:
        scores["out_of_scope_auroc"] = round(auroc(inside, outside), 4)
    scores["confusions"] = confusions(outcomes)
    return scores


def _share(right: Sequence[bool]) -> float:
    return round(sum(right) / len(right), 4)


def macro_f1(outcomes: Sequence[Outcome]) -> float:
    """The mean over all codes expected or given of the harmonic mean of precision and recall."""
    expected = Counter(outcome.expected for outcome in outcomes)
    given = Counter(outcome.given for outcome in outcomes)
    right = Counter(outcome.expected for outcome in outcomes if outcome.expected == outcome.given)
    codes = expected.keys() | given.keys()
    return round(sum(2 * right[code] / (expected[code] + given[code]) for code in codes) / len(codes), 4)


def auroc(above: Sequence[float], below: Sequence[float]) -> float:
    """The chance that one of `above` exceeds one of `below`, ties counting half (Mann-Whitney)."""
    ranked = sorted([(value, True) for value in above] + [(value, False) for value in below])
    total, position = 0.0, 0
    while position < len(ranked):
        end = position
        while end < len(ranked) and ranked[end][0] == ranked[position][0]:
            end += 1
        rank = (position + 1 + end) / 2
        total += rank * sum(is_above for _, is_above in ranked[position:end])
        position = end
    return (total - len(above) * (len(above) + 1) / 2) / (len(above) * len(below))


def confusions(outcomes: Sequence[Outcome]) -> list[list[Any]]:
    """The commonest mistakes: [expected, given, how often]."""
    wrong = Counter((one.expected, one.given) for one in outcomes if one.expected != one.given)
    ranked = sorted(wrong.items(), key=lambda item: (-item[1], item[0]))
    return [[expected, given, count] for (expected, given), count in ranked[:_CONFUSIONS]]
