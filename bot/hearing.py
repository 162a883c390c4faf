"""What one waiting message says: cleaned words, what was recognised in them, files and position."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from bot.choosing.choose import Choice
from bot.choosing.strength import Strength, of_model
from bot.contract import IncomingAttachment, IncomingMessage
from bot.reading.demands import Demand, demands_in
from bot.reading.findings import SERVICES, Findings, find
from bot.reading.sense import TOPICS, Sense
from intents.contract import OUT_OF_SCOPE, Entity, Prediction
from services.town.loading import Town
from services.words.lexicon import Lexicon
from services.words.said import Mention, Said, clean, lines_of
from services.words.topics import Elsewhere

_ASKED_BY: Mapping[str, tuple[str, ...]] = {
    "ask.fees": ("price_noun", "asks_fees"),
    "ask.documents_needed": ("asks_documents", "paper_words"),
}
"""The words without which a question that names a service is not about its price or papers."""

_CERTAIN = 0.9
_MOST_CLAUSES = 8
"""Sentences of one message that are looked at apart, each of which is looked up as a place too."""
_SIGNS = {"yes": "\U0001f44d\U0001f44c\u2705\u2714", "no": "\U0001f44e\u274c"}
_THUMBS = {sign: group for group, signs in _SIGNS.items() for sign in signs}
_SENTENCE_END = re.compile(r"(?<![.!?;])[.!?;]+(?=\s)")
_SKIN_TONES = "".join(chr(code) for code in range(0x1F3FB, 0x1F400)) + "\ufe0f"


@dataclass(frozen=True)
class Heard(Sense):
    """One message, ready to be answered. `files` are the accepted attachments, `refusals` the reasons of the others.

    `apart`: one of several demands of one message. `keyword` is what the provider itself took the message
    for. `findings` are what readers may know of it; `settled`: what it means has been told. `choice` is what
    was chosen of all that may be meant. `answers`: the name of the question of a sheet that this answers.
    """

    files: tuple[IncomingAttachment, ...] = ()
    refusals: tuple[str, ...] = ()
    location: tuple[float, float] | None = None
    apart: bool = False
    keyword: str | None = None
    received_at: datetime | None = None
    findings: Findings | None = None
    settled: bool = False
    choice: Choice | None = None
    answers: str = ""

    @property
    def is_empty(self) -> bool:
        """No word, no file, no position."""
        return self.said.is_wordless and not (self.files or self.location)

    def telling(self, said: Said) -> "Heard":
        """The same message reduced to some of its words."""
        return replace(self, said=said)


def hear_message(message: IncomingMessage, town: Town, today: date, *, is_busy: bool = False) -> Heard:
    """`is_busy`: a service is under way, so that a word may be its answer; another one must be wished for."""
    said = hear_words(message.text, message.prediction, town.lexicon, today)
    may_name = not is_busy or said.has("wish", "digression") or message.prediction.intent.startswith("ask.")
    whole = _told(said, message.prediction, town, may_name=may_name)
    return Heard(
        said=said,
        prediction=whole.prediction,
        topic=whole.topic,
        elsewhere=whole.elsewhere,
        keyword=message.keyword,
        received_at=message.received_at,
        findings=find(said, message.prediction, message.parts, town, whole),
        files=tuple(file for file in message.attachments if file.refusal is None),
        refusals=tuple(file.refusal for file in message.attachments if file.refusal is not None),
        location=message.location,
    )


def hear_demands(message: IncomingMessage, town: Town, today: date, *, is_busy: bool = False) -> list[Heard]:
    """The message, or one for each demand in it; files and position belong to the first."""
    whole = hear_message(message, town, today, is_busy=is_busy)
    demands = [] if whole.findings is None or whole.findings.written else demands_in(whole.findings, town)
    if not demands:
        return [whole]
    first, *others = [_apart(whole, demand, town) for demand in demands]
    return [first, *(replace(other, files=(), refusals=(), location=None) for other in others)]


def _apart(whole: Heard, demand: Demand, town: Town) -> Heard:
    told = _told(demand.said, demand.prediction, town, may_name=True)
    return replace(_telling(whole, told, town), apart=True)


def _telling(heard: Heard, told: Sense, town: Town) -> Heard:
    """The message reduced to words that are taken for something of their own."""
    return replace(
        heard,
        said=told.said,
        prediction=told.prediction,
        topic=told.topic,
        elsewhere=told.elsewhere,
        findings=find(told.said, told.prediction, (), town, told),
    )


def hear_part(heard: Heard, said: Said, prediction: Prediction, town: Town) -> Heard:
    """What is left of a message once some of its clauses have been answered; its files went with those or with it."""
    return replace(_telling(heard, _told(said, prediction, town, may_name=True), town), settled=True)


def _told(said: Said, prediction: Prediction, town: Town, *, may_name: bool) -> Sense:
    """The words with the service that the town's own words name in them."""
    topic = town.topic(said) if may_name else None
    is_for_others = may_name and not (_is_about_own(said) or _calls_person(said, prediction, town))
    elsewhere = _elsewhere(said, prediction, town) if is_for_others else None
    return Sense(said, _named(said, prediction, topic), topic, elsewhere)


