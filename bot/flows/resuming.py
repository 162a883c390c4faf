"""Coming back: after a day away, or when an agent hands the conversation back."""

from datetime import timedelta

from bot.contract import Briefing
from bot.dialogue_state import CHOOSE, RESUME, Question
from bot.exchange import Exchange
from bot.flows import guided
from bot.hearing import Heard, hear_words

ASLEEP_AFTER = timedelta(hours=24)


def fall_asleep(exchange: Exchange) -> None:
    """A flow left for a day waits to be asked about, so that no answer lands in a forgotten question."""
    state, touched = exchange.state, exchange.state.touched()
    if touched is None or exchange.facts.now - touched < ASLEEP_AFTER:
        return
    state.spot, state.files, state.filed, state.cancelled = None, [], None, None
    state.contact_refused, state.photo_spot = False, None
    if state.flow is None:
        return
    state.flow.asleep = True
    state.waiting.insert(0, state.flow)
    state.flow, state.question = None, None


def tell_dropped(exchange: Exchange) -> None:
    """What was under way and cannot be finished, because the town no longer offers it."""
    for code in exchange.state.dropped:
        if code in exchange.town.catalogue:
            exchange.tell("dropped", service=exchange.town.service_name(code, exchange.language))
        else:
            exchange.tell("dropped.unnamed")
    exchange.state.dropped = []


def offer(exchange: Exchange) -> None:
    """Whether to go on with what was left."""
    state = exchange.state
    if state.flow is None and state.waiting and state.waiting[0].asleep:
        service = exchange.town.service_name(state.waiting[0].code, exchange.language)
        question = Question(CHOOSE, RESUME, exchange.offer("resume", "drop"))
        exchange.pose(question, exchange.words("resume.ask", service=service))


def answer(exchange: Exchange, option: str) -> None:
    """Resumes or drops the flow that was left."""
    state = exchange.state
    if not state.waiting or state.flow is not None:
        return
    if option == "resume":
        wake(exchange)
    else:
        exchange.note("flow_cancelled", code=state.waiting.pop(0).code)
        exchange.tell("cancel.done")


def wake(exchange: Exchange) -> None:
    state = exchange.state
    state.flow = state.waiting.pop(0)
    state.flow.asleep = False
    exchange.tell("resume.going_on", service=exchange.town.service_name(state.flow.code, exchange.language))


def take_briefing(exchange: Exchange, briefing: Briefing) -> None:
    """What the agent tells is taken like words of the resident; `resume` goes on with the flow."""
    state, prediction = exchange.state, briefing.prediction
    heard = Heard(hear_words(prediction.text, prediction, exchange.town.lexicon, exchange.today), prediction)
    state.misses = state.insults = 0
    if not briefing.resume:
        state.flow, state.question = None, None
    begins = briefing.resume and state.flow is None and heard.intent in exchange.town.services
    if not briefing.silent:
        # Whoever goes on with something does not ask what it may do.
        exchange.tell("handed_back.resume" if state.flow is not None or begins else "handed_back")
    if begins:
        guided.start(exchange, str(heard.intent), heard)
    elif state.flow is not None and not heard.said.is_wordless:
        guided.take_what_is_told(exchange, heard)
