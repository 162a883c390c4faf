"""A mailbox over IMAP: what is new in it by the numbers of its mails, and news of it without asking again and again."""

import contextlib
import imaplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from channels.boxes import BoxPlace, BoxRefused, BoxTrouble

_PORTS = {"imap": 143, "imaps": 993}
_INBOX = "INBOX"
_PATIENCE_SECONDS = 30.0
_OVERLAP = timedelta(days=1)
"""Mails are looked for by their day, and days end at another hour elsewhere."""
_REFUSALS: dict[BoxTrouble, str] = {
    "credentials": "refuses the name or the password",
    "folder": "has no such folder",
    "unavailable": "does not do what is asked",
}


@dataclass(frozen=True, slots=True)
class BoxAddress:
    """imap://user:password@host[:port][/folder], encrypted where the server offers it, or imaps://..."""

    url: str = field(repr=False)

    @property
    def place(self) -> str:
        """The server, as people may read it."""
        where = urlsplit(self.url)
        return f"{where.hostname}:{where.port or _PORTS[where.scheme]}"

    @property
    def folder(self) -> str:
        return unquote(urlsplit(self.url).path.strip("/")) or _INBOX

    @property
    def password(self) -> str:
        return unquote(urlsplit(self.url).password or "")

    @property
    def secrets(self) -> list[str]:
        """The password, as it is and as it is written in the address."""
        return [urlsplit(self.url).password or "", self.password]


class ImapBox:
    """One connection to one folder; it is made by opening it. Raises BoxRefused."""

    def __init__(self, address: BoxAddress, *, timeout: float = _PATIENCE_SECONDS) -> None:
        self._address = address
        self.idles = False
        self._client: Any = None
        try:
            self._client = self._connect(timeout)
            self.validity, self.newest = self._select()
        except BaseException:
            self.close()
            raise

    def _connect(self, timeout: float) -> Any:
        from imapclient import IMAPClient

        where = urlsplit(self._address.url)
        is_encrypted, context = where.scheme == "imaps", ssl.create_default_context()
        with self._told():
            client = self._client = IMAPClient(
                where.hostname,
                port=where.port or _PORTS[where.scheme],
                ssl=is_encrypted,
                ssl_context=context if is_encrypted else None,
                timeout=timeout,
            )
            if not is_encrypted and client.has_capability("STARTTLS"):
                client.starttls(context)
            client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        with self._told("credentials"):
            client.login(unquote(where.username or ""), self._address.password)
        with self._told():
            self.idles = bool(client.has_capability("IDLE"))
        return client

    def _select(self) -> tuple[int, int]:
        with self._told("folder"):
            found = self._client.select_folder(self._address.folder)
            next_one = found.get(b"UIDNEXT") or max(self._client.search(["UID", "*"]), default=0) + 1
            return int(found[b"UIDVALIDITY"]), int(next_one) - 1

    def find_new(self, after: BoxPlace | None, since: datetime) -> list[int]:
        with self._told():
            if after is not None and after.validity == self.validity:
                # "5:*" names the last mail even where its number is lower.
                found = self._client.search(["UID", f"{after.last + 1}:*"])
                return sorted(number for number in found if number > after.last)
            days = ["SINCE", (since - _OVERLAP).date()]
            return sorted(self._client.search(days if after is not None else ["UNSEEN", *days]))

    def fetch(self, number: int, most: int) -> bytes | None:
        asked = f"BODY.PEEK[]<0.{most}>"
        with self._told():
            answer = self._client.fetch([number], [asked]).get(number, {})
        return next((value for name, value in answer.items() if name.startswith(b"BODY[]")), None)

    def mark_done(self, numbers: Sequence[int]) -> None:
        with self._told():
            self._client.add_flags(list(numbers), [b"\\Seen"], silent=True)

    def wait(self, seconds: float) -> bool:
        with self._told():
            if not self.idles:
                self._client.noop()
                return False
            self._client.idle()
            news = self._is_read_ahead() or self._client.idle_check(timeout=seconds)
            self._client.idle_done()
            return bool(news)

    def _is_read_ahead(self) -> bool:
        """Whether news came in one piece with the answer to IDLE: the socket is then silent, and waiting would last."""
        line = self._client.socket()
        timeout = line.gettimeout()
        line.setblocking(False)
        try:
            return bool(self._client._imap.file.peek(1))
        except ssl.SSLWantReadError:
            return False
        finally:
            line.settimeout(timeout)

    def close(self) -> None:
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.shutdown()

    @contextmanager
    def _told(self, refusal: BoxTrouble = "unavailable") -> Iterator[None]:
        """Turns what goes wrong on the way into BoxRefused; `refusal` is what it means that the server says no."""
        place = self._address.place
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise BoxRefused("certificate", f"{place} shows no valid certificate: {error.verify_message}") from None
        except (OSError, EOFError, ValueError, imaplib.IMAP4.abort) as error:  # ValueError: of a closed connection
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise BoxRefused("unavailable", f"{place} cannot be reached: {reason}") from None
        except imaplib.IMAP4.error as error:
            # A server that is out of order may say no to a password that is right (RFC 5530).
            code = "unavailable" if "[UNAVAILABLE]" in str(error).upper() else refusal
            raise BoxRefused(code, f"{place} {_REFUSALS[code]}") from None
