"""Which of the offered answers a resident means: by number, by rank, by its words."""

from bot.dialogue_state import Offered, Question
from kit.text import fold
from services.kinds.choices import picked_choice
from services.words.said import Said

_SHORTEST_PART = 4


def picked(question: Question, said: Said) -> str | None:
    """The value of the offered answer that is meant, or None."""
    offered = question.offered
    if not offered or said.is_wordless:
        return None
    index = picked_choice(said, len(offered))
    if index is not None:
        return offered[index].value
    for wanted in (_is_exactly, _is_named, _names_part):
        meant = [item.value for item in offered if wanted(item, said)]
        if len(meant) == 1:
            return meant[0]
    return None


def exactly(question: Question, said: Said) -> str | None:
    """The value of the offered answer that was pressed, or typed as it stands."""
    return next((item.value for item in question.offered if _is_exactly(item, said)), None)


def _is_exactly(item: Offered, said: Said) -> bool:
    return said.folded in {fold(item.label), fold(item.value)}


def _is_named(item: Offered, said: Said) -> bool:
    return said.has_any((item.label,))


def _names_part(item: Offered, said: Said) -> bool:
    folded = said.without_lead_in().lower()
    return len(folded) >= _SHORTEST_PART and f" {fold(folded)} " in f" {fold(item.label)} "
