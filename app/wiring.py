"""Puts the product together from the settings: the one place that knows every package."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from app.letters import Letterhead
from app.live import MemoryBus, MemoryLimiter, MemoryPresence
from app.presenting import Presenter
from app.settings import Settings, SettingsInvalid
from bot.deliver import Deliverer
from bot.receive import Reception
from bot.turn import TurnEngine
from case_store.conversations.media import MediaStore
from case_store.engine.database import Store
from channels.contract import ChannelAdapter, Closing
from channels.email.adapter import EmailConfig
from channels.registry import build, secrets_of
from channels.sms.adapter import SmsConfig
from channels.webchat.adapter import WebchatConfig
from intents.contract import Interpreter
from kit.clock import Clock
from kit.ports import Limiter, Presence
from services.town import Town, load_town

DEMO_ACCOUNT = "AC00000000000000000000000000000000"
DEMO_PASSWORD = "guichet-demo"  # noqa: S105 - printed for newcomers, refused in production
DEMO_TOKEN = "sandbox-token-of-the-demo-city"  # noqa: S105 - the pretend provider's, public on purpose

_REACHED_BY = {"phone": "sms", "email": "email"}


@dataclass(slots=True)
class Product:
    """One process of the product. `stopping` is set once, when it must end; `broken` when a fault of ours ended it."""

    settings: Settings
    clock: Clock
    store: Store
    media: MediaStore
    town: Town
    bus: MemoryBus
    presence: Presence
    limiter: Limiter
    adapters: Mapping[str, ChannelAdapter]
    presenter: Presenter
    reception: Reception
    deliverer: Deliverer
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    broken: bool = False
    _engine: "asyncio.Task[TurnEngine] | None" = None

    async def engine(self) -> TurnEngine:
        """The turn engine; the model is loaded, or trained, at the first call."""
        if self._engine is None:
            self._engine = asyncio.create_task(self._build_engine())
        return await asyncio.shield(self._engine)

    async def _build_engine(self) -> TurnEngine:
        interpreter = await asyncio.to_thread(build_interpreter, self.settings)
        return TurnEngine(
            store=self.store,
            town=self.town,
            interpreter=interpreter,
            clock=self.clock,
            present=self.presenter.present,
            reach=self.reach,
            choice_style=self.presenter.choice_style,
        )

    def find_adapter(self, channel_id: str) -> ChannelAdapter | None:
        """The adapter of a configured channel."""
        return self.adapters.get(channel_id)

    def reach(self, contact_kind: str) -> tuple[str, str] | None:
        """The channel that reaches a kind of contact point first: its id and kind."""
        channel_id = _REACHED_BY.get(contact_kind)
        adapter = self.adapters.get(channel_id) if channel_id else None
        return (channel_id, adapter.kind) if channel_id and adapter else None

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

    Raises SettingsInvalid or services.town.TownDataError with what to mend.
    """
    if settings.nlu_engine != "embedded" and not settings.rasa_url:
        # Said now: the engine itself is made later, when there is nobody left to read it.
        raise SettingsInvalid(f"GUICHET_RASA_URL: needed by GUICHET_NLU_ENGINE={settings.nlu_engine}")
    clock = settings.clock()
    town = load_town(settings.city_dir, settings.base_url)

    store = Store(settings.store_url, clock)
    bus, presence, limiter = _live(settings, role)
    store.on_commit = bus.publish
    adapters = build_adapters(settings, town, bus, clock)
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
        adapters=adapters,
        presenter=Presenter(adapters, town.replies, town.city.languages[0], Letterhead(town.city, town.replies)),
        reception=Reception(store, media),
        deliverer=Deliverer(store, adapters.get),
    )


def build_interpreter(settings: Settings) -> Interpreter:
    """The understanding engine of the settings; the embedded one is trained when its model is absent or stale."""
    from intents.embedded import load_or_train

    embedded = load_or_train(settings.city_dir, settings.model_dir, None)
    if settings.nlu_engine == "embedded":
        return embedded
    from intents.rasa import BothInterpreter, RasaInterpreter

    rasa = RasaInterpreter(settings.rasa_url, embedded)
    return BothInterpreter(embedded, rasa) if settings.nlu_engine == "both" else rasa


