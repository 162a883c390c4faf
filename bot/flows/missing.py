"""What a service still lacks: the fields and the documents that are to be asked for, in their order."""

from collections.abc import Iterator

from bot.dialogue_state import Flow
from services.declarations.declaration import Service, ServiceField


def missing_fields(flow: Flow, service: Service) -> Iterator[ServiceField]:
    """Those that apply by now, neither told nor passed over; who asks is asked for at the end, apart."""
    for field in service.applicable(flow.values):
        if field.kind != "requester" and field.name not in flow.values and field.name not in flow.skipped:
            yield field


def missing_documents(flow: Flow, service: Service) -> Iterator[str]:
    """The codes of the documents neither sent nor put off."""
    return (code for code in service.documents if code not in flow.documents)
