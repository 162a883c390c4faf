"""Identifiers sort by the moment they were made, within a millisecond too."""

from concurrent.futures import ThreadPoolExecutor

from kit.ids import uuid7


def test_identifiers_made_one_after_the_other_sort_in_that_order() -> None:
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_identifiers_say_their_version() -> None:
    assert {(each.version, each.variant) for each in (uuid7() for _ in range(100))} == {
        (7, "specified in RFC 4122")
    }  # fmt: skip


def test_threads_never_share_an_identifier() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = [each for batch in threads.map(lambda _: [uuid7() for _ in range(2_000)], range(8)) for each in batch]
    assert len(set(made)) == len(made)
