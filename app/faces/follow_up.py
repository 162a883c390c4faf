"""What the follow-up pages ask of the product: send a code, use it, take an answer."""

import structlog

from app.wiring import Product
from bot.keeping import keep_file
from bot.receive import MAX_TEXT
from case_store.actors import SYSTEM
from case_store.cases import follow_up
from case_store.cases.answers import answer_case
from case_store.conversations.locking import lock_conversation, save_conversation
from case_store.conversations.reaching import ensure_conversation
from case_store.conversations.saying import Outgoing, Part, say
from case_store.engine.session import StoreSession
from kit.catalogues import Wordings
from kit.files import MAX_FILES
from kit.text import strip_controls
from portal.deps import CaseAnswer

log = structlog.get_logger(__name__)


class FollowUp:
    """The three things, over one product. `words` are the shared texts."""

    def __init__(self, product: Product, words: Wordings) -> None:
        self._product = product
        self._words = words
        self._keys = product.settings.signing_keys()

    async def request_code(self, reference: str, language: str) -> None:
        """Sends a code to the case's contact point when there is one that can be reached; never tells."""
        sent = await self._product.store.write(self._send_code, reference=reference, language=language)
        log.info("follow_up_code", sent=sent)

    async def use_code(self, reference: str, code: str) -> str | None:
        """The session's token for the right code, once."""
        return await self._product.store.write(follow_up.use_code, reference=reference, code=code, keys=self._keys)

    async def answer_case(self, answer: CaseAnswer) -> None:
        """Puts a resident's answer into the conversation of their case."""
        media, given = self._product.media, answer.attachments[:MAX_FILES]
        files = [await keep_file(media, file.filename, file.content or b"") for file in given]
        await self._product.store.write(
            answer_case,
            case_id=answer.case_id,
            text=strip_controls(answer.text)[:MAX_TEXT],
            client_id=answer.client_id,
            language=answer.language,
            attachments=files,
            trace_id=structlog.contextvars.get_contextvars().get("trace_id"),
        )

    def _send_code(self, session: StoreSession, *, reference: str, language: str) -> bool:
        to_send = follow_up.request_code(session, reference=reference, key=self._keys[0])
        if to_send is None or to_send.contact.opted_out:
            return False
        channel = self._product.reach(to_send.contact.kind)
        if channel is None:
            return False
        channel_id, channel_kind = channel
        conversation = lock_conversation(
            session,
            conversation_id=ensure_conversation(
                session,
                contact=to_send.contact,
                channel_id=channel_id,
                channel_kind=channel_kind,
                language=language,
            ),
        )
        facts = {"town": self._product.town.city.name, "reference": reference}
        text = self._words.text(language, "messages.code", code=to_send.code, **facts)
        parts = self._product.presenter.present(channel_id, text, (), language)
        # The code is for the resident alone: what staff read of this message does not hold it.
        kept = self._words.text(language, "messages.code_kept", **facts)
        subject = self._words.text(language, "messages.code_subject", **facts)
        outgoing = Outgoing(text=kept, parts=tuple(Part(part.text) for part in parts), kind="code", subject=subject)
        say(session, conversation, author="system", actor=SYSTEM, outgoing=outgoing)
        save_conversation(session, conversation)
        return True
