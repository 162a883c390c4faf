"""By mail all that is missing is asked at once, and answered in any order."""

from collections.abc import Callable

import pytest

from bot.contract import OpenCase
from bot.reading.sheet_answers import NEXT, Answer, Asked, answers_in
from intents.embedded import EmbeddedInterpreter
from services.town.loading import Town
from tests.bot.conversation import Conversation, photo

Mail = Callable[[], Conversation]
DEMAND = "Bonjour,\n\nJe souhaiterais recevoir un acte de naissance.\n\nMerci d'avance"
ASKED = ("copy_type", "subject", "birth_date", "birth_place", "parents", "copies", "delivery_address")
VALUES = {
    "copy_type": "copie intégrale",
    "subject": "Léa Martin",
    "birth_date": "1984-05-12",
    "birth_place": "Montlieu",
    "parents": "Jean Martin et Marie Petit",
    "relationship": "la personne elle-même",
    "copies": "2",
    "delivery_address": "12|rue de Paris",
    "requester": "Léa Martin",
}
TOLD = ("Copie intégrale", "Léa Martin", "12/05/1984", "Montlieu", "Jean Martin et Marie Petit", "2", "12 rue de Paris")


@pytest.fixture
def mail(town: Town, interpreter: EmbeddedInterpreter) -> Mail:
    return lambda: Conversation(town, interpreter, channel="email", address="lea@example.org")


def filed(conversation: Conversation) -> dict[str, str]:
    [case] = [effect for effect in conversation.effects if isinstance(effect, OpenCase)]
    return dict(case.fields)


def test_everything_missing_is_asked_in_one_numbered_letter(mail: Mail) -> None:
    talk = mail()
    decision = talk.say(DEMAND)
    assert decision.asked == ASKED
    [reply] = decision.replies
    assert reply.choices == ()
    assert "1. Quel document vous faut-il\xa0? (Copie intégrale / Extrait avec filiation" in reply.text
    assert "7. À quelle adresse postale" in reply.text


@pytest.mark.parametrize(
    "letter",
    [
        "\n".join(f"{number}. {told}" for number, told in enumerate(TOLD, 1)),
        "\n".join(f"{number}) {told}" for number, told in reversed([*enumerate(TOLD, 1)])),
        "Bonjour Madame,\n\n" + "\n".join(TOLD) + "\n\nBien cordialement,\nLéa Martin",
        "\n".join(f"{number} - {told}" for number, told in enumerate(TOLD, 1)),
    ],
    ids=["numbered", "backwards", "one after the other", "dashes"],
)
def test_answers_are_taken_in_any_form(mail: Mail, letter: str) -> None:
    talk = mail()
    talk.say(DEMAND)
    assert talk.say(letter).asked == ("relationship",)
    assert talk.say("moi-même").asked == ("confirm",)
    talk.say("oui")
    assert filed(talk) == VALUES


def test_answers_stand_under_the_questions(mail: Mail) -> None:
    talk = mail()
    questions = [line for line in talk.say(DEMAND).replies[0].text.splitlines() if line[:1].isdecimal()]
    letter = "\n".join(f"{question}\n{told}\n" for question, told in zip(questions, TOLD, strict=True))
    assert talk.say(letter).asked == ("relationship",)


def test_one_paragraph_is_read_as_any_message(mail: Mail) -> None:
    talk = mail()
    talk.say(DEMAND)
    told = (
        "Bonjour, il me faut deux copies intégrales pour moi, Léa Martin, née le 12 mai 1984 à Montlieu, "
        "fille de Jean Martin et Marie Petit. À envoyer au 12 rue de Paris."
    )
    assert talk.say(told).asked == ("confirm",)


@pytest.mark.parametrize("yes", ["Oui, c'est juste.\n\nLéa Martin", "oui\n\nCordialement,\nL. Martin\n06 00 00 00 00"])
def test_who_signs_a_yes_still_says_yes(mail: Mail, yes: str) -> None:
    talk = mail()
    talk.say(DEMAND)
    talk.say("\n".join(TOLD))
    talk.say("moi-même\n\nCordialement,\nLéa Martin")
    talk.say(yes)
    assert filed(talk) == VALUES


def test_what_is_left_is_asked_again_together(mail: Mail) -> None:
    talk = mail()
    talk.say(DEMAND)
    decision = talk.say("Type d'acte : extrait sans filiation\nDate de naissance : 12/05/1984")
    assert decision.asked == ("subject", "birth_place", "parents", "copies", "delivery_address")
    assert "5. À quelle adresse" in decision.replies[0].text


def test_an_alarm_among_the_lines_is_still_heard(mail: Mail) -> None:
    talk = mail()
    talk.say(DEMAND)
    decision = talk.say("1. Copie intégrale\nAu secours, il y a le feu chez moi !")
    assert decision.replies[0].kind == "emergency"


def test_files_answer_the_documents_that_were_asked_with_the_rest(mail: Mail) -> None:
    talk = mail()
    asked = talk.say("Je voudrais signaler mon changement d'adresse").asked
    assert "document:address_proof" in asked
    left = talk.say("Voici mon justificatif", files=[photo("justificatif_domicile.jpg")]).asked
    assert "document:address_proof" not in left


def test_other_channels_ask_one_thing_at_a_time(town: Town, interpreter: EmbeddedInterpreter) -> None:
    assert Conversation(town, interpreter, channel="sms").say("Je voudrais un acte de naissance").asked == (
        "copy_type",
    )


SHEET = (
    Asked("kind", "quel document vous faut il copie extrait"),
    Asked("born", "sa date de naissance", ("naissance",)),
)


@pytest.mark.parametrize(
    ("letter", "found"),
    [
        ("1. copie\n2. 12.05.1984", [("kind", "copie"), ("born", "12.05.1984")]),
        ("12.05.1984\ncopie", [(NEXT, "12.05.1984"), (NEXT, "copie")]),
        ("Naissance : 3 mai", [("born", "3 mai")]),
        ("Quel document vous faut-il ? (copie / extrait) copie", [("kind", "copie")]),
        ("1.\ncopie\n2.\n3 mai", [("kind", "copie"), ("born", "3 mai")]),
        ("copie", []),
        ("Bonjour,\ncopie\nCordialement\nLéa", []),
        ("9. copie\n2. 3 mai", [(NEXT, "9. copie"), ("born", "3 mai")]),
    ],
)
def test_lines_are_matched_to_their_questions(letter: str, found: list[tuple[str, str]]) -> None:
    answers = answers_in(letter, SHEET, greetings=["bonjour"], closings=["cordialement"])
    assert [(answer.name, answer.text) for answer in answers] == found
    assert all(letter[answer.start :].startswith(answer.text) for answer in answers)
    assert all(isinstance(answer, Answer) for answer in answers)
