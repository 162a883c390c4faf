"""What a resident adds in the middle of a service and no field is for: kept with the case, never lost."""

from bot.exchange import Exchange
from bot.hearing import Heard

_SURE = 0.6
_LEAST_WORDS = 4


def hear(exchange: Exchange, heard: Heard) -> bool:
    """ "le trou fait 20 cm de profondeur": noted, and the open question stands."""
    flow = exchange.state.flow
    if flow is None or heard.is_question or len(heard.said.words) < _LEAST_WORDS or not flow.has_room:
        return False
    is_of_it = heard.intent == flow.code and heard.prediction.confidence >= _SURE
    is_of_it |= heard.intent == "case.add_information"
    if not (is_of_it or heard.said.has("add_to_case", "addition")):
        return False
    flow.add_remark(heard.said.text)
    exchange.tell("remark.kept")
    return True
