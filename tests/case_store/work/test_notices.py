"""Notices to the town's own people: written once, sent by a job, seen when they failed; and whom new cases reach."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from case_store.cases.team_news import TELL_NOW, find_team_news, mark_told
from case_store.conversations.receipts import record_receipt
from case_store.errors import TransitionRefused
from case_store.models import Notice
from case_store.oversight.failed_notices import count_failed_notices, find_failed_notices, retry_notice
from case_store.work.notices import (
    NewNotice,
    begin_notice,
    known_notice_ids,
    postpone_notice,
    record_notice_failure,
    record_notice_sent,
    write_notice,
)
from tests.case_store.world import World
from tests.support.scopes import EVERYTHING

NEWS = NewNotice("cases:roads:1", "new_cases", "email", "roads@town.example", "fr", "Sujet", "MTL-26-000015")


def jobs(world: World) -> list[str]:
    return world.read(lambda session: list(session.scalars(text("SELECT task_name FROM procrastinate_jobs"))))


def notice_id(world: World) -> UUID:
    return world.read(lambda session: session.scalars(select(Notice.id)).one())


def state(world: World) -> str:
    return world.read(lambda session: session.scalars(select(Notice.state)).one())


class TestSending:
    def test_the_same_occasion_is_written_once(self, world: World) -> None:
        assert world.write(write_notice, notice=NEWS)
        assert not world.write(write_notice, notice=NEWS)
        assert jobs(world) == ["send_notice"]

    def test_it_is_marked_before_the_call_and_settled_once(self, world: World) -> None:
        world.write(write_notice, notice=NEWS)
        id_ = notice_id(world)
        begun = world.write(begin_notice, notice_id=id_)
        assert begun is not None
        assert (begun.address, begun.text, begun.in_doubt) == ("roads@town.example", "MTL-26-000015", False)
        assert state(world) == "sending"
        world.write(record_notice_sent, notice_id=id_, provider_id="<1@town>")
        assert state(world) == "sent"
        assert world.write(begin_notice, notice_id=id_) is None
        world.write(record_notice_failure, notice_id=id_, code="late", detail="", advice="wait")
        assert state(world) == "sent"
        known = world.read(known_notice_ids, address="roads@town.example", since=world.clock.now())
        assert known == {"<1@town>"}

    def test_after_a_process_died_while_sending_it_is_in_doubt(self, world: World) -> None:
        world.write(write_notice, notice=NEWS)
        world.write(begin_notice, notice_id=notice_id(world))
        again = world.write(begin_notice, notice_id=notice_id(world))
        assert again is not None
        assert again.in_doubt

    @pytest.mark.parametrize("in_doubt", [True, False])
    def test_what_was_refused_for_now_comes_again(self, world: World, in_doubt: bool) -> None:
        world.write(write_notice, notice=NEWS)
        id_ = notice_id(world)
        world.write(begin_notice, notice_id=id_)
        world.write(postpone_notice, notice_id=id_, code="rate_limited", detail="", in_doubt=in_doubt)
        again = world.write(begin_notice, notice_id=id_)
        assert again is not None
        assert again.in_doubt is in_doubt

    def test_a_failed_one_is_seen_and_may_be_sent_again(self, world: World) -> None:
        world.write(write_notice, notice=NEWS)
        id_ = notice_id(world)
        with pytest.raises(TransitionRefused):
            world.write(retry_notice, scope=EVERYTHING, notice_id=id_)
        world.write(begin_notice, notice_id=id_)
        world.write(record_notice_failure, notice_id=id_, code="address_refused", detail="550", advice="check_address")
        assert world.read(count_failed_notices, scope=EVERYTHING) == 1
        [failed] = world.read(find_failed_notices, scope=EVERYTHING)
        assert (failed.error_code, failed.advice) == ("address_refused", "check_address")
        world.write(retry_notice, scope=EVERYTHING, notice_id=id_)
        assert world.read(count_failed_notices, scope=EVERYTHING) == 0
        assert jobs(world) == ["send_notice", "send_notice"]

    def test_a_receipt_that_comes_later_may_say_that_it_failed(self, world: World) -> None:
        world.write(write_notice, notice=NEWS)
        id_ = notice_id(world)
        world.write(begin_notice, notice_id=id_)
        world.write(record_notice_sent, notice_id=id_, provider_id="SM1")
        facts = {"channel_id": "sms", "provider_id": "SM1", "delivery_id": id_}
        assert world.write(record_receipt, state="delivered", **facts)
        assert state(world) == "sent"
        assert world.write(record_receipt, state="failed", error_code="30003", error_text="off", **facts)
        [failed] = world.read(find_failed_notices, scope=EVERYTHING)
        assert (failed.error_code, failed.error_detail) == ("30003", "off")
        assert not world.write(record_receipt, state="failed", **(facts | {"delivery_id": uuid4()}))


class TestNewCases:
    def test_a_teams_cases_are_told_together_when_the_oldest_has_waited(self, world: World) -> None:
        talk = world.receive().conversation_id
        first = world.file_case(talk)
        world.clock.forward(minutes=10)
        second = world.file_case(talk)
        world.file_case(talk, team_code="parks")
        assert world.read(find_team_news, every_minutes=15) == []
        world.clock.forward(minutes=5)
        [news] = world.read(find_team_news, every_minutes=15)
        assert (news.team_code, [case.id for case in news.cases]) == ("roads", [first.id, second.id])
        world.write(mark_told, case_ids=[first.id, second.id])
        assert world.read(find_team_news, every_minutes=15) == []
        assert TELL_NOW not in jobs(world)

    def test_an_urgent_one_is_told_at_once(self, world: World) -> None:
        case = world.file_case(world.receive().conversation_id, priority="high")
        [news] = world.read(find_team_news, every_minutes=15)
        assert [found.id for found in news.cases] == [case.id]
        assert TELL_NOW in jobs(world)
