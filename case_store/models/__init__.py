"""The tables, one file per family."""

from case_store.models.base import Base
from case_store.models.cases import Case, CaseAddition, CaseConversation, CaseFollowUp, Counter
from case_store.models.catalogue import ServiceVersion
from case_store.models.conversations import Attachment, Conversation, Message, RawEvent, TimelineEvent, Turn
from case_store.models.mailboxes import Mailbox
from case_store.models.notices import Notice
from case_store.models.residents import ContactPoint, OptOutEntry, Resident, SearchKey
from case_store.models.staff import Staff, StaffSession
from case_store.models.work import Delivery, TurnDue

__all__ = [
    "Attachment",
    "Base",
    "Case",
    "CaseAddition",
    "CaseConversation",
    "CaseFollowUp",
    "ContactPoint",
    "Conversation",
    "Counter",
    "Delivery",
    "Mailbox",
    "Message",
    "Notice",
    "OptOutEntry",
    "RawEvent",
    "Resident",
    "SearchKey",
    "ServiceVersion",
    "Staff",
    "StaffSession",
    "TimelineEvent",
    "Turn",
    "TurnDue",
]
