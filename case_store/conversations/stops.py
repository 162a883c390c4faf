"""A STOP that the provider knows of and the ledger has missed: told by a message it holds back."""

from sqlalchemy.orm import Session

from case_store.actors import SYSTEM
from case_store.conversations.saying import OpenedConversation
from case_store.residents import ledger
from case_store.timeline import record

STOPPED = "opted_out"
"""The error code of what cannot leave because the resident wants no more messages."""


def note_stop(session: Session, conversation: OpenedConversation) -> None:
    """Writes the STOP into the ledger and into the conversation's history, once; the caller saves."""
    if conversation.opted_out:
        return
    ledger.opt_out(session, contact_point_id=conversation.contact_point_id, actor=SYSTEM)
    conversation.opted_out = True
    record(
        session,
        subject="conversation",
        subject_id=conversation.id,
        seq=conversation.next_seq(),
        kind="opted_out",
        actor=SYSTEM,
        facts={"told": "provider"},
    )
