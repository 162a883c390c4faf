"""Puts the product together from the settings: the one place that knows every package."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.configuration.configured_channels import ConfiguredChannel, read_channels
from app.configuration.settings import Settings, SettingsInvalid
from app.live.memory import MemoryBus, MemoryLimiter, MemoryPresence
from bot.deliver import Deliverer
from bot.receive import Reception
from bot.saying.letterhead import Letterhead
from bot.saying.presenting import Presenter
from bot.turn import TurnEngine
from case_store.conversations.media import MediaStore
from case_store.engine.database import Store
from channels.contract import ChannelAdapter, Closing
from channels.kinds import Installation, Ring
from channels.registry import secrets_of
from intents.rasa.server import RasaServer
from kit.clock import Clock
from kit.ports import Limiter, Presence
from services.town.loading import Town, load_town
from web.live import LiveFeed

DEMO_PASSWORD = "guichet-demo"  # noqa: S105 - printed for newcomers, refused in production


@dataclass(slots=True)
class Product:
    """One process of the product. `stopping` is set once, when it must end; `broken` when a fault of ours ended it.

    `rasa` is there where the understanding asks a Rasa server.
    """

    settings: Settings
    clock: Clock
    store: Store
    media: MediaStore
    town: Town
    bus: MemoryBus
    presence: Presence
    limiter: Limiter
    channels: Sequence[ConfiguredChannel]
    adapters: Mapping[str, ChannelAdapter]
    presenter: Presenter
    reception: Reception
    deliverer: Deliverer
    rasa: RasaServer | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    feed: LiveFeed = field(init=False)
    broken: bool = False
    _engine: "asyncio.Task[TurnEngine] | None" = None

    def __post_init__(self) -> None:
        self.feed = LiveFeed(self.bus, self.stopping)

    async def engine(self) -> TurnEngine:
        """The turn engine; the model is loaded, or trained, at the first call."""
        if self._engine is None:
            self._engine = asyncio.create_task(self._build_engine())
        return await asyncio.shield(self._engine)

    async def _build_engine(self) -> TurnEngine:
        from app.understanding import build_interpreter

        interpreter = await asyncio.to_thread(build_interpreter, self.settings, self.town, self.rasa)
        return TurnEngine(
            store=self.store,
            town=self.town,
            interpreter=interpreter,
            clock=self.clock,
            present=self.presenter.present,
            reach=self.reach,
            choice_style=self.presenter.choice_style,
            team_of=self.team_of,
            carries_letters=self.presenter.carries_letters,
        )

    def find_adapter(self, channel_id: str) -> ChannelAdapter | None:
        """The adapter of a configured channel."""
        return self.adapters.get(channel_id)

    def reach(self, contact_kind: str) -> tuple[str, str] | None:
        """The channel by which the town writes first to a kind of contact point: its id and kind."""
        for channel in self.channels:
            adapter = self.adapters.get(channel.id)
            if adapter and channel.kind.contact.kind == contact_kind and adapter.capabilities.writes_first:
                return channel.id, adapter.kind
        return None

    def team_of(self, channel_id: str) -> str | None:
        """The team that a channel belongs to, where it has one."""
        options = next((channel.options for channel in self.channels if channel.id == channel_id), None)
        return options.team_code if options else None

    async def run_background(self) -> None:
        """What a process of any kind needs beside its work: the live bus between processes."""
        run: Any = getattr(self.bus, "run", None)
        if run is not None:
            await run()

    async def aclose(self) -> None:
        """Closes connections; everything accepted is committed first."""
        for adapter in self.adapters.values():
            if isinstance(adapter, Closing):
                await adapter.aclose()
        await asyncio.to_thread(self.store.close)


def build_product(settings: Settings, *, role: str = "") -> Product:
    """`role` ("serve", "web" without a worker inside, "worker") names a serving process; commands have none.

    Raises SettingsInvalid or services.town.loading.TownDataError with what to mend.
    """
    if settings.nlu_engine != "embedded" and not settings.rasa_url:
        # Said now: the engine itself is made later, when there is nobody left to read it.
        raise SettingsInvalid(f"GUICHET_RASA_URL: needed by GUICHET_NLU_ENGINE={settings.nlu_engine}")
    clock = settings.clock()
    town = load_town(settings.town_files, settings.base_url)

    store = Store(settings.store_url, clock)
    bus, presence, limiter = _live(settings, role)
    store.on_commit = bus.publish
    channels = read_channels(settings)
    adapters = build_adapters(channels, settings, town, bus, clock)
    media = MediaStore(settings.data_dir / "media")
    return Product(
        settings=settings,
        clock=clock,
        store=store,
        media=media,
        town=town,
        bus=bus,
        presence=presence,
        limiter=limiter,
        channels=channels,
        adapters=adapters,
        presenter=Presenter(adapters, town.replies, town.city.languages[0], Letterhead(town.city, town.replies)),
        reception=Reception(store, media, reference_prefix=town.city.prefix),
        deliverer=Deliverer(store, adapters.get),
        rasa=None if settings.nlu_engine == "embedded" else _rasa_server(settings),
    )


def _rasa_server(settings: Settings) -> RasaServer:
    from app.understanding import rasa_server

    return rasa_server(settings)


def build_adapters(
    channels: Sequence[ConfiguredChannel], settings: Settings, town: Town, bus: MemoryBus, clock: Clock
) -> dict[str, ChannelAdapter]:
    """The adapters by channel id; a channel that is off has none, so its address answers 404."""

    def ring(conversation_id: UUID, sequence: int | None) -> None:
        bus.publish([("conversation", {"id": str(conversation_id), "seq": sequence or 0})])

    keys = visitor_keys(settings)
    return {
        channel.id: channel.kind.build(channel.options, _installation(channel.id, settings, town, clock, keys, ring))
        for channel in channels
        if channel.options is not None
    }


def _installation(
    channel_id: str, settings: Settings, town: Town, clock: Clock, keys: tuple[str, ...], ring: Ring
) -> Installation:
    return Installation(
        channel_id=channel_id,
        public_url=settings.base_url,
        town_name=town.city.name,
        town_mail=town.city.email,
        town_number=town.city.sms.number,
        keep_accents=town.city.sms.keep_accents,
        clock=clock,
        visitor_keys=keys,
        ring=ring,
    )


def visitor_keys(settings: Settings) -> tuple[str, ...]:
    """What signs the visitors' cookies: the first signs, all are accepted."""
    return tuple(f"visitor:{key.decode()}" for key in settings.signing_keys())


def secrets(settings: Settings, adapters: Mapping[str, ChannelAdapter]) -> list[str]:
    """Everything that must never stand in a log."""
    found = [value for adapter in adapters.values() for value in secrets_of(adapter).values]
    keys = [key.decode() for key in settings.signing_keys()]
    return [*found, *keys, settings.twilio_auth_token.get_secret_value(), settings.metrics_token.get_secret_value()]


def _live(settings: Settings, role: str) -> tuple[MemoryBus, Presence, Limiter]:
    if settings.redis_url:
        from app.live.redis import RedisBus, RedisLimiter, RedisPresence, connect

        line = connect(settings.redis_url)
        return RedisBus(line), RedisPresence(line), RedisLimiter(line)
    if settings.store_url.startswith("postgresql"):
        from app.live.postgres import LIVE, WORK, PostgresBus

        hears = {"worker": (WORK,), "web": (LIVE,)}.get(role, (LIVE, WORK))
        return PostgresBus(settings.store_url, hears), MemoryPresence(), MemoryLimiter()
    if role:
        from app.live.local import LocalBus

        return LocalBus(settings.data_dir / "bus", role), MemoryPresence(), MemoryLimiter()
    return MemoryBus(), MemoryPresence(), MemoryLimiter()
