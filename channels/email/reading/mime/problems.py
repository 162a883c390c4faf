"""What can be wrong with a mail, by code; docs/operations.md tells administrators what each means."""

from enum import StrEnum


class Problem(StrEnum):
    """What was wrong with a mail and has been put right as far as possible."""

    EMPTY = "empty"
    LARGE = "large"
    NO_SENDER = "no_sender"
    ADDRESS_UNREADABLE = "address_unreadable"
    NO_MESSAGE_ID = "no_message_id"
    DATE_UNREADABLE = "date_unreadable"
    HEADER_BROKEN = "header_broken"
    HEADER_TOO_LONG = "header_too_long"
    CHARSET_UNKNOWN = "charset_unknown"
    CHARSET_BROKEN = "charset_broken"
    ENCODING_UNKNOWN = "encoding_unknown"
    ENCODING_BROKEN = "encoding_broken"
    PARTS_UNMARKED = "parts_unmarked"
    PARTS_CUT = "parts_cut"
    MANY_PARTS = "many_parts"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_DEEP = "too_deep"
    TEXT_TOO_LONG = "text_too_long"
    HTML_TOO_DEEP = "html_too_deep"
    ENCRYPTED = "encrypted"


class Problems:
    """The problems of one mail, each told once, in the order in which they were met."""

    def __init__(self) -> None:
        self._met: dict[Problem, None] = {}

    def add(self, problem: Problem) -> None:
        self._met[problem] = None

    def told(self) -> tuple[Problem, ...]:
        return tuple(self._met)
