"""Thinking that may take long, done apart from the event loop: others are answered meanwhile."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

LONG = 1_500
"""Characters from which a thread is worth waking: a screenful takes milliseconds, ten of them a quarter second."""

# One thread: more would only take turns with each other and with the loop for the one interpreter lock.
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="thinking")


async def think(work: Callable[[], T], *, characters: int) -> T:
    """The result of `work`, which reads so many characters and does no input or output."""
    if characters < LONG:
        return work()
    return await asyncio.get_running_loop().run_in_executor(_THREAD, work)
