"""What is learned from turns that went wrong: which text, what it was taken for, what was meant, and nobody's name."""

from uuid import UUID, uuid4

from bot.replay.misses import Groups, Miss, MissFinder, redacted
from bot.replay.recording import plain
from intents.contract import Utterance
from intents.embedded import EmbeddedInterpreter
from services.town.loading import Town
from tests.bot.conversation import MONDAY_MORNING, Conversation

TALK = uuid4()


def missed(conversation: Conversation) -> list[Miss]:
    finder = MissFinder()
    found = [miss for turn, _ in conversation.decided for miss in finder.take(turn)]
    return [*found, *finder.rest()]


def said(town: Town, interpreter: EmbeddedInterpreter, *texts: str) -> list[Miss]:
    conversation = Conversation(town, interpreter)
    for text in texts:
        conversation.say(text)
    return missed(conversation)


def test_what_is_not_understood_and_then_picked_is_one_miss_with_its_code(
    town: Town, interpreter: EmbeddedInterpreter
) -> None:
    conversation = Conversation(town, interpreter)
    conversation.say("frrr zzz")
    offered = conversation.last.replies[-1].choices[0].label
    conversation.say(offered)
    [miss] = missed(conversation)
    assert (miss.kind, miss.text) == ("offered", "frrr zzz")
    assert miss.picked in town.services


def test_what_is_said_otherwise_tells_what_was_meant(town: Town, interpreter: EmbeddedInterpreter) -> None:
    [miss] = said(town, interpreter, "frrr zzz", "il y a un nid-de-poule")
    assert (miss.kind, miss.text, miss.picked) == ("not_understood", "frrr zzz", "report.pothole")


def test_what_is_left_at_the_end_of_a_conversation_counts(town: Town, interpreter: EmbeddedInterpreter) -> None:
    [miss] = said(town, interpreter, "frrr zzz")
    assert (miss.kind, miss.picked) == ("not_understood", None)


def test_what_is_denied_right_after_it_began_is_corrected_and_a_plain_cancel_is_not(
    town: Town, interpreter: EmbeddedInterpreter
) -> None:
    begun = "il y a un nid-de-poule"
    [miss] = said(town, interpreter, begun, "je ne veux pas signaler de nid-de-poule, je voudrais un acte de naissance")
    assert (miss.kind, miss.text) == ("corrected", begun)
    assert (miss.guess, miss.picked) == ("report.pothole", "request.birth_certificate")
    assert said(town, interpreter, begun, "annuler") == []


def test_a_question_that_the_data_does_not_answer_is_a_gap_and_an_answered_one_is_none(
    town: Town, interpreter: EmbeddedInterpreter
) -> None:
    [gap] = said(town, interpreter, "quel est le prix d'un ours ?")
    assert (gap.kind, gap.text) == ("no_answer", "quel est le prix d'un ours ?")
    assert said(town, interpreter, "quels sont les horaires de la mairie ?") == []


def test_names_places_and_numbers_do_not_leave(town: Town, interpreter: EmbeddedInterpreter) -> None:
    [miss] = said(town, interpreter, "je m'appelle Paul Martin et le truc du coin fait des siennes")
    assert miss.text == "je m'appelle [person] et le truc du coin fait des siennes"
    text = "habite au 12 rue de Paris, 06 39 98 00 01, paul@exemple.fr, né le 3 mai 1984"
    entities = interpreter.predict(Utterance(text, "fr", MONDAY_MORNING.date())).entities
    assert redacted(text, map(plain, entities)) == "habite au [address], [phone], [email], né le [date]"
    assert redacted("rappelez le 0639980001 ou x@y.fr", []) == "rappelez le [number] ou [number]"


def miss(text: str, conversation: UUID = TALK, language: str = "fr", picked: str | None = None) -> Miss:
    return Miss("not_understood", text, language, conversation, picked=picked)


def test_likes_stand_together_by_language_the_most_frequent_first() -> None:
    groups = Groups()
    for one in (
        miss("le truc est cassé"),
        miss("la lumière clignote sans arrêt"),
        miss("La lumière clignote sans arret !", uuid4(), picked="report.street_light"),
        miss("sans arrêt la lumière clignote"),
        miss("le truc est cassé", language="en"),
    ):
        groups.add(one)
    first, *others = groups.listed()
    assert (first.text, first.count, len(first.conversations)) == ("la lumière clignote sans arrêt", 3, 2)
    assert dict(first.picked) == {"report.street_light": 1}
    assert sorted((one.text, one.language, one.count) for one in others) == [
        ("le truc est cassé", "en", 1),
        ("le truc est cassé", "fr", 1),
    ]
