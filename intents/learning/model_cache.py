"""Trained models on disk: named by what they were learned from, replaced whole, never trusted blindly.

One file holds the weights (npz) and a JSON text; nothing is pickled, so a file can hold no code.
"""

import hashlib
import json
from collections.abc import Callable
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from zipfile import BadZipFile

import numpy as np

from gazetteer.national_base import address_files
from intents.learning.classifier import Classifier, Scale, Sense
from intents.learning.features import Lists, Reader, Space
from intents.learning.model import Model
from intents.learning.senses import encoder_version
from kit import clauses, spelling
from kit.laid_files import Layers
from kit.spelling import Corrector
from services.files.product import ADDRESSES, marks_of

_LIBRARIES = ("numpy", "scikit-learn", "scipy", "rapidfuzz", "phonenumbers")
_KEPT = 3
_ARRAYS = ("weights", "bias", "rarity")
_BROKEN = (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile)


_TEACHES_NOTHING = ("rasa", "evaluation.py")
"""Code of this package that a model does not depend on: another engine, and what only measures or checks."""

_LEARNED_FROM = ("intents/*/*.yml", "alarms/*/*.yml", "emergency.yaml", "catalogue.tsv")


def fingerprint(files: Layers) -> str:
    """Short hash of the phrases, the codes, the street names, this package's code and the libraries."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in [
        *sorted(path for path in package.rglob("*.py") if path.relative_to(package).parts[0] not in _TEACHES_NOTHING),
        Path(clauses.__file__),
        Path(spelling.__file__),
        *(path for pattern in _LEARNED_FROM for path in files.every(pattern)),
        *address_files(files.own / ADDRESSES),
    ]:
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    # Of a service only its code counts: whoever rewords a question need not wait for a new model.
    services = {path.stem for path in files.every("services/*.yaml")}
    digest.update(repr((sorted(services), marks_of(files))).encode())
    for library in _LIBRARIES:
        digest.update(f"{library}=={version(library)}".encode())
    digest.update(encoder_version().encode())
    return digest.hexdigest()[:16]


def cached(folder: Path, name: str, make: Callable[[], Model]) -> Model:
    """The model of this fingerprint, read from `folder`, or made and kept there.

    A broken file is made anew. Where the folder cannot be written the model is simply not kept.
    """
    path = folder / f"understanding-{name}.npz"
    model = _read(path)
    if model is None:
        model = make()
        _keep(path, _written(model))
    return model


def _read(path: Path) -> Model | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            text = json.loads(arrays["text"].tobytes().decode())
            alarms = _classifier(arrays, text["alarms"], "alarms_") if text["alarms"] else None
            return Model(
                _classifier(arrays, text, ""),
                text["spellings"],
                frozenset(text["ordinary"]),
                alarms,
                text["alarm_spellings"],
            )
    except _BROKEN:
        return None


def _classifier(arrays: Any, text: dict[str, Any], prefix: str) -> Classifier:
    weights, bias, rarity = (arrays[f"{prefix}{name}"] for name in _ARRAYS)
    # Each block by itself: "est" is both a word and a piece of one.
    space = Space(
        {feature: position for position, feature in enumerate(text["words"])},
        {feature: position for position, feature in enumerate(text["pieces"], len(text["words"]))},
        rarity,
        text["word_share"],
    )
    if weights.shape != (len(space), len(text["codes"]) + 1) or bias.shape != (len(text["codes"]) + 1,):
        raise ValueError("the weights do not fit the features")
    reader = Reader(Lists(text["lookups"]), Corrector(text["vocabulary"]))
    scale = _scale(arrays, text["scale"], f"{prefix}level")
    sense = None
    if text["sense"]:
        sense = Sense(arrays[f"{prefix}sense"], _scale(arrays, text["sense"], f"{prefix}sense_level"))
    return Classifier(space, reader, tuple(text["codes"]), weights, bias, scale, sense)


def _scale(arrays: Any, text: dict[str, float], level: str) -> Scale:
    return Scale(float(text["sharpness"]), float(text["threshold"]), arrays[level])


def _written(model: Model) -> bytes:
    text = {
        **_text(model.classifier),
        "spellings": dict(model.spellings),
        "ordinary": sorted(model.ordinary),
        "alarm_spellings": dict(model.alarm_spellings),
        "alarms": _text(model.alarms) if model.alarms else None,
    }
    arrays = _arrays(model.classifier, "") | (_arrays(model.alarms, "alarms_") if model.alarms else {})
    buffer = BytesIO()
    encoded = json.dumps(text, ensure_ascii=False).encode()
    np.savez(buffer, allow_pickle=False, text=np.frombuffer(encoded, dtype=np.uint8), **arrays)
    return buffer.getvalue()


def _arrays(classifier: Classifier, prefix: str) -> dict[str, Any]:
    named = dict(zip(_ARRAYS, (classifier.weights, classifier.bias, classifier.space.rarity), strict=True))
    named["level"] = classifier.scale.level
    if classifier.sense is not None:
        named |= {"sense": classifier.sense.weights, "sense_level": classifier.sense.scale.level}
    return {f"{prefix}{name}": value for name, value in named.items()}


def _text(classifier: Classifier) -> dict[str, Any]:
    return {
        "words": list(classifier.space.words),
        "pieces": list(classifier.space.pieces),
        "word_share": classifier.space.word_share,
        "lookups": dict(classifier.reader.lists.lookups),
        "vocabulary": list(classifier.reader.corrector.vocabulary),
        "codes": list(classifier.codes),
        "scale": _numbers(classifier.scale),
        "sense": None if classifier.sense is None else _numbers(classifier.sense.scale),
    }


def _numbers(scale: Scale) -> dict[str, float]:
    return {"sharpness": scale.sharpness, "threshold": scale.threshold}


def _keep(path: Path, content: bytes) -> None:
    """Writes beside and renames, so that a reader sees the whole file or none, whoever else is writing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=".understanding-", delete=False) as file:
            file.write(content)
        Path(file.name).replace(path)
        _forget_old(path)
    except OSError:
        return


def _forget_old(path: Path) -> None:
    models = sorted(path.parent.glob("understanding-*.npz"), key=lambda one: one.stat().st_mtime, reverse=True)
    for old in models[_KEPT:]:
        old.unlink(missing_ok=True)
