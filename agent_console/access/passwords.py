"""Passwords by Argon2, in a thread, few at a time; an unknown mail takes as long as a wrong password."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_AT_ONCE = 2
"""Each check takes 64 MiB: a flood of sign-ins must not take the machine's memory."""


class Passwords:
    """Hashes and verifies. The default costs are those of RFC 9106 for small machines."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody: str | None = None
        self._turnstile = asyncio.Semaphore(_AT_ONCE)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is right; None (no such account) is refused after the same work."""
        async with self._turnstile:
            return await asyncio.to_thread(self._verify, password_hash, password)

    async def renewed(self, password_hash: str, password: str) -> str | None:
        """A fresh hash when the kept one was made at lower costs, else None."""
        if not self._hasher.check_needs_rehash(password_hash):
            return None
        async with self._turnstile:
            return await asyncio.to_thread(self._hasher.hash, password)

    def _verify(self, password_hash: str | None, password: str) -> bool:
        if self._nobody is None:
            self._nobody = self._hasher.hash(secrets.token_urlsafe())
        try:
            self._hasher.verify(password_hash or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None


def hash_password(password: str) -> str:
    """For seeds and the command line; takes a tenth of a second."""
    return PasswordHasher().hash(password)
