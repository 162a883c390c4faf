"""What a whole message, or a part heard apart, comes to: a fixed expression, a service, a question of fact.

Short fixed expressions ("annuler", "agent", "oui") are told by the town's word lists, which are surer
than a classifier on one word; everything else keeps the interpreter's intent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from intents.contract import Prediction
from services.words.said import Said
from services.words.topics import Elsewhere

_COMMANDS: Mapping[str, str] = {
    "cancel": "talk.cancel",
    "back": "talk.back",
    "restart": "talk.restart",
    "human": "talk.human",
    "help": "ask.capabilities",
    "repeat": "talk.repeat",
    "yes": "talk.affirm",
    "no": "talk.deny",
    "skip": "talk.skip",
    "thanks": "talk.thanks",
    "goodbye": "talk.goodbye",
    "greeting": "talk.greet",
    "wait": "talk.wait",
    "language_en": "talk.language",
    "language_fr": "talk.language",
}
"""Word groups that decide an intent alone, in order of precedence."""

DELAY = "delay"
"""How long an answer takes: asked like the intents `ask.*`, though the catalogue has none for it."""

TOPICS: Mapping[str, str] = {
    "delay": DELAY,
    "asks_documents": "ask.documents_needed",
    "price_noun": "ask.fees",
    "asks_fees": "ask.fees",
}
"""Word groups that tell what a question is about."""

_CERTAIN = 0.9


@dataclass(frozen=True)
class Sense:
    """Words with what they are taken for.

    `topic` is the service that the town's own words name, whatever the interpreter says; `elsewhere` what they name
    that is none.
    """

    said: Said
    prediction: Prediction
    topic: str | None = None
    elsewhere: Elsewhere | None = None

    @cached_property
    def command(self) -> str | None:
        """The intent of a short fixed expression."""
        return next((intent for group, intent in _COMMANDS.items() if self.said.is_only(group)), None)

    @property
    def intent(self) -> str:
        return self.command or self.prediction.intent

    @property
    def is_service(self) -> bool:
        """Whether the intent is a request or a report."""
        return self.intent.startswith(("report.", "request."))

    @cached_property
    def is_question(self) -> bool:
        """Plainly asks something: question words at the beginning, or a question mark after more than a name."""
        if self.said.opens_with("question") or (self.said.has("digression") and self.said.has("question")):
            return True
        return self.said.ends_as_question and len(self.said.words) > 3

    @cached_property
    def asks(self) -> str | None:
        """What is asked of the town: an intent `ask.*`, by plain words where the interpreter hears another thing."""
        if self.intent.startswith("ask.") and not self._is_doubtful and not self._is_named_only:
            return self.intent
        if self.command is not None or (self.said.has("wish") and not self.said.opens_with("question")):
            return None
        asked = next((topic for group, topic in TOPICS.items() if self._speaks_of(group)), None)
        return asked if self.is_question or self._speaks_of("price_noun") else None

    @property
    def _is_doubtful(self) -> bool:
        """A question taken for one about papers that names none: "dois-je être présent ?"."""
        is_about_papers = self.intent == "ask.documents_needed" and self.command is None
        return (
            is_about_papers
            and self.prediction.confidence < _CERTAIN
            and not self.said.has("asks_documents", "paper_words")
        )

    @property
    def asks_the_town(self) -> bool:
        """A question the town's data can answer."""
        if self.asks is None:
            return False
        return self._asks_in_words

    def _speaks_of(self, *groups: str) -> bool:
        """Whether such words are said, but in a name ("Chloe Price") or in "n'importe quel jour"."""
        starts = frozenset().union(*(self.said.starts_of(group) for group in groups))
        return bool(starts - self._unasked)

    @property
    def _is_named_only(self) -> bool:
        """All that speaks of a question stands in a name or in "n'importe quel"."""
        return self.said.has("question", *TOPICS) and not self._asks_in_words

    @cached_property
    def _asks_in_words(self) -> bool:
        return self.is_question or self.said.ends_as_question or self._speaks_of("question", *TOPICS)

    @cached_property
    def _unasked(self) -> frozenset[int]:
        names = (self.said.words_within(one.start, one.end) for one in self.said.found("person"))
        whichever = (range(*span) for span in self.said.group_spans("any_at_all"))
        return frozenset(chain.from_iterable((*names, *whichever)))
