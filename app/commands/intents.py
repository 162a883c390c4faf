"""`guichet intents ...`: what the town understands, from the command line. Only `misses` needs a store."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from app.configuration.settings import Settings, SettingsInvalid, load_settings
from app.understanding import rasa_project, rasa_server, with_engine
from intents.contract import EngineUnavailable, Interpreter, Prediction, Utterance
from intents.embedded import EmbeddedInterpreter, load_or_train
from intents.rasa.server import RasaServer
from kit.calendar import PARIS, local_date
from kit.yaml_files import FileProblem
from services.town.lessons import read_lessons

intents_app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

_UNREACHABLE = 3


class Engine(StrEnum):
    """Who understands."""

    EMBEDDED = "embedded"
    RASA = "rasa"
    BOTH = "both"


class Language(StrEnum):
    """What the resident is thought to write in."""

    FR = "fr"
    EN = "en"


@intents_app.command()
def predict(
    lang: Annotated[Language | None, typer.Option(help="What the texts are thought to be written in.")] = None,
    engine: Annotated[Engine | None, typer.Option(help="Who understands; the setting by default.")] = None,
    reference_date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="What `demain` counts from; today by default.")
    ] = None,
) -> None:
    """Understand standard input: one utterance a line in, one JSON object a line out."""
    settings = load_settings()
    today = reference_date.date() if reference_date else _today(settings)
    chosen = engine or Engine(settings.nlu_engine)
    server = None if chosen is Engine.EMBEDDED else rasa_server(settings)
    interpreter = with_engine(chosen.value, _load(settings), server, strict=True)
    try:
        asyncio.run(_predict_lines(interpreter, lang.value if lang else None, today, server))
    except EngineUnavailable as error:
        print(f"guichet: {error}", file=sys.stderr)
        raise typer.Exit(_UNREACHABLE) from error


@intents_app.command()
def train() -> None:
    """Train the model, or say that the present one is up to date."""
    settings = load_settings()
    start = time.perf_counter()
    trained: list[str] = []
    _load(settings, trained)
    state = "trained" if trained else "up to date"
    print(f"Understanding {state} in {time.perf_counter() - start:.1f} s", file=sys.stderr)


@intents_app.command()
def evaluate(
    file: Annotated[Path | None, typer.Argument(help="Rows of text, lang, code.")] = None,
    train_file: Annotated[Path | None, typer.Option("--train", help="Rows of text, code to learn from.")] = None,
    test_file: Annotated[Path | None, typer.Option("--test", help="Rows of text, code to try.")] = None,
) -> None:
    """Score the town's understanding on FILE, or a fresh model learned from --train on --test."""
    from intents.evaluation import evaluate_fresh, evaluate_town, read_labelled

    if file and not (train_file or test_file):
        rows = read_labelled(file)
        interpreter, seconds = _timed(load_settings())
        scores = evaluate_town(interpreter, rows, seconds)
    elif train_file and test_file and not file:
        scores = evaluate_fresh(read_labelled(train_file), read_labelled(test_file), _say)
    else:
        raise typer.BadParameter("give FILE, or --train and --test")
    print(json.dumps(scores, ensure_ascii=False))


@intents_app.command("export-rasa")
def export_rasa(folder: Annotated[Path, typer.Argument(help="Where the project is written.")]) -> None:
    """Write the town's phrases as a project for `rasa data validate` and `rasa train` (Rasa 3.6)."""
    settings = load_settings()
    project = rasa_project(settings, read_lessons(settings.city_dir), _say)
    project.write(folder)
    print(project.model_name)


@intents_app.command()
def misses(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="Only from this day or minute on.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List what was not understood, picked from an offer, taken back or not answered: grouped, without names."""
    from app.commands.teaching import list_misses

    list_misses(load_settings(), since, as_json=as_json)


@intents_app.command()
def propose(
    code: Annotated[str, typer.Argument(help="What residents mean: a code of catalogue.tsv.")],
    phrases: Annotated[list[str], typer.Argument(help="How they say it, each in quotation marks.")],
    lang: Annotated[Language, typer.Option(help="The language of the phrases.")] = Language.FR,
) -> None:
    """Teach phrases in the town's own folder; exit code 1 when one is known as something else."""
    from app import missed
    from app.commands.saying import say

    proposal = missed.propose(load_settings(), code, phrases, lang.value)
    for phrase in proposal.known:
        say("propose.known", phrase=phrase, code=code)
    for phrase, other in proposal.taken:
        say("propose.taken", phrase=phrase, code=other)
    if proposal.written:
        say("propose.written", count=len(proposal.written), path=str(proposal.path), code=code)
    raise typer.Exit(1 if proposal.taken else 0)


def _today(settings: Settings) -> date:
    return local_date(settings.clock().now(), PARIS)


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _load(settings: Settings, told: list[str] | None = None) -> EmbeddedInterpreter:
    """The town's interpreter, with progress on standard error while it is trained."""

    def progress(message: str) -> None:
        _say(message)
        if told is not None:
            told.append(message)

    return load_or_train(read_lessons(settings.city_dir), settings.model_dir, progress)


def _timed(settings: Settings) -> tuple[EmbeddedInterpreter, float]:
    """The interpreter freshly trained, and the seconds that took: a cached model would tell nothing."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        interpreter = load_or_train(read_lessons(settings.city_dir), Path(folder), _say)
        return interpreter, time.perf_counter() - start


async def _predict_lines(
    interpreter: Interpreter, language: str | None, today: date, server: RasaServer | None
) -> None:
    """Answers line by line; a server is asked whether it is there before anything is printed, even without input."""
    if server is not None:
        await server.ready()
    for text in _lines():
        predictions = await interpreter.interpret([Utterance(text, language, today)])
        print(json.dumps(_shown(predictions[0]), ensure_ascii=False), flush=True)


def _lines() -> Iterator[str]:
    """Lines of standard input, whatever their bytes: only a line feed ends one."""
    first = True
    for line in sys.stdin.buffer:
        content = line.removeprefix(b"\xef\xbb\xbf") if first else line
        first = False
        yield content.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", errors="replace")


def _shown(prediction: Prediction) -> dict[str, Any]:
    return {
        "text": prediction.text,
        "intent": prediction.intent,
        "confidence": prediction.confidence,
        "language": prediction.language,
        "alternatives": [list(item) for item in prediction.alternatives],
        "entities": [
            {"entity": one.entity, "value": one.value, "text": one.text, "start": one.start, "end": one.end}
            for one in prediction.entities
        ],
    }


def main() -> None:
    """`python -m app.commands.intents`; a mistake of the operator is one clear line and exit code 2."""
    try:
        intents_app()
    except (SettingsInvalid, FileProblem) as error:
        print(f"guichet: {error}", file=sys.stderr)
        raise SystemExit(2) from error


if __name__ == "__main__":
    main()
