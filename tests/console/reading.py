"""What stands on a page, as people read it."""

import re
from html import unescape
from typing import Any
from uuid import UUID

from case_store.conversations.deliveries import find_deliveries
from case_store.conversations.threads import find_messages, get_conversation
from case_store.models import Case, Conversation, Delivery, Message
from tests.console.town import Console
from tests.support.scopes import EVERYTHING


def text_of(html: str) -> str:
    """The page's words, without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def part(html: str, start: str, end: str) -> str:
    """The words between two pieces of markup."""
    assert start in html, start
    return text_of(html.split(start, 1)[1].split(end, 1)[0])


def line_order(html: str) -> list[UUID]:
    """The conversations of the list, from the top."""
    return [UUID(found) for found in re.findall(r'id="line-([0-9a-f-]{36})"', html)]


def hidden_field(html: str, form: str, name: str) -> str:
    """A field of the form that has this id."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html.split(f'id="{form}"', 1)[1])
    assert found, (form, name)
    return unescape(found[1])


def conversation(console: Console, talk: UUID) -> Conversation:
    return console.store.read_now(get_conversation, scope=EVERYTHING, conversation_id=talk).conversation


def messages(console: Console, talk: UUID) -> list[Message]:
    found = console.store.read_now(find_messages, scope=EVERYTHING, conversation_id=talk)
    return [entry.message for entry in found]


def deliveries(console: Console, talk: UUID) -> list[Delivery]:
    return console.store.read_now(find_deliveries, conversation_id=talk)


def get_row(console: Console, kind: Any, id_: UUID) -> Any:
    def query(session: Any) -> Any:
        return session.get_one(kind, id_)

    return console.store.read_now(query)


def case_of(console: Console, case_id: UUID) -> Case:
    row: Case = get_row(console, Case, case_id)
    return row
