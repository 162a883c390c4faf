"""Kinds of field answered in free words: text, person, people, vehicle."""

import re
from collections.abc import Iterator
from itertools import pairwise

from kit.text import fold
from services.declarations.declaration import ServiceField
from services.kinds.plates import is_old_plate
from services.kinds.reading import Fault, Outcome, Reading, capitalised_run, is_capitalised, positive, words_after
from services.words.said import Said, trim, without, without_mentions

_LONGEST_NAME = 7
_SENTENCE = 6
_ALONE = 3
"""Words beside which a first name still stands alone: it, and a lead-in."""
_LABELS = ("born", "first_name", "name_word")
_ITS = "c"  # "c Enzo Barbier", as text messages say "c'est"
_SEVERAL = re.compile(r"\s(?:et|and|&)\s", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(rf",|{_SEVERAL.pattern}", re.IGNORECASE)
_BEFORE_NAME = re.compile(r"[,:]")
_CLAUSE_END = re.compile("[,;.]")
_LONGEST_PARENTS = 20
_JOINING = (" et ", " and ", " & ")
"""What may stand between two names."""


def text_answer(field: ServiceField, said: Said) -> Outcome:
    return Reading(trim(said.text), sure=False)


def long_text_answer(field: ServiceField, said: Said) -> Outcome:
    """A description: whatever it speaks of, it is no other demand once it has a sentence's length."""
    is_told = len(said.words) >= _SENTENCE and not said.ends_as_question
    return Reading(trim(said.text), sure=is_told)


def person_answer(field: ServiceField, said: Said) -> Outcome:
    name = _bare_name(said)
    count = len(name.split())
    if _SEVERAL.search(name):
        return Fault()  # two persons are no subject
    if found := _by_parts(said) or _named_inside(field, said, name):
        return found
    if "before" in field.volunteered and said.has_any(field.volunteered["before"].everywhere()):
        told = person_told(field, said)
        if told is not None:
            return told
    if 2 <= count <= _LONGEST_NAME and _is_lettered(name):
        return Reading(name, sure=bool(said.found("person")))
    told = person_told(field, said)
    if told is None and count == 1 and _is_lettered(name):
        return Fault()
    return told


def _named_inside(field: ServiceField, said: Said, name: str) -> Outcome:
    """The name in a few words that are none by themselves: "mon père s'appelle Ahmed Ben Salah"."""
    inside = next((mention.text for mention in said.found("person") if mention.text in name), name)
    around = name.replace(inside, " ").strip()
    if around and around == around.lower():
        return person_told(field, said)
    return _name_at_the_end(said, name) if not around else None


def _name_at_the_end(said: Said, name: str) -> Outcome:
    """ "La personne concernée est Ginette Barbier": the capitals behind two small words and more."""
    start = said.text.find(name)
    begin, last = said.words_within(0, start).stop, said.words_within(0, start + len(name)).stop
    first = next((at for at in range(max(0, last - 4), last) if _run_of_name(said, at) == last), last)
    small = [at for at in range(begin + 1, first) if not is_capitalised(said, at)]
    is_led_in = len(small) >= 2 or (first == begin + 1 and said.words[begin].folded == _ITS)
    return Reading(said.slice(first, last)) if last - first >= 2 and is_led_in else None


def _bare_name(said: Said) -> str:
    """A name without the words around it: "Mme Petit Yvonne svp"; a title stays where one name alone follows it."""
    name = said.without_closing().partition(" (")[0]
    first, _, rest = name.partition(" ")
    is_title = said.lexicon.pattern("titles").fullmatch(fold(first)) is not None
    return rest.strip() if is_title and " " in rest.strip() else name


def _by_parts(said: Said) -> Outcome:
    """ "nom : Dupont, prénom : Jean" is Jean Dupont, and so is "Dupont, prénom Jean"."""
    first_names = _names_after(said, "first_name")
    last_names = [name for name in _names_after(said, "name_word") if name not in first_names]
    if first_names and not last_names:
        last_names = list(_names_before(said, min(said.starts_of("first_name"))))
    return Reading(f"{first_names[-1]} {last_names[-1]}") if first_names and last_names else None


def _names_before(said: Said, end: int) -> Iterator[str]:
    """The capitalised words that stand right before a word."""
    first = next((at for at in range(max(0, end - 4), end) if _run_of_name(said, at) == end), end)
    if first < end:
        yield said.slice(first, end)


def _names_after(said: Said, group: str) -> list[str]:
    """The capitalised words that stand at most two words after a phrase of this group."""
    labels = said.ends_of(group)
    runs = ((at, _run_of_name(said, at)) for end in sorted(labels) for at in range(end, end + 3))
    begins = ((at, last) for at, last in runs if at < last)
    return [said.slice(at, last) for at, last in begins if at in labels or not is_capitalised(said, at - 1)]


def person_corrected(field: ServiceField, said: Said, known: str) -> Outcome:
    """The whole name said again, or a first name alone before the known family name."""
    whole = person_answer(field, said) if names_somebody(said, known) else None
    if isinstance(whole, Reading):
        return whole
    value = said_alone(said, known)
    return Reading(value) if value else None


def names_somebody(said: Said, known: str) -> bool:
    """Whether the words are written like a name, or have a word of the known one: "marie leroux" for Lina Leroux."""
    capitals = sum(is_capitalised(said, at) for at in range(len(said.words)))
    return capitals > 1 or bool(said.found("person")) or bool(set(fold(known).split()) & set(said.folded.split()))


def said_alone(said: Said, known: str) -> str | None:
    """ "Marie" for Lina Leroux is Marie Leroux; of a name of more or less than two words nobody knows which it is."""
    words, new = known.split(), said.without_closing()
    is_name = len(said.words) <= _ALONE and len(new.split()) == 1 and _is_lettered(new) and new[:1].isupper()
    return f"{new} {words[1]}" if is_name and len(words) == 2 else None


def person_told(field: ServiceField, said: Said) -> Outcome:
    """A recognised name of two words or more; else the capitalised words after "ma fille", "au nom de" and such.

    Of several names the one residents give for themselves is the last choice: "je m'appelle Julie Martin, pour mon
    fils Paul Martin" is about Paul.
    """
    names = said.ends_of("introduces_self")
    others = [reading for at, reading in _persons_told(field, said) if at not in names]
    return others[0] if others else next((reading for _, reading in _persons_told(field, said)), None)


def _persons_told(field: ServiceField, said: Said) -> Iterator[tuple[int, Reading]]:
    """Every name that may be the person's, the plainest first, each with the position of its first word."""
    pair = pair_of_names(said)
    for mention in positive(said, said.found("person")):
        start = said.words_within(0, mention.start).stop
        if pair and pair[0] <= start < pair[1]:
            continue  # the parents
        name = trim(said.slice(start, _end_of_name(said, start, len(mention.text.split()))))
        if " " in name:
            yield start, Reading(name)
    for position in words_after(said, field, "before"):
        end = capitalised_run(said, position, 4)
        if end - position >= 2:
            yield position, Reading(said.slice(position, end))
    yield from _names_in_a_list(said)


def _end_of_name(said: Said, start: int, shortest: int) -> int:
    """The word after the name that begins here, so many words at least."""
    return _cut_at_labels(said, start, max(capitalised_run(said, start, 4), start + shortest))


def _run_of_name(said: Said, start: int) -> int:
    """The word after the capitalised ones that begin here."""
    return _cut_at_labels(said, start, capitalised_run(said, start, 4))


def _cut_at_labels(said: Said, start: int, end: int) -> int:
    """The end of a name before "DOB", "Prénom" and such: in capitals they are no part of it."""
    labels = [said.starts_of(group) for group in _LABELS]
    return next((at for at in range(start, end) if any(at in starts for starts in labels)), end)


def _names_in_a_list(said: Said) -> Iterator[tuple[int, Reading]]:
    """ "..., Camille Durand, ..." or "..., Camille Durand née ...": two to four capitalised words and no more."""
    cuts = said.starts_of("cut")
    for comma in _BEFORE_NAME.finditer(said.text):
        first = said.words_within(0, comma.end()).stop
        end = capitalised_run(said, first, 4)
        name = said.slice(first, end)
        is_ended = end == len(said.words) or not said.follows(end) or end in cuts
        if end - first >= 2 and is_ended and _is_lettered(name):
            yield first, Reading(name)


def _is_lettered(name: str) -> bool:
    return all(character.isalpha() or character in " .,'’-" for character in name)


def people_answer(field: ServiceField, said: Said) -> Outcome:
    told = people_told(field, said) or _parents(said)
    names = said.without_closing()
    if told is not None or len(names.split()) > _LONGEST_PARENTS:
        return told
    if said.is_only("unknown"):
        return Reading(names)
    if len(names.split()) < 2 or (field.minimum > 1 and not _are_several(names)):
        return Fault() if names and _is_lettered(names) else None
    return Reading(names, sure=bool(said.found("person")) or said.has("several"))


def _are_several(names: str) -> bool:
    return len(names_in(names)) > 1


def names_in(value: str) -> list[str]:
    """The names of one value: "Luc Martin et Anne Petit", "Luc Martin, Anne Petit"."""
    return [name.strip() for name in _BETWEEN_NAMES.split(value)]


def people_told(field: ServiceField, said: Said) -> Outcome:
    """The names after "fille de", "parents" and such, up to the next comma."""
    for position in words_after(said, field, "before"):
        start = said.words[position].start
        end = _CLAUSE_END.search(said.text, start)
        names = trim(said.text[start : end.start() if end else len(said.text)])
        if len(names.split()) >= 2 and names[0].isupper():
            return Reading(_before_cut(said, position, names))
    if len(said.group_spans("parent")) > 1 and (told := _parents(said)):
        return told
    pair = pair_of_names(said, after_birth=field.minimum == 1)
    return Reading(said.slice(*pair)) if pair else None


def pair_of_names(said: Said, *, after_birth: bool = True) -> tuple[int, int] | None:
    """ "née le 3 mars 2015, de Luc Martin et Anne Petit": two full names, after a birth was told or anywhere."""
    first_birth = min(said.ends_of("born"), default=len(said.words) + 1) if after_birth else 0
    for middle, after in said.group_spans("several"):
        first = next((at for at in range(max(0, middle - 4), middle) if capitalised_run(said, at, 4) == middle), middle)
        last = capitalised_run(said, after, 4)
        is_full = middle - first >= 2 and last - after >= 2
        if is_full and first_birth <= first:
            return first, last
    return None


def _parents(said: Said) -> Outcome:
    """ "sa mère est Anne Petit et son père Luc Martin": the names alone, when each parent word has one after it."""
    parents = [end for _, end in said.group_spans("parent")][-2:]
    names = []
    for start, end in pairwise([*parents, len(said.words)]):
        first = next((at for at in range(start, end) if is_capitalised(said, at)), end)
        last = capitalised_run(said, first, 5)
        if last - first < 2 or last > end:
            return None
        names.append(said.slice(first, last))
    joined = next((word for word in _JOINING if word in said.text), ", ")
    return Reading(joined.join(names)) if names else None


def _before_cut(said: Said, position: int, names: str) -> str:
    """The names without a clause that follows them: "... et Marie Petit née le 3 mars"."""
    last = position + len(names.split())
    for first, _ in said.group_spans("cut"):
        if position < first < last and not is_capitalised(said, first):
            return trim(said.slice(position, first))
    return names


def vehicle_answer(field: ServiceField, said: Said) -> Outcome:
    vehicle = _without_plate(said).without_determiner()
    return Reading(vehicle, sure=bool(_make_spans(field, said))) if any(map(str.isalnum, vehicle)) else None


def _without_plate(said: Said) -> Said:
    """The plate is another answer, though it may be given in the same breath."""
    said = without_mentions(said, "plate")
    return without(said, *((word.start, word.end) for word in said.words if is_old_plate(word.folded)))


def vehicle_told(field: ServiceField, said: Said) -> Outcome:
    """A known make or model and what follows it: "Renault Clio". Its plate is told apart."""
    said = _without_plate(said)
    for first, last in _make_spans(field, said):
        end = last
        while end < min(len(said.words), last + 2) and said.follows(end) and _is_model(said, end):
            end += 1
        return Reading(said.slice(first, end))
    return None


def _is_model(said: Said, position: int) -> bool:
    return is_capitalised(said, position) or _has_digit(said, position)


def _has_digit(said: Said, position: int) -> bool:
    folded = said.words[position].folded
    return any(map(str.isdecimal, folded)) and len(folded) <= 4


def _make_spans(field: ServiceField, said: Said) -> list[tuple[int, int]]:
    makes = field.volunteered.get("makes")
    return said.spans(makes.everywhere()) if makes else []
