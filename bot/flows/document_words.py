"""What supporting documents are called, and how fresh they must be."""

from bot.exchange import Exchange
from kit.text import uncapitalised


def document_label(exchange: Exchange, code: str) -> str:
    return exchange.town.document_name(code, exchange.language)


def document_name(exchange: Exchange, code: str) -> str:
    """The label in the middle of a sentence: "carte grise"."""
    return uncapitalised(document_label(exchange, code))


def document_rule(exchange: Exchange, code: str) -> str:
    """ " (moins de 3 mois)", or nothing where any will do."""
    key = f"document.rule.{code}"
    return exchange.words(key) if exchange.town.replies.has(exchange.language, key) else ""
