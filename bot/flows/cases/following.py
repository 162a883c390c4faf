"""Where a resident follows a case without the assistant."""

from bot.exchange import Exchange

PAGE = "/suivi"


def follow(exchange: Exchange) -> str:
    """The address of the follow-up page; its path alone where the town has not told its public address."""
    return f"{exchange.town.public_url or ''}{PAGE}"
