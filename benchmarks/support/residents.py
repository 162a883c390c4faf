"""Residents who hold a whole conversation by text message: a greeting, a question, a report filed with its answers."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from benchmarks.support.town import Town
from benchmarks.support.webhooks import Gateway
from services.files.product import DEMO_TOWN

_LOOK_EVERY = 0.003
_ANSWERS = (("J'envoie", "oui"), ("dangereu", "non"), ("photo", "non"), ("même", "non"), ("déjà signalé", "non"))
"""What is said to a reply that holds these words."""


def street_names() -> list[str]:
    """The demo town's streets with house numbers."""
    found = []
    streets = DEMO_TOWN / "addresses" / "streets.ndjson"
    for line in streets.read_text(encoding="utf-8").splitlines():
        street = json.loads(line)
        found += [f"{number} {street['name']}" for number in street.get("housenumbers", {})]
    return found


@dataclass
class Sample:
    """One message answered. Times in Unix seconds; `acknowledged` is when the webhook was answered."""

    sent: float
    acknowledged: float
    answered: float


@dataclass
class Resident:
    """One telephone number and what it says next."""

    number: str
    place: str
    topics: Iterator[str] = field(init=False)
    last_reply: str = ""

    def __post_init__(self) -> None:
        report = f"il y a un gros nid de poule devant le {self.place}"
        self.topics = iter(("Bonjour", "Quels sont les horaires de la mairie ?", report, "merci"))

    def next_words(self) -> str | None:
        """None when everything has been said."""
        for mark, words in _ANSWERS:
            if mark in self.last_reply:
                return words
        return next(self.topics, None)


class Phones:
    """Hears what arrives at each number, as the provider's journal tells it."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._waiting: dict[str, asyncio.Future[tuple[float, str]]] = {}
        self.arrived = 0

    def expect(self, number: str) -> "asyncio.Future[tuple[float, str]]":
        future = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        return future

    async def listen(self) -> None:
        self._journal.touch()
        with self._journal.open(encoding="utf-8") as file:
            begun = ""
            while True:
                line = file.readline()
                if line.endswith("\n"):
                    self._hear(begun + line)
                    begun = ""
                else:
                    begun += line
                    await asyncio.sleep(_LOOK_EVERY)

    def _hear(self, line: str) -> None:
        message = json.loads(line)
        self.arrived += 1
        future = self._waiting.pop(message["to"], None)
        if future and not future.done():
            future.set_result((datetime.fromisoformat(message["at"]).timestamp(), message["body"]))


class Population:
    """Makes residents and lets them speak; every answered message is a sample.

    `first` is the number that their telephones and messages begin with: a town knows those before already.
    """

    def __init__(self, gateway: Gateway, phones: Phones, first: int = 0) -> None:
        self._gateway, self._phones = gateway, phones
        self._places = street_names()
        self._born = first
        self._spoken = first
        self.samples: list[Sample] = []
        self.unanswered = 0

    def new_resident(self) -> Resident:
        self._born += 1
        return Resident(f"+336{self._born:08d}", random.choice(self._places))

    async def speak(self, resident: Resident, words: str, timeout: float = 60.0) -> None:
        """Says it, and waits for the reply to arrive at the telephone."""
        reply = self._phones.expect(resident.number)
        self._spoken += 1
        sent = time.time()
        await self._gateway.deliver(f"SM{self._spoken:032d}", resident.number, words)
        acknowledged = time.time()
        try:
            answered, resident.last_reply = await asyncio.wait_for(reply, timeout)
        except TimeoutError:
            self.unanswered += 1
            resident.last_reply = ""
            return
        self.samples.append(Sample(sent, acknowledged, answered))


@asynccontextmanager
async def population(town: Town, first: int = 0) -> AsyncIterator[Population]:
    """Residents of a running town, numbered from `first` on."""
    phones, gateway = Phones(town.journal), town.gateway()
    listening = asyncio.create_task(phones.listen())
    try:
        yield Population(gateway, phones, first)
    finally:
        listening.cancel()
        gateway.close()
