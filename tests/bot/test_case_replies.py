"""The town has written about a case: what the resident answers is for that case."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from intents.embedded import EmbeddedInterpreter
from services.town.loading import Town
from tests.bot.conversation import Conversation, photo

Told = Callable[[str], Conversation]


@pytest.fixture
def told(town: Town, interpreter: EmbeddedInterpreter) -> Told:
    """A conversation by text message in which a pothole was filed and its state has just been told."""

    def tell(state: str) -> Conversation:
        phone = Conversation(town, interpreter, "sms")
        phone.say("il y a un trou au 12 rue de Paris, pas dangereux, pas de photo")
        phone.say("oui")
        phone.cases = (replace(phone.cases[0], state=state),)
        phone.told_of = phone.cases[0].reference
        phone.state = {**phone.state, "filed": None}
        return phone

    return tell


@pytest.mark.parametrize(
    "answer",
    ["du côté gauche, près de la boulangerie", "oui", "non", "à peu près un mètre", "Quel côté voulez-vous dire ?",
     "devant le 14 plutôt", "je ne sais pas trop"],
)  # fmt: skip
def test_what_the_town_asked_is_added_to_the_case(told: Told, answer: str) -> None:
    phone = told("awaiting_resident")
    phone.say(answer)
    (update,) = phone.updated
    assert (update.reference, update.text) == (phone.told_of, answer)
    assert "Ajouté au dossier" in phone.text
    assert phone.last.asked == ()


@pytest.mark.parametrize("answer", ["le trou est encore là", "je ne suis pas d'accord avec votre refus"])
@pytest.mark.parametrize("state", ["resolved", "rejected"])
def test_words_about_a_closed_case_are_read_by_a_person_of_its_team(told: Told, state: str, answer: str) -> None:
    phone = told(state)
    phone.say(answer)
    (hand_off,) = phone.handed_off
    assert (hand_off.reason, hand_off.team_code) == ("case_reply", "voirie")
    assert f"Dossier {phone.told_of}\N{NO-BREAK SPACE}: Nid-de-poule" in hand_off.summary
    assert answer in hand_off.summary


@pytest.mark.parametrize("state", ["open", "awaiting_resident", "resolved", "rejected"])
def test_thanks_and_questions_to_the_town_are_what_they_are(told: Told, state: str) -> None:
    phone = told(state)
    phone.say("merci")
    phone.say("la mairie ouvre à quelle heure demain ?")
    assert phone.updated == []
    assert phone.handed_off == []
    assert "answered" in phone.events()


def test_a_new_matter_is_a_new_matter(told: Told) -> None:
    phone = told("awaiting_resident")
    phone.say("il y a aussi un lampadaire éteint devant le 8 rue Victor Hugo")
    assert phone.updated == []
    assert phone.last.asked != ()


def test_a_case_that_is_only_told_under_way_takes_no_yes(told: Told) -> None:
    phone = told("open")
    phone.say("ok")
    assert phone.updated == []


def test_a_person_asked_for_after_filing_gets_the_case_and_its_team(
    town: Town, interpreter: EmbeddedInterpreter
) -> None:
    phone = Conversation(town, interpreter, "sms")
    phone.say("il y a un trou au 12 rue de Paris, pas dangereux, pas de photo")
    phone.say("oui")
    phone.say("je voudrais parler à quelqu'un")
    (hand_off,) = phone.handed_off
    assert hand_off.team_code == "voirie"
    assert phone.cases[0].reference in hand_off.summary


@pytest.mark.parametrize("holder", ["agent", "queue"])
def test_while_a_person_holds_the_conversation_the_answer_goes_to_the_case_without_a_word(
    told: Told, holder: str
) -> None:
    phone = told("awaiting_resident")
    phone.held_by = holder
    phone.say("du côté gauche")
    (update,) = phone.updated
    assert (update.reference, update.text) == (phone.told_of, "du côté gauche")
    phone.say("", files=[photo()])
    assert len(phone.updated[1].attachment_ids) == 1
    assert phone.text == ""


@pytest.mark.parametrize(
    "said",
    ["merci", "bonjour", "la mairie ouvre à quelle heure demain ?",
     "il y a un lampadaire éteint devant le 8 rue Victor Hugo"],
)  # fmt: skip
def test_what_is_no_answer_stays_with_the_person_who_holds_it(told: Told, said: str) -> None:
    phone = told("awaiting_resident")
    phone.held_by = "agent"
    phone.say(said)
    assert phone.updated == []
    assert phone.text == ""


def test_a_case_that_asks_nothing_gets_nothing_from_a_talk_with_a_person(told: Told) -> None:
    phone = told("open")
    phone.held_by = "agent"
    phone.say("et sinon, quand passez-vous ?")
    assert phone.updated == []


def test_whoever_takes_over_reads_what_was_said_before_a_person_was_asked_for(
    town: Town, interpreter: EmbeddedInterpreter
) -> None:
    phone = Conversation(town, interpreter, "sms")
    phone.say("je dois déclarer la naissance de mon fils")
    phone.say("je veux parler à un humain")
    (hand_off,) = phone.handed_off
    assert "A écrit\N{NO-BREAK SPACE}: «\N{NO-BREAK SPACE}je dois déclarer la naissance de mon fils" in hand_off.summary
    assert "humain" not in hand_off.summary
