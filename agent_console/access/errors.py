"""What the console itself refuses, each with its status and the key of its words; the store's stand in web.refusals."""

from web.refusals import FaceRefusal, Refusal


class SignInNeeded(Exception):
    """No valid session: answered by the way to the sign-in page. `back` is where to return after signing in."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back


class CrossSite(FaceRefusal):
    """The request was not made by one of our own pages, or its page is too old."""

    refusal = Refusal(403, "cross_site")


class SupervisorsOnly(FaceRefusal):
    """A page for supervisors."""

    refusal = Refusal(403, "supervisors_only")


class PageMissing(FaceRefusal):
    """No such page, or not one for this member of staff."""

    refusal = Refusal(404, "missing")


class TextMissing(FaceRefusal):
    """Nothing was written."""

    refusal = Refusal(422, "text_missing")


class TextTooLong(FaceRefusal):
    """More was written than the console takes at once."""

    refusal = Refusal(422, "text_too_long")


class TimeRefused(FaceRefusal):
    """A snooze needs a time to come, within a year."""

    refusal = Refusal(422, "time_refused")


class ChoiceMissing(FaceRefusal):
    """A form came without its choice."""

    refusal = Refusal(422, "choice_missing")
