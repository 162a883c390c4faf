"""What an agent may see or do passes a required scope: by signature, and by what a stranger gets.

The console is read for what it calls of the store, so a function that somebody adds is examined by itself.
"""

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

import agent_console
from agent_console.showing import reading
from case_store.actors import BOT, RESIDENT
from case_store.cases.additions import add_information
from case_store.cases.correcting import Correction
from case_store.conversations import locking
from case_store.conversations.deliveries import record_failure
from case_store.conversations.ownership import hand_off
from case_store.conversations.receiving import NewAttachment
from case_store.conversations.starting import Address
from case_store.errors import Forbidden, NotFound
from case_store.models import Attachment, Conversation, Notice
from case_store.oversight.history import HistoryFilter
from case_store.staff.accounts import open_session
from case_store.staff.scope import Scope
from case_store.work.notices import NewNotice, begin_notice, record_notice_failure, write_notice
from tests.case_store.store_modules import store_modules
from tests.case_store.world import ANNA, World, outgoing
from tests.support.scopes import EVERYTHING

STRANGER = Scope(uuid4(), frozenset({"archives"}))

OF_STAFF_THEMSELVES = {
    "find_session", "touch_session", "open_session", "close_session", "find_staff_by_email", "find_demo_staff",
    "find_staff", "save_language", "save_shortcuts", "save_password", "is_any_agent_on_duty",
}  # fmt: skip
"""Signing in, one's own account, colleagues' names and whether any is at work: no resident's affairs."""

OF_WHO_CALLS_OR_COMES = {
    "ensure_contact_point", "ensure_conversation", "open_case", "link_conversation", "keep_name", "acknowledge_once",
    "get_filed_reference", "hang_files", "attach_sent",
}  # fmt: skip
"""An agent files a case for whoever calls or comes, for any team; only the reference of their form is read back."""

TOLD_TO_STRANGERS = {"count_hidden_conversations"}
"""That there is more than one may see."""

OF_ONES_OWN = {"find_given"}
"""What a colleague has given to somebody is told to them alone, whatever else one sees."""

_READS = ("find_", "get_", "read_", "count_", "still_")
_REFUSALS = (NotFound, Forbidden)
_NOTICES = select(Notice.id)


def functions_the_console_calls() -> Iterator[Callable[..., Any]]:
    for path in sorted(Path(agent_console.__path__[0]).rglob("*.py")):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("case_store"):
                for alias in node.names:
                    yield from _functions(_imported(node.module, alias.name), tree, alias.asname or alias.name)


def _imported(module: str, name: str) -> Any:
    found = import_module(module)
    return getattr(found, name) if hasattr(found, name) else import_module(f"{module}.{name}")


def _functions(found: Any, tree: ast.Module, local: str) -> Iterator[Callable[..., Any]]:
    if inspect.isfunction(found):
        yield found
    elif isinstance(found, ModuleType):
        used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is(node.value, local)}
        yield from (value for name, value in vars(found).items() if name in used and inspect.isfunction(value))


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


@cache
def scoped() -> Mapping[str, Callable[..., Any]]:
    """Every public function of the store, and of the console's screens, that takes a session and a scope."""
    found: dict[str, Callable[..., Any]] = {}
    for module in (*store_modules(), reading):
        for name, value in vars(module).items():
            is_public = inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
            if is_public and {"session", "scope"} <= inspect.signature(value).parameters.keys():
                found[name] = value
    return found


def test_the_console_can_call_nothing_of_the_store_without_a_scope() -> None:
    called = {function.__name__: inspect.signature(function).parameters for function in functions_the_console_calls()}
    assert {"take_over", "get_conversation", "move_case", "find_load"} <= called.keys()
    open_to_all = {name for name, given in called.items() if "session" in given and "scope" not in given}
    assert open_to_all == (OF_STAFF_THEMSELVES | OF_WHO_CALLS_OR_COMES) & called.keys()


def test_a_scope_is_required_and_comes_first() -> None:
    first = {name: list(inspect.signature(function).parameters.values())[1] for name, function in scoped().items()}
    assert {name for name, scope in first.items() if scope.name != "scope" or scope.annotation is not Scope} == set()
    assert {scope.kind for scope in first.values()} == {inspect.Parameter.KEYWORD_ONLY}
    assert {scope.default for scope in first.values()} == {inspect.Parameter.empty}


