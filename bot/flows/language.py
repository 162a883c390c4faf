"""Goes on in the resident's language: asked for, or plain from what they write. Everything known is kept."""

from bot.exchange import Exchange
from bot.hearing import Heard
from bot.reading.answers import is_own_answer
from services.words.said import Said, Word

_CERTAIN = 0.6
_PLAIN = 2
"""Function words of one language and none of the other that make a sentence plainly in it."""


def notice(exchange: Exchange, heard: Heard) -> None:
    """Switches when a message is plainly in another of the town's languages."""
    if heard.findings is not None and heard.findings.written is not None:
        return
    wanted = asked_for(exchange, heard)
    if wanted is not None:
        exchange.speak(wanted)
        return
    if exchange.view.language_fixed:
        return
    counts = _counts(heard.said, exchange.language)
    mine = counts.get(exchange.language, 0)
    others = {code: count for code, count in counts.items() if code != exchange.language}
    best = max(others, key=lambda code: others[code], default=None)
    if best not in exchange.town.city.languages or best is None:
        return
    enough = 1 if exchange.view.is_new else _PLAIN
    is_plain = others[best] >= enough and others[best] > 2 * mine
    if is_plain or (others[best] >= mine and _is_first_wish_in(exchange, heard, best)):
        exchange.speak(best)


def _is_first_wish_in(exchange: Exchange, heard: Heard, language: str) -> bool:
    """A conversation that begins with a wish in so few words that none is a function word: "birth certificate"."""
    if not exchange.view.is_new:
        return False
    if exchange.town.topics.language_of(heard.said.folded) == language:
        return True
    is_likely = len(heard.said.words) > 1 and heard.prediction.confidence >= _CERTAIN
    return is_likely and heard.prediction.language == language


def _counts(said: Said, spoken: str) -> dict[str, int]:
    """How many words speak for each language.

    For another one than is spoken, those of which names are made ("Café de la Gare") count only beside others.
    """
    words = [word.folded for word in _free_words(said)]
    lexicon = said.lexicon
    plain = lexicon.language_of(word for word in words if not lexicon.pattern("in_names").fullmatch(word))
    return {code: count if plain[code] or code == spoken else 0 for code, count in lexicon.language_of(words).items()}


def _free_words(said: Said) -> list[Word]:
    """The words outside of addresses, names and such, whose language says nothing."""
    spans = [(mention.start, mention.end) for mention in said.mentions]
    return [word for word in said.words if not any(start <= word.start < end for start, end in spans)]


def asked_for(exchange: Exchange, heard: Heard) -> str | None:
    """The language a resident asks for; the other one when they only ask for a change."""
    if heard.intent != "talk.language" or is_own_answer(exchange.asked_field, heard.said):
        return None
    known = [language for language in exchange.town.city.languages if heard.said.has(f"language_{language}")]
    unknown = known if heard.said.has("speaks_not") else []
    if known and not unknown:
        return known[0]
    if not (unknown or heard.said.has("tongue")):
        return None
    if not unknown and exchange.town.other_languages.called_in(heard.said.text) is not None:
        return None
    left = unknown or [exchange.language]
    return next((language for language in exchange.town.city.languages if language not in left), None)
