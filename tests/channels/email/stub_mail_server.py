"""A mail server on this machine: keeps the mails it accepts, refuses at the step the test names."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

_TROUBLES = {
    ("broken", "MAIL"): "451 4.3.0 out of order",
    ("busy", "MAIL"): "421 4.7.0 too many connections",
    ("content", "DATA"): "554 5.7.1 looks like spam",
    ("address", "RCPT"): "550 5.1.1 nobody of that name",
    ("unreadable", "MAIL"): "what?",
}


@dataclass
class StubMailServer:
    """`refusals` maps a step (MAIL, RCPT, DATA) to the server's answer there; `trouble` is one of the suite's.

    It has no slots: aiosmtpd looks at every attribute of its handler, and on Python before 3.11.4 the `__weakref__`
    of a dataclass with slots raises then.
    """

    port: int = 0
    password: str | None = None
    refusals: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    mails: list[EmailMessage] = field(default_factory=list)

    async def at_step(self, step: str, server: SMTP) -> str | None:
        if self.trouble == "timeout":
            await asyncio.sleep(1)
        if self.trouble == "down" and server.transport is not None:
            server.transport.close()
        answer = self.refusals.get(step)
        return _TROUBLES.get((self.trouble, step), answer)

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        given = data.password.decode() if isinstance(data, LoginPassword) else ""
        return AuthResult(success=given == self.password and self.trouble != "credentials", handled=False)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if refusal := await self.at_step("RCPT", server):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if refusal := await self.at_step("MAIL", server):
            return refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if refusal := await self.at_step("DATA", server):
            return refusal
        self.mails.append(message_from_bytes(cast(bytes, envelope.content), policy=default))
        return "250 OK"


@asynccontextmanager
async def stub_mail_server(password: str | None = None) -> AsyncIterator[StubMailServer]:
    stub = StubMailServer(password=password)
    loop = asyncio.get_running_loop()
    with_password: dict[str, Any] = {"authenticator": stub.authenticate, "auth_require_tls": False} if password else {}
    server = await loop.create_server(
        lambda: SMTP(stub, hostname="mail.test", enable_SMTPUTF8=True, ident="stub", loop=loop, **with_password),
        "127.0.0.1",
        0,
    )
    stub.port = server.sockets[0].getsockname()[1]
    try:
        yield stub
    finally:
        server.close()
        await server.wait_closed()
