"""French and English in the middle of a dialogue: plain sentences change the language, names and small words do not."""

import pytest

from intents.embedded import EmbeddedInterpreter
from services.town.loading import Town
from tests.bot.conversation import Conversation

OPENINGS = {
    "fr": {
        "place": ["il y a un nid-de-poule"],
        "person": ["je veux un acte de naissance", "extrait sans filiation"],
    },
    "en": {
        "place": ["there is a pothole"],
        "person": ["I need a birth certificate", "extract without parents"],
    },
}
ENGLISH = """yes please | thank you | near the pharmacy | next to the school, 14 rue de Paris | I don't know
    | it is dangerous | I don't speak French | can you repeat please | what do you mean? | I want a person
    | my name is Paul Durand"""
FRENCH = """oui merci | je ne sais pas | devant la boulangerie | c'est dangereux | je ne parle pas anglais
    | il est tombé | vous parlez français ?
    | oui, c'est le 12 rue de Paris | je veux une personne | quel est le tarif ?"""
NEITHER = """ok | 14 | Paris | oui thanks | Smith | John Smith | 12 rue de Paris | Jean-Paul Martin | super | cool merci
    | weekend | 0639980002 | sandwich | place du Marché | 2 rue Victor Hugo | Station Road | un scooter | stop sign
    | no photo | 12, rue de la Gare, 2nd floor | please | Café de la Gare | The Corner | école Jules Ferry
    | Élodie Lefèvre | le 14 | 14 bis"""


def _split(table: str) -> list[str]:
    return [text.strip() for text in table.split("|")]


def _after(language: str, place: str, text: str, town: Town, interpreter: EmbeddedInterpreter) -> str:
    conversation = Conversation(town, interpreter, language=language)
    for said in (*OPENINGS[language][place], text):
        conversation.say(said)
    return conversation.language


@pytest.mark.parametrize("place", ["place", "person"])
@pytest.mark.parametrize("text", _split(ENGLISH))
def test_a_plain_english_sentence_goes_on_in_english(
    place: str, text: str, town: Town, interpreter: EmbeddedInterpreter
) -> None:
    assert _after("fr", place, text, town, interpreter) == "en"


@pytest.mark.parametrize("place", ["place", "person"])
@pytest.mark.parametrize("text", _split(FRENCH))
def test_a_plain_french_sentence_goes_on_in_french(
    place: str, text: str, town: Town, interpreter: EmbeddedInterpreter
) -> None:
    assert _after("en", place, text, town, interpreter) == "fr"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("text", _split(NEITHER))
def test_names_numbers_and_small_words_change_nothing(
    language: str, text: str, town: Town, interpreter: EmbeddedInterpreter
) -> None:
    assert _after(language, "place", text, town, interpreter) == language


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("autre langue", "en", "We go on in English."),
        ("do you speak German?", "en", "I answer in French or in English"),
        ("deutsch ?", "fr", "Je réponds en français ou en anglais"),
        ("je voudrais la nationalité française", "fr", "préfecture"),
    ],
)
def test_a_language_asked_for_is_spoken_or_told_to_be_none_of_ours(
    text: str, language: str, told: str, town: Town, interpreter: EmbeddedInterpreter
) -> None:
    conversation = Conversation(town, interpreter)
    conversation.say(text)
    assert conversation.language == language
    assert told in conversation.text.replace("\u00a0", " ")


@pytest.mark.parametrize("text", ["aide", "AIDE", "help", "HELP"])
def test_the_word_for_the_list_is_no_cry_for_help(text: str, town: Town, interpreter: EmbeddedInterpreter) -> None:
    conversation = Conversation(town, interpreter, channel="sms")
    conversation.say(text)
    assert "emergency_advised" not in conversation.events()
