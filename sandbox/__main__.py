"""`python -m sandbox`: serves until told to stop, or until the process it was started for is gone."""

import asyncio
import os
import sys
from types import FrameType

import uvicorn
import uvloop

from sandbox.application import Sandbox, build_sandbox
from sandbox.options import read_options

_LOOK_EVERY = 0.5


class Server(uvicorn.Server):
    """Lets the open pages go before it waits for them."""

    def __init__(self, config: uvicorn.Config, sandbox: Sandbox) -> None:
        super().__init__(config)
        self._sandbox = sandbox

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._sandbox.hub.close()
        super().handle_exit(sig, frame)

    def stop(self) -> None:
        self._sandbox.hub.close()
        self.should_exit = True


async def stop_with(parent_pid: int, server: Server) -> None:
    """Stops the server once the process is gone. An orphan is given another parent, even if the pid is used again."""
    is_parent = os.getppid() == parent_pid
    while os.getppid() == parent_pid if is_parent else _exists(parent_pid):  # noqa: ASYNC110 - nobody would tell
        await asyncio.sleep(_LOOK_EVERY)
    server.stop()


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


async def serve(arguments: list[str]) -> None:
    options = read_options(arguments, os.environ)
    sandbox = build_sandbox(options)
    config = uvicorn.Config(
        sandbox.app,
        host=options.host,
        port=options.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    server = Server(config, sandbox)
    watch = asyncio.create_task(stop_with(options.parent_pid, server)) if options.parent_pid else None
    await server.serve()
    if watch:
        watch.cancel()


def main() -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(sys.argv[1:]))


if __name__ == "__main__":
    main()
