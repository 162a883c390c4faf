"""The store's refusals, as domain classes; the edge maps them to HTTP statuses by one table."""


class StoreError(Exception):
    """Anything the store refuses."""


class NotFound(StoreError):
    """No such thing, or not one the caller may see."""


class Forbidden(StoreError):
    """The actor may not do this."""


class ChangedMeanwhile(StoreError):
    """Somebody else changed it since the caller looked; look again and repeat."""


class HeldByAnother(StoreError):
    """Another agent holds the conversation. `holder` is their name."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"held by {holder}")
        self.holder = holder


class NotHeld(StoreError):
    """The agent must hold the conversation to do this."""


class UnseenMessages(StoreError):
    """Messages have arrived that the agent has not seen; sending over them asks first."""


class OptedOut(StoreError):
    """The resident asked for no more messages on this contact point."""


class TransitionRefused(StoreError):
    """A case cannot go from its present state to that one."""


class ReasonMissing(StoreError):
    """This change needs a reason that the resident can read."""


class StoreBusy(StoreError):
    """Another process serves this database; only one may."""


class StoreUnusable(StoreError):
    """The database does not answer, cannot be opened, or is not one of ours: the message says which and why."""


class StoreAway(StoreUnusable):
    """The database does not answer now, and may in a moment."""