def build_adapters(settings: Settings, town: Town, bus: MemoryBus, clock: Clock) -> dict[str, ChannelAdapter]:
    """The configured channels by id; one without its settings is absent, so its address answers 404."""
    adapters: dict[str, ChannelAdapter] = {"webchat": build("webchat", _webchat(settings, bus))}
    sms = _sms(settings, town)
    if sms is not None:
        adapters["sms"] = build("sms", sms)
    email = _email(settings, town, clock)
    if email is not None:
        adapters["email"] = build("email", email)
    return adapters


def visitor_keys(settings: Settings) -> tuple[str, ...]:
    """What signs the visitors' cookies: the first signs, all are accepted."""
    return tuple(f"visitor:{key.decode()}" for key in settings.signing_keys())


def secrets(settings: Settings, adapters: Mapping[str, ChannelAdapter]) -> list[str]:
    """Everything that must never stand in a log."""
    found = [value for adapter in adapters.values() for value in secrets_of(adapter).values]
    keys = [key.decode() for key in settings.signing_keys()]
    return [*found, *keys, settings.twilio_auth_token.get_secret_value(), settings.metrics_token.get_secret_value()]


def _webchat(settings: Settings, bus: MemoryBus) -> WebchatConfig:
    def notify(conversation_id: UUID, sequence: int | None) -> None:
        bus.publish([("conversation", {"id": str(conversation_id), "seq": sequence or 0})])

    return WebchatConfig("webchat", visitor_keys(settings), settings.base_url, notify, chat_path="/chat#end")


def _sms(settings: Settings, town: Town) -> SmsConfig | None:
    sid, token = settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value()
    api_base = settings.twilio_api_base
    if not settings.is_production:
        sid, token = sid or DEMO_ACCOUNT, token or DEMO_TOKEN
        api_base = api_base or f"http://127.0.0.1:{settings.sandbox_at}"
    if not (sid and token):
        return None
    secondary = settings.twilio_auth_token_secondary.get_secret_value()
    config = partial(SmsConfig, api_base=api_base) if api_base else SmsConfig
    return config(
        channel_id="sms",
        account_sid=sid,
        auth_tokens=(token, secondary) if secondary else (token,),
        number=settings.sms_number or town.city.sms.number,
        public_url=settings.base_url,
        keep_accents=town.city.sms.keep_accents,
    )


def _email(settings: Settings, town: Town, clock: Clock) -> EmailConfig | None:
    url = settings.smtp_url.get_secret_value()
    if not url and not settings.is_production:
        url = f"smtp://127.0.0.1:{settings.sandbox_mail_port}"
    if not url:
        return None
    return EmailConfig(
        channel_id="email",
        smtp_url=url,
        sender=settings.mail_from or town.city.email,
        sender_name=town.city.name,
        subject=town.city.name,
        clock=clock,
    )


def _live(settings: Settings, role: str) -> tuple[MemoryBus, Presence, Limiter]:
    if settings.redis_url:
        from app.live_redis import RedisBus, RedisLimiter, RedisPresence, connect

        line = connect(settings.redis_url)
        return RedisBus(line), RedisPresence(line), RedisLimiter(line)
    if settings.store_url.startswith("postgresql"):
        from app.live_postgres import LIVE, WORK, PostgresBus

        hears = {"worker": (WORK,), "web": (LIVE,)}.get(role, (LIVE, WORK))
        return PostgresBus(settings.store_url, hears), MemoryPresence(), MemoryLimiter()
    if role:
        from app.live_local import LocalBus

        return LocalBus(settings.data_dir / "bus", role), MemoryPresence(), MemoryLimiter()
    return MemoryBus(), MemoryPresence(), MemoryLimiter()
