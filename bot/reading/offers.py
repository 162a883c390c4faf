"""Which of the answers that were offered is meant: pressed, typed, counted, or said as a yes or no."""

from collections.abc import Iterator

from bot.acts import Act, Pick, PutRight
from bot.choosing.strength import Strength
from bot.dialogue_state import (
    CHOOSE,
    CONFIRM,
    DOCUMENT,
    FIX,
    INSTEAD,
    JOIN,
    OFFER,
    OPT_OUT,
    PROPOSE,
    RESUME,
    SWITCH,
    Question,
)
from bot.reading.findings import Findings
from bot.reading.ordering import which_of
from bot.reading.picking import picked
from bot.reading.reading import Context, Reading
from bot.reading.sense import Sense
from services.town.acknowledging import LATER
from services.words.said import Said

YES_OR_NO = frozenset({OFFER, RESUME, OPT_OUT, INSTEAD, PROPOSE})
"""Purposes of choices to which a yes takes the first answer offered, and a no the second."""

ALL_LATER, SENDS = "all_later", "sends"
"""What may be said of a document that is asked for, its file apart."""

_YES, _NO, _PASSES = "talk.affirm", "talk.deny", frozenset({"talk.deny", "talk.skip"})


def read_offers(findings: Findings, context: Context) -> Iterator[Reading]:
    """Plain where the answer is named or counted; likely where it stands among other words."""
    question, whole = context.question, findings.whole
    if question is None or whole.said.is_wordless:
        return
    act = _plain(question, whole, context)
    strength = Strength.PLAIN
    if act is None and not whole.is_question:
        act, strength = _loose(question, whole, context), Strength.LIKELY
    if act is not None:
        yield Reading(act, strength, 0, len(whole.said.words), "one of the answers offered")


def _plain(question: Question, whole: Sense, context: Context) -> Act | None:
    option = picked(question, whole.said)
    if question.name == CONFIRM:
        return _at_summary(option, whole)
    if question.name.startswith(DOCUMENT):
        return _of_document(whole)
    if question.name == JOIN or (question.name == CHOOSE and question.purpose in YES_OR_NO):
        option = option or _as_yes_or_no(question, whole)
    elif question.name == CHOOSE and question.purpose == FIX:
        return _to_correct(option, whole, context)
    elif question.name == CHOOSE and question.purpose == SWITCH:
        option = option or _named(whole, context)
    elif question.name != CHOOSE or "candidates" in question.payload:
        return None
    return Pick(option) if option is not None else None


def _as_yes_or_no(question: Question, whole: Sense) -> str | None:
    said, offered = whole.said, [one.value for one in question.offered]
    is_offer = question.name == CHOOSE and not (whole.is_question or said.has("turns"))
    if whole.command == _YES or (is_offer and said.opens_with("yes")):
        return offered[0]
    denies = whole.command == _NO or (question.name == JOIN and whole.command in _PASSES)
    return offered[1] if denies else None


def _at_summary(option: str | None, whole: Sense) -> Act | None:
    """Nothing is filed while more is said that may put it right; "finalement 2" is no second button."""
    said = whole.said
    is_number = bool(said.numbers()) and said.has("correction")
    if is_number or (option == "confirm" and says_more(said)):
        option = None
    if option == "confirm" or whole.command == _YES:
        return Pick("confirm")
    return PutRight() if option == "fix" or whole.command == _NO or said.is_only("correction") else None


def says_more(said: Said) -> bool:
    """Whether more is said than a yes, and thanks around it."""
    rest = said.rest_without("yes", "fillers", "thanks", "goodbye", "degree", "chatter").split()
    return said.lone_number() is None and (said.has("turns") or bool(set(rest) - said.lexicon.function_words))


def _of_document(whole: Sense) -> Act | None:
    if whole.is_question:
        return None
    if whole.said.has("all_later"):
        return Pick(ALL_LATER)
    if whole.said.is_only("later") or whole.command in _PASSES:
        return Pick(LATER)
    return Pick(SENDS) if whole.command == _YES else None


def _to_correct(option: str | None, whole: Sense, context: Context) -> Act | None:
    """The field to be put right; none of them shows the summary again."""
    option = option or field_named(whole.said, context)
    if option is not None:
        return Pick(option)
    return Pick("") if whole.command in {*_PASSES, _YES} else None


def field_named(said: Said, context: Context) -> str | None:
    """The one field that a message calls by its name."""
    fields = context.service.fields if context.service is not None else ()
    named = [field.name for field in fields if said.has_any(field.named.everywhere())]
    return named[0] if len(named) == 1 else None


def _named(whole: Sense, context: Context) -> str | None:
    """Which of the two: by what it is, or in the words of the choice."""
    for option in ("change_over", "finish_first"):
        if whole.said.is_only(option):
            return option
    if whole.is_question or context.flow is None or not context.waiting:
        return None
    code = which_of(whole.said, (context.flow.code, context.waiting[-1]), context.town)
    return None if code is None else "finish_first" if code == context.flow.code else "change_over"


def _loose(question: Question, whole: Sense, context: Context) -> Act | None:
    """A yes or a no with other words around it."""
    said = whole.said
    if question.name == CONFIRM:
        return _loose_at_summary(whole, context)
    if question.name == JOIN:
        offered = [one.value for one in question.offered]
        return Pick(offered[1]) if said.opens_with("no") else Pick(offered[0]) if said.opens_with("yes") else None
    if question.name.startswith(DOCUMENT):
        if said.has("later", "skip") or said.opens_with("no") or whole.intent in _PASSES:
            return Pick(LATER)
        return Pick(SENDS) if said.opens_with("yes") or said.has("send_photo") else None
    return None


def _loose_at_summary(whole: Sense, context: Context) -> Act | None:
    """ "oui mais ...": what is meant is not known, and a wrong case helps nobody."""
    said = whole.said
    name = field_named(said, context)
    if name is not None and said.has("wrong", "correction"):
        return PutRight(name)
    if said.opens_with("yes") and said.has("turns") and says_more(said):
        return PutRight()
    if (said.opens_with("yes") and not said.has("cancel")) or whole.intent == _YES:
        return Pick("confirm")
    return PutRight() if said.opens_with("no") or said.has("correction", "wrong") else None
