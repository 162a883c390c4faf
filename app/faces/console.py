"""Hands the agents' console what it needs."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from fastapi import FastAPI

import agent_console.routes as console
from agent_console.access.deps import ConsoleDeps, Measured
from app.configuration.configured_channels import ConfiguredChannel
from app.faces.case_corrections import TownCorrections
from app.faces.case_forms import TownCaseForms
from app.faces.teaching import TownTeaching
from app.pages.assets import Assets
from app.pages.faces import face_templates, face_words
from app.pages.town_pages import find_pictures
from app.wiring import DEMO_PASSWORD, Product
from bot.contract import REFERENCE_MARK
from bot.keeping import keep_file
from case_store.conversations.saying import Part
from case_store.models import Attachment
from case_store.work.snapshots import load_turn
from channels.contract import Choice, Counting, Typesetting
from channels.rendering import units
from gazetteer.place_value import PlaceValue
from services.declarations.declaration import ServiceField
from services.declarations.workflow import Workflow
from services.kinds.fields import present
from services.town.loading import Town


def install(app: FastAPI, product: Product, assets: Assets) -> None:
    """The pages at `/console`."""
    city, settings = product.town.city, product.settings
    words = face_words("agent_console", city.languages)
    globals_ = {"languages": city.languages, **find_pictures(product.town.files).named()}
    environments = face_templates("agent_console", words=words, asset=assets.url, zone=city.timezone, globals_=globals_)
    forms = TownCaseForms(product.town, product.clock)
    deps = ConsoleDeps(
        store=product.store,
        environments=environments,
        words=words,
        town=ConsoleTown(product.town, product.channels),
        live=product.bus,
        feed=product.feed,
        presence=product.presence,
        limiter=product.limiter,
        clock=product.clock,
        present=lambda channel, text, choices, language: _present(product, channel, text, choices, language),
        measure=lambda channel, text: measure(product, channel, text),
        is_heard=lambda channel: _is_heard(product, channel),
        tells_arrival=lambda channel: _tells_arrival(product, channel),
        keep_file=partial(keep_file, product.media),
        open_attachment=lambda attachment, thumbnail: _open(product, attachment, thumbnail),
        open_letter=lambda path: product.media.path(path).read_bytes(),
        preview_hand_back=lambda id_, briefing, resume: preview_hand_back(product, id_, briefing, resume),
        reach=product.reach,
        case_forms=forms,
        case_corrections=TownCorrections(product.town, forms),
        teaching=TownTeaching(settings, product.town, product.store),
        stopping=product.stopping,
        zone=city.timezone,
        accent=city.accent,
        demo=settings.demo and not settings.is_production,
        demo_password=DEMO_PASSWORD if settings.demo and not settings.is_production else None,
        secure_cookies=settings.base_url.startswith("https://"),
        public_host=settings.public_host,
    )
    app.include_router(console.build_router(deps))


_PLACES = frozenset({"location", "address"})


class ConsoleTown:
    """The town's words; an unknown code gives itself back, so that old cases stay readable."""

    def __init__(self, town: Town, channels: Sequence[ConfiguredChannel] = ()) -> None:
        self._town = town
        self._channels = {channel.id: channel for channel in channels}

    @property
    def name(self) -> str:
        return self._town.city.name

    @property
    def phone(self) -> str:
        return self._town.city.phone

    def follow_link(self, reference: str) -> str:
        return f"{self._town.public_url or ''}/suivi/{reference}"

    def channel_name(self, channel_id: str, language: str) -> str:
        channel = self._channels.get(channel_id)
        return channel.name(language) if channel else ""

    def team_codes(self) -> Sequence[str]:
        return tuple(self._town.teams)

    def team_label(self, code: str, language: str) -> str:
        team = self._town.teams.get(code)
        return team.label(language) if team else code

    def service_label(self, code: str, language: str, version: int | None = None) -> str:
        """Of a case by the version it was filed under, else as the service is called now."""
        service = self._town.service_as_of(code, version) if version is not None else None
        return service.names.on(language) if service else self._town.service_name(code, language)

    def field_label(self, service_code: str, version: int, name: str, language: str) -> str:
        field = self._field(service_code, version, name)
        return field.label.on(language) if field else name

    def field_value(self, service_code: str, version: int, name: str, value: str, language: str) -> str:
        field = self._field(service_code, version, name)
        if field is None:
            return value
        if field.kind in _PLACES:
            return _place_told(value)
        yes_no = {answer: self._town.replies.text(language, f"choices.{answer}") for answer in ("yes", "no")}
        return present(field, value, language, self._town.lexicon, yes_no)

    def steps(self, service_code: str, version: int) -> Workflow:
        service = self._town.service_as_of(service_code, version)
        return service.workflow if service else ()

    def danger_label(self, code: str, language: str) -> str:
        danger = self._town.emergencies.get(code)
        return danger.names.on(language) if danger else code

    def document_label(self, code: str, language: str) -> str:
        return self._town.document_name(code, language)

    def _field(self, service_code: str, version: int, name: str) -> ServiceField | None:
        service = self._town.service_as_of(service_code, version)
        return next((field for field in service.fields if field.name == name), None) if service else None


def _place_told(value: str) -> str:
    """A place kept as "12 bis|rue de Paris" or "rue A|rue B", as people write it."""
    place = PlaceValue.read(value)
    return place.label if place else value


def _is_heard(product: Product, channel: str) -> bool:
    adapter = product.presenter.find(channel)
    return adapter is None or adapter.capabilities.hears


def _tells_arrival(product: Product, channel: str) -> bool:
    adapter = product.presenter.find(channel)
    return adapter is None or adapter.capabilities.receipts


def measure(product: Product, channel: str, text: str) -> Measured:
    """A text as its channel counts it: segments for text messages, characters elsewhere."""
    adapter = product.presenter.find(channel)
    if adapter is None:
        return Measured(len(text), 10_000)
    limit = adapter.capabilities.max_text
    sent = adapter.typeset(text) if isinstance(adapter, Typesetting) else text
    if not isinstance(adapter, Counting):
        return Measured(units(sent), limit)
    counted = adapter.count(sent)
    return Measured(counted.characters, limit, counted.segments, counted.encoding)


async def preview_hand_back(product: Product, conversation_id: UUID, briefing: str, resume: bool) -> list[Part]:
    """What the assistant would say, as its channel carries it; a case it would file has no reference yet."""
    engine = await product.engine()
    snapshot = await product.store.read(load_turn, conversation_id=conversation_id)
    replies = await engine.preview_hand_back(conversation_id, briefing=briefing, resume=resume)
    return [
        part
        for reply in replies
        for part in product.presenter.present(
            snapshot.channel_id, reply.text.replace(REFERENCE_MARK, "…"), reply.choices, snapshot.language
        )
    ]


def _present(
    product: Product, channel: str, text: str, choices: Sequence[tuple[str, str]], language: str
) -> tuple[Part, ...]:
    return product.presenter.present(channel, text, [Choice(*choice) for choice in choices], language)


def _open(product: Product, attachment: Attachment, thumbnail: bool) -> Path:
    relative = attachment.thumbnail if thumbnail and attachment.thumbnail else attachment.path
    if relative is None:
        raise FileNotFoundError(attachment.filename)
    path = product.media.path(relative)
    if not path.is_file():
        raise FileNotFoundError(attachment.filename)
    return path
