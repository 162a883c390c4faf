"""Puts what a turn says into messages: few bubbles where there are buttons, one text where each costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.contract import Reply, ReplyKind
from channels.contract import Choice

_TOGETHER: frozenset[ReplyKind] = frozenset({"answer", "question"})
"""Kinds that may share a message; the others are kept apart, because taking over must not hold them back."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing said in a turn; `elsewhere` as in Reply."""

    text: str
    kind: ReplyKind = "answer"
    choices: tuple[Choice, ...] = ()
    elsewhere: str = ""


def assemble(pieces: Sequence[Piece], *, together: bool, apart: str = "\n") -> tuple[Reply, ...]:
    """The replies, in order. `together` puts answers and the question into one message, `apart` between them."""
    replies = []
    for _, group in groupby(pieces, key=lambda piece: _shared(piece, together)):
        members = list(group)
        kind = members[-1].kind
        choices = tuple(choice for piece in members for choice in piece.choices)
        text = apart.join(piece.text for piece in members)
        elsewhere = apart.join(piece.elsewhere or piece.text for piece in members)
        replies.append(Reply(text, choices, kind, elsewhere if elsewhere != text else ""))
    return tuple(replies)


def _shared(piece: Piece, together: bool) -> str:
    return "shared" if together and piece.kind in _TOGETHER else f"{piece.kind}"
