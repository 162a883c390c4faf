"""Lets procrastinate work on SQLite, through the store's own writer: each query is one command of the store."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from procrastinate import sql
from procrastinate.connector import BaseAsyncConnector, BaseConnector, Notify
from procrastinate.exceptions import ConnectorException

from case_store.work.job_engine import rows
from case_store.work.job_engine.rows import Row

if TYPE_CHECKING:
    from case_store.engine.database import Store
    from kit.ports import LiveBus


QUERIES: Mapping[str, Callable[..., list[Row]]] = {
    each.__name__: each
    for each in (
        rows.defer_periodic_job, rows.delete_old_jobs, rows.fetch_job, rows.finish_job, rows.register_worker,
        rows.retry_job,
    )
}  # fmt: skip
OF_OTHERS = frozenset({
    "list_jobs_to_abort", "prune_stalled_workers", "select_stalled_jobs_by_heartbeat", "unregister_worker",
    "update_heartbeat",
})  # fmt: skip
"""About other workers, and jobs that others abort: there are none."""

NOT_NEEDED = frozenset({
    "cancel_job", "check_connection", "count_jobs_status", "defer_jobs", "get_job_status", "list_jobs", "list_locks",
    "list_queues", "list_tasks", "listen_queue", "select_stalled_jobs_by_started",
})  # fmt: skip
"""Of procrastinate's shell, of its own way to add jobs (`work.jobs.enqueue` is ours), or PostgreSQL's alone."""

_NAMES = {query: name for name, query in sql.queries.items()}


class StoreConnector(BaseAsyncConnector):
    """The tables come from our migrations; one worker at a time, woken by `topic` on the bus."""

    def __init__(self, store: "Store", bus: "LiveBus", topic: str) -> None:
        self._store, self._bus, self._topic = store, bus, topic

    def get_sync_connector(self) -> BaseConnector:
        return self

    async def open_async(self, pool: Any = None) -> None:
        """The store is open already."""

    async def close_async(self) -> None:
        """The store is closed by whoever opened it."""

    async def execute_query_async(self, query: str, **arguments: Any) -> None:
        await self.execute_query_all_async(query, **arguments)

    async def execute_query_one_async(self, query: str, **arguments: Any) -> Row:
        return (await self.execute_query_all_async(query, **arguments))[0]

    async def execute_query_all_async(self, query: str, **arguments: Any) -> list[Row]:
        name = _NAMES.get(query, "")
        if name in OF_OTHERS:
            return []
        if name not in QUERIES:
            raise ConnectorException(f"not available on SQLite: {name or query}")
        return await self._store.write(QUERIES[name], **arguments)

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Rings procrastinate for each job announced on the bus, until cancelled."""
        channel = next(iter(channels))
        async with self._bus.subscribe(self._topic) as hints:
            async for _ in hints:
                await on_notification(channel=channel, payload=json.dumps({"type": "job_inserted", "job_id": 0}))
