"""A town at ten in the morning: conversations in every state, for pictures and for browsers."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw

from case_store.conversations import past
from case_store.conversations.deliveries import record_failure, record_sent
from case_store.conversations.ownership import reply, snooze, take_over
from case_store.conversations.receiving import NewAttachment
from case_store.conversations.saying import Outgoing, Part
from case_store.conversations.threads import get_conversation
from case_store.models import Staff
from case_store.residents.ledger import opt_out
from case_store.work.delivery_claims import claim_deliveries
from tests.console.town import Console, MovingClock, actor
from tests.support.scopes import EVERYTHING


def save_picture(console: Console) -> None:
    """A hole in the road."""
    picture = Image.new("RGB", (640, 480), "#8a8a86")
    ImageDraw.Draw(picture).ellipse((180, 160, 460, 350), fill="#3a3733", outline="#5c5751", width=14)
    for name, size in (("trou.jpg", (640, 480)), ("petit.jpg", (320, 240))):
        kept = BytesIO()
        picture.resize(size).save(kept, "JPEG")
        (console.folder / name).write_bytes(kept.getvalue())


def hole() -> NewAttachment:
    return NewAttachment(
        "trou.jpg", "image/jpeg", "stored", path="trou.jpg", thumbnail="petit.jpg", size=182_000, width=640, height=480
    )


def name_resident(console: Console, conversation_id: UUID, name: str) -> None:
    def command(session: Any) -> None:
        head = get_conversation(session, scope=EVERYTHING, conversation_id=conversation_id)
        past.name_resident(session, resident_id=head.resident.id, name=name)

    console.store.write_now(command)


def send_all(console: Console, *, state: str = "delivered", fail: str | None = None) -> None:
    """Every queued delivery leaves; those whose text holds `fail` come back."""
    while claimed := console.store.write_now(claim_deliveries, worker="test", limit=50):
        for delivery in claimed:
            if fail and fail in delivery.text:
                console.store.write_now(
                    record_failure,
                    delivery_id=delivery.id,
                    code="address_refused",
                    detail="21211",
                    advice="check_address",
                )
            else:
                console.store.write_now(record_sent, delivery_id=delivery.id, provider_id=str(delivery.id), state=state)


def answer(console: Console, conversation_id: UUID, staff: Staff, text: str) -> None:
    outgoing = Outgoing(text=text, parts=(Part(text),))
    console.store.write_now(
        reply, scope=EVERYTHING, conversation_id=conversation_id, actor=actor(staff), outgoing=outgoing
    )


def a_morning(console: Console, clock: MovingClock, camille: Staff, driss: Staff) -> dict[str, UUID]:
    """Gives the conversations by what they show."""
    save_picture(console)
    found: dict[str, UUID] = {}
    steps: list[Callable[[], None]] = []

    def hole_in_the_road() -> None:
        talk = console.receive(
            "il y a un gros trou dans la chaussée devant le 12 rue de Paris",
            sender="+33639980011",
            attachments=[hole()],
        ).conversation_id
        name_resident(console, talk, "Jeanne Moreau-Lefèvre")
        clock.pass_by(minutes=1)
        console.say(
            talk,
            "Je prépare votre signalement de nid-de-poule au 12 rue de Paris. Est-ce dangereux pour les passants ?",
            [("Oui", "oui"), ("Non", "non")],
        )
        send_all(console)
        clock.pass_by(minutes=2)
        console.receive("oui, un vélo est tombé ce matin", sender="+33639980011")
        console.file_case(talk)
        console.say(talk, "Votre signalement est enregistré sous la référence MTL-26-00001Z. Merci.")
        send_all(console)
        clock.pass_by(minutes=9)
        console.receive("C'est urgent, je veux parler à quelqu'un s'il vous plaît", sender="+33639980011")
        console.queue(
            talk,
            team="voirie",
            summary="Nid-de-poule au 12 rue de Paris : un cycliste est tombé. Dossier ouvert. Veut parler à un agent.",
        )
        found["hole"] = talk

    def others() -> None:
        found["distress"] = console.waiting(
            "je n'en peux plus, personne ne m'aide", sender="visiteur-7", kind="webchat", reason="distress", urgent=True
        )
        found["english"] = console.waiting(
            "Could somebody call me back about the parking permit? I sent it twice.",
            sender="amelia.clarke@example.org",
            kind="email",
            language="en",
            reason="not_understood",
            team="relation_usagers",
        )
        found["angry"] = console.waiting(
            "Troisième fois que je signale ces poubelles !!!", sender="+33639980013", reason="anger", team="voirie"
        )

    def held() -> None:
        talk = console.waiting("Où en est mon acte de naissance ?", sender="+33639980014", team="relation_usagers")
        name_resident(console, talk, "Mohamed Ould-Kaci")
        console.store.write_now(take_over, scope=EVERYTHING, conversation_id=talk, actor=actor(camille))
        clock.pass_by(minutes=1)
        answer(console, talk, camille, "Bonjour, je regarde avec l'état civil et je vous réponds dans l'heure.")
        send_all(console)
        clock.pass_by(minutes=4)
        console.receive("Merci beaucoup, j'en ai besoin vendredi", sender="+33639980014")
        found["held"] = talk
        other = console.waiting("Le lampadaire clignote", sender="visiteur-9", kind="webchat", team="voirie")
        console.store.write_now(take_over, scope=EVERYTHING, conversation_id=other, actor=actor(driss))
        found["driss"] = other

    def failed() -> None:
        talk = console.receive("Bonjour, horaires de la mairie ?", sender="+33639980015").conversation_id
        console.say(talk, "La mairie est ouverte aujourd'hui de 9 h à 17 h 30.")
        send_all(console, fail="mairie")
        found["failed"] = talk

    def quiet() -> None:
        snoozed = console.waiting("Je vous envoie la photo demain", sender="+33639980016", team="voirie")
        console.store.write_now(take_over, scope=EVERYTHING, conversation_id=snoozed, actor=actor(camille))
        clock.pass_by(minutes=1)
        until = clock.now().replace(hour=16, minute=0)
        console.store.write_now(snooze, scope=EVERYTHING, conversation_id=snoozed, actor=actor(camille), until=until)
        found["snoozed"] = snoozed
        stopped = console.waiting("STOP", sender="+33639980017", team="voirie")
        head = console.store.read_now(get_conversation, scope=EVERYTHING, conversation_id=stopped)
        console.store.write_now(opt_out, contact_point_id=head.contact.id, actor=actor(camille))
        console.store.write_now(take_over, scope=EVERYTHING, conversation_id=stopped, actor=actor(camille))
        found["stopped"] = stopped

    steps += [quiet, held, others, hole_in_the_road, failed]
    for step in steps:
        step()
        clock.pass_by(minutes=3)
    for number in range(6):
        console.receive(f"Bonjour, question {number + 1} sur les encombrants", sender=f"+3363998002{number}")
    return found
