"""Automatic answerers: three answers, then quiet, so that two machines do not talk for ever at the town's expense.

What is counted: the same or nearly the same text again among the last few, and messages that come within a second of
our own and say nothing new. A different message ends the quiet. Emergencies and STOP are heard before.
"""

from collections.abc import Sequence

from bot.contract import EndQuiet, KeepQuiet
from bot.exchange import Exchange
from bot.hearing import Heard

MOST_ANSWERS = 3
"""Answers to one text, or to what comes at once, before the assistant keeps quiet."""
REMEMBERED = 6
"""Messages among which the same text is looked for: two automatic texts may take turns."""
AT_ONCE_SECONDS = 1.0
"""Nobody reads and writes quicker."""
LIKENESS = 0.75
"""Share of words in common from which two texts are nearly the same: a time or a name in them may change."""
_SHORT = 4
"""Up to so many words a text may well be given again, as the answer to another question."""
_LONGEST = 60
_QUOTED = 120


def keeps_quiet(exchange: Exchange, heard: Sequence[Heard]) -> bool:
    """Whether nothing of this is answered any more; notes for the agents when that begins and ends."""
    state = exchange.state
    if not heard:
        return state.quiet
    texts = _signatures(exchange, [message for message in heard if not (message.files or message.location)])
    is_loop = [_is_known(text, state.heard_lately) for text in texts]
    state.heard_lately = (state.heard_lately + texts)[-REMEMBERED:]
    says_words_only = not any(message.files or message.location for message in heard)
    is_quiet = says_words_only and (all(is_loop) or _comes_at_once(exchange, heard))
    if is_quiet != state.quiet:
        state.quiet = is_quiet
        exchange.effects.append(KeepQuiet() if is_quiet else EndQuiet())
    return is_quiet


def _signatures(exchange: Exchange, heard: Sequence[Heard]) -> list[str]:
    """One for each message; the matters that were told in one message count as one."""
    parts = [_signature(exchange, message) for message in heard if message.apart]
    whole = [_signature(exchange, message) for message in heard if not message.apart]
    return [*whole, " ".join(parts)] if parts else whole


def _signature(exchange: Exchange, heard: Heard) -> str:
    """The folded words without their numbers; a short answer together with what it answers."""
    words = [word.folded for word in heard.said.words if not word.folded.isdecimal()][:_LONGEST]
    text = " ".join(words) or heard.said.text[:_LONGEST]
    if exchange.state.question is None or len(heard.said.words) > _SHORT:
        return text
    return f"{text}|{' '.join(exchange.state.last_said)[-_QUOTED:]}"


def _is_known(text: str, lately: Sequence[str]) -> bool:
    return sum(_is_alike(text, earlier) for earlier in lately) >= MOST_ANSWERS


def _is_alike(one: str, other: str) -> bool:
    if one == other:
        return True
    ours, theirs = set(one.split()), set(other.split())
    if min(len(ours), len(theirs)) < _SHORT:
        return False
    return len(ours & theirs) >= LIKENESS * len(ours | theirs)


def _comes_at_once(exchange: Exchange, heard: Sequence[Heard]) -> bool:
    says_new = any(message.is_service or message.asks for message in heard)
    return exchange.state.at_once >= MOST_ANSWERS and _is_at_once(exchange, heard) and not says_new


def _is_at_once(exchange: Exchange, heard: Sequence[Heard]) -> bool:
    """Later than our last words, but too soon for anybody to have read them."""
    touched, arrived = exchange.state.touched(), [message.received_at for message in heard if message.received_at]
    if touched is None or not arrived:
        return False
    return all(0 < (moment - touched).total_seconds() <= AT_ONCE_SECONDS for moment in arrived)


def count(exchange: Exchange, heard: Sequence[Heard]) -> None:
    """Counts messages in a row that came at once and led to nothing; to be called when all is answered."""
    led_somewhere = bool(exchange.effects) or exchange.state.flow is not None
    is_idle = _is_at_once(exchange, heard) and not led_somewhere
    exchange.state.at_once = exchange.state.at_once + 1 if is_idle else 0
