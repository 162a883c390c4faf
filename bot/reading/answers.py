"""What the open question awaits, as far as its own words tell."""

from bot.reading.sense import Sense
from kit.text import fold
from services.declarations.declaration import ServiceField
from services.kinds.choices import choice_words
from services.words.said import Said


def is_own_answer(asked: ServiceField | None, said: Said) -> bool:
    """ "French", where the nationality was asked for: one of the open question's own answers, and nothing more."""
    choices = asked.choices if asked is not None else ()
    return any(said.folded == fold(words) for choice in choices for words in choice_words(choice))


def knows_not(asked: ServiceField | None, sense: Sense) -> bool:
    """ "je ne connais pas le modèle": no answer to a question that needs one."""
    return asked is not None and asked.required and sense.said.opens_with("knows_not") and not sense.is_question
