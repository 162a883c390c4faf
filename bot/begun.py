"""What is being prepared goes on as it began: a request keeps the version of its service that it was begun with."""

from bot.dialogue_state import DialogueState
from services.town.loading import Town
from services.town.versioned import as_begun


def as_they_began(state: DialogueState, town: Town) -> tuple[DialogueState, Town]:
    """The state without what the town no longer offers, and the town with the services as what is left began.

    What is dropped is noted, to be told. Of one service in two versions, what is being asked about now decides for
    both.
    """
    flows = [*([state.flow] if state.flow is not None else []), *state.waiting]
    state.dropped += [flow.code for flow in flows if flow.code not in town.services]
    if state.flow is not None and state.flow.code not in town.services:
        state.flow, state.question = None, None
    state.waiting = [flow for flow in state.waiting if flow.code in town.services]
    flows = [*state.waiting, *([state.flow] if state.flow is not None else [])]
    begun = as_begun(town, {flow.code: flow.version for flow in flows})
    for flow in flows:
        flow.version = begun.services[flow.code].version
    return state, begun
