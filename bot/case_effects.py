"""What a decision does to cases: one function per effect, within the turn's transaction."""

from uuid import UUID

from bot.contract import JoinCase, OpenCase, UpdateCase
from bot.scene import Scene
from case_store.actors import BOT, RESIDENT
from case_store.cases import additions, filing
from case_store.conversations.reaching import ensure_conversation
from case_store.engine.session import now
from case_store.residents import people


def open_case(scene: Scene, effect: OpenCase) -> None:
    conversation, place = scene.conversation, effect.location
    contact_point_id = _contact(scene, effect.contact)
    case = filing.open_case(
        scene.session,
        actor=BOT,
        case=filing.NewCase(
            prefix=scene.turn.reference_prefix,
            kind=effect.kind,
            service_code=effect.service_code,
            service_version=effect.service_version,
            team_code=effect.team_code,
            title=effect.title,
            state=effect.state,
            priority=effect.priority,
            fields=list(effect.fields.items()),
            due_at=effect.due_at,
            language=effect.language,
            channel_kind=conversation.channel_kind,
            resident_id=conversation.resident_id,
            contact_point_id=contact_point_id,
            conversation_id=conversation.id,
            documents=effect.documents,
            location_text=place.text if place else None,
            location_entity=place.entity if place else None,
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
            location_known=bool(place and place.known),
        ),
    )
    if effect.requester is not None:
        people.keep_name(scene.session, resident_id=conversation.resident_id, name=effect.requester, actor=RESIDENT)
    additions.attach(scene.session, case_id=case.id, attachment_ids=effect.attachment_ids)
    for code, attachment_id in effect.document_attachments.items():
        additions.attach(scene.session, case_id=case.id, attachment_ids=[attachment_id], document_code=code)
    _keep_remarks(scene, case.id, effect.remarks)
    _link_contact(scene, case.id, contact_point_id)
    scene.applied.reference = case.reference
    if "team_code" not in conversation.changed:
        conversation.change(team_code=effect.team_code)
    scene.tell(
        "case_opened",
        {"case": str(case.id)},
        reference=case.reference,
        code=effect.service_code,
        fields=dict(effect.fields),
    )


def join_case(scene: Scene, effect: JoinCase) -> None:
    filing.join_case(
        scene.session,
        case_id=effect.case_id,
        conversation_id=scene.conversation.id,
        actor=RESIDENT,
        fields=effect.fields,
    )
    additions.attach(scene.session, case_id=effect.case_id, attachment_ids=effect.attachment_ids)
    _keep_remarks(scene, effect.case_id, effect.remarks)
    _link_contact(scene, effect.case_id, _contact(scene, effect.contact))
    scene.applied.reference = effect.reference
    scene.tell(
        "case_joined",
        {"case": str(effect.case_id)},
        reference=effect.reference,
        code=effect.service_code,
        fields=dict(effect.fields),
    )


def update_case(scene: Scene, effect: UpdateCase) -> None:
    """The team sees it in the case's history, and the conversation says why it wants to be looked at."""
    case = additions.add_information(
        scene.session,
        case_id=effect.case_id,
        conversation_id=scene.conversation.id,
        actor=RESIDENT,
        text=effect.text,
        attachment_ids=effect.attachment_ids,
        documents=effect.document_attachments,
    )
    if scene.conversation.held_by == "bot":  # who holds it sees it anyway
        scene.conversation.change(team_code=case.team_code, unread_addition_at=now(scene.session))
    scene.tell("case_updated", {"case": str(case.id)}, reference=effect.reference)


def _keep_remarks(scene: Scene, case_id: UUID, remarks: tuple[str, ...]) -> None:
    """What no field is for goes into the case's history, as if it had been sent after filing."""
    if remarks:
        additions.add_information(
            scene.session,
            case_id=case_id,
            conversation_id=scene.conversation.id,
            actor=RESIDENT,
            text="\n".join(remarks),
        )


def _link_contact(scene: Scene, case_id: UUID, contact_point_id: UUID) -> None:
    """The case is also told at the contact point the resident gave, where a channel reaches it."""
    if contact_point_id == scene.conversation.contact_point_id:
        return
    contact = people.get_contact_point(scene.session, contact_point_id=contact_point_id)
    channel = scene.turn.reach(contact.kind)
    if channel is None:
        return
    channel_id, channel_kind = channel
    other = ensure_conversation(
        scene.session,
        contact=contact,
        channel_id=channel_id,
        channel_kind=channel_kind,
        language=scene.conversation.language,
    )
    filing.link_conversation(scene.session, case_id=case_id, conversation_id=other, role="joined")
    scene.copied_to.append(other)


def _contact(scene: Scene, contact: tuple[str, str] | None) -> UUID:
    """The contact point to follow the case by: the one just given, else the conversation's own."""
    if contact is None:
        return scene.conversation.contact_point_id
    kind, address = contact
    point = people.ensure_contact_point(
        scene.session,
        kind=kind,
        address=address,
        language=scene.conversation.language,
        resident_id=scene.conversation.resident_id,
    )
    return point.id
