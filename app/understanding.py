"""The understanding engine that the settings name."""

from collections.abc import Callable

from app.configuration.settings import Settings
from intents.catalogue import load_catalogue
from intents.contract import Interpreter
from intents.embedded import EmbeddedInterpreter, load_or_train
from intents.rasa.engines import BothInterpreter, RasaInterpreter
from intents.rasa.listening import RasaEar
from intents.rasa.project import RasaProject, build_project
from intents.rasa.server import RasaServer
from services.town.lessons import Lessons, lessons_of
from services.town.loading import Town

_USUAL_ADDRESS = "http://127.0.0.1:5005"
"""Where `rasa run` listens unless told otherwise."""


def build_interpreter(settings: Settings, town: Town, server: RasaServer | None) -> Interpreter:
    """The engine of the settings; the embedded one is trained when its model is absent or stale.

    `server` is that of `rasa_server`, where the engine needs one.
    """
    embedded = load_or_train(lessons_of(town), settings.model_dir, None)
    return with_engine(settings.nlu_engine, embedded, server)


def rasa_project(settings: Settings, lessons: Lessons, progress: Callable[[str], None] | None = None) -> RasaProject:
    """What Rasa learns the town's phrases from, as the embedded engine hears them; that is trained where it must be."""
    _, finder = load_or_train(lessons, settings.model_dir, progress).parts
    return build_project(load_catalogue(lessons.files), finder)


def rasa_server(settings: Settings) -> RasaServer:
    """The Rasa server of the settings."""
    return RasaServer(settings.rasa_url or _USUAL_ADDRESS, token=settings.rasa_token.get_secret_value())


def with_engine(
    name: str, embedded: EmbeddedInterpreter, server: RasaServer | None, *, strict: bool = False
) -> Interpreter:
    """The engine called embedded, rasa or both. `strict`: it raises while Rasa is away, and nobody stands in."""
    if server is None:
        return embedded
    model, _ = embedded.parts
    ear = RasaEar(server, frozenset(model.classifier.codes), model.spellings)
    return (BothInterpreter if name == "both" else RasaInterpreter)(embedded, ear, strict=strict)
