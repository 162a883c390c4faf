"""Answers that do not go together: told with the reason, and the one that must change is asked for again."""

from bot.dialogue_state import Flow
from bot.exchange import Exchange
from bot.flows.settling import forget_place
from services.declarations.checks import Check, broken
from services.declarations.declaration import Service

_SAME_AGAIN = "check:"
"""Before the name of a field among the doubted answers: told to be unlikely once, kept when given again."""


def reopen_what_fails(exchange: Exchange, flow: Flow, service: Service) -> None:
    """Says what is wrong with the answers and forgets the one to be asked again; each is told one at a time."""
    check = broken(_open_checks(flow, service), flow.values, exchange.today)
    if check is None:
        return
    name = check.asks_again
    if check.insist:
        flow.doubted[f"{_SAME_AGAIN}{name}"] = flow.values[name]
    forget_place(flow, name)
    exchange.tell_text(check.wording.on(exchange.language, exchange.short))


def _open_checks(flow: Flow, service: Service) -> tuple[Check, ...]:
    """Without those whose unlikely answer was given twice."""
    return tuple(check for check in service.checks if check.asks_again in flow.values and not _is_insisted(flow, check))


def _is_insisted(flow: Flow, check: Check) -> bool:
    name = check.asks_again
    return check.insist and flow.doubted.get(f"{_SAME_AGAIN}{name}") == flow.values[name]
