"""What a question means, where its answer stands, and why it is asked: told to those who ask or do not know."""

from bot.exchange import Exchange
from bot.flows.questions_asked import DOCUMENT, asked_field
from bot.hearing import Heard

_LONGEST = 9


def hear(exchange: Exchange, heard: Heard) -> bool:
    """ "c'est quoi la différence ?", "je ne sais pas" to a question that must be answered; False without a help."""
    if _asks_why(heard) and (reason := why_words(exchange)) is not None:
        exchange.tell_text(reason)
        return True
    wants = heard.said.has("explain") and len(heard.said.words) <= _LONGEST and not heard.said.has("price_noun")
    words = help_words(exchange) if wants or knows_not(exchange, heard) else None
    if words is None:
        return False
    exchange.tell_text(words)
    return True


def _asks_why(heard: Heard) -> bool:
    """ "pourquoi vous demandez ça ?"; a longer message tells something else."""
    return heard.said.has("why") and len(heard.said.words) <= _LONGEST


def why_words(exchange: Exchange) -> str | None:
    """Why the open question is asked: by its name, or by the kind of its field."""
    question, asked = exchange.state.question, asked_field(exchange)
    if exchange.state.flow is None or question is None:
        return None
    if asked is not None and asked.why is not None:
        return asked.why.on(exchange.language, exchange.short)
    kind = asked.kind if asked is not None else question.name.partition(":")[0]
    known = next((key for key in (f"why.{kind}", "why.other") if exchange.town.replies.has(exchange.language, key)), "")
    return exchange.words(known) if asked is not None or known != "why.other" else None


def knows_not(exchange: Exchange, heard: Heard) -> bool:
    """ "je ne connais pas le modèle": no answer to a question that needs one."""
    asked = asked_field(exchange)
    return asked is not None and asked.required and heard.said.opens_with("knows_not") and not heard.is_question


def help_words(exchange: Exchange) -> str | None:
    """The help to the open question, of a field or of a document."""
    asked, question = asked_field(exchange), exchange.state.question
    if asked is not None:
        return asked.help.on(exchange.language, exchange.short) if asked.help is not None else None
    if question is None or not question.name.startswith(DOCUMENT):
        return None
    key = f"document.help.{question.name.removeprefix(DOCUMENT)}"
    return exchange.words(key) if exchange.town.replies.has(exchange.language, key) else None
