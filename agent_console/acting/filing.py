"""A case that an agent files for somebody: the files that come with it, the case, and its acknowledgement."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from agent_console.access.deps import ConsoleDeps, ReadForm
from agent_console.access.gate import PostedFile
from agent_console.showing.begun_requests import read_begun_request, without_request
from agent_console.showing.case_messages import outgoing
from case_store.actors import Actor
from case_store.cases.additions import attach_sent, hang_files
from case_store.cases.filing import link_conversation, open_case
from case_store.cases.finding import get_filed_reference
from case_store.conversations.by_agents import keep_dialogue
from case_store.conversations.reaching import ensure_conversation
from case_store.conversations.receiving import NewAttachment
from case_store.conversations.saying import Outgoing
from case_store.conversations.starting import Address, acknowledge_once
from case_store.conversations.threads import get_conversation
from case_store.engine.session import StoreSession
from case_store.errors import NotHeld
from case_store.models import Case
from case_store.residents.people import ensure_contact_point, keep_name
from case_store.staff.scope import Scope
from channels.contacts import PHONE
from kit.files import MAX_BYTES, MAX_FILES


def wrong_files(files: Sequence[PostedFile]) -> str:
    """The key of what is wrong with the files before they are inspected, or nothing."""
    if len(files) > MAX_FILES:
        return "too_many"
    return "too_large" if any(len(file.content) > MAX_BYTES for file in files) else ""


async def keep_files(deps: ConsoleDeps, files: Sequence[PostedFile]) -> list[NewAttachment]:
    """Has the files inspected and kept, one after the other; those refused say why."""
    return [await deps.keep_file(file.name, file.content) for file in files]


def file_begun_request(
    session: StoreSession,
    *,
    scope: Scope,
    conversation_id: UUID,
    actor: Actor,
    code: str,
    read: ReadForm,
    client_id: str,
    deps: ConsoleDeps,
) -> str:
    """Files what a resident had begun with the assistant, in their conversation and with what they sent; gives the
    reference. The assistant will not go on with it.

    Raises NotFound, and NotHeld for an agent who does not hold the conversation: the assistant could file it too.
    """
    head = get_conversation(session, scope=scope, conversation_id=conversation_id)
    row = head.conversation
    if row.agent_id != actor.id:
        raise NotHeld
    begun = read_begun_request(row.dialogue)
    to = Address(head.contact.kind, head.contact.address, row.channel_id, row.channel_kind, row.language)
    reference = file_case(
        session, actor=actor, to=to, read=read, files=(), client_id=client_id, deps=deps,
        way_in=row.channel_kind, sent=begun.files if begun and begun.code == code else (),
    )  # fmt: skip
    left = without_request(row.dialogue, code)
    keep_dialogue(session, scope=scope, conversation_id=conversation_id, actor=actor, dialogue=left)
    return reference


def file_case(
    session: StoreSession,
    *,
    actor: Actor,
    to: Address,
    read: ReadForm,
    files: Sequence[NewAttachment],
    client_id: str,
    deps: ConsoleDeps,
    way_in: str | None = None,
    sent: Sequence[UUID] = (),
) -> str:
    """Files the case under the address and acknowledges it there, once for a `client_id`; gives its reference.

    The files go with the acknowledgement and hang on the case, as do those that the resident has `sent` in the
    conversation. `way_in` is the kind of channel by which the request came, the counter's unless told. Whoever has
    asked for no more messages has a case all the same: what is said to them is kept, and does not leave.
    """
    if read.make_case is None or read.acknowledge is None:
        raise ValueError("a form with wrong fields is no case")
    make_case, acknowledge = read.make_case, read.acknowledge
    contact = ensure_contact_point(session, kind=to.kind, address=to.address, language=to.language)
    conversation_id = ensure_conversation(
        session, contact=contact, channel_id=to.channel_id, channel_kind=to.channel_kind, language=to.language
    )
    filed: list[Case] = []

    def file() -> Outgoing:
        made = make_case(resident_id=contact.resident_id, contact_point_id=contact.id)
        case = open_case(session, case=replace(made, channel_kind=way_in or made.channel_kind), actor=actor)
        link_conversation(session, case_id=case.id, conversation_id=conversation_id, role="opened")
        if read.requester:
            keep_name(session, resident_id=contact.resident_id, name=read.requester, actor=actor)
        filed.append(case)
        text, subject = acknowledge(case.reference, to.kind == PHONE.kind)
        return outgoing(
            deps.present, channel_id=to.channel_id, text=text, language=to.language, kind="acknowledgement",
            subject=subject,
        )  # fmt: skip

    message_id = acknowledge_once(
        session, conversation_id=conversation_id, actor=actor, client_id=client_id or uuid4().hex, file=file
    )
    if message_id is None:
        return get_filed_reference(session, conversation_id=conversation_id, client_id=client_id)
    hang_files(session, case_id=filed[0].id, conversation_id=conversation_id, message_id=message_id, files=files)
    attach_sent(session, case_id=filed[0].id, conversation_id=conversation_id, attachment_ids=sent)
    return filed[0].reference
