"""Towns as answers: the town itself, another one, with the prepositions that go before them."""

from rapidfuzz import fuzz

from kit.text import fold
from services.declarations.declaration import ServiceField
from services.kinds.reading import Fault, Outcome, Reading, capitalised_run, words_after
from services.words.said import Said

_REACH = 8
"""Words between "née" and the preposition of the town."""
_SLIP = 85
"""How alike a name is to the town's, of 100, when it may be a slip of it: "Monlieu"."""
_ARTICLES = frozenset({"le", "la", "les", "l"})
_CONTRACTED = {"au": "Le ", "aux": "Les "}
"""French prepositions that swallow the article of a town's name: "au Mans"."""


def commune_answer(field: ServiceField, said: Said, city: str) -> Outcome:
    """The town, or another one; a name that is nearly the town's is doubted once."""
    place = _without_preposition(said)
    if _is_city(said, city) or _letters(place) == _letters(city):
        return Reading(city)
    if _is_slip(place, city):
        return Fault(insisted=_titled(place), reason="town_with_a_slip")
    if not place or len(place.split()) > 6 or not any(map(str.isalpha, place)) or _is_phrase(said, place):
        return None
    return commune_told(field, said, city) or Reading(_titled(place), sure=False)


def _letters(name: str) -> str:
    """The letters of a name: "MONT-LIEU" and "Mont lieu" are one town."""
    return "".join(filter(str.isalpha, fold(name)))


def _is_slip(place: str, city: str) -> bool:
    """Whether a name is nearly that of the town, and not its own."""
    said, known = _letters(place), _letters(city)
    return said != known and fuzz.ratio(said, known) >= _SLIP


def _is_phrase(said: Said, place: str) -> bool:
    """ "dans le coin" begins with a word that no town begins with; "le mans" does not."""
    first = fold(place).split()[0]
    is_small = first in said.lexicon.function_words
    return is_small and place == place.lower() and first not in _ARTICLES


def _without_preposition(said: Said) -> str:
    """ "à Lyon" is Lyon."""
    place = said.without_lead_in()
    first, _, rest = place.partition(" ")
    return rest.strip() if rest and said.lexicon.pattern("place_in").fullmatch(fold(first)) else place


def commune_told(field: ServiceField, said: Said, city: str) -> Outcome:
    """The town after "née ... à"."""
    for cue in ("event", "noun"):
        for position in words_after(said, field, cue):
            for after in range(position + 1, min(len(said.words), position + _REACH + 1)):
                if after in said.ends_of("place_in"):
                    place = _named_place(said, after, adjacent=cue == "event" and after == position + 1)
                    if _is_slip(place, city):
                        return None  # asked for, and doubted then
                    if place:
                        return Reading(city if _letters(place) == _letters(city) else _titled(place))
    return Reading(city) if _stands_alone(said, city) else None


def _stands_alone(said: Said, city: str) -> bool:
    """ "Paul Durand, 5 mai 1999, Montlieu": the town between commas, and not at the end of an address."""
    parts = said.text.split(",")
    alone = [at for at, part in enumerate(parts) if at and fold(part) == fold(city)]
    # Two blanks are only left where an address was taken out.
    return any(not parts[at - 1].endswith("  ") for at in alone)


def _named_place(said: Said, position: int, *, adjacent: bool) -> str:
    end = capitalised_run(said, position, 4)
    if end == position and adjacent and _is_a_name(said, position):
        end = position + 1
    article = _CONTRACTED.get(said.words[position - 1].folded, "")
    return f"{article}{said.slice(position, end)}" if end > position else ""


def _is_a_name(said: Said, position: int) -> bool:
    """Whether a word in small letters may be a town's: "née en mars", "en deux exemplaires" name none."""
    word, lexicon = said.words[position].folded, said.lexicon
    is_common = word in lexicon.function_words
    is_counted = word.isdecimal() or word in lexicon.numbers or word in lexicon.months
    return len(word) > 2 and not (is_common or is_counted or said.is_recognised(position))


def _titled(place: str) -> str:
    return place if place != place.lower() else place.title()


def _is_city(said: Said, city: str) -> bool:
    return said.has_any((city,)) or said.is_only("here")
