"""What an agent can do about a message that did not arrive: one table from a provider's or our own code to an advice.

An advice is a key of the console's words (`advice.<key>`).
"""

from types import MappingProxyType

ADVICE = MappingProxyType(
    {
        "provider_unavailable": "wait",
        "rate_limited": "wait",
        "send_crashed": "wait",
        "behind_another": "wait",
        "address_refused": "check_address",
        "opted_out": "opted_out",
        "unconfirmed": "ask_resident",
        "not_shown": "wait",
        "content_refused": "rewrite",
        "credentials_refused": "check_settings",
        "channel_disabled": "check_settings",
        # Twilio: https://www.twilio.com/docs/api/errors
        "21610": "opted_out",  # the resident has opted out at the provider
        "30001": "wait",  # the provider's queue overflowed
        "30002": "check_settings",  # the account is suspended
        "30003": "later",  # the handset is off or out of reach
        "30004": "other_way",  # blocked
        "30005": "check_address",  # unknown or no longer in service
        "30006": "other_way",  # a landline, or a carrier without text messages
        "30007": "rewrite",  # filtered by the carrier
        "30008": "later",  # no reason given
        "30010": "check_settings",  # dearer than the account allows
    }
)


def find_advice(code: str | None, otherwise: str | None = None) -> str:
    """The advice for a code; for one that is not in the table, `otherwise` or "none"."""
    return ADVICE.get(code or "", otherwise or "none")
