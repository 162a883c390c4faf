"""Senders whom no message can reach: short codes and names. Their words are kept, agents are told, nobody answers."""

from bot.exchange import Exchange
from kit.phones import is_number


def note(exchange: Exchange) -> bool:
    """Whether the sender cannot be answered; noted once for the agents."""
    view, state = exchange.view, exchange.state
    if view.contact_kind != "phone" or is_number(view.contact_address):
        return False
    if not state.unreachable_noted:
        state.unreachable_noted = True
        exchange.note("sender_unreachable")
    return True
