"""How surely something is said: the only place where a probability becomes a name."""

from enum import IntEnum


class Strength(IntEnum):
    """`LIKELY`: the interpreter is sure, or the words are expected here; nothing below it is done without asking."""

    GUESS = 1
    POSSIBLE = 2
    LIKELY = 3
    PLAIN = 4
    CERTAIN = 5


_WHOLE, _PART, _LOOSE = 0.6, 0.85, 0.12


def of_model(confidence: float, *, is_part: bool) -> Strength:
    """The interpreter was trained on whole messages: of a part of one it must be surer."""
    if confidence >= (_PART if is_part else _WHOLE):
        return Strength.LIKELY
    return Strength.POSSIBLE if confidence >= _LOOSE else Strength.GUESS
