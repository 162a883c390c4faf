"""What the messages of a turn may need to know, asked for at once: a turn has three rounds of facts at most."""

from collections.abc import Iterator, Sequence

from bot import places
from bot.acting import hear as acting
from bot.contract import Location
from bot.exchange import Exchange
from bot.flows.cases import case_replies, status, updates
from bot.hearing import Heard, statements
from bot.queries import CasesOfContact, FindAddress, NearestAddress, Query
from gazetteer.place_value import PlaceValue

_PARTED = 60
"""Words of a message whose clauses may be answered apart while a service is prepared; of more the round waits."""


def look_up(exchange: Exchange, heard: Sequence[Heard]) -> None:
    """Asks in one round for every address and position the messages may need."""
    flow = exchange.state.flow
    wanted: list[Query] = []
    for message in heard:
        for said in (message.said, *(stated.said for stated in statements(message))):
            wanted += places.queries(said)
        spots = [file.location for file in message.files] + [message.location]
        wanted += [NearestAddress(*spot) for spot in spots if spot is not None]
        wanted += status.queries(exchange, message)
        wanted += _of_parts(exchange, message)
    known = [*flow.places.values()] if flow else [exchange.state.spot] if exchange.state.spot else []
    if flow is not None and flow.door is not None:
        known.append(Location(flow.door, str(PlaceValue().at(flow.door))))
    wanted += places.correction_queries([message.said for message in heard], known)
    wanted += updates.queries(exchange)
    wanted += case_replies.queries(exchange)
    question = exchange.state.question
    if question is not None and "text" in question.payload:
        wanted.append(FindAddress(question.payload["text"]))
    exchange.need(*wanted)


def _of_parts(exchange: Exchange, message: Heard) -> Iterator[Query]:
    """What the clauses may need that are answered apart, and whether the message is about a case."""
    findings = message.findings
    if findings is None:
        return
    if acting.needs_cases(exchange, findings):
        yield CasesOfContact()
    is_parted = exchange.state.flow is not None and len(findings.clauses) > 1 and len(findings.said.words) <= _PARTED
    if findings.denials or is_parted or acting.needs_cases(exchange, findings):
        for clause in findings.clauses:
            yield from places.queries(clause.said)
