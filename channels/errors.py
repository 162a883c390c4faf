"""The edge's errors: each says who must act and whether to try again."""

from typing import Literal

from channels.advice import ADVICE

Accepted = Literal["no", "unlikely", "perhaps"]
"""Whether the provider has the message all the same: it was never reached or said so; it answered that it failed;
nobody knows."""


class SignatureInvalid(Exception):
    """The request is not signed by the provider: refused, counted, nothing stored."""


class PayloadInvalid(Exception):
    """The request is signed but cannot be read: kept raw, quarantined, alarm raised."""


class TooMany(Exception):
    """One sender writes faster than a person can: nothing is kept, and the sender may try again later."""


class MediaError(Exception):
    """A file that came by address cannot be had.

    `code` is one of forbidden (address outside the provider's hosts), too_large, gone, credentials, unavailable;
    `retryable` is true when asking again later may help.
    """

    def __init__(self, code: str, *, retryable: bool = False, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.retryable = retryable
        self.detail = detail


OPTED_OUT = "opted_out"
"""The code of a message that the provider holds back because the resident has told it STOP."""


class SendError(Exception):
    """A message was not accepted by the provider.

    `code` is stable, `retryable` drives the retry policy, `advice` is a key of the console's words,
    `retry_after` is in seconds when the provider asked for a pause, `accepted` says whether it may have it after all.
    """

    def __init__(
        self,
        code: str,
        *,
        retryable: bool,
        advice: str,
        detail: str = "",
        retry_after: float | None = None,
        accepted: Accepted = "no",
    ) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.retryable = retryable
        self.advice = advice
        self.detail = detail
        self.retry_after = retry_after
        self.accepted = accepted


class ProviderUnavailable(SendError):
    """No answer, a time-out, an unreadable answer or a 5xx: try again later."""

    def __init__(self, detail: str = "", *, retry_after: float | None = None, accepted: Accepted = "perhaps") -> None:
        super().__init__(
            "provider_unavailable",
            retryable=True,
            advice=ADVICE["provider_unavailable"],
            detail=detail,
            retry_after=retry_after,
            accepted=accepted,
        )


class RateLimited(SendError):
    """The provider asks to slow down (429)."""

    def __init__(self, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(
            "rate_limited", retryable=True, advice=ADVICE["rate_limited"], detail=detail, retry_after=retry_after
        )


class OptedOutAtProvider(SendError):
    """The resident has told the provider STOP: nothing can reach them until they write START."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(OPTED_OUT, retryable=False, advice=OPTED_OUT, detail=detail)


class AddressRefused(SendError):
    """The address cannot receive: wrong number or landline."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("address_refused", retryable=False, advice=ADVICE["address_refused"], detail=detail)


class ContentRefused(SendError):
    """The provider refuses this content."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("content_refused", retryable=False, advice=ADVICE["content_refused"], detail=detail)


class CredentialsRefused(SendError):
    """The account or its token is refused: the town's IT must act; sending goes on once mended."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("credentials_refused", retryable=True, advice=ADVICE["credentials_refused"], detail=detail)
