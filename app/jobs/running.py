"""The background jobs: which there are, when they run, and the loop that runs them beside a worker's other loops."""

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from app.jobs.notice_sending import NoticeSender
from app.jobs.notices import Notices
from app.process.complaints import Complaint
from app.wiring import Product
from bot.media import MediaFetcher
from case_store.cases import team_news
from case_store.conversations import ownership, uncovered
from case_store.conversations.saying import Outgoing
from case_store.staff import accounts
from case_store.work import notices
from case_store.work.jobs import build_connector

if TYPE_CHECKING:
    from procrastinate import App, JobContext

log = structlog.get_logger(__name__)

FETCH_PAUSES = (2, 10, 60, 300, 900)
"""Seconds before the second, third ... try to fetch a file or to send a notice; after the last one it is given up."""

_AT_ONCE = 4
_AFTER_FAILURE = 5.0
_STALLED_SECONDS = 60.0
_KEPT_HOURS = 24 * 30


def build_jobs(product: Product) -> "App":
    """procrastinate's app over the product's store, with every task."""
    from procrastinate import App

    jobs = App(connector=build_connector(product.store, product.bus))
    _add_fetching(jobs, product)
    _add_sweeps(jobs, product)
    _add_notices(jobs, product)
    _add_upkeep(jobs)
    return jobs


def _add_fetching(jobs: "App", product: Product) -> None:
    fetcher = MediaFetcher(product.store, product.media, product.find_adapter, _notice(product))

    @jobs.task(name="fetch_media", retry=_backing_off(), pass_context=True)
    async def fetch_media(context: "JobContext", attachment_id: str) -> None:
        await fetcher.fetch(UUID(attachment_id), last_try=context.job.attempts >= len(FETCH_PAUSES))


def _add_sweeps(jobs: "App", product: Product) -> None:
    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="wake_due", queueing_lock="wake_due")
    async def wake_due(timestamp: int) -> None:
        await product.store.write(ownership.wake_due)
        await product.store.write(uncovered.open_uncovered)

    @jobs.periodic(cron="7 * * * *")
    @jobs.task(name="close_expired_sessions", queueing_lock="close_expired_sessions")
    async def close_expired_sessions(timestamp: int) -> None:
        await product.store.write(accounts.close_expired_sessions)


def _add_notices(jobs: "App", product: Product) -> None:
    written, sender = Notices(product), NoticeSender(product)

    @jobs.task(name=notices.RAISE_ALARM, retry=_backing_off())
    async def raise_alarm(conversation_id: str) -> None:
        await written.raise_alarm(UUID(conversation_id))

    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="tell_teams", queueing_lock="tell_teams")
    async def tell_teams(timestamp: int) -> None:
        await written.tell_teams()

    @jobs.task(name=team_news.TELL_NOW, queueing_lock=team_news.TELL_NOW, retry=_backing_off())
    async def tell_teams_now() -> None:
        await written.tell_teams()

    @jobs.task(name=notices.SEND, retry=_backing_off(), pass_context=True)
    async def send_notice(context: "JobContext", notice_id: str) -> None:
        await sender.send(UUID(notice_id), last_try=context.job.attempts >= len(FETCH_PAUSES))


def _add_upkeep(jobs: "App") -> None:
    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="retry_stalled", queueing_lock="retry_stalled")
    async def retry_stalled(timestamp: int) -> None:
        """Jobs whose worker died are taken again."""
        for job in await jobs.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_SECONDS):
            await jobs.job_manager.retry_job(job)

    @jobs.periodic(cron="37 3 * * *")
    @jobs.task(name="forget_old_jobs", queueing_lock="forget_old_jobs")
    async def forget_old_jobs(timestamp: int) -> None:
        await jobs.job_manager.delete_old_jobs(
            nb_hours=_KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
        )


def _backing_off() -> Any:
    from procrastinate import BaseRetryStrategy, RetryDecision

    class BackingOff(BaseRetryStrategy):
        def get_retry_decision(self, *, exception: BaseException, job: Any) -> RetryDecision | None:
            if job.attempts >= len(FETCH_PAUSES):
                return None
            return RetryDecision(retry_in={"seconds": FETCH_PAUSES[job.attempts]})

    return BackingOff()


def _notice(product: Product) -> Any:
    def refused(kind: str, language: str, refusal: str) -> Outgoing:
        known = language if language in product.town.replies.catalogues else product.town.city.languages[0]
        text = product.town.replies.text(known, f"refused.{refusal}")
        return Outgoing(text=text, parts=product.presenter.present(kind, text, (), known))

    return refused


async def run_jobs(product: Product, stopping: asyncio.Event) -> None:
    """Until `stopping`; a job in hand is finished first. A lost database is tried again."""
    jobs, complaint = build_jobs(product), Complaint("jobs_interrupted")
    while not stopping.is_set():
        try:
            async with jobs.open_async():
                complaint.end()
                await _work(jobs, stopping)
        except Exception as error:
            complaint.tell(error)
        if not stopping.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), _AFTER_FAILURE)


async def _work(jobs: "App", stopping: asyncio.Event) -> None:
    working = asyncio.create_task(
        jobs.run_worker_async(
            concurrency=_AT_ONCE,
            install_signal_handlers=False,
            delete_jobs="successful",
            shutdown_graceful_timeout=10,
        )
    )
    ending = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        ending.cancel()
        working.cancel()
        results = await asyncio.gather(working, return_exceptions=True)
    if isinstance(results[0], Exception):
        raise results[0]