def _named(said: Said, prediction: Prediction, topic: str | None) -> Prediction:
    """The prediction of the service that is named; not for a question, a case, a person or an alert.

    A sentence that surely tells another service names this one by the way: things that lie about are no collection.
    """
    asks = prediction.intent.startswith("ask.") and (said.has("question") or said.ends_as_question)
    groups = _ASKED_BY.get(prediction.intent, ())
    asks = asks and (not groups or said.has(*groups)) and not (topic or "").startswith("ask.")
    is_sure = prediction.intent.startswith(("report.", "request.")) and prediction.confidence >= _CERTAIN
    # "How long does a birth certificate take?" asks, and wants none yet.
    asks = asks or (said.opens_with("question") and said.has(*TOPICS))
    if topic is None or asks or is_sure or _is_other(said, prediction):
        return prediction
    return replace(prediction, intent=topic, confidence=1.0)


def _elsewhere(said: Said, prediction: Prediction, town: Town) -> Elsewhere | None:
    """What is no service; by its loose names only where the interpreter hears none either."""
    strength = of_model(prediction.confidence, is_part=False)
    is_service = prediction.intent.startswith(SERVICES) and strength >= Strength.LIKELY
    return town.topics.elsewhere_in(said) if is_service else town.topics.loosely_elsewhere_in(said)


def _is_other(said: Said, prediction: Prediction) -> bool:
    """About a case, for a person, or an alert: whatever is named, it is not asked for."""
    return _is_about_case(said) or prediction.intent.startswith(("alert.", "stop."))


def _is_about_case(said: Said) -> bool:
    return said.has("human") or _is_about_own(said)


def _is_about_own(said: Said) -> bool:
    return said.has("my_case") or bool(said.found("case_reference"))


def _calls_person(said: Said, prediction: Prediction, town: Town) -> bool:
    """Whether a person is asked for; not by "un faux conseiller", which names something else."""
    if prediction.intent != "talk.human":
        return False
    names = town.topics.elsewhere_spans(said)
    return any(not any(first <= at < last for first, last in names) for at in said.starts_of("human"))


def hear_words(text: str, prediction: Prediction, lexicon: Lexicon, today: date) -> Said:
    cleaned = _spelt_out(clean(text), lexicon)
    mentions = [_mention(entity, cleaned) for entity in prediction.entities]
    return Said(cleaned, tuple(mention for mention in mentions if mention), lexicon, today, lines_of(text))


def _spelt_out(text: str, lexicon: Lexicon) -> str:
    """A thumb up or down, a tick or a cross, as the word it stands for."""
    group = _THUMBS.get(text.rstrip(_SKIN_TONES))
    return next(own.groups[group][0] for own in lexicon.languages.values()) if group else text


def _mention(entity: Entity, text: str) -> Mention | None:
    """The entity at its place in the cleaned text; cleaning may have moved it."""
    words = clean(entity.text)
    start = entity.start if text.startswith(words, entity.start) else text.find(words)
    return Mention(entity.entity, entity.value, words, start, start + len(words)) if words and start >= 0 else None


def statements(heard: Heard) -> tuple[Heard, ...]:
    """What a message that asks something also states: "12 rue de Paris. Au fait, vous ouvrez quand ?".

    The intent is the question's, so the statements have none. A message of one clause states nothing, but for
    the yes or no it may begin with.
    """
    clauses = list(islice(_clauses(heard.said), _MOST_CLAUSES + 1))
    stated = [clause for clause in clauses[:-1] if not (clause.is_wordless or clause.ends_as_question)]
    if not stated and heard.said.opens_with("yes", "no"):
        stated = [heard.said.part(0, heard.said.words[0].end)]
    unknown = replace(heard.prediction, intent=OUT_OF_SCOPE, confidence=0.0, alternatives=())
    return tuple(Heard(said, unknown) for said in stated)


def _clauses(said: Said) -> Iterator[Said]:
    """Sentences; "au fait" and such begin one too."""
    ends = {match.end() for match in _SENTENCE_END.finditer(said.text)}
    ends |= {said.words[first].start for first, _ in said.group_spans("digression")}
    start = 0
    for end in sorted({*ends, len(said.text)}):
        if end > start:
            yield said.part(start, end)
        start = max(start, end)
