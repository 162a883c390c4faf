"""What a chat page is told while it is open: new messages, how far the town has read, who answers."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from typing import Any

from portal.deps import PortalDeps
from portal.reading import PAGE, Chat, read_chat
from portal.thread import Bubble, bubbles, seen_number
from web.live import Bell

_BEAT_SECONDS = 21.0
_TYPING_SECONDS = 3.0
_ANSWER_SECONDS = 2.5
_FRESH_SECONDS = 10
MOST_STREAMS = 12
"""Open pages of one conversation that are told of news; a page beyond them asks now and then."""


@dataclass(frozen=True, slots=True)
class Update:
    """`html` holds the fragments after the page's last number, `last` the new one; `typing` names an agent."""

    html: str
    last: int
    seen: int
    status: str
    typing: str
    held_by: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def adds_to(self, told: "Update | None") -> bool:
        """Whether there is anything in it that `told` did not say."""
        if told is None or self.html:
            return True
        now, before = self.as_json(), told.as_json()
        return any(now[name] != before[name] for name in ("seen", "status", "typing", "held_by"))


class ChatFeed:
    """Reads a visitor's chat, once or as it changes."""

    def __init__(self, deps: PortalDeps) -> None:
        self._deps = deps

    async def read(self, visitor: str, *, after: int = 0, before: int | None = None, limit: int = PAGE) -> Chat:
        """The latest messages between two numbers."""
        return await self._deps.store.read(
            read_chat,
            visitor=visitor,
            channel_id=self._deps.settings.channel_id,
            after=after,
            before=before,
            limit=limit,
        )

    async def read_answered(self, visitor: str) -> Chat:
        """The chat; a page without scripts, fetched right after it posted, waits a moment for the assistant."""
        chat = await self.read(visitor)
        if chat.conversation is None or not self._answer_is_near(chat):
            return chat
        async with self._deps.feed.watch(str(chat.conversation.id)) as bell:
            await bell.wait(_ANSWER_SECONDS)
        return await self.read(visitor)

    def bubbles(self, chat: Chat) -> list[Bubble]:
        return bubbles(chat.messages, zone=self._deps.town.zone, seen_seq=seen(chat), before=chat.above)

    async def update(self, visitor: str, language: str, after: int) -> Update:
        """What is new since the message numbered `after`."""
        chat = await self.read(visitor, after=after)
        shown = self.bubbles(chat)
        fragments: Any = self._deps.templates[language].get_template("chat_fragments.html").module
        moment = self._deps.clock.now()
        opening = self._deps.town.opening(moment)
        return Update(
            html=str(fragments.messages(shown, new_client_id)) if shown else "",
            last=max((bubble.seq for bubble in shown), default=after),
            seen=seen(chat),
            status=str(fragments.status(chat, opening, moment)),
            typing=await self._typing(chat),
            held_by=chat.conversation.held_by if chat.conversation else "bot",
        )

    def is_crowded(self, conversation_id: str) -> bool:
        """Whether as many pages of this conversation are open as are told of news."""
        return self._deps.feed.count(conversation_id) >= MOST_STREAMS

    async def updates(
        self, visitor: str, conversation_id: str, language: str, after: int
    ) -> AsyncIterator[Update | None]:
        """Updates as they come, None as a sign of life; ends when the server stops."""
        if self.is_crowded(conversation_id):  # many came at the same moment
            return
        told: Update | None = None
        async with self._deps.feed.watch(conversation_id) as bell:
            while not self._deps.stopping.is_set():
                update = await self.update(visitor, language, after)
                after = update.last
                if update.adds_to(told):
                    yield update
                told = update
                if not await self._something_changed(bell, update) and not self._deps.stopping.is_set():
                    yield None

    async def _something_changed(self, bell: Bell, update: Update) -> bool:
        """Waits one beat at most. An agent who types rings no bell, so a page held by one looks more often."""
        return await bell.wait(_TYPING_SECONDS if update.held_by == "agent" else _BEAT_SECONDS)

    async def _typing(self, chat: Chat) -> str:
        if chat.conversation is None or chat.conversation.held_by != "agent":
            return ""
        viewers = await self._deps.presence.viewers(str(chat.conversation.id))
        return next((viewer.name for viewer in viewers if viewer.typing), "")

    def _answer_is_near(self, chat: Chat) -> bool:
        if not chat.messages or chat.conversation is None or chat.conversation.held_by != "bot":
            return False
        last = chat.messages[-1]
        age = (self._deps.clock.now() - last.at).total_seconds()
        return last.message.author == "resident" and age < _FRESH_SECONDS


def seen(chat: Chat) -> int:
    """How far the town has read what this resident said."""
    return seen_number(chat.conversation, [*([chat.above] if chat.above else []), *chat.messages])


def new_client_id() -> str:
    """A fresh id for one form. The store takes a second post with the same id for the first."""
    return secrets.token_urlsafe(16)
