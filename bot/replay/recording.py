"""What is kept with a turn, so that it can be explained, decided again and compared: plain JSON.

The texts of the messages and of the replies stay with the messages: of a reply only a mark is kept, which moves when
the reply does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from bot.contract import Briefing, ConversationView, Decision, Effect, HandOff, IncomingMessage, Reply
from bot.queries import Facts

_OF_THE_STORE = frozenset({"id", "contact_address"})
"""What a view shows of the conversation that the store has beside the turn."""

_OF_THE_MOMENT = frozenset({"service_version"})
"""What an effect holds that says nothing of what was decided."""


def record_of(
    *,
    state: Mapping[str, Any],
    view: ConversationView,
    briefing: Briefing | None,
    messages: Sequence[IncomingMessage],
    facts: Facts,
    decision: Decision,
) -> dict[str, Any]:
    """Everything that `decide` was given, what was understood, and what came of it."""
    return {
        "why": [plain(each) for each in decision.why],
        "now": facts.now.isoformat(),
        "state": dict(state),
        "view": {name: value for name, value in plain(view).items() if name not in _OF_THE_STORE},
        "briefing": plain(briefing),
        "messages": [str(message.id) for message in messages],
        "predictions": [plain(message.prediction) for message in messages],
        "parts": [plain(message.parts) for message in messages],
        "facts": [[type(query).__name__, plain(query), plain(answer)] for query, answer in facts.answers.items()],
        "missed": _is_missed(state, decision),
        **outcome_of(decision),
    }


def outcome_of(decision: Decision) -> dict[str, Any]:
    """What a decision comes to, as it is compared: acts, effects, what is asked, and a mark for each reply."""
    return {
        "acts": [act for each in decision.why for act in each.acts],
        "effects": [_effect(effect) for effect in decision.effects],
        "asked": list(decision.asked),
        "replies": [_mark(reply) for reply in decision.replies],
    }


def _is_missed(state: Mapping[str, Any], decision: Decision) -> bool:
    """Whether the messages were not understood; a person who is called for that reason ends the counting."""
    is_given_up = any(isinstance(effect, HandOff) and effect.reason == "not_understood" for effect in decision.effects)
    return is_given_up or decision.state.get("misses", 0) > state.get("misses", 0)


def _effect(effect: Effect) -> dict[str, Any]:
    held = {each.name: plain(getattr(effect, each.name)) for each in fields(effect) if each.name not in _OF_THE_MOMENT}
    return {"effect": type(effect).__name__, **{name: value for name, value in held.items() if value not in EMPTY}}


EMPTY: tuple[Any, ...] = (None, "", [], {})


def _mark(reply: Reply) -> str:
    told = "\x00".join((reply.kind, reply.text, *(f"{choice.label}={choice.value}" for choice in reply.choices)))
    return blake2b(told.encode(errors="surrogatepass"), digest_size=6).hexdigest()


def plain(value: Any) -> Any:
    """A value of the dialogue as JSON holds it."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
