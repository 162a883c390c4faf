"""Streets and landmarks by name: exact by index, like by spelling and by sound."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from gazetteer.landmarks import Landmark
from gazetteer.street_words import ARTICLES, TITLES, sounds, tokens
from gazetteer.streets import Street

EXACT = 100.0
OTHER_KIND = 8.0  # an avenue of the name when the resident said "rue"
BY_SOUND, TITLE_LEFT_OUT, FIRST_NAME_LEFT_OUT, END_LEFT_OUT, SURNAME_MISSPELT = 5.0, 4.0, 8.0, 12.0, 10.0
INITIALS, LONGEST_INITIALS = 3.0, 2
FLOOR, FLOOR_OF_SHORT = 60.0, 80.0
SURE = 90.0
CONSIDERED = 8
SAYS_ENOUGH = 5  # letters: shorter words sound like too many others
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """A street or landmark and how like the words it is, 0 to 100."""

    score: float
    target: Street | Landmark
    other_kind: bool = False


class StreetSearch:
    """The indexes over one town's names."""

    def __init__(self, streets: Sequence[Street], places: Sequence[Landmark]) -> None:
        self.full: dict[Words, list[Street]] = defaultdict(list)
        self.cores: dict[Words, list[Street]] = defaultdict(list)
        self.landmarks: dict[Words, list[Landmark]] = defaultdict(list)
        for street in streets:
            self.full[tuple(tokens(street.name))].append(street)
            self.cores[street.parts.core].append(street)
        for place in places:
            for name in dict.fromkeys(tuple(tokens(name)) for name in place.all_names):
                self.landmarks[name].append(place)
        self.longest = max(map(len, [*self.full, *self.landmarks]), default=0)
        self._index_likeness()

    def _index_likeness(self) -> None:
        self._cores = list(self.cores)
        self._written = ["".join(core) for core in self._cores]
        self._heard = [sounds(written) for written in self._written]
        self._surnames = [core[-1] if core else "" for core in self._cores]
        self._by_word: dict[str, set[Words]] = defaultdict(set)
        for core in self._cores:
            for word in core:
                self._by_word[word].add(core)
        self._landmark_names = list(self.landmarks)
        self._landmarks_written = ["".join(name) for name in self._landmark_names]

    def named(self, words: Words) -> tuple[Scored, ...]:
        """The streets of exactly this full name ("rue", "paris")."""
        return tuple(Scored(EXACT, street) for street in self.full.get(words, ()))

    def like(self, kind: str, core: Words) -> list[Scored]:
        """The streets whose name is like the core, best first; the kind "" is any."""
        likeness: dict[Words, float] = defaultdict(float)
        for found, score in [*self._by_spelling(core), *self._by_parts(core)]:
            likeness[found] = max(likeness[found], score)
        scored = [
            _scored(street, score, kind)
            for found, score in likeness.items()
            for street in self._of_kind(kind, found)
            # Another kind and a name that is only alike: two slips are another street.
            if score >= SURE or kind in {"", street.parts.kind}
        ]
        return sorted(scored, key=lambda item: -item.score)[:CONSIDERED]

    def _of_kind(self, kind: str, core: Words) -> list[Street]:
        """Of streets that share their name, the one of the kind said; all of them when none is."""
        streets = self.cores[core]
        return [street for street in streets if street.parts.kind == kind] or streets

    def _by_spelling(self, core: Words) -> Iterable[tuple[Words, float]]:
        if core in self.cores:
            yield core, EXACT
        written = "".join(core)
        heard = sounds(written)
        floor = FLOOR if len(written) >= SAYS_ENOUGH else FLOOR_OF_SHORT
        lists = [(written, self._written, 0.0)]
        if len(heard) >= SAYS_ENOUGH:
            lists.append((heard, self._heard, BY_SOUND))
        if len(core) == 1 and len(written) >= SAYS_ENOUGH:
            lists.append((written, self._surnames, SURNAME_MISSPELT))
        for query, choices, malus in lists:
            for _, score, index in process.extract(
                query, choices, scorer=fuzz.ratio, score_cutoff=floor, limit=CONSIDERED
            ):
                # Two names that are only heard or spelt alike are never quite the same name.
                yield self._cores[index], min(score, EXACT - 1) - malus

    def _by_parts(self, core: Words) -> Iterable[tuple[Words, float]]:
        """Names of which the resident said the part that matters: "de Gaulle", "Kennedy", "8 mai"."""
        if not core:
            return
        wanted = set(core)
        for found in set.intersection(*(self._by_word.get(word, set()) for word in core)):
            missing = [word for word in found if word not in wanted]
            if missing and found[-1] in wanted:
                only_titles = TITLES.issuperset(missing)
                yield found, EXACT - (TITLE_LEFT_OUT if only_titles else FIRST_NAME_LEFT_OUT)
            elif missing and found[: len(core)] == core and len(core) > 1:
                yield found, EXACT - END_LEFT_OUT
        yield from self._by_initials(core)
        yield from self._by_title(core)
        bare = tuple(word for word in core if word not in TITLES)
        if bare != core and bare in self.cores:
            yield bare, EXACT - TITLE_LEFT_OUT

    def _by_title(self, core: Words) -> Iterable[tuple[Words, float]]:
        """Names whose title stands where the first name is said: "avenue Charles de Gaulle" for the general's."""
        if len(core) > 1:
            for found in self._by_word.get(core[-1], set()):
                if len(found) > 1 and found[-1] == core[-1] and TITLES.issuperset(found[:-1]) and found != core:
                    yield found, EXACT - FIRST_NAME_LEFT_OUT

    def _by_initials(self, core: Words) -> Iterable[tuple[Words, float]]:
        """Names whose surname is said after initials: "J. Jaurès", "JJ Rousseau", "Ch. de Gaulle"."""
        *initials, surname = core
        if not initials or not all(word.isalpha() and len(word) <= LONGEST_INITIALS for word in initials):
            return
        for found in self._by_word.get(surname, set()):
            first_names = [word for word in found[:-1] if word not in TITLES]
            if found[-1] != surname or found == core:
                continue
            if not first_names and len(found) > 1:  # a title stands where the first name is said
                yield found, EXACT - FIRST_NAME_LEFT_OUT
            elif _abbreviates(initials, first_names):
                yield found, EXACT - INITIALS
            elif len(found) == 1:
                yield found, EXACT - FIRST_NAME_LEFT_OUT

    def landmarks_named(self, words: Words) -> tuple[Scored, ...]:
        return tuple(Scored(EXACT, place) for place in self.landmarks.get(words, ()))

    def landmarks_like(self, words: Words) -> list[Scored]:
        """Landmarks spelt like the words, best first."""
        best: dict[str, Scored] = {}
        written = "".join(word for word in words if word not in ARTICLES)
        for _, score, index in process.extract(
            written, self._landmarks_written, scorer=fuzz.ratio, score_cutoff=FLOOR, limit=CONSIDERED
        ):
            for place in self.landmarks[self._landmark_names[index]]:
                if place.code not in best or best[place.code].score < score:
                    best[place.code] = Scored(score, place)
        return sorted(best.values(), key=lambda item: -item.score)


def _abbreviates(initials: Sequence[str], names: Sequence[str]) -> bool:
    """Whether each initial begins its name, or one word holds the initials of all: "jj" for "jean jacques"."""
    together = "".join(initials) == "".join(name[0] for name in names)
    one_by_one = len(initials) <= len(names) and all(
        name.startswith(initial) for initial, name in zip(initials, names, strict=False)
    )
    return bool(names) and (together or one_by_one)


def _scored(street: Street, score: float, kind: str) -> Scored:
    other = bool(kind) and kind != street.parts.kind
    return Scored(score - OTHER_KIND if other else score, street, other)
