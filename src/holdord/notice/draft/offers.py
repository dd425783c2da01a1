"""What a question offers: an answer in a form that programs find, and which of several times that is."""

from collections.abc import Sequence

from holdord.notice.draft.times import Time
from holdord.policy.duration import Duration


def offered(answer: str) -> str:
    """Return how an answer that the notice gives is offered at the end of a question."""
    return f"Offered: {answer}."


def same_data(times: Sequence[Time]) -> bool:
    """Tell whether times are said of the same data, in the same words."""
    return len({time.data for time in times}) == 1 and bool(times[0].data) and all(time.alone for time in times)


def longest(lengths: Sequence[str]) -> str:
    """Return the longest of durations; empty where there is none."""
    longest = ""
    for one in lengths:
        if one and (not longest or Duration.parse(one).longer_than(Duration.parse(longest))):
            longest = one
    return longest


def shortest(lengths: Sequence[str]) -> str:
    """Return the shortest of durations."""
    shortest = lengths[0]
    for one in lengths[1:]:
        if Duration.parse(shortest).longer_than(Duration.parse(one)):
            shortest = one
    return shortest
