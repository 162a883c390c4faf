"""One turn in this process, without a store: what a text costs from understanding to decision."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from intents.embedded import EmbeddedInterpreter
from services.town.loading import Town
from tests.bot.conversation import Conversation

OPENINGS: Mapping[str, Sequence[str]] = {
    "start": (),
    "place": ("il y a un nid-de-poule",),
    "person": ("je veux un acte de naissance",),
    "things": ("je veux faire enlever des encombrants",),
    "contact": ("il y a un nid-de-poule", "12 rue de Paris"),
}
"""What was said before, so that each kind of question is open once."""


def opened_conversations(town: Town, interpreter: EmbeddedInterpreter) -> dict[str, Conversation]:
    """A conversation with each of the questions open."""
    opened = {name: Conversation(town, interpreter) for name in OPENINGS}
    for name, conversation in opened.items():
        for text in OPENINGS[name]:
            conversation.say(text)
    return opened


def take(conversation: Conversation, text: str) -> None:
    """One more turn, of which the conversation remembers nothing."""
    replace(conversation, state=dict(conversation.state), effects=[], asked=[]).say(text)
