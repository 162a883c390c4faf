"""`guichet channels`: the town's channels, and every option of every kind."""

from app.configuration.configured_channels import FILE_NAME, ConfiguredChannel, read_channels
from app.configuration.settings import Settings
from channels.kinds import ChannelKind
from channels.registry import KINDS


def list_channels(settings: Settings) -> int:
    """Prints them; gives the exit code."""
    print("The town's channels:")
    for channel in read_channels(settings):
        print(f"  {channel.id}: {_state(channel)}")
    for kind in KINDS:
        if not kind.always:
            print(f"\nkind: {kind.kind}   (for {FILE_NAME})")
            print("\n".join(_options(kind)))
    return 0


def _state(channel: ConfiguredChannel) -> str:
    origin = f"{channel.kind.kind}, {channel.origin}"
    if channel.options is None:
        return f"{origin}, off: no value for {', '.join(channel.lacking)}"
    return f"{origin}, played by the sandbox" if channel.pretend else origin


def _options(kind: ChannelKind) -> list[str]:
    return [
        f"  {name}: {'needed; ' if option.is_required() else ''}{option.description}"
        for name, option in kind.options.model_fields.items()
    ]
