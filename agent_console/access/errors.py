"""What the console itself refuses, each with its status and the key of its words; the store's stand in web.refusals."""

from web.refusals import FaceRefusal


class SignInNeeded(Exception):
    """No valid session: answered by the way to the sign-in page. `back` is where to return after signing in."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back


class CrossSite(FaceRefusal, status=403, key="cross_site"):
    """The request was not made by one of our own pages, or its page is too old."""


class SupervisorsOnly(FaceRefusal, status=403, key="supervisors_only"):
    """A page for supervisors."""


class PageMissing(FaceRefusal, status=404, key="missing"):
    """No such page, or not one for this member of staff."""


class TextMissing(FaceRefusal, status=422, key="text_missing"):
    """Nothing was written."""


class TextTooLong(FaceRefusal, status=422, key="text_too_long"):
    """More was written than the console takes at once."""


class TimeRefused(FaceRefusal, status=422, key="time_refused"):
    """A snooze needs a time to come, within a year."""


class NothingChanged(FaceRefusal, status=422, key="nothing_changed"):
    """A correction that changes nothing."""


class ChoiceMissing(FaceRefusal, status=422, key="choice_missing"):
    """A form came without its choice."""
