"""How the sandbox is started: by options, else by the product's own environment variables."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """`target` is where the product listens, `public_url` the address that its webhooks are signed for.

    `number` is the town's, and residents' messages to it are posted to `webhook_path`; `others` are its further
    numbers, each with its own path. `journal` gets one JSON line per accepted message; `parent_pid` is the process to
    end with.
    """

    host: str
    port: int
    smtp_port: int
    target: str
    public_url: str
    account_sid: str
    auth_token: str = field(repr=False)
    number: str
    webhook_path: str
    others: Mapping[str, str] = field(default_factory=dict)
    journal: Path | None = None
    parent_pid: int | None = None
    capacity: int = 100_000

    @property
    def lines(self) -> dict[str, str]:
        """Where what residents send is posted to, by the number they send it to; the first number first."""
        return {self.number: self.webhook_path, **self.others}

    @property
    def base_url(self) -> str:
        return f"http://{self.host}:{self.port}"


def read_options(arguments: Sequence[str], environment: Mapping[str, str]) -> Options:
    """Exits with a usage message on a wrong or missing option."""
    parser = _parser(environment)
    given = parser.parse_args(arguments)
    target = given.target.rstrip("/")
    (number, path), *others = given.line or [(given.number, given.webhook_path)]
    return Options(
        host=given.host,
        port=given.port,
        smtp_port=given.smtp_port if given.smtp_port is not None else given.port + 1,
        target=target,
        public_url=(given.public_url or target).rstrip("/"),
        account_sid=given.account_sid,
        auth_token=given.auth_token,
        number=number,
        webhook_path=path,
        others=dict(others),
        journal=given.journal,
        parent_pid=given.parent_pid,
        capacity=given.capacity,
    )


def _line(text: str) -> tuple[str, str]:
    number, sign, path = text.partition("=")
    if not (number and sign and path.startswith("/")):
        raise argparse.ArgumentTypeError("needs NUMBER=/channels/ID/inbound")
    return number, path


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    def default(name: str, otherwise: str | None = None) -> str | None:
        return environment.get(f"GUICHET_{name}") or otherwise

    product_port = int(default("PORT", "8000") or 8000)
    account, token = default("TWILIO_ACCOUNT_SID"), default("TWILIO_AUTH_TOKEN")
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Pretend providers for Guichet.")
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on")
    add("--port", type=int, default=default("SANDBOX_PORT", str(product_port + 1)), help="port of page and API")
    add("--smtp-port", type=int, default=default("SANDBOX_SMTP_PORT"), help="port of the mailbox (default: next port)")
    add("--target", default=f"http://127.0.0.1:{product_port}", help="where the product listens")
    add("--public-url", default=default("PUBLIC_URL"), help="address its webhooks are signed for (default: the target)")
    add("--account-sid", default=account, required=account is None, help="the account the product uses")
    add("--auth-token", default=token, required=token is None, help="its token: signs the webhooks")
    add("--number", default=default("SMS_NUMBER", "+33199980100"), help="the town's number")
    add("--webhook-path", default="/channels/sms/inbound", help="where residents' messages are posted")
    add(
        "--line",
        action="append",
        type=_line,
        default=[],
        metavar="NUMBER=PATH",
        help="all numbers of a town that has several",
    )
    add("--journal", type=Path, help="append each accepted message to this file, one JSON object a line")
    add("--parent-pid", type=int, help="stop when this process is gone")
    add("--capacity", type=int, default=100_000, help="messages kept in memory")
    return parser
