"""Erasing what many people asked to be erased, at once: one plan instead of one for each. Then each has their answer.

What several of them share goes as well, where nobody else has a part in it; answered one after the other, each would
be told that it is shared.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from holdord.errors import Refused
from holdord.run.company import Company
from holdord.run.requests.booked import Request
from holdord.run.requests.draft import ends
from holdord.run.requests.handle import ready
from holdord.run.requests.together import erase_all


def erase_many(
    company: Company, now: Callable[[], datetime], numbers: Sequence[int], *, confirmed: bool = False
) -> None:
    """Erase what several requests ask for; ``handle`` then has nothing more to do, and says what went of each.

    Args:
        company: The folder.
        now: Reads the time.
        numbers: The requests'.
        confirmed: Whether somebody has said that the machine's clock is right.

    Raises:
        Refused: One of them is not for erasure, is closed, or waits for its mandate; nothing was done then.
        NeedsConfirmation: The machine's clock looks wrong.
        StoreError: The database did not answer; what was committed has its evidence.
    """
    found = [ready(company, now(), number) for number in dict.fromkeys(numbers)]
    if other := next((one for one in found if one.asks_for != "erasure"), None):
        raise Refused(f"Requests for erasure are answered together; number {other.number} is for {other.asks_for}.")
    alike: dict[tuple[str, frozenset[str]], list[Request]] = {}
    for one in found:
        if one.gone is None:
            alike.setdefault((one.person.record_class, ends(company, one)), []).append(one)
    for (_, ended), group in alike.items():
        erase_all(company, now, [(one.person, one.number) for one in group], ended, confirmed=confirmed)
