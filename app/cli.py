"""The `guichet` command."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app.commands import mails_aside
from app.commands.backup import BackupFailed
from app.commands.intents import intents_app
from app.commands.mail import mail_app
from app.commands.services import services_app
from app.commands.staff import StaffRefused, staff_app
from app.commands.town import town_app
from app.configuration.settings import Settings, SettingsInvalid, load_settings, unknown_settings
from app.process.locking import FolderUnusable, PortTaken
from case_store.errors import StoreBusy, StoreUnusable
from kit.yaml_files import FileProblem
from services.declarations.declaration import DeclarationError
from services.town.loading import TownDataError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(intents_app, name="intents", help="Understanding: predict, train, evaluate.")
mail_app.command()(mails_aside.aside)
mail_app.command()(mails_aside.again)
app.add_typer(mail_app, name="mail", help="Mails: read one as the town would; those that were put aside.")
app.add_typer(services_app, name="services", help="Declarations of the services: check them.")
app.add_typer(town_app, name="town", help="A town's own folder: begin one, check it, see what it changes.")
app.add_typer(staff_app, name="staff", help="Accounts for the agents' console: add, password, remove, list.")

_NoMigrate = Annotated[
    bool, typer.Option("--no-migrate", help="Refuse a database that is not of this release instead of migrating it.")
]
_Wait = Annotated[bool, typer.Option("--wait", help="Wait for a database that is away instead of ending.")]
_MENDED_BY_OPERATORS = (
    SettingsInvalid,
    FolderUnusable,
    PortTaken,
    StoreUnusable,
    StaffRefused,
    BackupFailed,
    FileProblem,
    TownDataError,
    DeclarationError,
)


def main() -> None:
    """Runs the command; what an operator can mend is one clear line and exit code 2."""
    try:
        app()
    except _MENDED_BY_OPERATORS as error:
        print(f"guichet: {error}", file=sys.stderr)
        raise SystemExit(2) from error
    except StoreBusy as error:
        print(f"guichet: another process already serves this data ({error})", file=sys.stderr)
        raise SystemExit(2) from error


@app.command()
def run() -> None:
    """Serve the demo city with its worker and the sandbox: what `make run` does."""
    from app.commands.serve import run_everything

    settings = _settings()
    if settings.is_production:
        raise SettingsInvalid(
            "GUICHET_MODE: `guichet run` is the demo with its pretend providers; production runs `guichet serve`"
        )
    run_everything(_told(settings))


@app.command()
def serve(
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Web only: `guichet worker` does the work.")] = False,
    no_migrate: _NoMigrate = False,
    wait: _Wait = False,
) -> None:
    """Serve the pages and webhooks; with a worker inside unless told otherwise."""
    from app.commands.serve import Start, serve_only

    serve_only(_told(_settings()), with_worker=not no_worker, start=Start(migrates=not no_migrate, waits=wait))


@app.command()
def worker(no_migrate: _NoMigrate = False, wait: _Wait = False) -> None:
    """Run turns and deliveries: any number of these beside `guichet serve --no-worker` on PostgreSQL."""
    from app.commands.serve import Start, work_only

    work_only(_told(_settings()), start=Start(migrates=not no_migrate, waits=wait))


@app.command()
def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether it has it (exit code 0) or not (1).")
    ] = False,
) -> None:
    """Bring the database to the present structure."""
    from app.commands.data import check_store, migrate_store

    if check:
        raise SystemExit(check_store(_settings()))
    migrate_store(_settings())


@app.command()
def seed() -> None:
    """Load the demo city's staff and conversations; refused in production."""
    from app.commands.data import seed_store

    seed_store(_settings(), always=True)


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="Where backups are kept, one folder each.")],
    keep: Annotated[int, typer.Option(min=1, help="How many; older ones are removed.")] = 14,
) -> None:
    """Copy the database, the files residents sent, the key, the settings and the town's data, while all is running."""
    from app.commands.backup import back_up

    print(back_up(_settings(), folder, keep=keep))


@app.command()
def doctor() -> None:
    """Look at settings, database, model and providers, and say what is wrong and how to mend it."""
    from app.checking.doctor import examine

    raise SystemExit(examine(_settings()))


@app.command()
def channels() -> None:
    """List the town's channels, and every option of every kind for channels.yaml."""
    from app.commands.channels import list_channels

    raise SystemExit(list_channels(_settings()))


@app.command()
def chat(
    from_: Annotated[str, typer.Option("--from", help="The resident's address: a phone number, a visitor's name.")],
    channel: Annotated[str, typer.Option(help="The channel's id: webchat, sms or one of channels.yaml.")] = "webchat",
    json: Annotated[bool, typer.Option("--json", help="One JSON object per input line.")] = False,
    why: Annotated[
        bool, typer.Option("--why", help="Tell what was read in each message, and what was chosen.")
    ] = False,
) -> None:
    """Be one resident in the terminal, through the real turn engine and store."""
    from app.commands.chat import converse

    raise SystemExit(converse(_settings(), channel=channel, address=from_, as_json=json, tells_why=why))


@app.command()
def replay(
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="Only turns from this day or minute on."),
    ] = None,
    against: Annotated[Path | None, typer.Option(help="A town's folder; GUICHET_CITY_DIR by default.")] = None,
    corpus: Annotated[Path | None, typer.Option(help="A file of kept turns instead of the store.")] = None,
    as_understood: Annotated[
        bool, typer.Option("--as-understood", help="Keep what was understood then: phrases change nothing.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Decide past turns again, against changed data, phrases or code, and list what differs; nothing is written.

    Exit code 1 when something differs.
    """
    from app.commands.replay import Choice, replay_turns

    choice = Choice(since=since, against=against, corpus=corpus, as_understood=as_understood)
    raise SystemExit(replay_turns(_settings(), choice, as_json=json))


def _settings() -> Settings:
    return load_settings()


def _told(settings: Settings) -> Settings:
    """The settings, after a word on variables that are none and on channels that lack one."""
    from app.configuration.configured_channels import names_used, read_channels

    half_set = (sentence for channel in read_channels(settings) for sentence in channel.half_set())
    for sentence in [*unknown_settings(names_used(settings)), *half_set, *settings.unsafe()]:
        print(f"guichet: {sentence}", file=sys.stderr)
    return settings


if __name__ == "__main__":
    main()
