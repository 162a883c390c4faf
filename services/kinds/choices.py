"""The kind of field answered by one of its choices, or by other words where it takes them."""

from rapidfuzz import fuzz

from kit.text import fold
from services.declarations.declaration import FieldChoice, ServiceField
from services.kinds.reading import Outcome, Reading
from services.words.said import Said, trim

_ORDINALS = ("first", "second", "third")
_CLOSE_ENOUGH = 84
_SMALL_WORDS = 3
_REST = " : "
"""Between a choice and what was told of it afterwards."""


def choice_answer(field: ServiceField, said: Said, known: str = "") -> Outcome:
    """One of the choices, or other words where the field takes `others`; `known` is a choice whose rest was asked."""
    if known:
        return Reading(f"{known}{_REST}{trim(said.without_lead_in())}") if not said.opens_with("no") else Reading(known)
    picked = picked_choice(said, len(field.choices))
    if picked is not None:
        return _bare(field.choices[picked])
    own_words = Reading(trim(said.without_lead_in()), sure=False) if field.others else None
    if own_words is not None and _goes_on(field, said):
        return own_words
    return choice_told(field, said) or _partly(field, said) or _nearly(field, said) or own_words


def _bare(choice: FieldChoice) -> Reading:
    return Reading(choice.value, partial=choice.ask_rest is not None)


def _goes_on(field: ServiceField, said: Said) -> bool:
    """Whether more is told behind a choice: "sans porc et sans gluten", "végétarien, allergique aux noix"."""
    first = min((last for _, last, _ in _chosen(field, said)), default=len(said.words))
    joints = {last for _, last in said.group_spans("join")}
    behind = [at for at in range(first, len(said.words)) if at in joints or not said.follows(at)]
    return any(said.words[at].folded not in said.lexicon.function_words for at in behind)


def picked_choice(said: Said, count: int) -> int | None:
    """The index of a choice named by its number ("2") or rank ("la deuxième")."""
    number = said.lone_number()
    if number is not None and 1 <= number <= count:
        return number - 1
    for index, rank in enumerate(_ORDINALS):
        if said.is_only(rank) and index < count:
            return index
    return count - 1 if count and said.is_only("last") else None


def choice_told(field: ServiceField, said: Said) -> Outcome:
    """The choice whose words are said and not refused; the longest win, and two different choices give none.

    Of a choice that leaves something open the words behind it are kept too: "allergique aux arachides".
    """
    found = _chosen(field, said)
    longest = max((last - first for first, last, _ in found), default=0)
    best = {choice.value: (first, last, choice) for first, last, choice in found if last - first == longest}
    return _with_rest(said, *best.popitem()[1]) if len(best) == 1 else None


def _chosen(field: ServiceField, said: Said) -> list[tuple[int, int, FieldChoice]]:
    """Every choice with the words that name it, without those refused."""
    return [
        (first, last, choice)
        for choice in field.choices
        for first, last in said.spans(choice_words(choice))
        if not _is_refused(said, first)
    ]


def _with_rest(said: Said, first: int, last: int, choice: FieldChoice) -> Reading:
    if choice.ask_rest is None:
        return Reading(choice.value)
    small = said.lexicon.function_words
    end = last
    while end < len(said.words) and said.follows(end):
        end += 1
    if any(word.folded not in small for word in said.words[last:end]):
        return Reading(said.slice(first, end))
    is_named_before = first > 0 and said.follows(first) and said.words[first - 1].folded not in small
    return Reading(said.slice(first - 1, last)) if is_named_before else Reading(choice.value, partial=True)


def choice_words(choice: FieldChoice) -> tuple[str, ...]:
    return (choice.value, *choice.label.everywhere(), *choice.synonyms.everywhere())


def _is_refused(said: Said, position: int) -> bool:
    """ "je veux pas de copie, un extrait": what a negation stands before, with an article between at most."""
    small = said.starts_of("determiner") | said.starts_of("article")
    at = position
    while at > 0 and at - 1 in small and position - at < _SMALL_WORDS:
        at -= 1
    denied = said.ends_of("refuses") | said.ends_of("lacks") | said.ends_of("negator")
    return any(end in denied and said.is_run(end - 1, position + 1) for end in range(at, position + 1) if end)


def _partly(field: ServiceField, said: Said) -> Outcome:
    """The choice that alone has all the words said: "avec" for "extrait avec filiation"."""
    words = set(said.lexicon.pattern("fillers").sub(" ", said.folded).split())
    found = {
        choice.value for choice in field.choices for name in choice_words(choice) if words <= set(fold(name).split())
    }
    return Reading(found.pop()) if words and len(found) == 1 else None


def _nearly(field: ServiceField, said: Said) -> Outcome:
    scores = {
        choice.value: max(fuzz.ratio(said.folded, fold(words)) for words in choice_words(choice))
        for choice in field.choices
    }
    best = max(scores, key=lambda value: scores[value])
    return Reading(best) if scores[best] >= _CLOSE_ENOUGH else None
