"""Following a case: a code to the contact point, once, for that case alone."""

from uuid import UUID

import pytest
from sqlalchemy import select

from case_store.cases import follow_up
from case_store.cases.follow_up import CODE_LIFE, SESSION_LIFE, CodeToSend
from case_store.models import Case, CaseFollowUp
from case_store.residents import people
from tests.case_store.world import ANNA, BORIS, World

KEY = b"the town's key"


@pytest.fixture
def case(world: World) -> Case:
    return world.file_case(world.receive().conversation_id)


def ask(world: World, case: Case) -> CodeToSend:
    code = world.write(follow_up.request_code, reference=case.reference, key=KEY)
    assert code is not None
    return code


def use(world: World, case: Case, code: str) -> str | None:
    return world.write(follow_up.use_code, reference=case.reference, code=code, keys=[KEY])


def followed(world: World, token: str) -> UUID | None:
    found = world.read(follow_up.find_followed_case, token=token)
    return found.id if found else None


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_right_code_opens_the_case(world: World, case: Case) -> None:
    code = ask(world, case)
    assert (code.contact.address, len(code.code)) == (ANNA, 6)
    token = use(world, case, f" {code.code[:3]} {code.code[3:]} ")
    assert token is not None
    assert followed(world, token) == case.id


def test_a_code_works_once(world: World, case: Case) -> None:
    code = ask(world, case)
    assert use(world, case, code.code)
    assert use(world, case, code.code) is None


def test_a_wrong_code_opens_nothing(world: World, case: Case) -> None:
    code = ask(world, case)
    assert use(world, case, wrong(code.code)) is None
    assert use(world, case, "") is None
    assert use(world, case, code.code) is not None


def test_after_five_wrong_ones_the_right_one_is_void(world: World, case: Case) -> None:
    code = ask(world, case)
    assert [use(world, case, wrong(code.code)) for _ in range(5)] == [None] * 5
    assert use(world, case, code.code) is None
    assert use(world, case, ask(world, case).code) is not None


def test_an_old_code_is_void(world: World, case: Case) -> None:
    code = ask(world, case)
    world.clock.forward(seconds=CODE_LIFE.total_seconds())
    assert use(world, case, code.code) is None


def test_a_new_code_voids_the_one_before(world: World, case: Case) -> None:
    first, second = ask(world, case), ask(world, case)
    assert first.code == second.code or use(world, case, first.code) is None
    assert use(world, case, second.code) is not None


def test_a_code_opens_no_other_case(world: World, case: Case) -> None:
    other = world.file_case(world.receive(address=BORIS).conversation_id)
    code = ask(world, case)
    ask(world, other)
    assert use(world, other, code.code) is None or code.code == ask(world, other).code


def test_another_key_makes_another_code(world: World, case: Case) -> None:
    code = ask(world, case)
    assert world.write(follow_up.use_code, reference=case.reference, code=code.code, keys=[b"other"]) is None
    assert world.write(follow_up.use_code, reference=case.reference, code=code.code, keys=[b"other", KEY]) is not None


def test_an_unknown_reference_gives_nothing(world: World) -> None:
    assert world.write(follow_up.request_code, reference="MTL-26-00001Z", key=KEY) is None
    assert world.write(follow_up.use_code, reference="MTL-26-00001Z", code="000000", keys=[KEY]) is None


def test_neither_code_nor_token_is_kept(world: World, case: Case) -> None:
    code = ask(world, case)
    token = use(world, case, code.code)
    row = world.read(lambda session: session.scalars(select(CaseFollowUp)).one())
    kept = {str(getattr(row, column.name)) for column in CaseFollowUp.__table__.columns}
    assert not {code.code, token} & kept


def test_a_session_ends(world: World, case: Case) -> None:
    token = use(world, case, ask(world, case).code)
    assert token is not None
    world.clock.forward(seconds=SESSION_LIFE.total_seconds() - 1)
    assert followed(world, token) == case.id
    world.clock.forward(seconds=1)
    assert followed(world, token) is None


def test_signing_out_ends_it_too(world: World, case: Case) -> None:
    token = use(world, case, ask(world, case).code)
    assert token is not None
    world.write(follow_up.close_follow_up, token=token)
    assert followed(world, token) is None


def test_a_visitor_gets_no_code(world: World) -> None:
    talk = world.receive(contact_kind="visitor", address="v-1", channel_id="webchat").conversation_id
    case = world.file_case(talk)
    assert world.write(follow_up.request_code, reference=case.reference, key=KEY) is None


def test_the_code_goes_to_the_contact_given_for_the_case(world: World) -> None:
    talk = world.receive(contact_kind="visitor", address="v-1", channel_id="webchat").conversation_id
    given = world.write(
        people.ensure_contact_point,
        kind="email", address="anna@mail.example", language="fr", resident_id=world.conversation(talk).resident_id,
    )  # fmt: skip
    case = world.file_case(talk, contact_point_id=given.id)
    assert ask(world, case).contact.address == "anna@mail.example"
