"""`guichet run`, `serve` and `worker`: the processes."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from uvicorn.loops.auto import auto_loop_factory

from app.commands.data import await_store, migrate_store, require_current_store, seed_store
from app.commands.service_versions import take_versions
from app.configuration.channel_values import ChannelValues
from app.configuration.configured_channels import read_channels
from app.configuration.settings import Settings
from app.process import logging as logs
from app.process.locking import bind, only_process, prepare_folder
from app.web import serve
from app.wiring import DEMO_PASSWORD, Product, build_product, secrets
from app.worker import Worker
from case_store.work import delivery_claims, mailboxes, turns

DEMO_SIGN_INS = ("agent@demo.example", "agent2@demo.example", "supervisor@demo.example", "admin@demo.example")


@dataclass(frozen=True, slots=True)
class Start:
    """How a process begins: `migrates` the database or refuses an old one, `waits` for one that is away or ends."""

    migrates: bool = True
    waits: bool = False


_USUAL = Start()


def run_everything(settings: Settings) -> None:
    """The demo city: sandbox beside, web and worker in one process."""
    bind(settings.host, settings.port, "GUICHET_PORT").close()
    for port in (settings.sandbox_at, settings.sandbox_mail_port):
        bind("127.0.0.1", port, "GUICHET_SANDBOX_PORT").close()
    with _sandbox(settings):
        serve_only(settings, with_worker=True, banner=True)


def serve_only(settings: Settings, *, with_worker: bool, start: Start = _USUAL, banner: bool = False) -> None:
    """The web process, with or without a worker inside."""
    with contextlib.ExitStack() as stack:
        _take_roles(stack, settings, ["serve", "worker"] if with_worker else ["serve"])
        listening = stack.enter_context(bind(settings.host, settings.port, "GUICHET_PORT"))
        product = _prepare(settings, "serve" if with_worker else "web", start)
        if with_worker:
            _take_over(product)
        if banner:
            print(_banner(product), flush=True)
        serve(product, listening, with_worker=with_worker)


def work_only(settings: Settings, *, start: Start = _USUAL) -> None:
    """A worker process."""
    with contextlib.ExitStack() as stack:
        _take_roles(stack, settings, ["worker"])
        product = _prepare(settings, "worker", start)
        _take_over(product)
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:  # the web process's kind of loop
            runner.run(_work(product))


async def _work(product: Product) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, product.stopping.set)
    async with contextlib.aclosing(product), product.store.at_home():
        background = asyncio.create_task(product.run_background())
        try:
            await Worker(product).run(product.stopping)
        finally:
            background.cancel()
            await asyncio.gather(background, return_exceptions=True)


def _prepare(settings: Settings, role: str, start: Start) -> Product:
    product = build_product(settings, role=role)
    for sentence in product.town.told:
        print(f"guichet: {sentence}", file=sys.stderr)
    logs.configure(settings.log_level, settings.log_format, secrets(settings, product.adapters))
    if start.waits:
        await_store(settings)
    (migrate_store if start.migrates else require_current_store)(settings)
    take_versions(product)
    seed_store(settings, product=product)
    return product


def _take_roles(stack: contextlib.ExitStack, settings: Settings, roles: list[str]) -> None:
    """On SQLite a role is held by one process; on PostgreSQL any number may work."""
    prepare_folder(settings.data_dir)
    if settings.store_url.startswith("sqlite"):
        for role in roles:
            stack.enter_context(only_process(settings.data_dir, role))


def _take_over(product: Product) -> None:
    """Ends the leases of an earlier process: this one is the only worker of the database."""
    if product.store.is_sqlite:
        product.store.write_now(turns.take_over_leases)
        product.store.write_now(delivery_claims.take_over_sending)
        product.store.write_now(mailboxes.take_over_mailboxes)


@contextlib.contextmanager
def _sandbox(settings: Settings) -> Iterator[None]:
    """The pretend providers, as a process of their own that ends with this one."""
    values, town_number = ChannelValues.read(settings), _town_number(settings)
    command = [
        sys.executable,
        "-m",
        "sandbox",
        *("--port", str(settings.sandbox_at)),
        *("--target", f"http://127.0.0.1:{settings.port}"),
        *("--public-url", settings.base_url),
        *("--account-sid", values.known["GUICHET_TWILIO_ACCOUNT_SID"]),
        *("--number", town_number),
        *_lines(settings, town_number),
        *("--smtp-port", str(settings.sandbox_mail_port)),
        *("--parent-pid", str(os.getpid())),
    ]
    token = values.known["GUICHET_TWILIO_AUTH_TOKEN"]
    process = subprocess.Popen(command, env=os.environ | {"GUICHET_TWILIO_AUTH_TOKEN": token})  # noqa: S603
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def _lines(settings: Settings, town_number: str) -> Iterator[str]:
    """What the sandbox is told of the channels whose provider it plays."""
    for channel in read_channels(settings):
        if channel.pretend and channel.options is not None:
            yield from channel.options.sandbox_options(f"/channels/{channel.id}/inbound", town_number)


def _town_number(settings: Settings) -> str:
    from services.town.loading import load_town

    return load_town(settings.town_files, settings.base_url).city.sms.number


def _banner(product: Product) -> str:
    settings = product.settings
    lines = [
        "",
        f"  {product.town.city.name} – Guichet",
        f"  Residents        {settings.base_url}/",
        f"  Web chat         {settings.base_url}/chat",
        f"  Follow a case    {settings.base_url}/suivi",
        f"  Agents' console  {settings.base_url}/console",
        f"  Pretend phone    {settings.base_url}/sandbox",
        "",
    ]
    if not settings.is_production and settings.demo:
        lines += ["  Sign in as " + ", ".join(DEMO_SIGN_INS), f"  with the password {DEMO_PASSWORD}", ""]
    return "\n".join(lines)
