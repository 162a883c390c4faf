"""A town that teaches twenty codes with a few of the product's own phrases each: enough for every engine to learn."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from yaml import safe_dump

from intents.catalogue import load_catalogue
from intents.contract import OUT_OF_SCOPE
from intents.embedded import EmbeddedInterpreter, load_or_train
from intents.rasa.listening import RasaEar
from intents.rasa.project import build_project
from intents.rasa.server import RasaServer
from services.files.product import DEMO_TOWN
from services.town.lessons import read_lessons

CODES = (
    *(
        "report.pothole",
        "report.street_light",
        "report.illegal_dumping",
        "report.graffiti",
        "report.noise",
        "report.pests",
    ),
    *("report.tree", "report.abandoned_vehicle", "request.birth_certificate", "request.bulky_collection"),
    *("request.id_appointment", "request.parking_permit", "request.school_canteen", "request.room_booking"),
    *("ask.opening_hours", "ask.collection_days", "talk.greet", "talk.thanks", "talk.human", OUT_OF_SCOPE),
)
_EACH = 8
"""Phrases of a code in each language, the shortest ones: they say it most plainly."""


def write_slice(folder: Path) -> Path:
    """The folder of such a town."""
    phrases: dict[tuple[str, str], list[str]] = defaultdict(list)
    for phrase in load_catalogue(read_lessons(DEMO_TOWN).files).phrases:
        phrases[phrase.language, phrase.code].append(phrase.text)
    for language in ("fr", "en"):
        blocks = [
            {"intent": code, "examples": "".join(f"- {text}\n" for text in _plain(phrases[language, code]))}
            for code in CODES
        ]
        file = folder / "intents" / language / "phrases.yml"
        file.parent.mkdir(parents=True)
        file.write_text(safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, width=1000), "utf-8")
    rows = "".join(f"{code}\t{code.partition('.')[0]}\n" for code in CODES if code != OUT_OF_SCOPE)
    (folder / "catalogue.tsv").write_text(f"code\tkind\n{rows}", "utf-8")
    return folder


def _plain(texts: list[str]) -> list[str]:
    return sorted((text for text in texts if len(text.split()) > 1), key=len)[:_EACH]


@dataclass(frozen=True, slots=True)
class Slice:
    """The town's folder, our own engine that has learned it, and the project that Rasa learns it from."""

    town: Path
    own: EmbeddedInterpreter
    project: Path
    model_name: str

    def ear(self, server: RasaServer) -> RasaEar:
        model, _ = self.own.parts
        return RasaEar(server, frozenset(model.classifier.codes), model.spellings)


def make_slice(folder: Path) -> Slice:
    """Everything about it under a folder."""
    town = write_slice(folder / "town")
    lessons = read_lessons(town)
    own = load_or_train(lessons, folder / "models")
    project = build_project(load_catalogue(lessons.files), own.parts[1])
    project.write(folder / "project")
    return Slice(town, own, folder / "project", project.model_name)
