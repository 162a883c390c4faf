"""A STOP that the provider knows of and the ledger has missed: told by a message it holds back."""

from sqlalchemy.orm import Session

from case_store.actors import SYSTEM
from case_store.conversations.locking import OpenedConversation, note
from case_store.residents import ledger

STOPPED = "opted_out"
"""The error code of what cannot leave because the resident wants no more messages."""


def note_stop(session: Session, conversation: OpenedConversation) -> None:
    """Writes the STOP into the ledger and into the conversation's history, once; the caller saves."""
    if conversation.opted_out:
        return
    ledger.opt_out(session, contact_point_id=conversation.contact_point_id, actor=SYSTEM)
    conversation.opted_out = True
    note(session, conversation, "opted_out", actor=SYSTEM, facts={"told": "provider"})
