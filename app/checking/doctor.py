"""`guichet doctor`: one line a thing looked at; what is wrong says how to mend it."""

import asyncio
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from app.configuration.configured_channels import ConfiguredChannel, names_used
from app.configuration.settings import Settings, unknown_settings
from app.serving.health import LATE_SECONDS
from app.wiring import Product, build_product
from case_store.conversations.attachments import find_newest_files
from case_store.engine import migrate
from case_store.engine.clocks import CLOCKS_AGREE, get_clock_offset
from case_store.oversight.figures import find_refused_channels, get_figures
from case_store.staff.accounts import find_staff
from case_store.work.mailboxes import find_troubles
from channels.boxes import Pollable
from channels.contacts import EMAIL
from channels.contract import Examinable
from channels.registry import KINDS, webhook_addresses
from intents.catalogue import codes_without_phrases, load_catalogue
from services.files.product import DEMO_TOWN
from services.town.lessons import lessons_of

_FILES = 20


def examine(settings: Settings) -> int:
    """Runs every check; 0 when all is well, 1 otherwise."""
    product = build_product(settings)
    failures = 0
    for name, check in (*CHECKS, *channel_checks(product)):
        try:
            print(f"  ok   {name}: {check(product)}")
        except Exception as error:
            failures += 1
            print(f"  BAD  {name}: {_one_line(error)}")
    product.store.close()
    return 1 if failures else 0


def _one_line(error: Exception) -> str:
    first = str(error).strip().partition("\n")[0]
    return first or type(error).__name__


def _mode(product: Product) -> str:
    settings = product.settings
    if unsafe := settings.unsafe():
        raise RuntimeError("; ".join(unsafe))
    return f"{settings.mode}, public address {settings.base_url}"


def _town(product: Product) -> str:
    town = product.town
    place = town.files.own.absolute()
    if product.settings.is_production and place == DEMO_TOWN:
        raise RuntimeError(
            f"GUICHET_CITY_DIR: not set, so this is {town.city.name}, the demo town: "
            "`guichet town new DIR` makes a folder of your own"
        )
    if town.told:
        raise RuntimeError(f"{len(town.told)} of your entries have no say (see `guichet town check`): {town.told[0]}")
    return f"{town.city.name}, {len(town.services)} services, {len(town.catalogue)} catalogue codes, from {place}"


def _database(product: Product) -> str:
    if mismatch := migrate.find_mismatch(product.settings.store_url):
        raise RuntimeError(mismatch)
    figures = product.store.read_now(get_figures)
    if figures.oldest_due_seconds > LATE_SECONDS:
        raise RuntimeError(
            f"work has waited for {figures.oldest_due_seconds:.0f} s: is a worker running? (`guichet worker`)"
        )
    return (
        f"{urlsplit(product.settings.store_url).scheme}, {figures.turns_due} turns due, "
        f"{figures.deliveries_open} deliveries open, oldest {figures.oldest_due_seconds:.0f} s"
    )


def _clocks(product: Product) -> str:
    offset = product.store.read_now(get_clock_offset)
    if abs(offset) >= CLOCKS_AGREE:
        direction = "behind" if offset > 0 else "ahead of"
        raise RuntimeError(
            f"this machine's clock is {abs(offset):.0f} s {direction} the database's: let both follow a time server"
        )
    return "this machine and the database tell the same time"


def _media(product: Product) -> str:
    """Whether what residents sent is where the store says: the folder may not be shared, or not restored."""
    newest = product.store.read_now(find_newest_files, limit=_FILES)
    missing = sum(not product.media.path(relative).is_file() for relative in newest)
    folder = (product.settings.data_dir / "media").absolute()
    if missing:
        raise RuntimeError(f"{missing} of the {len(newest)} newest files of residents are not in {folder}")
    return f"the newest {len(newest)} are in {folder}"


def _failures(product: Product) -> str:
    figures = product.store.read_now(get_figures)
    if figures.turns_failing or figures.turns_given_up or figures.quarantined_events:
        raise RuntimeError(
            f"{figures.turns_failing} turns keep failing, {figures.turns_given_up} were given up in the last 24 hours, "
            f"{figures.quarantined_events} events could not be read: "
            "see the console's page /console/now, and turn_failed in the logs"
        )
    return f"no failing turn, no unreadable event, {figures.deliveries_failed} deliveries for agents to look at"


def _redis(product: Product) -> str:
    url = product.settings.redis_url
    if not url:
        return "not configured: hints and presence in memory"
    from app.live.redis import connect

    async def ping() -> None:
        line = connect(url)
        try:
            await line.ask(lambda redis: redis.ping())
        finally:
            await line.aclose()

    for tries_left in (2, 1, 0):
        try:
            asyncio.run(ping())
            break
        except TimeoutError:  # a busy machine may miss half a second, and Redis is there all the same
            if not tries_left:
                raise
    return "answers"


def _settings(product: Product) -> str:
    unknown = unknown_settings(names_used(product.settings))
    if unknown:
        raise RuntimeError("; ".join(unknown))
    return "every GUICHET_ variable is known"


