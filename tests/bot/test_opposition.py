"""Opposition to messages through the whole decision, with the real interpreter: what a fresh text message leads to."""

from collections import Counter
from pathlib import Path

from bot.dialogue_state import OPT_OUT
from intents.embedded import EmbeddedInterpreter
from services.town.loading import Town
from tests.bot.conversation import Conversation

SENTENCES = Path(__file__).parent.parent / "services"


def outcome(town: Town, interpreter: EmbeddedInterpreter, text: str) -> str:
    """stopped, asked (whether to stop) or other."""
    phone = Conversation(town, interpreter, "sms")
    phone.say(text)
    if phone.opted_out:
        return "stopped"
    return "asked" if (phone.state.get("question") or {}).get("purpose") == OPT_OUT else "other"


def outcomes(name: str, town: Town, interpreter: EmbeddedInterpreter) -> Counter[tuple[str, str]]:
    rows = [line.split("\t") for line in (SENTENCES / name).read_text("utf-8").splitlines() if line]
    return Counter((kind, outcome(town, interpreter, text)) for kind, _, text in rows)


def test_known_sentences(town: Town, interpreter: EmbeddedInterpreter) -> None:
    found = outcomes("opposition.tsv", town, interpreter)
    assert (found["no", "stopped"], found["ask", "stopped"]) == (0, 0)
    assert found["optout", "stopped"] >= 117
    assert found["optout", "other"] <= 2
    assert found["no", "asked"] <= 5


def test_held_back_sentences(town: Town, interpreter: EmbeddedInterpreter) -> None:
    """Nobody is silenced by a guess, and whoever wants no more messages is at least asked."""
    found = outcomes("heldout_opposition.tsv", town, interpreter)
    assert (found["no", "stopped"], found["ask", "stopped"]) == (0, 0)
    assert found["no", "asked"] <= 2
    assert found["optout", "other"] <= 2
