"""Lets procrastinate work on SQLite, through the store's one writer thread."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from procrastinate import sql
from procrastinate.connector import BaseAsyncConnector, BaseConnector, Notify
from procrastinate.exceptions import ConnectorException

from case_store.work.job_engine import running, upkeep
from case_store.work.job_engine.rows import TOPIC, Row

if TYPE_CHECKING:
    from case_store.engine.database import Store
    from kit.ports import LiveBus

QUERIES: Mapping[str, Callable[..., list[Row]]] = {
    "cancel_job": running.cancel_job,
    "check_connection": upkeep.check_connection,
    "defer_jobs": running.defer_jobs,
    "defer_periodic_job": running.defer_periodic_job,
    "delete_old_jobs": upkeep.delete_old_jobs,
    "fetch_job": running.fetch_job,
    "finish_job": running.finish_job,
    "get_job_status": upkeep.job_status,
    "list_jobs": upkeep.list_jobs,
    "list_jobs_to_abort": upkeep.jobs_to_abort,
    "prune_stalled_workers": upkeep.prune_stalled_workers,
    "register_worker": upkeep.register_worker,
    "retry_job": running.retry_job,
    "select_stalled_jobs_by_heartbeat": upkeep.stalled_jobs,
    "unregister_worker": upkeep.unregister_worker,
    "update_heartbeat": upkeep.update_heartbeat,
}
"""By procrastinate's own names."""

NOT_NEEDED = frozenset(
    {"count_jobs_status", "list_locks", "list_queues", "list_tasks", "listen_queue", "select_stalled_jobs_by_started"}
)
"""Of procrastinate's shell, deprecated, or PostgreSQL's alone."""

_NAMES = {query: name for name, query in sql.queries.items()}


class StoreConnector(BaseAsyncConnector):
    """Each of procrastinate's named queries is one command of the store; the tables come from our migrations."""

    def __init__(self, store: "Store", bus: "LiveBus") -> None:
        self._store = store
        self._bus = bus

    def get_sync_connector(self) -> BaseConnector:
        return self

    async def open_async(self, pool: Any = None) -> None:
        """The store is open already."""

    async def close_async(self) -> None:
        """The store is closed by whoever opened it."""

    async def execute_query_async(self, query: str, **arguments: Any) -> None:
        await self._execute(query, arguments)

    async def execute_query_one_async(self, query: str, **arguments: Any) -> Row:
        return (await self._execute(query, arguments))[0]

    async def execute_query_all_async(self, query: str, **arguments: Any) -> list[Row]:
        return await self._execute(query, arguments)

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Rings procrastinate for each job announced on the bus, until cancelled."""
        channel = next(iter(channels))
        async with self._bus.subscribe(TOPIC) as hints:
            async for _ in hints:
                await on_notification(channel=channel, payload=json.dumps({"type": "job_inserted", "job_id": 0}))

    async def _execute(self, query: str, arguments: dict[str, Any]) -> list[Row]:
        name = _NAMES.get(query, "")
        if name not in QUERIES:
            raise ConnectorException(f"not available on SQLite: {name or query}")
        return await self._store.write(QUERIES[name], **arguments)