def arguments(world: World) -> dict[str, Any]:
    """A resident in distress before the roads team, with a case, a file, what could not be sent - and a notice too."""
    claire = world.agent("Claire", teams=["roads"])
    world.write(open_session, staff_id=claire.id or uuid4(), user_agent="test")
    picture = NewAttachment("a.jpg", "image/jpeg", "stored", path="a")
    talk = world.receive("au secours", attachments=[picture], payload={"mail": "kept"})
    case = world.file_case(talk.conversation_id)
    file = world.read(lambda session: session.scalars(select(Attachment.id)).one())
    [delivery] = world.say(talk.conversation_id, "Bonjour")
    world.write(record_failure, delivery_id=delivery, code="address_refused", detail="", advice="check_address")
    world.write(_hang, case_id=case.id, conversation_id=talk.conversation_id, file=file)
    return {
        "actor": claire, "after": None, "after_seq": 0, "any_conversation": True, "attachment_id": file, "briefing": "",
        "case_id": case.id, "case_ids": [case.id], "chosen": HistoryFilter(), "client_id": "1",
        "correction": Correction(fields=(), title="", priority="normal", place=None), "dialogue": {},
        "conversation_id": talk.conversation_id, "delivery_id": delivery, "expected_version": None, "limit": 10,
        "message_id": talk.message_id, "message_ids": [talk.message_id],
        "notice_id": _failed_notice(world), "outgoing": outgoing("Bonjour"),
        "name": "", "pieces": {"phone": ANNA}, "reason": None, "reference": case.reference, "replaces": None,
        "resident_id": case.resident_id, "resume": True,
        "seen_seq": None, "since": datetime(2026, 1, 1, tzinfo=UTC), "state": "open", "tellings": {}, "text": "Note",
        "to": Address("phone", ANNA, "sms", "sms", "fr"),
        "until": datetime(2027, 1, 1, tzinfo=UTC), "view": "queue", "why": "dismissed", "order": (Conversation.id,),
        "where": Conversation.resident_wrote.is_(True),
    }  # fmt: skip


def _hang(session: Session, *, case_id: UUID, conversation_id: UUID, file: UUID) -> None:
    add_information(
        session, case_id=case_id, conversation_id=conversation_id, actor=RESIDENT, text="Ici", attachment_ids=[file]
    )
    conversation = locking.lock_conversation(session, conversation_id=conversation_id)
    facts = {"reason": "distress", "summary": "", "team_code": "roads", "urgent": True}
    hand_off(session, conversation, actor=BOT, **facts)
    locking.save_conversation(session, conversation)


def _failed_notice(world: World) -> UUID:
    world.write(write_notice, notice=NewNotice("k", "distress", "email", "a@town.example", "fr", "Détresse", "Vite"))
    [notice_id] = world.read(lambda session: list(session.scalars(_NOTICES)))
    world.write(begin_notice, notice_id=notice_id)
    world.write(record_notice_failure, notice_id=notice_id, code="address_refused", detail="", advice="")
    return notice_id


def answer(world: World, name: str, given: Mapping[str, Any]) -> Any:
    """What the function gives, or the class of its refusal."""
    function = scoped()[name]
    wanted = [each.name for each in inspect.signature(function).parameters.values() if each.default is each.empty]
    try:
        return world.write(function, **{each: given[each] for each in wanted if each != "session"})
    except _REFUSALS as refusal:
        return type(refusal)


def is_empty(value: Any) -> bool:
    """Nothing of anybody: no row, no figure, however it is wrapped."""
    if is_dataclass(value) and not isinstance(value, type):
        return all(is_empty(getattr(value, each.name)) for each in fields(value) if each.name != "view")
    if isinstance(value, tuple):
        return all(is_empty(each) for each in value)
    if isinstance(value, Mapping):
        return all(is_empty(each) for each in value.values())
    return not value


def test_a_stranger_is_told_nothing(world: World) -> None:
    given = arguments(world) | {"scope": STRANGER}
    answers = {name: answer(world, name, given) for name in scoped() if name.startswith(_READS)}
    told = {name for name, found in answers.items() if found not in _REFUSALS and not is_empty(found)}
    assert told == TOLD_TO_STRANGERS


def test_a_stranger_can_do_nothing(world: World) -> None:
    given = arguments(world) | {"scope": STRANGER}
    answers = {name: answer(world, name, given) for name in scoped() if not name.startswith(_READS)}
    assert {name for name, found in answers.items() if found not in _REFUSALS} == set()


def test_who_sees_everything_is_told_of_it(world: World) -> None:
    """Else what a stranger is told would prove nothing."""
    given = arguments(world) | {"scope": EVERYTHING}
    answers = {name: answer(world, name, given) for name in scoped() if name.startswith(_READS)}
    untold = {name for name, found in answers.items() if found in _REFUSALS or is_empty(found)}
    assert untold == TOLD_TO_STRANGERS | OF_ONES_OWN
