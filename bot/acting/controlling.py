"""What is done with what is being prepared: given up, begun anew, taken up again, said once more; in which language."""

from bot.exchange import Exchange
from bot.flows import language
from bot.flows.cases import status
from bot.flows.people.human import offer
from bot.flows.resuming import wake
from bot.hearing import Heard


def cancel(exchange: Exchange) -> None:
    """Gives up what is being prepared; it may be taken up again."""
    state = exchange.state
    if state.flow is None and state.waiting:
        state.flow = state.waiting.pop(0)
    if state.flow is None:
        _nothing_to_cancel(exchange)
        return
    exchange.note("flow_cancelled", code=state.flow.code)
    exchange.tell("cancel.done")
    state.flow, state.cancelled = None, state.flow
    for flow in state.waiting:
        flow.asleep = True


def _nothing_to_cancel(exchange: Exchange) -> None:
    """What is filed already is a person's to cancel."""
    filed = exchange.state.filed
    if filed is None:
        exchange.tell("cancel.nothing")
    else:
        offer(exchange, "cancel.filed", reference=filed.reference)


def restart(exchange: Exchange) -> None:
    """Gives up everything, the files and the place that were sent before too."""
    state = exchange.state
    for flow in [*filter(None, [state.flow]), *state.waiting]:
        exchange.note("flow_cancelled", code=flow.code)
    state.flow, state.waiting, state.files, state.spot, state.cancelled = None, [], [], None, None
    exchange.tell("restart.done")


def resume(exchange: Exchange) -> None:
    """Goes on with what waits, or was given up by mistake."""
    state = exchange.state
    if state.flow is None and not state.waiting and state.cancelled is not None:
        state.waiting, state.cancelled = [state.cancelled], None
        exchange.note("flow_started", code=state.waiting[0].code)
    if state.flow is None and state.waiting:
        wake(exchange)
    elif state.flow is None:
        exchange.tell("cancel.nothing")


def repeat(exchange: Exchange) -> None:
    """The open question comes again by itself; without one, the last thing said, or where what was filed stands."""
    state = exchange.state
    if state.flow is not None:
        return
    if state.last_said:
        for text in state.last_said:
            exchange.tell_text(text)
    elif state.filed is not None:
        status.tell_picked(exchange, state.filed.reference)
    else:
        exchange.tell("greet.how")
    exchange.keep_question()


def wait(exchange: Exchange) -> None:
    """The open question waits too."""
    exchange.tell("wait")
    exchange.leaving = True
    exchange.keep_question()


def change_language(exchange: Exchange, heard: Heard) -> None:
    """Says so, where the language is the one spoken already; which there are, where it is none of them."""
    wanted = language.asked_for(exchange, heard)
    has_changed = exchange.language != exchange.view.language
    if wanted is not None and (has_changed or wanted == exchange.language):
        exchange.tell("language.now")
    else:
        exchange.tell("language.which")