def _staff(product: Product) -> str:
    in_production = product.settings.is_production
    people = [person for person in product.store.read_now(find_staff) if not (person.demo and in_production)]
    if not people:
        raise RuntimeError("nobody can sign in: make the first account with `guichet staff add`")
    return f"{len(people)} accounts"


def _channels(product: Product) -> str:
    if half_set := [sentence for channel in product.channels for sentence in channel.half_set()]:
        raise RuntimeError("; ".join(half_set))
    if unknown := [channel.id for channel in product.channels if not _has_known_team(product, channel)]:
        raise RuntimeError(f"{', '.join(unknown)}: the team is none of teams.tsv")
    if product.reach(EMAIL.kind) is None:
        raise RuntimeError("GUICHET_SMTP_URL: no mail can leave, so whoever leaves a mail address gets no code")
    missing = [kind.kind for kind in KINDS if kind.kind not in {adapter.kind for adapter in product.adapters.values()}]
    present = ", ".join(sorted(product.adapters))
    return f"{present}" + (f"; not configured: {', '.join(missing)}" if missing else "")


def _has_known_team(product: Product, channel: ConfiguredChannel) -> bool:
    team = product.team_of(channel.id)
    return team is None or team in product.town.teams


def _channel(channel: ConfiguredChannel, product: Product) -> str:
    """Whether one channel's provider is there and takes our key; the key is only proved by the first message."""
    adapter = product.adapters[channel.id]
    if channel.pretend:
        return f"{adapter.kind}, played by the sandbox"
    if not isinstance(adapter, Examinable):
        return f"{adapter.kind}, asks nobody"
    found = asyncio.run(adapter.examine())
    if isinstance(adapter, Pollable) and adapter.has_box:
        _refuse_unread(product, channel.id)
    if channel.id in product.store.read_now(find_refused_channels):
        raise RuntimeError("the provider refuses our account or its token, and messages wait")
    return f"{adapter.kind}, {found}"


def _refuse_unread(product: Product, channel_id: str) -> None:
    """Raises RuntimeError where the process that reads the mailbox cannot, though we can: it knows other settings."""
    trouble = next((each for each in product.store.read_now(find_troubles) if each.channel_id == channel_id), None)
    if trouble:
        raise RuntimeError(
            f"the worker could not read its mailbox at {trouble.since:%Y-%m-%d %H:%M} UTC ({trouble.detail}) "
            "and has not since: restart it if the settings have changed"
        )


def _webhooks(product: Product) -> str:
    """What to type into the provider's console, to the letter: signatures are computed over it."""
    base_url = product.settings.base_url
    told = [
        f"{channel_id} {address}"
        for channel_id, adapter in sorted(product.adapters.items())
        for address in webhook_addresses(channel_id, adapter.kind, base_url)
    ]
    return "; ".join(told) or "no provider calls"


def channel_checks(product: Product) -> list[tuple[str, Callable[[Product], str]]]:
    """One check for each channel that is on."""
    return [
        (f"channel {channel.id}", partial(_channel, channel))
        for channel in product.channels
        if channel.id in product.adapters
    ]


def _rasa(product: Product) -> str:
    """Whether the server that the understanding asks is there, and has learned what the town says today."""
    from app.understanding import rasa_project
    from intents.rasa.project import MODEL_PREFIX

    if product.rasa is None:
        return "not asked: the embedded engine answers"
    model = asyncio.run(product.rasa.ready()).removesuffix(".tar.gz")
    expected = rasa_project(product.settings, lessons_of(product.town)).model_name
    if model.startswith(MODEL_PREFIX) and model != expected:
        raise RuntimeError(f"its model {model} was not learned from what this release exports: train it anew")
    return f"answers with the model {model}"


def _phrases(product: Product) -> str:
    """Whether every service of the catalogue can be understood in each language of the town."""
    taught = load_catalogue(product.town.files)
    for language in product.town.city.languages:
        untaught = codes_without_phrases(taught, product.town.catalogue, language)
        if untaught:
            raise RuntimeError(
                f"no sentence teaches {', '.join(untaught)} in {language}: "
                f"write some in intents/{language}/ (docs/adding-a-service.md)"
            )
    return "every code is taught in " + ", ".join(product.town.city.languages)


def _understanding(product: Product) -> str:
    from app.checking.rehearsal import rehearse
    from app.understanding import build_interpreter

    interpreter = build_interpreter(product.settings, product.town, product.rasa)
    phrases = load_catalogue(product.town.files).phrases
    answered = asyncio.run(rehearse(product.town, product.store, interpreter, phrases, product.clock.now()))
    return f"{product.settings.nlu_engine} engine ready, {answered} sentences answered"


CHECKS: tuple[tuple[str, Callable[[Product], str]], ...] = (
    ("settings", _settings),
    ("mode", _mode),
    ("town", _town),
    ("database", _database),
    ("clocks", _clocks),
    ("files", _media),
    ("failures", _failures),
    ("staff", _staff),
    ("redis", _redis),
    ("channels", _channels),
    ("webhooks", _webhooks),
    ("rasa", _rasa),
    ("phrases", _phrases),
    ("understanding", _understanding),
)
