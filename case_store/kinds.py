"""The words that columns and events are written with, as types: whoever writes one that is not here is refused by mypy.

What a town reads for them stands in the faces' words, which tests hold against these lists.
"""

from typing import Final, Literal

HeldBy = Literal["bot", "queue", "agent"]
ConversationState = Literal["open", "snoozed", "resolved"]
Audience = Literal["resident", "staff"]
Author = Literal["bot", "agent", "system"]

HandOffReason = Literal[
    "requested",
    "not_understood",
    "anger",
    "distress",
    "emergency",
    "topic",
    "unsupported",
    "already_waiting",
    "case_reply",
    "failure",
]
"""Why the bot passes a conversation on."""

QueueReason = HandOffReason | Literal["reassigned", "case_answer", "autoreply", "no_reply", "anothers_letter"]
"""Why a conversation asks for a person: passed on, given back to the queue, answered on a follow-up page, suspected of
being written by an automatic answerer, written from where no answer is read, or in answer to somebody else's letter."""

WORKER: Final = "worker"
"""The lane of what any worker runs; a terminal that plays a conversation, and the demo city, have their own lanes."""

CaseKind = Literal["request", "report"]
CaseState = Literal["new", "open", "awaiting_resident", "resolved", "closed", "rejected", "cancelled"]
Priority = Literal["normal", "high"]

DialogueEvent = Literal[
    "flow_started",
    "flow_cancelled",
    "answered",
    "status_given",
    "emergency_advised",
    "answered_meanwhile",
    "assistant_resumed",
    "sender_unreachable",
]
"""What the bot notes of its own talk."""

ConversationEvent = (
    DialogueEvent
    | Literal[
        "handed_off",
        "queue_left",
        "conversation_started",
        "taken_over",
        "reassigned",
        "handed_back",
        "snoozed",
        "woken",
        "conversation_resolved",
        "conversation_reopened",
        "opened_to_everybody",
        "alarm_raised",
        "delivery_failed",
        "delivery_retried",
        "delivery_dismissed",
        "delivery_replaced",
        "file_fetched",
        "file_refused",
        "opted_out",
        "opted_in",
        "language_changed",
        "autoreply_suspected",
        "autoreply_ended",
        "case_opened",
        "case_joined",
        "case_updated",
        "case_answered",
        "letter_unanswered",
        "letter_of_another",
        "case_corrected",
    ]
)
CaseEvent = Literal[
    "case_opened",
    "case_joined",
    "case_updated",
    "case_followed",
    "case_new",
    "case_open",
    "case_awaiting_resident",
    "case_resolved",
    "case_closed",
    "case_rejected",
    "case_cancelled",
    "case_step",
    "case_corrected",
]
"""`case_<state>` says that it moved there, `case_step` to another step that residents see as the same state."""

ResidentEvent = Literal["named", "opted_out", "opted_in"]
EventKind = ConversationEvent | CaseEvent | ResidentEvent
