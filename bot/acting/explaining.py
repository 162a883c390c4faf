"""What is told of the assistant and of its questions to those who ask."""

from bot.acts import AskAssistant
from bot.dialogue_state import DOCUMENT
from bot.exchange import Exchange
from kit.formats import join_all
from kit.text import uncapitalised


def tell_of_assistant(exchange: Exchange, act: AskAssistant) -> None:
    """An honest machine says that it is one, what becomes of what it is told, and what it can do."""
    if act.about == "machine":
        exchange.tell("machine")
    elif act.about == "privacy":
        exchange.tell("privacy", email=exchange.town.city.data_protection.email)
    elif exchange.state.flow is not None:
        exchange.tell("help.in_flow")
    else:
        exchange.tell("help", reports=_names(exchange, "report"), requests=_names(exchange, "request"))


def _names(exchange: Exchange, kind: str) -> str:
    names = [item.names.on(exchange.language) for item in exchange.town.common_services(kind)]
    return join_all([uncapitalised(name) for name in names], exchange.language)


def tell_why(exchange: Exchange) -> None:
    """Why the open question is asked: by its name, or by the kind of its field."""
    question, asked = exchange.state.question, exchange.asked_field
    if asked is not None and asked.why is not None:
        exchange.tell_text(asked.why.on(exchange.language, exchange.short))
        return
    kind = asked.kind if asked is not None else question.name.partition(":")[0] if question is not None else ""
    is_known = exchange.town.replies.has(exchange.language, f"why.{kind}")
    exchange.tell(f"why.{kind}" if is_known else "why.other")


def tell_meaning(exchange: Exchange) -> None:
    """The help to the open question, of a field or of a document."""
    asked, question = exchange.asked_field, exchange.state.question
    if asked is not None and asked.help is not None:
        exchange.tell_text(asked.help.on(exchange.language, exchange.short))
    elif question is not None:
        exchange.tell(f"document.help.{question.name.removeprefix(DOCUMENT)}")
