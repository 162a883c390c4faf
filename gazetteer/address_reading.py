"""Reads an address out of a resident's words: where the number, the kind and the name stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from rapidfuzz import fuzz

from gazetteer.street_search import Scored, StreetSearch
from gazetteer.street_words import AROUND, ARTICLES, COMPLEMENTS, CROSSINGS, KINDS, NUMBER_WORDS, house_number, tokens
from kit.text import fold

LONGEST_TAIL = 6
MISSPELT_KIND = 80  # "avenu", "boulvard"
ENGLISH_KINDS = frozenset({"street", "road", "lane"})
LANDMARK_MISSPELT = 85
NOUN_FOLLOWS = ARTICLES | {
    "at", "behind", "by", "cote", "dans", "derriere", "devant", "entre", "face", "front", "in", "near", "opposite",
    "pres", "proche", "vers",
}  # fmt: skip
BEFORE_A_NUMBER = NUMBER_WORDS | {"devant", "en", "face", "front", "hauteur", "in", "niveau", "opposite"}
LONGEST_TEXT = 1000  # characters: an address stands near the beginning of what is said, and reading must stay quick
MOST_WORDS = 150  # some characters unfold to four words
MOST_GUESSES = 8  # kinds of street whose name is looked for by likeness, which costs a walk over all names

_ALL_KINDS = frozenset(KINDS.values())


@dataclass(frozen=True, slots=True)
class AddressReading:
    """What was read: likely streets or landmarks, best first, with the number said; or two streets that cross.

    `bare`: neither a number nor a kind of street was said, so that any word may be meant.
    """

    found: tuple[Scored, ...] = ()
    number: str | None = None
    bare: bool = False
    crossing: tuple[tuple[Scored, ...], tuple[Scored, ...]] | None = None


@dataclass(frozen=True, slots=True)
class StreetMention:
    """A street named in the words from `start` to `end`."""

    start: int
    end: int
    found: tuple[Scored, ...]


def read_address(text: str, search: StreetSearch, town: str = "") -> AddressReading:
    """The best reading of an entity form or of free words; an empty one when nothing is like an address."""
    text = text[:LONGEST_TEXT]
    left, bar, right = text.partition("|")
    if bar:
        return _read_entity(left, right, search)
    words = tokens(text)[:MOST_WORDS]
    mentions = list(_exact_mentions(words, search))
    crosses = bool(CROSSINGS & set(fold(text).split())) or "/" in text
    if crosses or not mentions:
        mentions = _with_like_mentions(words, mentions, search)
    if len(mentions) > 1 and crosses:
        return AddressReading(crossing=(mentions[0].found, mentions[1].found))
    if mentions:
        return _numbered(words, mentions, frozenset(tokens(town)))
    return _read_without_kind(text, words, search, town)


def _read_entity(left: str, right: str, search: StreetSearch) -> AddressReading:
    number = house_number(left) if left.strip() else None
    if number is None and left.strip():
        return AddressReading(crossing=(_read_name(left, search), _read_name(right, search)))
    return AddressReading(_read_name(right, search), number)


def _read_name(name: str, search: StreetSearch) -> tuple[Scored, ...]:
    """A whole text that should be one name, of a street or a landmark."""
    words = tuple(tokens(name))
    if exact := search.named(words) or search.landmarks_named(words):
        return exact
    if words and words[0] in KINDS and len(words) > 1:
        return tuple(search.like(KINDS[words[0]], words[1:]))
    return _best_first([*search.like("", words), *search.landmarks_like(words)])


def _exact_mentions(words: list[str], search: StreetSearch) -> Iterator[StreetMention]:
    position = 0
    while position < len(words):
        for end in range(min(len(words), position + search.longest), position + 1, -1):
            key = (KINDS.get(words[position], words[position]), *words[position + 1 : end])
            if found := search.named(key):
                yield StreetMention(position, end, found)
                position = end - 1
                break
        position += 1


def _with_like_mentions(words: list[str], exact: list[StreetMention], search: StreetSearch) -> list[StreetMention]:
    """The exact mentions and those with a slip in the name, else in the kind of street."""
    taken = {position for mention in exact for position in range(mention.start, mention.end)}
    mentions = list(exact)
    kinds = ((position, KINDS[word]) for position, word in enumerate(words) if word in KINDS and position not in taken)
    for position, kind in islice(kinds, MOST_GUESSES):
        if mention := _like_mention(words, position, kind, taken, search):
            mentions.append(mention)
            taken |= set(range(mention.start, mention.end))
    if not mentions:
        mentions += _with_misspelt_kind(words, search)
    return sorted(mentions, key=lambda mention: mention.start)


def _like_mention(
    words: list[str], position: int, kind: str, taken: set[int], search: StreetSearch
) -> StreetMention | None:
    """The best street for a kind word and one to six words after it."""
    best: StreetMention | None = None
    for end in range(position + 2, min(len(words), position + 1 + LONGEST_TAIL) + 1):
        word = words[end - 1]
        is_initial = len(word) == 1 and end - 1 == position + 1  # "rue J. Jaurès"
        if end - 1 in taken or (word in AROUND and not is_initial) or word in NUMBER_WORDS:
            break
        found = tuple(search.like(kind, tuple(words[position + 1 : end])))
        if found and (best is None or found[0].score > best.found[0].score):
            best = StreetMention(position, end, found)
    return best if best and best.found[0].score >= 60 else None


def _with_misspelt_kind(words: list[str], search: StreetSearch) -> Iterator[StreetMention]:
    kinds = ((position, kind) for position, word in enumerate(words[:-1]) if (kind := _kind_like(word)))
    for position, kind in islice(kinds, MOST_GUESSES):
        mention = _like_mention(words, position, kind, set(), search)
        if mention and mention.found[0].score >= 85:
            yield mention
            return


@lru_cache(maxsize=4096)
def _kind_like(word: str) -> str | None:
    """The kind of street that is written nearly like a word, where one is."""
    if len(word) < 4 or word.isdigit() or word in AROUND:
        return None
    best = max(_ALL_KINDS, key=lambda kind: (fuzz.ratio(word, kind), kind))
    return best if fuzz.ratio(word, best) >= MISSPELT_KIND else None


def _numbered(words: list[str], mentions: list[StreetMention], here: frozenset[str]) -> AddressReading:
    """The first street that has a number, else the first street."""
    for mention in mentions:
        number = _number_before(words, mention.start) or _number_after(words, mention.end, here)
        if number:
            return AddressReading(mention.found, number)
    return AddressReading(mentions[0].found)


def _number_before(words: list[str], start: int) -> str | None:
    number = house_number(words[start - 1]) if start > 0 else None
    # Of "12-14 rue X" and "12/14 rue X" the first door is the place.
    earlier = house_number(words[start - 2]) if number and start > 1 else None
    is_flat = start > 2 and words[start - 3] in COMPLEMENTS
    return number if is_flat else earlier or number


def _number_after(words: list[str], end: int, here: frozenset[str]) -> str | None:
    """ "rue X, au 12" and "rue X en face du 12", but not the number of lamps in "rue X 3 lampadaires"."""
    while end < len(words) and words[end] in BEFORE_A_NUMBER:
        end += 1
    number = house_number(words[end]) if end < len(words) else None
    following = words[end + 1] if end + 1 < len(words) else None
    counts = following is not None and following.isalpha() and following not in AROUND | here
    return None if counts else number


def _read_without_kind(text: str, words: list[str], search: StreetSearch, town: str) -> AddressReading:
    """Only when little else is said: "12 victor hugo", "devant la gare", "de Gaulle Avenue"."""
    spoken = _without_surroundings(words, town)
    number, rest = _split_number(spoken, search)
    landmarks = _landmarks_within(text, words, search)
    if not rest or (landmarks and number is None):
        return AddressReading(landmarks)
    if rest[-1] in KINDS and len(rest) > 1:
        return AddressReading(tuple(search.like(KINDS[rest[-1]], tuple(rest[:-1]))), number)
    alike = search.landmarks_like(tuple(rest))
    if alike and alike[0].score >= LANDMARK_MISSPELT and number is None:
        return AddressReading(tuple(alike), bare=True)
    found = _best_first([*search.like("", tuple(rest)), *alike]) or landmarks
    return AddressReading(found, number, bare=number is None)


def _without_surroundings(words: list[str], town: str) -> list[str]:
    here = set(tokens(town))
    return [
        word
        for word in words
        if word not in AROUND | NUMBER_WORDS | ENGLISH_KINDS | here and not (word.isdigit() and len(word) == 5)
    ]


def _split_number(words: list[str], search: StreetSearch) -> tuple[str | None, list[str]]:
    if tuple(words) in search.cores:  # "14 juillet" is a name
        return None, words
    if len(words) > 1 and (number := house_number(words[0])):
        return number, words[1:]
    if len(words) > 1 and (number := house_number(words[-1])):
        return number, words[:-1]
    return None, words


def _landmarks_within(text: str, words: list[str], search: StreetSearch) -> tuple[Scored, ...]:
    """The landmarks of the longest run of words that names any, where it stands as a noun does."""
    nouns = _nouns(text)
    for length in range(min(len(words), search.longest), 0, -1):
        for start in range(len(words) - length + 1):
            found = search.landmarks_named(tuple(words[start : start + length]))
            if found and (length > 1 or words[start] in nouns):
                return found
    return ()


def _nouns(text: str) -> set[str]:
    """Words that follow an article or a preposition, or begin what is said: "ça ne marche pas" is no market."""
    said = fold(text).split()
    return {*said[:1], *(word for before, word in pairwise(said) if before in NOUN_FOLLOWS)}


def _best_first(found: Sequence[Scored]) -> tuple[Scored, ...]:
    unique: dict[int, Scored] = {}
    for item in sorted(found, key=lambda item: -item.score):
        unique.setdefault(id(item.target), item)
    return tuple(unique.values())
