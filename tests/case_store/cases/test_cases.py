"""Cases: references that are never given twice, states that move as declared, and history."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from case_store.actors import BOT, RESIDENT, Actor
from case_store.cases import finding
from case_store.cases.additions import add_information, attach, find_additions
from case_store.cases.filing import join_case, open_case
from case_store.cases.moving import NEEDS_REASON, TRANSITIONS, change_state
from case_store.conversations.receiving import NewAttachment
from case_store.errors import ChangedMeanwhile, NotFound, ReasonMissing, TransitionRefused
from case_store.models import Attachment, Case
from case_store.timeline import find_events
from kit.references import parse_reference
from tests.case_store.world import BORIS, World, new_case
from tests.support.scopes import EVERYTHING


def force(world: World, case_id: UUID, state: str) -> None:
    """Puts a case into a state, whatever the rules."""
    change = update(Case).where(Case.id == case_id).values(state=state, reason="parce que")
    world.write(lambda session: session.execute(change))


class TestOpening:
    def test_the_reference_reads_back_and_counts_up(self, world: World, talk: UUID) -> None:
        references = [world.file_case(talk).reference for _ in range(3)]
        read = [parse_reference(reference.lower().replace("-", " "), "MTL") for reference in references]
        assert [(found.year, found.number) for found in read if found] == [(26, 1), (26, 2), (26, 3)]
        assert [str(found) for found in read] == references

    def test_numbers_begin_anew_each_year(self, world: World, talk: UUID) -> None:
        world.file_case(talk)
        world.clock.forward(days=60)
        found = parse_reference(world.file_case(talk).reference, "MTL")
        assert found is not None
        assert (found.year, found.number) == (27, 1)

    async def test_cases_filed_at_once_get_references_of_their_own(self, world: World, talk: UUID) -> None:
        conversation = world.conversation(talk)
        filed = await asyncio.gather(
            *(world.store.write(open_case, case=new_case(conversation), actor=BOT) for _ in range(20))
        )
        assert len({case.reference for case in filed}) == 20

    def test_a_command_that_fails_later_takes_its_reference_back(self, world: World, talk: UUID) -> None:
        conversation = world.conversation(talk)

        def file_and_fail(session: object) -> None:
            open_case(session, case=new_case(conversation), actor=BOT)  # type: ignore[arg-type]
            raise NotFound("something else")

        with pytest.raises(NotFound):
            world.write(file_and_fail)
        found = parse_reference(world.file_case(talk).reference, "MTL")
        assert found is not None
        assert found.number == 1

    def test_it_is_told_where_it_was_opened_and_in_its_history(self, world: World, talk: UUID) -> None:
        case = world.file_case(talk)
        assert world.read(finding.find_case_conversations, case_id=case.id) == [talk]
        assert [found.id for found in world.read(finding.find_conversation_cases, conversation_id=talk)] == [case.id]
        [event] = world.read(find_events, subject_id=case.id, visible_to="resident")
        assert (event.kind, event.facts["reference"]) == ("case_opened", case.reference)

    def test_answers_keep_the_order_of_the_questions(self, world: World, talk: UUID) -> None:
        pairs = [("zone", "b"), ("age", "2"), ("mairie", "é")]
        case = world.file_case(talk, fields=pairs)
        assert world.read(finding.get_case, case_id=case.id).fields == [list(pair) for pair in pairs]

    def test_it_is_found_by_its_canonical_reference_alone(self, world: World, talk: UUID) -> None:
        case = world.file_case(talk)
        found = world.read(finding.find_case_by_reference, reference=case.reference)
        assert found is not None
        assert found.id == case.id
        assert world.read(finding.find_case_by_reference, reference="MTL-26-000000") is None

    def test_the_database_refuses_a_state_it_does_not_know(self, world: World, talk: UUID) -> None:
        with pytest.raises(IntegrityError):
            world.file_case(talk, state="lost")


class TestCompleting:
    def test_what_the_resident_adds_is_in_the_history_and_the_file_on_the_case(self, world: World, talk: UUID) -> None:
        case = world.file_case(talk)
        photo = NewAttachment("trou.jpg", "image/jpeg", "stored", path="a/b.jpg")
        world.receive("", attachments=[photo])
        [file] = world.read(lambda session: session.query(Attachment).all())
        world.write(
            add_information,
            case_id=case.id,
            conversation_id=talk,
            actor=RESIDENT,
            text="au 14",
            attachment_ids=[file.id],
        )
        [kept] = world.read(lambda session: list(session.scalars(_files().where(Attachment.case_id == case.id))))
        event = world.read(find_events, subject_id=case.id, visible_to="resident")[-1]
        assert kept.filename == "trou.jpg"
        [addition] = world.read(find_additions, scope=EVERYTHING, case_ids=[case.id])[case.id]
        assert (event.kind, event.actor) == ("case_updated", "resident")
        assert (addition.text, [added.id for added in addition.files]) == ("au 14", [file.id])

    def test_the_latest_additions_of_each_case_are_read_the_last_one_first(self, world: World, talk: UUID) -> None:
        cases = [world.file_case(talk) for _ in range(2)]
        for number in range(5):
            for case in cases:
                added = {"case_id": case.id, "conversation_id": talk, "text": f"{number}"}
                world.write(add_information, actor=RESIDENT, **added)
        found = world.read(find_additions, scope=EVERYTHING, case_ids=[case.id for case in cases])
        latest = {case_id: [addition.text for addition in additions] for case_id, additions in found.items()}
        assert latest == {case.id: ["4", "3", "2"] for case in cases}
        assert len(world.queries(find_additions, scope=EVERYTHING, case_ids=[case.id for case in cases])) == 2

    def test_who_only_follows_a_case_does_not_write_into_its_owners_history(self, world: World, talk: UUID) -> None:
        case = world.file_case(talk)
        other = world.receive(address=BORIS).conversation_id
        world.write(join_case, case_id=case.id, conversation_id=other, actor=RESIDENT, fields={})
        world.write(add_information, case_id=case.id, conversation_id=other, actor=RESIDENT, text="au 14")
        seen = [event.kind for event in world.read(find_events, subject_id=case.id, visible_to="resident")]
        kept = [event.kind for event in world.read(find_events, subject_id=case.id, visible_to="staff")]
        assert "case_updated" not in seen
        assert "case_updated" in kept

    @pytest.mark.parametrize(
        ("missing", "state"),
        [(["identity"], "open"), (["identity", "address_proof"], "awaiting_resident")],
        ids=["nothing is missing any more", "one more is missing"],
    )
    def test_a_case_that_awaits_documents_goes_on_with_the_last_one(
        self, world: World, talk: UUID, missing: list[str], state: str
    ) -> None:
        case = world.file_case(talk, state="awaiting_resident", documents=dict.fromkeys(missing, "later"))
        world.receive("", attachments=[NewAttachment("carte.jpg", "image/jpeg", "stored", path="a/b.jpg")])
        [file] = world.read(lambda session: session.query(Attachment).all())
        world.write(
            add_information,
            case_id=case.id,
            conversation_id=talk,
            actor=RESIDENT,
            text="",
            documents={"identity": file.id},
        )
        after = world.read(finding.get_case, case_id=case.id)
        assert (after.state, after.documents["identity"]) == (state, "provided")


class TestJoining:
    def test_a_second_resident_follows_the_same_case(self, world: World, talk: UUID) -> None:
        case = world.file_case(talk)
        other = world.receive(address=BORIS).conversation_id
        for _ in range(2):
            world.write(join_case, case_id=case.id, conversation_id=other, actor=RESIDENT, fields={"size": "small"})
        assert world.read(finding.find_case_conversations, case_id=case.id) == [talk, other]

    def test_who_joined_is_not_told_to_residents(self, world: World, talk: UUID) -> None:
        case = world.file_case(talk)
        other = world.receive(address=BORIS).conversation_id
        world.write(join_case, case_id=case.id, conversation_id=other, actor=RESIDENT, fields={"name": "Boris"})
        told = world.read(find_events, subject_id=case.id, visible_to="resident")
        assert [event.kind for event in told] == ["case_opened"]

    def test_files_are_hung_on_the_case(self, world: World, talk: UUID) -> None:
        world.receive("", attachments=[NewAttachment("a.jpg", "image/jpeg", "stored", path="a")])
        case = world.file_case(talk)
        [file] = world.read(lambda session: list(session.scalars(_files())))
        world.write(attach, case_id=case.id, attachment_ids=[file.id], document_code="id_card")
        [hung] = world.read(lambda session: list(session.scalars(_files().where(Attachment.case_id == case.id))))
        assert (hung.id, hung.document_code) == (file.id, "id_card")


class TestMoving:
    @pytest.mark.parametrize("state", sorted(TRANSITIONS))
    def test_every_declared_move_works_and_every_other_is_refused(
        self, world: World, talk: UUID, claire: Actor, state: str
    ) -> None:
        for wanted in sorted(TRANSITIONS):
            case = world.file_case(talk)
            force(world, case.id, state)
            move = {"case_id": case.id, "state": wanted, "actor": claire, "reason": "parce que"}
            if wanted in TRANSITIONS[state]:
                assert world.write(change_state, **move).state == wanted
            else:
                with pytest.raises(TransitionRefused):
                    world.write(change_state, **move)
                assert world.read(finding.get_case, case_id=case.id).state == state

    @pytest.mark.parametrize("state", sorted(NEEDS_REASON))
    @pytest.mark.parametrize("reason", [None, "", "  "])
    def test_bad_news_says_why(self, world: World, talk: UUID, claire: Actor, state: str, reason: str | None) -> None:
        case = world.file_case(talk)
        with pytest.raises(ReasonMissing):
            world.write(change_state, case_id=case.id, state=state, actor=claire, reason=reason)

    def test_the_resident_sees_the_move_and_its_reason(self, world: World, talk: UUID, claire: Actor) -> None:
        case = world.file_case(talk)
        world.write(change_state, case_id=case.id, state="rejected", actor=claire, reason=" Voie privée ")
        event = world.read(find_events, subject_id=case.id, visible_to="resident")[-1]
        assert (event.kind, event.facts) == ("case_rejected", {"from": "new", "reason": "Voie privée"})

    def test_the_end_is_dated_and_a_reopening_undoes_it(self, world: World, talk: UUID, claire: Actor) -> None:
        case = world.file_case(talk)
        world.clock.forward(days=1)
        done = world.write(change_state, case_id=case.id, state="resolved", actor=claire)
        assert done.resolved_at == world.clock.now()
        assert world.write(change_state, case_id=case.id, state="open", actor=claire).resolved_at is None

    def test_a_page_that_is_out_of_date_changes_nothing(self, world: World, talk: UUID, claire: Actor) -> None:
        case = world.file_case(talk)
        world.write(change_state, case_id=case.id, state="open", actor=claire, expected_version=1)
        with pytest.raises(ChangedMeanwhile):
            world.write(change_state, case_id=case.id, state="resolved", actor=claire, expected_version=1)

    async def test_of_two_agents_at_once_one_is_refused(self, world: World, talk: UUID, claire: Actor) -> None:
        case = world.file_case(talk)
        moves = [
            world.store.write(change_state, case_id=case.id, state=state, actor=claire, expected_version=1)
            for state in ("open", "resolved")
        ]
        results = await asyncio.gather(*moves, return_exceptions=True)
        assert sum(isinstance(result, ChangedMeanwhile) for result in results) == 1

    def test_an_unknown_case_is_not_found(self, world: World, claire: Actor) -> None:
        with pytest.raises(NotFound):
            world.write(change_state, case_id=uuid4(), state="open", actor=claire)


def _files():
    from sqlalchemy import select

    from case_store.models import Attachment

    return select(Attachment)
