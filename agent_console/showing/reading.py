"""What the console's main screen shows, read in one transaction: a list, and one conversation with its surroundings."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from case_store.cases.additions import Addition, find_additions
from case_store.cases.visible import (
    find_case_files,
    find_changeable_cases,
    find_visible_cases,
    find_visible_conversation_cases,
)
from case_store.conversations.filters import NO_FILTER, OFFERED, Filter
from case_store.conversations.lists import (
    ConversationLine,
    Cursor,
    Page,
    View,
    count_hidden_conversations,
    count_view,
    count_views,
    find_conversations,
    find_line,
    find_resident_conversations,
)
from case_store.conversations.threads import ConversationHead, Entry, find_entries, find_marks, get_conversation
from case_store.engine.session import StoreSession
from case_store.models import Attachment, Case, ContactPoint, Staff
from case_store.residents.people import find_contact_points
from case_store.staff.accounts import find_staff
from case_store.staff.scope import Scope

ENTRIES = 60


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a view, with the counters of the views that ask for work.

    `found` is how many the filter leaves, None without one; `colleagues` are those one can filter by.
    """

    view: View
    page: Page
    counts: Mapping[str, int]
    found: int | None
    colleagues: tuple[Staff, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands beside a thread. `elsewhere` counts the resident's conversations that the scope may not see."""

    contacts: tuple[ContactPoint, ...]
    cases: tuple[Case, ...]
    files: Mapping[UUID, list[Attachment]]
    additions: Mapping[UUID, list[Addition]]
    changeable: frozenset[UUID]
    other_conversations: tuple[ConversationLine, ...]
    other_cases: tuple[Case, ...]
    elsewhere: int


@dataclass(frozen=True, slots=True)
class OpenThread:
    """A conversation as its screen shows it. `earlier` says that older entries remain to be loaded."""

    head: ConversationHead
    line: ConversationLine
    entries: tuple[Entry, ...]
    around: Surroundings
    colleagues: tuple[Staff, ...]

    @property
    def earlier(self) -> bool:
        return bool(self.entries) and self.entries[0].seq > 1

    @property
    def mark(self) -> str:
        files = [file for found in self.around.files.values() for file in found]
        return fingerprint(self.head, self.around.cases, files)

    @property
    def last_seq(self) -> int:
        return self.head.conversation.seq


def read_list(
    session: StoreSession, *, scope: Scope, view: View, after: Cursor | None, limit: int, only: Filter = NO_FILTER
) -> ListPage:
    """Few queries, whatever the number of lines."""
    page = find_conversations(session, scope=scope, view=view, after=after, limit=limit, only=only)
    counts = count_views(session, scope=scope)
    if view not in counts:
        counts[view] = count_view(session, scope=scope, view=view)
    is_whole = replace(only, sort=None) == NO_FILTER
    found = None if is_whole else count_view(session, scope=scope, view=view, only=only)
    colleagues = tuple(find_staff(session)) if "agent" in OFFERED.get(view, ()) else ()
    return ListPage(view, page, counts, found, colleagues)


def read_thread(
    session: StoreSession,
    *,
    scope: Scope,
    conversation_id: UUID,
    before_seq: int | None = None,
    after_seq: int = 0,
) -> OpenThread:
    """Raises NotFound for a conversation outside the scope."""
    head = get_conversation(session, conversation_id=conversation_id, scope=scope)
    line = find_line(session, scope=scope, conversation_id=conversation_id)
    if line is None:
        raise AssertionError("the same scope has just found this conversation")
    entries = find_entries(
        session, scope=scope, conversation_id=conversation_id, before_seq=before_seq, after_seq=after_seq, limit=ENTRIES
    )
    around = _surroundings(session, head=head, scope=scope)
    return OpenThread(head, line, tuple(entries), around, tuple(find_staff(session)))


def read_screen(
    session: StoreSession,
    *,
    scope: Scope,
    view: View,
    after: Cursor | None = None,
    limit: int = 30,
    conversation_id: UUID | None = None,
    before_seq: int | None = None,
    only: Filter = NO_FILTER,
) -> tuple[ListPage, OpenThread | None]:
    """The list and, when one is open, its conversation, as they stood at the same moment."""
    lines = read_list(session, scope=scope, view=view, after=after, limit=limit, only=only)
    if conversation_id is None:
        return lines, None
    return lines, read_thread(session, scope=scope, conversation_id=conversation_id, before_seq=before_seq)


def _surroundings(session: StoreSession, *, head: ConversationHead, scope: Scope) -> Surroundings:
    resident_id, conversation_id = head.resident.id, head.conversation.id
    cases = find_visible_conversation_cases(session, scope=scope, conversation_id=conversation_id)
    shown = {case.id for case in cases}
    others = find_resident_conversations(session, scope=scope, resident_id=resident_id)
    all_cases = find_visible_cases(session, resident_id=resident_id, scope=scope)
    return Surroundings(
        contacts=tuple(find_contact_points(session, scope=scope, resident_id=resident_id)),
        cases=tuple(cases),
        files=find_case_files(session, scope=scope, case_ids=list(shown)),
        additions=find_additions(session, scope=scope, case_ids=list(shown)),
        changeable=frozenset(find_changeable_cases(session, case_ids=list(shown), scope=scope)),
        other_conversations=tuple(line for line in others if line.id != conversation_id and line.resident_wrote),
        other_cases=tuple(case for case in all_cases if case.id not in shown),
        elsewhere=count_hidden_conversations(session, scope=scope, resident_id=resident_id),
    )


@dataclass(frozen=True, slots=True)
class News:
    """What a page that has shown a conversation up to some number needs to be up to date.

    `marks` say how deliveries and files stand, by message; `fingerprint` moves when anything around the thread does.
    """

    head: ConversationHead
    entries: tuple[Entry, ...]
    marks: Mapping[UUID, str]
    fingerprint: str
    complete: bool


def read_news(session: StoreSession, *, scope: Scope, conversation_id: UUID, after_seq: int, limit: int = 200) -> News:
    """Raises NotFound once the conversation has left the scope. Not `complete`: too much was missed, load it anew."""
    head = get_conversation(session, conversation_id=conversation_id, scope=scope)
    entries = find_entries(session, scope=scope, conversation_id=conversation_id, after_seq=after_seq, limit=limit)
    cases = find_visible_conversation_cases(session, scope=scope, conversation_id=conversation_id)
    files = find_case_files(session, scope=scope, case_ids=[case.id for case in cases])
    return News(
        head=head,
        entries=tuple(entries),
        marks=find_marks(session, scope=scope, conversation_id=conversation_id),
        fingerprint=fingerprint(head, cases, [file for found in files.values() for file in found]),
        complete=len(entries) < limit,
    )


def fingerprint(head: ConversationHead, cases: Sequence[Case], files: Sequence[Attachment]) -> str:
    """A short text that changes with whatever is shown around the thread."""
    row, contact = head.conversation, head.contact
    facts = (
        row.version, row.state, row.held_by, row.agent_id, row.team_code, row.queue_reason, row.queue_urgent,
        row.queue_summary, row.snoozed_until, row.waiting_since is None, row.failed_deliveries, row.language,
        contact.opted_out, head.resident.name, tuple((case.id, case.version) for case in cases),
        sorted((str(file.id), file.state) for file in files),
    )  # fmt: skip
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
