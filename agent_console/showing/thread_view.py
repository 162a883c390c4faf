"""An open conversation turned into what its templates show: no row is read here, no word is chosen there."""

from dataclasses import dataclass
from uuid import UUID

from agent_console.access.deps import ConsoleDeps, Measured
from agent_console.access.gate import Visit
from agent_console.showing.begun_requests import RequestView, read_said_name, request_view
from agent_console.showing.case_view import CaseView, case_view
from agent_console.showing.entries import EntryPlace, EntryView, entry_view
from agent_console.showing.labels import Labels
from agent_console.showing.reading import OpenThread, Surroundings
from case_store.models import Conversation
from channels.registry import takes_letters

_CASE_WAITS = frozenset({"new", "awaiting_resident"})


@dataclass(frozen=True, slots=True)
class ThreadView:
    """Everything about the open conversation.

    `interrupted` is the service that the assistant was filing, if any; `unfinished` is what whoever ends the exchange
    should know first; `request` is what the resident had told of it,
    `said_name` the name they gave and that nobody has noted; `panels` are the forms that show their own errors.
    """

    open: OpenThread
    entries: tuple[EntryView, ...]
    cases: tuple[CaseView, ...]
    who: str
    why: tuple[str, str | None, str]
    mine: bool
    held_by_other: bool
    may_reassign: bool
    opted_out: bool
    unseen_since: int
    interrupted: str
    request: RequestView | None
    said_name: str
    limit: Measured
    unfinished: tuple[str, ...]
    panels: frozenset[str]

    @property
    def id(self) -> UUID:
        return self.open.head.conversation.id

    @property
    def around(self) -> Surroundings:
        return self.open.around

    def failed_text(self, delivery_id: str) -> str:
        """The text of a failed delivery of the entries shown, to be written anew."""
        failures = (failure for entry in self.entries for failure in entry.failed)
        return next((failure.text for failure in failures if str(failure.delivery_id) == delivery_id), "")


def thread_view(thread: OpenThread, *, visit: Visit, labels: Labels, deps: ConsoleDeps) -> ThreadView:
    conversation, line = thread.head.conversation, thread.line
    mine = conversation.agent_id == visit.staff.id
    may_reassign = mine or visit.is_supervisor
    place = place_of(thread.head.conversation, opted_out=thread.head.contact.opted_out)
    cases = tuple(case_view(case, thread, visit, labels, deps) for case in thread.around.cases)
    return ThreadView(
        open=thread,
        entries=tuple(entry_view(entry, place, labels, deps) for entry in thread.entries),
        cases=cases,
        who=labels.who(line.resident_name, line.contact_kind, line.contact_address),
        why=labels.why(line, visit.staff.id),
        mine=mine,
        held_by_other=conversation.held_by == "agent" and not mine,
        may_reassign=may_reassign,
        opted_out=thread.head.contact.opted_out,
        unseen_since=thread.last_seq,
        interrupted=str((conversation.dialogue.get("flow") or {}).get("code", "")),
        request=request_view(conversation.dialogue, labels, deps) if conversation.held_by != "bot" else None,
        said_name="" if thread.head.resident.name else read_said_name(conversation.dialogue),
        limit=deps.measure(conversation.channel_id, ""),
        unfinished=_unfinished(thread, labels) if mine else (),
        panels=_panels(cases, mine=mine, may_reassign=may_reassign),
    )


def place_of(conversation: Conversation, *, opted_out: bool) -> EntryPlace:
    """The thread of a conversation that somebody works on."""
    letters = takes_letters(conversation.channel_kind)
    return EntryPlace(conversation.channel_id, opted_out=opted_out, at_work=True, letters=letters)


def _unfinished(thread: OpenThread, labels: Labels) -> tuple[str, ...]:
    line = thread.line
    told = []
    if line.waiting_since is not None:
        told.append(labels.told("resolve.answer_due", wait=labels.wait_long(line.waiting_since)))
    if line.failed_deliveries:
        told.append(labels.told("resolve.failed", count=line.failed_deliveries))
    for case in thread.around.cases:
        if case.state in _CASE_WAITS:
            state = labels.word("case_state", case.state)
            told.append(labels.told("resolve.case_waits", reference=case.reference, state=state))
    return tuple(told)


def _panels(cases: tuple[CaseView, ...], *, mine: bool, may_reassign: bool) -> frozenset[str]:
    changing = {f"case:{each.case.id}" for each in cases if each.may_change and each.moves}
    own = {"resolve", "snooze", "hand-back", "name"} if mine else set()
    return frozenset(changing | own | ({"reassign"} if may_reassign else set()))
