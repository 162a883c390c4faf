"""What a test may lack on a machine, and whether lacking it is a failure.

`GUICHET_TEST_REQUIRE=all` makes every missing program a failure, but Rasa's, which needs `all,rasa`.
"""

import os

import pytest

NOT_PART_OF_ALL = {"rasa"}


def is_required(what: str) -> bool:
    wanted = {word.strip() for word in os.environ.get("GUICHET_TEST_REQUIRE", "").split(",") if word.strip()}
    return what in wanted or ("all" in wanted and what not in NOT_PART_OF_ALL)


def missing(what: str, advice: str) -> None:
    """Skips the test, or fails it where the program is required."""
    sentence = f"{what} is not on this machine: {advice}"
    if is_required(what):
        pytest.fail(f"{sentence} (required by GUICHET_TEST_REQUIRE)", pytrace=False)
    pytest.skip(sentence)
