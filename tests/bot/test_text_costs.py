"""What the assistant's usual text messages cost: counted as the provider bills them, in the demo town's spelling."""

from datetime import UTC, datetime, timedelta
from uuid import uuid5

import pytest

from bot.contract import REFERENCE_MARK, Reply
from bot.queries import CaseFacts
from channels.contract import Capabilities
from channels.rendering import Style, render
from channels.sms import gsm7
from intents.embedded import EmbeddedInterpreter
from kit.references import Reference
from services.town.loading import Town
from tests.bot.conversation import Conversation
from tests.bot.kept_turns import SPACE

SMS = Capabilities(max_text=1600, choices="numbered", attachments=True, receipts=True, max_request=100_000)


def case(number: int, service: str) -> CaseFacts:
    reference = str(Reference("MTL", 2026, number))
    opened = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
    due = opened + timedelta(days=14)
    return CaseFacts(uuid5(SPACE, reference), reference, service, "new", opened, due, own=True)


def cost(reply: Reply, town: Town) -> int:
    """Segments of one reply, with its numbered choices."""
    keep = town.city.sms.keep_accents
    spell = Style(town.replies.text("fr", "render.choose"), lambda text: gsm7.fold(text, keep_accents=keep))
    text = reply.text.replace(REFERENCE_MARK, str(Reference("MTL", 2026, 500)))
    return sum(gsm7.segments(part.text).segments for part in render(text, reply.choices, SMS, style=spell))


@pytest.fixture
def texting(town: Town, interpreter: EmbeddedInterpreter) -> Conversation:
    """A conversation by text message that has been introduced already."""
    conversation = Conversation(town, interpreter, "sms")
    conversation.say("bonjour")
    return conversation


@pytest.mark.parametrize(
    ("said", "most"),
    [
        ("où en est ma demande ?", 1),
        ("quels sont les horaires de la mairie ?", 2),
        ("combien coûte une carte de stationnement ?", 1),
        ("quels papiers pour une carte de stationnement ?", 2),
        ("il y a un trou devant le 12 rue de Paris", 1),
        ("fuite d'eau rue de Paris", 1),
        ("aide", 1),
        ("merci", 1),
    ],
)
def test_an_answer_by_text_message_is_short(texting: Conversation, said: str, most: int) -> None:
    texting.cases = (case(15, "report.pothole"),)
    texting.say(said)
    told = f"{texting.text!r}"
    assert sum(cost(reply, texting.town) for reply in texting.last.replies) <= most, told


def test_two_cases_fit_two_text_messages(texting: Conversation) -> None:
    texting.cases = (case(15, "report.pothole"), case(16, "report.street_light"))
    texting.say("où en est ma demande ?")
    assert sum(cost(reply, texting.town) for reply in texting.last.replies) <= 2, texting.text


def test_what_is_filed_is_told_in_two_text_messages(texting: Conversation) -> None:
    """Seven things must be told (the law names them); the provider's alphabet must not double their price."""
    for said in ("il y a un trou dangereux au 12 rue de Paris", "non", "oui"):
        texting.say(said)
    assert texting.opened
    assert sum(cost(reply, texting.town) for reply in texting.last.replies) <= 2, texting.text
