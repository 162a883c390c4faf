"""How far scores are to be believed: what texts held back in turn say of sharpness, level and threshold."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from intents.contract import OUT_OF_SCOPE
from intents.learning.classifier import Scale, probabilities

Labels = NDArray[np.int64]

_OUTSIDE_SHARE = 0.2
"""Out-of-scope texts count as so much of all when the threshold is chosen, however many phrases there are."""
_INDIFFERENT = 0.002
"""Thresholds whose share of right answers differs by no more are as good."""


def find_scale(scores: NDArray[np.float32], labels: Labels, codes: Sequence[str], gains: NDArray[np.float32]) -> Scale:
    """The scale of scores of texts held back.

    `gains`: what each code gains by its many phrases, as a logarithm; it is taken back before the threshold is chosen.
    """
    sharpness = _sharpness(scores, labels)
    level = np.asarray(-gains / sharpness, dtype=np.float32)
    threshold = _threshold(probabilities(scores + level, sharpness), labels, codes)
    return Scale(sharpness, threshold, level)


def _sharpness(scores: NDArray[np.float32], labels: Labels) -> float:
    """The sharpness under which the held-back labels are likeliest."""
    candidates = np.linspace(1.0, 20.0, 77)
    rows = np.arange(len(labels))
    likeliness = [np.log(probabilities(scores, one)[rows, labels] + 1e-9).mean() for one in candidates]
    return float(candidates[int(np.argmax(likeliness))])


def _threshold(shares: NDArray[np.float32], labels: Labels, codes: Sequence[str]) -> float:
    """The confidence below which calling a held-back text out of scope is right most often; 0 without such texts.

    Of several as good the highest: asking again costs a resident less than a wrong start.
    """
    if OUT_OF_SCOPE not in codes:
        return 0.0
    outside = codes.index(OUT_OF_SCOPE)
    inside = np.delete(shares, outside, axis=1)
    names = np.delete(np.arange(len(codes)), outside)
    best, confidence = names[inside.argmax(axis=1)], inside.max(axis=1)
    refused = shares.argmax(axis=1) == outside
    weight = np.where(labels == outside, _OUTSIDE_SHARE, 1 - _OUTSIDE_SHARE)
    for strange in (True, False):
        weight[(labels == outside) == strange] /= max(1, np.count_nonzero((labels == outside) == strange))
    candidates = np.linspace(0.0, 0.6, 61)
    right = np.array([weight @ (np.where(refused | (confidence < one), outside, best) == labels) for one in candidates])
    return float(candidates[np.flatnonzero(right >= right.max() - _INDIFFERENT)[-1]])
