"""What Twilio posts to us: the form, its signature, the states of a message."""

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from channels.contract import ConsentKeyword, DeliveryState, WebhookRequest
from channels.errors import PayloadInvalid, SignatureInvalid
from channels.incoming import clean_text

SIGNATURE = "x-twilio-signature"
_MAX_FIELDS = 1000

DELIVERY_STATES: dict[str, DeliveryState] = {
    "accepted": "sent",
    "scheduled": "sent",
    "queued": "sent",
    "sending": "sent",
    "sent": "sent",
    "partially_delivered": "delivered",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}


_KEYWORDS: dict[str, ConsentKeyword] = {"STOP": "stop", "START": "start", "HELP": "help"}


class Form(dict[str, list[str]]):
    """A posted form; repeated fields keep all their values, as the official validator wants them."""

    def getlist(self, name: str) -> list[str]:
        return self[name]

    def first(self, name: str) -> str:
        """The field's first value, "" when absent."""
        return self.get(name, [""])[0]

    def cleaned(self) -> "Form":
        """The form as the store can keep it: PostgreSQL takes no NUL, and a refusal would come again at each retry."""
        return Form({name: [clean_text(value) for value in values] for name, values in self.items()})


@lru_cache(maxsize=4)
def read_form(body: bytes) -> Form:
    """The fields of a urlencoded body; what is no `name=value` pair is left out. Raises PayloadInvalid.

    Kept for a moment, not to be changed: a request is read for its signature and then for what it says.
    """
    form = Form()
    try:
        pairs = "&".join(pair for pair in body.decode().split("&") if "=" in pair)
        for name, value in parse_qsl(pairs, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS):
            form.setdefault(name, []).append(value)
    except ValueError as error:  # not UTF-8, or too many fields
        raise PayloadInvalid(f"not a form: {type(error).__name__}") from error
    return form


def consent_keyword(form: Form) -> ConsentKeyword | None:
    """What Twilio's own handling of STOP, START and HELP made of the message, whatever its words are."""
    return _KEYWORDS.get(form.first("OptOutType").strip().upper())


def verify_signature(request: WebhookRequest, tokens: Iterable[str]) -> None:
    """Raises SignatureInvalid unless one of the account's tokens signed this request.

    A body that is no form counts as empty: what is signed but unreadable must reach the quarantine.
    """
    signature = request.headers.get(SIGNATURE, "")
    if not signature:
        raise SignatureInvalid("no signature")
    try:
        form = read_form(request.body)
    except PayloadInvalid:
        form = Form()
    if not any(RequestValidator(token).validate(request.url, form, signature) for token in tokens if token):
        raise SignatureInvalid("wrong signature")
